"""The stored columns of a form as formulas see them, with the app's own rights."""

from sqlalchemy import Text, cast
from sqlalchemy.sql import ColumnElement

from dougong.formulas import SqlColumn
from dougong.tables import LiveForm
from dougong.tables.physical import PhysicalTable


class StoredColumns:
    """``columns(path)`` for ``Formula.sql``: every stored field and system field of one table of a form."""

    def __init__(self, live: LiveForm, table: PhysicalTable | None = None) -> None:
        self.live = live
        self.table = table or live.physical.main

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
