"""Rows on their way to the driver: every value as the engine keeps it, many rows in one statement, COPY on PostgreSQL."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from sqlalchemy import Column, Table
from sqlalchemy.exc import DBAPIError

from dougong.db import Tx
from dougong.records.newer import NEWER
from dougong.records.plan import overrides
from dougong.spec.compiled import CompiledField
from dougong.tables import PhysicalTable

COPIED = 100
"""From so many rows on PostgreSQL is handed them with COPY."""

Binder = Callable[[Any], Any] | None
Part = tuple[str, Callable[[Any, Any], Any] | None, tuple[Binder, ...]]


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one table in the order rows are made in: system columns, then those of each field. A binder turns a
    stored value into what the driver takes, None where that is the same."""

    table: str
    names: tuple[str, ...]
    system: tuple[tuple[int, Callable[[Any], Any]], ...]
    parts: tuple[Part, ...]

    def rows(
        self, pairs: Iterable[tuple[list[Any], Mapping[str, Any]]], zone: ZoneInfo
    ) -> list[tuple[Any, ...]]:
        """One row for each pair of the system columns' values, in order, and the record's (or row's) values."""
        known: dict[Any, Any] = {}  # of the moments and days of a batch most are the same
        found = []
        for row, values in pairs:
            for index, bind in self.system:
                value = row[index]
                if value is not None:
                    row[index] = known[value] if value in known else known.setdefault(value, bind(value))
            for key, to_columns, binders in self.parts:
                value = values.get(key)
                if value is None:
                    row.extend([None] * len(binders))
                elif to_columns is None:
                    bound = binders[0]
                    row.append(value if bound is None else bound(value))
                else:
                    for part, each in zip(to_columns(value, zone), binders, strict=True):
                        row.append(part if each is None or part is None else each(part))
            found.append(tuple(row))
        return found


_KEPT: WeakKeyDictionary[Table, Layout] = WeakKeyDictionary()


def layout_of(tx: Tx, physical: PhysicalTable, system: Sequence[str], fields: Iterable[CompiledField]) -> Layout:
    """The layout of a form's or sub-table's table, made once for as long as the table is known."""
    found = _KEPT.get(physical.table)
    if found is None:
        found = _KEPT[physical.table] = _layout(tx, physical, system, fields)
    return found


def _layout(tx: Tx, physical: PhysicalTable, system: Sequence[str], fields: Iterable[CompiledField]) -> Layout:
    names, parts = list(system), list[Part]()
    for field in fields:
        columns = [_column(physical, field, column.suffix) for column in field.spec.columns()]
        if columns:
            names += [column.name for column in columns]
            parts.append((field.key, overrides(field.spec, "to_columns"), tuple(_binder(tx, c) for c in columns)))
    if physical.newer:
        beside = [column.name for column in physical.newer]
        names += beside
        binders = tuple(_binder(tx, column) for column in physical.newer)
        parts.append((NEWER, lambda values, _zone: [values.get(name) for name in beside], binders))
    bound = ((index, _binder(tx, physical.table.c[name])) for index, name in enumerate(system))
    kept = tuple((index, bind) for index, bind in bound if bind is not None)
    return Layout(physical.table.name, tuple(names), kept, tuple(parts))


def _column(physical: PhysicalTable, field: CompiledField, suffix: str) -> Column[Any]:
    found = physical.column(field.key, suffix)
    assert found is not None
    return found


def _binder(tx: Tx, column: Column[Any]) -> Binder:
    dialect = tx.conn.dialect
    return column.type.dialect_impl(dialect).bind_processor(dialect)


def insert_rows(tx: Tx, table: str, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Store rows of driver values; names come from the catalogue and are quoted by the dialect."""
    if not rows:
        return
    quote = tx.conn.dialect.identifier_preparer.quote
    columns = ", ".join(quote(name) for name in names)
    if tx.dialect == "postgresql" and len(rows) >= COPIED:
        _copy(tx, f"COPY {quote(table)} ({columns}) FROM STDIN", rows)
        return
    marks = ", ".join(["?" if tx.dialect == "sqlite" else "%s"] * len(names))
    tx.conn.exec_driver_sql(f"INSERT INTO {quote(table)} ({columns}) VALUES ({marks})", list(rows))


def _copy(tx: Tx, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    driver: Any = tx.conn.connection.driver_connection
    base: Any = tx.conn.dialect.loaded_dbapi.Error
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except base as error:
        raise DBAPIError.instance(statement, None, error, base, dialect=tx.conn.dialect) from error
