"""Create the tables of an app's forms and add the columns that are missing; nothing is ever dropped or retyped here."""

from collections.abc import Iterable

from sqlalchemy import BigInteger, Column, ForeignKey, MetaData, Table, func, select, text
from sqlalchemy.schema import CreateColumn, CreateIndex, CreateTable

from dougong.db import Tx
from dougong.errors import Problem, Refused
from dougong.fields.base import Column as FieldColumn
from dougong.fields.base import Field, Stored
from dougong.spec.compiled import CompiledApp, CompiledField, CompiledForm
from dougong.tables import catalogue, names
from dougong.tables.catalogue import CatalogueColumn
from dougong.tables.indexes import wanted_indexes
from dougong.tables.only_once import make_unique
from dougong.tables.physical import column_type, load_physical, main_columns, row_columns
from dougong.tables.search_index import create_index, wanted_fields

_PUBLISHING = 7_302_026
TARGETS = {"person": "person", "department": "department"}


def create_tables(tx: Tx, app: CompiledApp) -> tuple[str, ...]:
    """Bring the database to what ``app`` needs; raises Refused when a stored field changed its kind, or is to be unique
    and holds a value twice.

    Returns the keys of the forms whose search index is new and has to be filled.
    """
    if tx.dialect == "postgresql":
        # Publishing waits for another publish, and gives up (to be tried again) rather than make every writer wait.
        tx.conn.execute(select(func.pg_advisory_xact_lock(_PUBLISHING)))
        tx.conn.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
    for form in app.forms.values():
        _create_form(tx, form)
    problems: list[Problem] = []
    for form in app.forms.values():
        problems += _add_columns(tx, form)
    if problems:
        raise Refused(problems)
    return tuple(form.key for form in app.forms.values() if _create_indexes(tx, app, form))


def _create_form(tx: Tx, form: CompiledForm) -> None:
    """The form's tables with their system columns only: references may point at forms that come later."""
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


def _add_columns(tx: Tx, form: CompiledForm) -> list[Problem]:
    have = catalogue.table_names(tx, form.app, form.key)
    problems = _add_missing(tx, have[""], form.fields.values())
    for sub_table, fields in form.rows.items():
        problems += _add_missing(tx, have[sub_table], fields.values())
    return [problem.under(f"forms.{form.key}.fields") for problem in problems]


def _add_missing(tx: Tx, table: str, fields: Iterable[CompiledField]) -> list[Problem]:
    have = {(c.field, c.suffix): c for c in catalogue.columns_of(tx, table)}
    taken = catalogue.taken_columns(tx, table) | _system_names()
    fresh: list[CatalogueColumn] = []
    problems: list[Problem] = []
    for field in fields:
        for column in field.spec.columns():
            old = have.get((field.key, column.suffix))
            if old is None:
                fresh.append(_name(field.spec, column, taken))
                taken.add(fresh[-1].column_name)
            elif (old.stored, old.scale, old.target) != (column.stored.value, column.scale, column.references or ""):
                problems.append(Problem("tables.kind_changed", field.path, {"title": field.spec.title}))
    if not problems:
        for new in fresh:
            _add_column(tx, table, new)
        catalogue.add_columns(tx, table, fresh)
    return problems


def _system_names() -> set[str]:
    return {column.name for column in main_columns()} | {"_parent", "_position"}


def _name(field: Field, column: FieldColumn, taken: set[str]) -> CatalogueColumn:
    name = names.column_name(field.key, column.suffix, taken)
    target = column.references or ""
    return CatalogueColumn(field.key, column.suffix, name, column.stored.value, column.scale, target)


def _add_column(tx: Tx, table: str, column: CatalogueColumn) -> None:
    metadata = MetaData()
    new: Column[object] = Column(column.column_name, column_type(column.stored, column.scale), nullable=True)
    holder = Table(table, metadata, new)
    quote = tx.conn.dialect.identifier_preparer
    definition = str(CreateColumn(holder.c[column.column_name]).compile(dialect=tx.conn.dialect))
    clause = ""
    if column.stored == Stored.ID.value and (target := _target_table(tx, column.target)):
        clause = f" REFERENCES {quote.quote(target)} (id)"
    # Names come from the catalogue's alphabet and are quoted by the dialect; no text of a person is in this statement.
    tx.conn.execute(text(f"ALTER TABLE {quote.quote(table)} ADD COLUMN {definition}{clause}"))


def _target_table(tx: Tx, target: str) -> str | None:
    if target in TARGETS:
        return TARGETS[target]
    app, _, form = target.partition(".")
    return catalogue.table_names(tx, app, form).get("")


def _create_indexes(tx: Tx, app: CompiledApp, form: CompiledForm) -> bool:
    physical = load_physical(tx, form.app, form.key)
    for index in wanted_indexes(app, form, physical):
        tx.conn.execute(CreateIndex(index, if_not_exists=True))
    make_unique(tx, form, physical)
    return create_index(tx, form.ref, physical.main.table.name, wanted_fields(app, form))
