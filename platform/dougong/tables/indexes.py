"""Which indexes a form's tables get: what lists filter and sort by, references, unique values."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Index

from dougong.spec.compiled import CompiledApp, CompiledForm
from dougong.tables.names import index_name
from dougong.tables.physical import PhysicalForm, PhysicalTable

_ALWAYS = ("created_at", "created_by", "updated_at", "status", "_title_fold", "_number_fold")


def wanted_indexes(app: CompiledApp, form: CompiledForm, physical: PhysicalForm) -> Iterator[Index]:
    """The indexes of one form; the same form gives the same names, so making them again does nothing."""
    main = physical.main
    keys = [*_ALWAYS, *_listed(app, form)]
    seen: set[str] = set()
    for key in keys:
        column = sort_column(main, key)
        if column is not None and column.name not in seen:
            seen.add(column.name)
            yield Index(index_name(main.table.name, column.name), column, main.table.c.id)
    yield from _unique(form, main)
    yield from _references(form, physical, seen)
    for table in physical.rows.values():
        yield Index(index_name(table.table.name, "_parent"), table.table.c["_parent"], table.table.c["_position"])


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


def _unique(form: CompiledForm, main: PhysicalTable) -> Iterator[Index]:
    living = main.table.c["_deleted_at"].is_(None)
    for field in form.fields.values():
        column = sort_column(main, field.key) if field.spec.unique else None
        if column is not None:
            name = index_name(main.table.name, "u", column.name)
            yield Index(name, column, unique=True, sqlite_where=living, postgresql_where=living)
    if form.spec.number:
        name = index_name(main.table.name, "u", "number")
        yield Index(name, main.table.c.number, unique=True, sqlite_where=living, postgresql_where=living)


def _references(form: CompiledForm, physical: PhysicalForm, seen: set[str]) -> Iterator[Index]:
    places = [(physical.main, form.fields)]
    places += [(physical.rows[key], form.rows[key]) for key in form.rows]
    for table, fields in places:
        for field in fields.values():
            column = table.column(field.key)
            points = any(c.references and "." in c.references for c in field.spec.columns())
            if points and column is not None and not (table is physical.main and column.name in seen):
                yield Index(index_name(table.table.name, column.name), column, table.table.c.id)
