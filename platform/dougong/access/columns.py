"""The stored columns of a form as formulas see them, with the app's own rights."""

from sqlalchemy import Text, cast
from sqlalchemy.sql import ColumnElement

from dougong.formulas import RowsSource, SqlColumn
from dougong.tables import LiveForm


class StoredColumns:
    """``columns(path)`` for ``Formula.sql``: every stored field and system field of a form, and its sub-tables' rows."""

    def __init__(self, live: LiveForm) -> None:
        self.live = live
        self.table = live.physical.main

    def __call__(self, path: str) -> SqlColumn:
        """The column of a top-level field or system field; raises KeyError for a path that is not one."""
        type_ = self.live.form.scope.names[path]
        return SqlColumn(self.value(path), type_, fold=self.fold(path), scale=type_.scale)

    def value(self, key: str) -> ColumnElement[object]:
        """The plain column; an id is text, as formulas have it."""
        own = self.table.column(key)
        if own is not None:
            return own
        column = self.table.table.c[key]
        return cast(column, Text) if key == "id" else column

    def fold(self, key: str) -> ColumnElement[object] | None:
        """The companion that text compares by, where there is one."""
        if key == "number":
            return self.table.table.c["_number_fold"]
        return self.table.column(key, "fold")

    def rows(self, table: str) -> RowsSource:
        """The rows of a sub-table that belong to the record at hand; raises KeyError for what is none."""
        physical, names = self.live.physical.rows[table], self.live.form.scope.rows[table].names

        def column(path: str) -> SqlColumn:
            own, type_ = physical.column(path), names[path]
            assert own is not None  # a field of the sub-table has its column
            return SqlColumn(own, type_, fold=physical.column(path, "fold"), scale=type_.scale)

        return RowsSource(physical.table, physical.table.c["_parent"] == self.table.table.c.id, column)
