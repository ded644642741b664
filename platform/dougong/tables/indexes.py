"""Which indexes a form's tables get: what lists filter and sort by, references, unique values."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, ColumnElement, Index, func
from sqlalchemy.types import JSON

from dougong.fields.base import Field, Stored
from dougong.spec.compiled import CompiledApp, CompiledField, CompiledForm
from dougong.tables.names import index_name
from dougong.tables.physical import PhysicalForm, PhysicalTable

LONGEST = 600
"""Letters of a value that an index entry holds on every engine, four bytes each."""

_ALWAYS = ("created_at", "created_by", "updated_at", "status", "_title_fold", "_number_fold")


def wanted_indexes(app: CompiledApp, form: CompiledForm, physical: PhysicalForm) -> Iterator[Index]:
    """The indexes of one form beside the unique ones; the same form gives the same names, so making them again does
    nothing."""
    main = physical.main
    seen: set[str] = set()
    for key in (*_ALWAYS, *_listed(app, form)):
        column = sort_column(main, key)
        if column is not None and column.name not in seen and _fits(form.fields.get(key)):
            seen.add(column.name)
            yield Index(index_name(main.table.name, column.name), column, main.table.c.id)
    yield from _references(form, physical, seen)
    for table in physical.rows.values():
        yield Index(index_name(table.table.name, "_parent"), table.table.c["_parent"], table.table.c["_position"])


def unfit_indexes(form: CompiledForm, physical: PhysicalForm) -> Iterator[Index]:
    """Indexes that may be there from when a field took shorter values than it does now, or was filled beforehand."""
    main = physical.main
    for field in form.fields.values():
        column = sort_column(main, field.key) if field.spec.columns() and not fits(field.spec) else None
        if column is not None:
            yield Index(index_name(main.table.name, column.name), column, main.table.c.id, _table=main.table)


def fits(field: Field) -> bool:
    """Whether every value of a field is short enough for an index entry (PostgreSQL: a third of a page)."""
    if field.columns()[0].stored in (Stored.JSON, Stored.KEYS):
        return False
    return int(field.shape().get("maxLength", 0)) <= LONGEST


def _fits(field: CompiledField | None) -> bool:
    return field is None or fits(field.spec)


def unique_column(table: PhysicalTable, key: str) -> Column[Any] | None:
    """The column in which a unique field may hold a value only once, None for a field that cannot be unique."""
    column = sort_column(table, key)
    return None if column is None or isinstance(column.type, JSON) else column


def unique_indexes(form: CompiledForm, physical: PhysicalForm, dialect: str) -> dict[str, tuple[str, Index]]:
    """Name → (field key, index) of what only one living record may have: unique fields, and the record's number."""
    main = physical.main
    living = main.table.c["_deleted_at"].is_(None)
    found: dict[str, tuple[str, Index]] = {}
    for field in form.fields.values():
        column = unique_column(main, field.key) if field.spec.unique else None
        if column is not None:
            # A long text is compared by its digest: it would not fit into an entry.
            long = dialect == "postgresql" and not _fits(field)
            name = index_name(main.table.name, "u~" if long else "u", column.name)
            found[name] = (field.key, _unique(name, func.md5(column) if long else column, living))
    if form.spec.number:
        name = index_name(main.table.name, "u", "number")
        found[name] = ("number", _unique(name, main.table.c.number, living))
    return found


def _unique(name: str, entry: Any, living: ColumnElement[bool]) -> Index:
    return Index(name, entry, unique=True, sqlite_where=living, postgresql_where=living)


def sort_column(table: PhysicalTable, key: str) -> Column[Any] | None:
    """The column that rows are compared by for a field or system field: the fold companion where there is one."""
    fold = table.column(key, "fold")
    if fold is not None:
        return fold
    own = table.column(key)
    if own is not None:
        return own
    if key == "number":
        return table.table.c["_number_fold"]
    return table.table.c.get(key)


def _listed(app: CompiledApp, form: CompiledForm) -> list[str]:
    """Fields that a list of this form filters or sorts by."""
    keys: list[str] = []
    for view in app.lists.values():
        if view.form.key == form.key:
            keys += [*view.spec.filters, *(key.lstrip("-") for key in view.spec.sort)]
    return keys


def _references(form: CompiledForm, physical: PhysicalForm, seen: set[str]) -> Iterator[Index]:
    places = [(physical.main, form.fields)]
    places += [(physical.rows[key], form.rows[key]) for key in form.rows]
    for table, fields in places:
        for field in fields.values():
            column = table.column(field.key)
            points = any(c.references and "." in c.references for c in field.spec.columns())
            if points and column is not None and not (table is physical.main and column.name in seen):
                yield Index(index_name(table.table.name, column.name), column, table.table.c.id)
