"""The tables of an app brought from what is published to what is to be: made, added to, columns retyped beside the old
ones; nothing is ever dropped, and no value is touched."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, ForeignKey, MetaData, Table, func, select
from sqlalchemy.schema import CreateIndex, CreateTable, DropIndex

from dougong.db import Tx
from dougong.fields.base import Column as FieldColumn
from dougong.fields.base import Field
from dougong.fields.converting import convertible, recoded
from dougong.spec.compiled import CompiledApp, CompiledField, CompiledForm
from dougong.spec.lineage import Lineage, lineage
from dougong.tables import catalogue, names
from dougong.tables.adding import TARGETS, add_columns
from dougong.tables.catalogue import CatalogueColumn
from dougong.tables.indexes import unfit_indexes, wanted_indexes
from dougong.tables.only_once import make_unique
from dougong.tables.physical import load_physical, main_columns, row_columns
from dougong.tables.search_index import create_index, wanted_fields

_PUBLISHING = 7_302_026


@dataclass(frozen=True, slots=True)
class Retyped:
    """A field whose column is another kind now: values go from ``old``'s column to ``new``'s, both of ``table`` (that of
    ``form``, or of its sub-table ``rows``). ``earlier`` are columns of the new kind that the field once had."""

    form: str
    rows: str
    table: str
    old: Field
    new: Field
    source: CatalogueColumn
    into: tuple[CatalogueColumn, ...]
    earlier: tuple[CatalogueColumn, ...] = ()


def evolve(tx: Tx, before: CompiledApp | None, app: CompiledApp, filled: frozenset[str] = frozenset()) -> tuple[Retyped, ...]:
    """Bring the tables to what ``app`` needs. ``filled`` are columns that are filled already and only have to be put in
    force, as ``table.column``. Indexes are made by ``index``, once values are where they belong. Raises Refused."""
    publishing(tx)
    lines = lineage(before.spec, app.spec) if before else {}
    _rename_forms(tx, app.key, lines)
    for form in app.forms.values():
        _create_form(tx, form, lines.get(form.key))
    retyped: list[Retyped] = []
    for form in app.forms.values():
        retyped += _evolve_form(tx, form, before, lines.get(form.key), filled)
    return tuple(retyped)


def publishing(tx: Tx) -> None:
    """Wait for another publish, and give up (to be tried again) rather than make every writer wait."""
    if tx.dialect == "postgresql":
        tx.conn.execute(select(func.pg_advisory_xact_lock(_PUBLISHING)))
        tx.conn.exec_driver_sql("SET LOCAL lock_timeout = '5s'")


def index(tx: Tx, app: CompiledApp, stale: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Make the indexes; gives the keys of the forms whose search index is new and has to be filled. ``stale`` are fields,
    as ``form.field``, whose words in the index are no longer right. Raises Refused for a field that is to be unique and
    holds a value twice."""
    return tuple(form.key for form in app.forms.values() if _create_indexes(tx, app, form, stale))


def _rename_forms(tx: Tx, app: str, lines: Mapping[str, Lineage]) -> None:
    """Renamed forms get their tables, all at once: two may have changed names with each other. The tables of a form that
    was taken away give their key up."""
    moved = {line.form: key for key, line in lines.items() if line.form != key}
    for hidden in set(moved.values()) - moved.keys():
        catalogue.rename_form(tx, app, hidden, catalogue.aside())
    marks = {old: catalogue.aside() for old in moved}
    for old, mark in marks.items():
        catalogue.rename_form(tx, app, old, mark)
    for old, mark in marks.items():
        catalogue.rename_form(tx, app, mark, moved[old])


def _create_form(tx: Tx, form: CompiledForm, line: Lineage | None) -> None:
    """The form's tables with their system columns only: references may point at forms that come later."""
    have = catalogue.table_names(tx, form.app, form.key)
    moved = {old: new for new, old in (line.tables if line else {}).items() if new != old and old in have}
    for key in (*moved, *(key for key in have if key in moved.values() and key not in moved)):
        catalogue.rename_sub_table(tx, have[key], catalogue.aside())
    for old, new in moved.items():
        catalogue.rename_sub_table(tx, have[old], new)
    if moved:
        have = catalogue.table_names(tx, form.app, form.key)
    for sub_table in ("", *form.rows):
        if sub_table in have:
            continue
        name = names.table_name(form.app, form.key, sub_table, catalogue.taken_tables(tx))
        metadata = MetaData()
        if sub_table:
            Table(have[""], metadata, Column("id", BigInteger, primary_key=True))
            table = Table(name, metadata, *row_columns(have[""]))
        else:
            table = Table(name, metadata, *_bound_main_columns(metadata))
        tx.conn.execute(CreateTable(table))
        catalogue.add_table(tx, form.app, form.key, sub_table, name)
        have[sub_table] = name


def _bound_main_columns(metadata: MetaData) -> list[Column[object]]:
    for target in TARGETS.values():
        Table(target, metadata, Column("id", BigInteger, primary_key=True))
    columns = main_columns()
    for column in columns:
        if column.name in ("created_by", "updated_by", "department"):
            target = "department" if column.name == "department" else "person"
            column.append_foreign_key(ForeignKey(f"{target}.id"))
    return columns


def _evolve_form(
    tx: Tx, form: CompiledForm, before: CompiledApp | None, line: Lineage | None, filled: frozenset[str]
) -> list[Retyped]:
    tables = catalogue.table_names(tx, form.app, form.key)
    found: list[Retyped] = []
    for key in ("", *form.rows):
        fields = form.rows[key] if key else form.fields
        earlier = dict(_earlier(fields.values(), before, line))
        found += _Table(tx, form, key, tables[key], earlier, filled).evolved(fields.values())
    return found


def _earlier(
    fields: Iterable[CompiledField], before: CompiledApp | None, line: Lineage | None
) -> Iterable[tuple[str, Field]]:
    """By key the field that each was, as far as it stood in the same table."""
    if before is None or line is None:
        return
    for field in fields:
        path = line.fields.get(field.path)
        if path is not None and ("." in path) is bool(field.table):
            yield field.key, before.forms[line.form].field(path).spec


@dataclass(frozen=True, slots=True)
class _Table:
    """One table being brought to its fields; ``earlier`` is what each field was, by its key now."""

    tx: Tx
    form: CompiledForm
    rows: str
    name: str
    earlier: Mapping[str, Field]
    filled: frozenset[str]

    def evolved(self, fields: Iterable[CompiledField]) -> list[Retyped]:
        """Columns for every field; gives those whose values are still elsewhere."""
        self._rename()
        ready = self._ready()
        have = self._have()
        found: list[Retyped] = []
        for field in fields:
            wanted, there = {_kind(column) for column in field.spec.columns()}, have.get(field.key, [])
            old = self.earlier.get(field.key)
            recode = old is not None and (recoded(old, field.spec) or not convertible(old, field.spec))
            if wanted <= {column.kind for column in there} and not recode:
                continue
            if (into := ready.get(field.key)) and {column.kind for column in into} == wanted:
                catalogue.retire(self.tx, self.name, [column.column_name for column in there])
                catalogue.enforce(self.tx, self.name, [column.column_name for column in into], field.key)
            elif made := self._made(field.spec, there, recode):
                found.append(made)
        unused = [column.column_name for column, _ in catalogue.filling_of(self.tx, self.name)]
        catalogue.retire(self.tx, self.name, unused)
        return found

    def _rename(self) -> None:
        """Renamed fields get their columns; a field that was taken away gives its key up."""
        moved = {field.key: key for key, field in self.earlier.items() if field.key != key}
        columns = {new: catalogue.columns_ever(self.tx, self.name, old) for old, new in moved.items()}
        for hidden in columns.keys() - moved.keys():
            several = catalogue.columns_ever(self.tx, self.name, hidden)
            catalogue.retire(self.tx, self.name, several)
            catalogue.rename_field(self.tx, self.name, several, catalogue.aside())
        for new, several in columns.items():
            catalogue.rename_field(self.tx, self.name, several, new)

    def _have(self) -> dict[str, list[CatalogueColumn]]:
        found: dict[str, list[CatalogueColumn]] = {}
        for column in catalogue.columns_of(self.tx, self.name):
            found.setdefault(column.field, []).append(column)
        return found

    def _ready(self) -> dict[str, list[CatalogueColumn]]:
        """Columns that were filled beforehand, by the key of their field now."""
        now = {field.key: key for key, field in self.earlier.items()}
        found: dict[str, list[CatalogueColumn]] = {}
        for column, fills in catalogue.filling_of(self.tx, self.name):
            if f"{self.name}.{column.column_name}" in self.filled:
                found.setdefault(fills.get("new") or now.get(fills["field"], ""), []).append(column)
        return found

    def _made(self, field: Field, there: list[CatalogueColumn], recode: bool) -> Retyped | None:
        """Fresh columns for a field, all of them unless only companions are missing; gives what is to be filled in."""
        retired = catalogue.retired_of(self.tx, self.name)
        old = self.earlier.get(field.key)
        kinds = {column.kind for column in there}
        missing = [column for column in field.columns() if _kind(column) not in kinds]
        main = next((column for column in there if not column.suffix), None)
        same = main is not None and not recode and all(column.suffix for column in missing)
        if there and not same:
            catalogue.retire(self.tx, self.name, [column.column_name for column in there])
            missing = list(field.columns())
        into = add_columns(self.tx, self.name, field, missing)
        if main is None or old is None or not convertible(old, field):
            return None
        kept = {column.column_name for column in there}
        earlier = tuple(c for c in retired if c.field == field.key and c.kind == into[0].kind and c.column_name not in kept)
        return Retyped(self.form.key, self.rows, self.name, old, field, main, tuple(into), () if same else earlier)


def _kind(column: FieldColumn) -> tuple[str, str, int, str]:
    return column.suffix, column.stored.value, column.scale, column.references or ""


def _create_indexes(tx: Tx, app: CompiledApp, form: CompiledForm, stale: frozenset[str]) -> bool:
    physical = load_physical(tx, form.app, form.key)
    for index in unfit_indexes(form, physical):
        tx.conn.execute(DropIndex(index, if_exists=True))
    for index in wanted_indexes(app, form, physical):
        tx.conn.execute(CreateIndex(index, if_not_exists=True))
    make_unique(tx, form, physical)
    old = {key.partition(".")[2] for key in stale if key.partition(".")[0] == form.key}
    return create_index(tx, form.ref, physical.main.table.name, wanted_fields(app, form), old)
