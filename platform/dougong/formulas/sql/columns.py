"""What a query hands to a formula: columns by path, and the rows of a sub-table or a source."""

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import ColumnElement, FromClause

from dougong.formulas.kinds import Type


@dataclass(frozen=True, slots=True)
class SqlColumn:
    """A stored value in a query. ``fold``: the column of its fold key. ``scale``: decimals of a NUMBER, which SQLite keeps as
    an integer times ``10**scale``; the expression is that raw integer."""

    expr: ColumnElement[object]
    type: Type
    fold: ColumnElement[object] | None = None
    scale: int | None = None


class Columns(Protocol):
    """Gives the column of a path (``total``; inside rows, a neighbour's bare name)."""

    def __call__(self, path: str, /) -> SqlColumn: ...


@dataclass(frozen=True, slots=True)
class RowsSource:
    """The rows of a sub-table that belong to the record at hand: where from, under which condition, and their columns by
    bare name."""

    select_from: FromClause
    where: ColumnElement[bool]
    columns: Columns


class HasRows(Protocol):
    """Columns that also know sub-tables."""

    def __call__(self, path: str, /) -> SqlColumn: ...

    def rows(self, table: str, /) -> RowsSource: ...
