"""What rows are ordered by: a field's own column, its fold key, or, for people and records, the name people read."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, UnaryExpression, select

from dougong.errors import Forbidden
from dougong.people.tables import department, person
from dougong.records.visit import Visit
from dougong.spec.model import SYSTEM_FIELDS
from dougong.tables import LiveForm
from dougong.tables.indexes import sort_column

_NEVER_BLANK = frozenset({"status", "version", "created_at", "updated_at", "revision"})


@dataclass(frozen=True, slots=True)
class SortKey:
    """A field or system field and its direction."""

    key: str
    descending: bool = False

    @classmethod
    def parse(cls, text: str) -> "SortKey":
        """``-created_at`` or ``total``, as specs and addresses write it."""
        return cls(text.removeprefix("-"), text.startswith("-"))

    def __str__(self) -> str:
        return ("-" if self.descending else "") + self.key


@dataclass(frozen=True, slots=True)
class OrderKey:
    """A sort key as SQL: blank values always come last."""

    expression: ColumnElement[Any]
    descending: bool
    nullable: bool

    def clause(self) -> UnaryExpression[Any]:
        """Its part of ORDER BY. NULLS LAST is left out where there is no NULL, so that a plain index serves."""
        directed = self.expression.desc() if self.descending else self.expression.asc()
        return directed.nulls_last() if self.nullable else directed


def order_key(visit: Visit, live: LiveForm, key: SortKey) -> OrderKey:
    """The SQL of one sort key; raises Forbidden for a field the person may nowhere read or that has no order."""
    view = visit.view(live)
    view.require([key.key])
    field = live.form.fields.get(key.key)
    column = sort_column(live.physical.main, key.key)
    if column is None or (field is None and key.key not in SYSTEM_FIELDS) or (field and not field.spec.sortable):
        raise Forbidden("access.not_sortable", field=key.key)
    named = _named(visit, live, key.key, column)
    return OrderKey(view.guarded(key.key, named), key.descending, key.key not in _NEVER_BLANK)


def _named(visit: Visit, live: LiveForm, key: str, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """What a person, department or record is called, in place of its id."""
    field = live.form.fields.get(key)
    if field is not None:
        target = next((c.references for c in field.spec.columns() if c.references), None)
    else:
        target = {"created_by": "person", "updated_by": "person", "department": "department"}.get(key)
    if target is None:
        return column
    if target == "person":
        return select(person.c.pinyin).where(person.c.id == column).scalar_subquery()
    if target == "department":
        return select(department.c.path).where(department.c.id == column).scalar_subquery()
    other = visit.forms.form(target)
    table, view = other.physical.main.table, visit.view(other)
    title = select(table.c["_title_fold"]).where(table.c.id == column, view.rows("read"), view.title_readable())
    return title.scalar_subquery()
