"""The rows a reduction works over: those of the query itself in a metric, those of a sub-table in a record's formula."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select

from dougong.formulas.sql import support
from dougong.formulas.sql.columns import Columns, RowsSource, SqlColumn
from dougong.formulas.tree import Call, Name, Node
from dougong.formulas.values import NotInSql


@dataclass(frozen=True, slots=True)
class Rows:
    """``columns`` within the rows; ``counted``: the rows themselves are the argument."""

    columns: Columns
    counted: bool
    source: RowsSource | None

    def scalar(self, reduced: ColumnElement[Any]) -> ColumnElement[Any]:
        """The reduction as one value: as it is over the query's rows, a subquery over a sub-table's."""
        if self.source is None:
            return reduced
        return select(reduced).select_from(self.source.select_from).where(self.source.where).scalar_subquery()


def rows_of(node: Call, columns: Columns) -> Rows:
    """The rows of a reducing node; raises NotInSql when the columns at hand know no sub-tables."""
    table = support.table_of(node)
    counted = len(node.arguments) == 1 and isinstance(node.arguments[0], Name) and node.arguments[0].path == table
    if table is None:
        return Rows(columns, False, None)
    source = source_of(node, table, columns)

    def inside(path: str) -> SqlColumn:
        head, _, column = path.partition(".")
        return source.columns(column) if column and head == table else columns(path)

    return Rows(inside, counted, source)


def source_of(node: Node, table: str, columns: Columns) -> RowsSource:
    """The rows of a sub-table, if the columns at hand know sub-tables; raises NotInSql."""
    rows = getattr(columns, "rows", None)
    if rows is None:
        raise NotInSql("formula.sql.no_rows", node.start, node.end - node.start, table=table)
    source: RowsSource = rows(table)
    return source
