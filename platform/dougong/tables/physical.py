"""SQLAlchemy tables of a form, read back from the catalogue."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.types import JSON, TypeEngine

from dougong.db import Exact, Tx, UtcDateTime
from dougong.errors import NotFound
from dougong.fields.base import Stored
from dougong.tables.catalogue import CatalogueColumn, columns_of, table_names
from dougong.tables.search_index import SearchIndex, find_index

_BYTEWISE = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that sorts byte by byte on both engines, so that an index serves keyset paging."""

_KEY = String(255).with_variant(String(255, collation="C"), "postgresql")

SYSTEM: tuple[tuple[str, TypeEngine[Any], bool], ...] = (
    ("number", _KEY, True),
    ("status", _KEY, False),
    ("version", Integer(), False),
    ("revision", Integer(), False),
    ("created_by", BigInteger(), True),
    ("created_at", UtcDateTime(), False),
    ("updated_by", BigInteger(), True),
    ("updated_at", UtcDateTime(), False),
    ("department", BigInteger(), True),
    ("_created_at_day", Date(), False),
    ("_updated_at_day", Date(), False),
    ("_number_fold", _BYTEWISE, True),
    ("_title", Text(), True),
    ("_title_fold", _BYTEWISE, True),
    ("_deleted_at", UtcDateTime(), True),
)
"""Columns every record has beside its fields and ``id``: name, type, may be null."""


@dataclass(frozen=True, slots=True)
class PhysicalTable:
    """One table: ``columns`` maps (field, suffix) to its column; system columns are reached through ``table.c``.
    ``newer`` are columns that are written beside them (see ``Shadow``)."""

    table: Table
    columns: Mapping[tuple[str, str], Column[Any]]
    newer: tuple[Column[Any], ...] = ()

    def column(self, field: str, suffix: str = "") -> Column[Any] | None:
        """The column of a field or of one of its companions, None where there is none."""
        return self.columns.get((field, suffix))


@dataclass(frozen=True, slots=True)
class PhysicalForm:
    """The tables of a form: its own, one per sub-table, and its search index."""

    main: PhysicalTable
    rows: Mapping[str, PhysicalTable]
    search: SearchIndex | None = None


def column_type(stored: str, scale: int) -> TypeEngine[Any]:
    """How one kind of stored value is kept."""
    types: dict[str, TypeEngine[Any]] = {
        Stored.TEXT.value: _BYTEWISE,
        Stored.KEY.value: _KEY,
        Stored.KEYS.value: _BYTEWISE,
        Stored.BOOLEAN.value: Boolean(),
        Stored.DATE.value: Date(),
        Stored.DATETIME.value: UtcDateTime(),
        Stored.ID.value: BigInteger(),
        Stored.JSON.value: JSON(none_as_null=True),
    }
    return Exact(scale) if stored == Stored.EXACT.value else types[stored]


def main_columns() -> list[Column[Any]]:
    """Fresh system columns of a form's own table."""
    own: list[Column[Any]] = [Column("id", BigInteger, primary_key=True, autoincrement=False)]
    return own + [Column(name, type_, nullable=null) for name, type_, null in SYSTEM]


def row_columns(parent: str) -> list[Column[Any]]:
    """Fresh system columns of a sub-table whose records live in table ``parent``."""
    return [
        Column("id", BigInteger, primary_key=True, autoincrement=False),
        Column("_parent", BigInteger, ForeignKey(f"{parent}.id"), nullable=False),
        Column("_position", Integer, nullable=False),
    ]


Line = CatalogueColumn
Lines = Mapping[str, tuple[str, Sequence[Line]]]
"""Sub-table key ("" for the form itself) → table name and the columns of its fields."""


def lines_of(tx: Tx, app: str, form: str) -> Lines:
    """The tables of a form as the catalogue has them now; raises NotFound before its first publish."""
    names = table_names(tx, app, form)
    if "" not in names:
        raise NotFound("tables.no_table", form=f"{app}.{form}")
    return {key: (name, columns_of(tx, name)) for key, name in names.items()}


def load_physical(tx: Tx, app: str, form: str) -> PhysicalForm:
    """The tables of a form as the catalogue has them now; raises NotFound before its first publish."""
    return physical_form(lines_of(tx, app, form), find_index(tx, f"{app}.{form}"))


def physical_form(
    lines: Lines, search: SearchIndex | None, newer: Mapping[str, Sequence[Line]] | None = None
) -> PhysicalForm:
    """The tables that ``lines`` say; ``newer`` are, by sub-table, columns to be written beside."""
    metadata, beside = MetaData(), newer or {}
    made = {
        key: _physical(metadata, name, _unbound_row_columns() if key else main_columns(), columns, beside.get(key, ()))
        for key, (name, columns) in lines.items()
    }
    return PhysicalForm(made[""], {key: table for key, table in made.items() if key}, search)


def _unbound_row_columns() -> list[Column[Any]]:
    """Row columns without the constraint: enough to query, and no other table has to be known."""
    return [
        Column("id", BigInteger, primary_key=True, autoincrement=False),
        Column("_parent", BigInteger, nullable=False),
        Column("_position", Integer, nullable=False),
    ]


def _physical(
    metadata: MetaData, name: str, system: list[Column[Any]], lines: Iterable[Line], newer: Iterable[Line]
) -> PhysicalTable:
    found = {(c.field, c.suffix): Column(c.column_name, column_type(c.stored, c.scale)) for c in lines}
    beside = tuple(Column(c.column_name, column_type(c.stored, c.scale)) for c in newer)
    return PhysicalTable(Table(name, metadata, *system, *found.values(), *beside), found, beside)
