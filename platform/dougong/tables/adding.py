"""Columns added to tables, each with its line in the catalogue."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Column, MetaData, Table, text
from sqlalchemy.schema import CreateColumn

from dougong.db import Tx
from dougong.fields.base import Column as FieldColumn
from dougong.fields.base import Field, Stored
from dougong.tables import catalogue, names
from dougong.tables.catalogue import CatalogueColumn
from dougong.tables.physical import column_type, main_columns

TARGETS = {"person": "person", "department": "department"}


def add_columns(
    tx: Tx, table: str, field: Field, columns: Iterable[FieldColumn], fills: Mapping[str, object] | None = None
) -> list[CatalogueColumn]:
    """Fresh columns of a field, in the table and in the catalogue; with ``fills`` not in force yet."""
    taken = catalogue.taken_columns(tx, table) | _system_names()
    fresh: list[CatalogueColumn] = []
    for column in columns:
        fresh.append(_name(field, column, taken))
        taken.add(fresh[-1].column_name)
        _add_column(tx, table, fresh[-1])
    catalogue.add_columns(tx, table, fresh, None if fills is None else dict(fills))
    return fresh


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
