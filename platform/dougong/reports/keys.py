"""What a report groups by, as SQL: the key of a group, and for texts one of the spellings to show."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func

from dougong.fields.base import Field, LocalText
from dougong.formulas.kinds import Kind
from dougong.records import Visit
from dougong.reports.grain import grain_label
from dougong.spec.model import Grouping
from dougong.spec.system import system_field
from dougong.tables import LiveForm

_DATED = frozenset({Kind.DATE, Kind.DATETIME})


@dataclass(frozen=True)
class GroupKey:
    """One grouping. ``expression`` is the key as the reader may see it, NULL for blank; ``shown`` an aggregate that
    gives what people read where that is not the key itself; ``grain`` is "" for what is not a day."""

    grouping: Grouping
    field: Field | None
    title: LocalText
    kind: Kind
    grain: str
    expression: ColumnElement[Any]
    shown: ColumnElement[Any] | None = None


def group_key(visit: Visit, live: LiveForm, grouping: Grouping) -> GroupKey:
    """The grouping in the reader's rights; raises Forbidden for a field that is nowhere readable."""
    view, key = visit.view(live), grouping.field
    view.require([key])
    compiled = live.form.fields.get(key)
    field = compiled.spec if compiled is not None else system_field(key, live.form)
    title = grouping.title or (field.title if field else key) or key
    kind = live.form.scope.names[key].kind
    if kind in _DATED:
        grain = grouping.by or "day"
        day = grain_label(view.guarded(key, day_column(live, key)), grain, visit.tx.dialect)
        return GroupKey(grouping, field, title, kind, grain, day)
    seen = view.columns(key)
    if seen.fold is not None:  # two spellings of one text are one group
        return GroupKey(grouping, field, title, kind, "", seen.fold, func.min(seen.expr))
    return GroupKey(grouping, field, title, kind, "", seen.expr)


def day_column(live: LiveForm, key: str) -> ColumnElement[Any]:
    """The stored local day of a date, a moment or a system moment."""
    main = live.physical.main
    for column in (main.column(key, "day"), main.column(key)):
        if column is not None:
            return column
    return main.table.c[f"_{key}_day"]
