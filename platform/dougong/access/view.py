"""What one person sees of one form: its rows, and of each row its columns; every read is compiled here."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, null, or_, true

from dougong.access.columns import StoredColumns
from dougong.access.grants import RowGrant
from dougong.errors import Forbidden
from dougong.formulas import RowsSource, SqlColumn
from dougong.tables import LiveForm

PUBLIC = frozenset({
    "id", "number", "status", "version", "revision", "created_by", "created_at", "updated_by", "updated_at", "department",
})  # fmt: skip
"""System fields: readable on every row that is readable at all."""


class View:
    """A form through one person's grants. A field shows on a row only where a grant covering *that row* covers it.

    A draft is nobody's but its author's, whatever the grants say; ``me`` is the person's id.
    """

    def __init__(self, live: LiveForm, me: int, grants: Iterable[RowGrant]) -> None:
        self.live = live
        self.me = me
        self.grants = tuple(grants)
        self._stored = StoredColumns(live)
        self._creatable: frozenset[str] | None = None

    # -- rows ---------------------------------------------------------------------------------------------------------
    def rows(self, action: str = "read") -> ColumnElement[bool]:
        """The living rows on which the person may do ``action``."""
        conditions = [grant.sql for grant in self.grants if action in grant.can]
        c = self.live.physical.main.table.c
        own = or_(c.status != "draft", c.created_by == self.me)
        return and_(c["_deleted_at"].is_(None), own, or_(*conditions)) if conditions else false()

    def may(self, action: str, values: Mapping[str, Any] | None = None) -> bool:
        """Whether ``action`` is allowed on a record with these values, or, without values, on some record."""
        foreign = values is not None and values.get("status") == "draft" and values.get("created_by") != self.me
        if foreign and action != "create":
            return False
        return any(action in g.can and (values is None or g.test(values)) for g in self.grants)

    # -- fields of one record -----------------------------------------------------------------------------------------
    def readable(self, values: Mapping[str, Any]) -> frozenset[str]:
        """The fields the person may read of a record with these values."""
        return self._fields(g for g in self.grants if "read" in g.can and g.test(values))

    def editable(self, values: Mapping[str, Any]) -> frozenset[str]:
        """The fields the person may change of a record with these values."""
        holding = [g for g in self.grants if "edit" in g.can and g.test(values)]
        return frozenset(key for key in self.live.form.fields if any(g.edits(key) for g in holding))

    def creatable(self) -> frozenset[str]:
        """The fields the person may fill in on a new record."""
        if self._creatable is None:
            edit = [g.edit for g in self.grants if "create" in g.can]
            fields = self.live.form.fields
            self._creatable = frozenset(key for key in fields if any(each is None or key in each for each in edit))
        return self._creatable

    def _fields(self, grants: Iterable[RowGrant]) -> frozenset[str]:
        holding = tuple(grants)
        return frozenset(key for key in self.live.form.fields if any(g.reads(key) for g in holding))

    # -- columns ------------------------------------------------------------------------------------------------------
    def reads_somewhere(self, key: str) -> bool:
        """Whether some grant lets the field be read on some row."""
        return self.may("read") if key in PUBLIC else any(grant.reads(key) for grant in self.grants)

    def require(self, keys: Iterable[str]) -> None:
        """Refuse, with its reason, to compare, sort, count or search by a field the person may nowhere read."""
        for key in keys:
            if not self.reads_somewhere(key.partition(".")[0]):
                raise Forbidden("access.field_not_readable", field=key, title=self._title(key))

    def covers(self, key: str) -> ColumnElement[bool] | None:
        """Where the field may be read, among readable rows; None when that is everywhere."""
        if key in PUBLIC:
            return None
        reading = [grant for grant in self.grants if "read" in grant.can]
        if all(grant.reads(key) for grant in reading):
            return None
        conditions = [grant.sql for grant in reading if grant.reads(key)]
        return or_(*conditions) if conditions else false()

    def guarded(self, key: str, expression: ColumnElement[Any]) -> ColumnElement[Any]:
        """``expression``, made from field ``key``, as the person sees it: NULL on rows where the field is hidden."""
        cover = self.covers(key)
        return expression if cover is None else case((cover, expression), else_=null())

    def column(self, key: str) -> ColumnElement[Any]:
        """The field's column as the person sees it; raises Forbidden when it is hidden everywhere."""
        self.require([key])
        return self.guarded(key, self._stored.value(key))

    @property
    def columns(self) -> "SeenColumns":
        """The columns for a formula that runs with the reader's rights (see ``Formula.sql``)."""
        return SeenColumns(self)

    def shows_title(self, values: Mapping[str, Any], readable: frozenset[str]) -> bool:
        """Whether the title of a record with these values, of which those fields may be read, may be shown."""
        fields = self.live.form.fields
        names = {path.partition(".")[0] for path in self.live.titled_by()}
        return all(name in readable or name not in fields for name in names)

    def title_readable(self) -> ColumnElement[bool]:
        """Where the record's title may be shown: where every field it is made of may."""
        covers = [self.covers(path.partition(".")[0]) for path in self.live.titled_by()]
        return and_(true(), *(cover for cover in covers if cover is not None))

    def guarded_title(self) -> ColumnElement[Any]:
        """The record's title where it may be shown, else NULL."""
        return case((self.title_readable(), self.live.physical.main.table.c["_title"]), else_=null())

    def _title(self, key: str) -> Any:
        field = self.live.form.fields.get(key.partition(".")[0])
        return field.spec.title if field else key


class SeenColumns:
    """The columns and sub-tables of a form as one person sees them; a field hidden everywhere is refused."""

    def __init__(self, view: View) -> None:
        self.view = view
        self._stored = StoredColumns(view.live)

    def __call__(self, path: str) -> SqlColumn:
        """The column, NULL on rows where the field is hidden; raises Forbidden."""
        view = self.view
        view.require([path])
        stored = self._stored(path)
        fold = None if stored.fold is None else view.guarded(path, stored.fold)
        return SqlColumn(view.guarded(path, stored.expr), stored.type, fold=fold, scale=stored.scale)

    def rows(self, table: str) -> RowsSource:
        """The rows of a sub-table: none on records where it is hidden; raises Forbidden."""
        self.view.require([table])
        stored, cover = self._stored.rows(table), self.view.covers(table)
        where = stored.where if cover is None else and_(stored.where, cover)
        return RowsSource(stored.select_from, where, stored.columns)
