"""Filters of a list: a field, an operator, raw values judged by the field itself, compiled to one condition."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, or_

from dougong.errors import Problem, Refused
from dougong.fields.base import Field, Invalid, Stored
from dougong.formulas.fold import fold
from dougong.records.desk import RecordDesk
from dougong.records.visit import Visit
from dougong.spec.system import system_field
from dougong.tables import LiveForm
from dougong.tables.indexes import sort_column

MOST_VALUES = 200


@dataclass(frozen=True, slots=True)
class Filter:
    """``key`` ``operator`` raw ``values``: ``total ge 100``, ``category in office, asset``, ``supplier blank``."""

    key: str
    operator: str
    values: tuple[str, ...] = ()


def condition(visit: Visit, live: LiveForm, one: Filter) -> ColumnElement[bool]:
    """The filter as SQL, in the reader's rights; raises Refused when field, operator or values do not fit together."""
    visit.view(live).require([one.key])
    compiled = live.form.fields.get(one.key)
    field = compiled.spec if compiled is not None else system_field(one.key, live.form)
    fits = field is not None and field.columns() and one.operator in field.operators  # a sub-table has no column
    if field is None or not fits or len(one.values) > MOST_VALUES:
        raise Refused([Problem("list.bad_filter", one.key, {"title": field.title if field else one.key})])
    values = _values(visit, live, field, one)
    return _compiled(visit, live, one, field, values)


def _values(visit: Visit, live: LiveForm, field: Field, one: Filter) -> list[Any]:
    """The raw values as stored ones. A text operator takes part of a text, which need not be a value of the field."""
    if one.operator in ("blank", "filled"):
        return []
    if one.operator in ("contains", "starts") and _first(field) in (Stored.TEXT, Stored.KEY):
        return [fold(value.strip()) for value in one.values if value.strip()]
    desk = RecordDesk(visit)
    desk.prime(pair for value in one.values for pair in field.wants(value))
    found: list[Any] = []
    for raw in one.values:
        found.append(_value(visit, live, field, one, raw, desk))
    return found


def _value(visit: Visit, live: LiveForm, field: Field, one: Filter, raw: str, desk: RecordDesk) -> Any:
    if _first(field) is Stored.DATETIME:
        try:
            return date.fromisoformat(raw.strip()[:10])
        except ValueError:
            raise Refused([Problem("field.not_a_date", one.key, {"title": field.title})]) from None
    try:
        value = field.coerce(raw, desk)
    except Invalid as wrong:
        raise Refused([Problem(wrong.code, one.key, {"title": field.title, **wrong.params})]) from wrong
    if value is None:
        raise Refused([Problem("list.empty_filter", one.key, {"title": field.title})])
    stored = field.to_columns(value, visit.organisation.zone)
    kinds = [column.suffix for column in field.columns()]
    return stored[kinds.index("fold")] if "fold" in kinds else stored[0]


def _compiled(visit: Visit, live: LiveForm, one: Filter, field: Field, values: Sequence[Any]) -> ColumnElement[bool]:
    view = visit.view(live)
    column = view.guarded(one.key, _compared(live, one.key, field))
    if one.operator == "blank":
        return column.is_(None)
    if one.operator == "filled":
        return column.is_not(None)
    if not values:
        raise Refused([Problem("list.empty_filter", one.key, {"title": field.title})])
    if _first(field) is Stored.KEYS:
        return _keys(column, one.operator, values)
    return _operators(column, one.operator, values)


def _operators(column: ColumnElement[Any], operator: str, values: Sequence[Any]) -> ColumnElement[bool]:
    first, last = values[0], values[-1]
    if operator in ("eq", "in"):
        return column.in_(values) if len(values) > 1 else column == first
    if operator == "ne":
        return or_(column.not_in(values), column.is_(None))
    if operator == "between":
        return and_(column >= first, column <= last)
    if operator == "contains":
        return column.contains(first, autoescape=True)
    if operator == "starts":
        return column.startswith(first, autoescape=True)
    ways: dict[str, ColumnElement[bool]] = {
        "ge": column >= first, "le": column <= first, "gt": column > first, "lt": column < first,
    }  # fmt: skip
    return ways[operator]


def _keys(column: ColumnElement[Any], operator: str, values: Sequence[str]) -> ColumnElement[bool]:
    """Several keys in one text, ``,a,b,``: any of them, or none of them."""
    keys = {key for value in values for key in value.strip(",").split(",")}
    found = or_(*(column.contains(f",{key},", autoescape=True) for key in sorted(keys)))
    return or_(not_(found), column.is_(None)) if operator == "ne" else found


def _compared(live: LiveForm, key: str, field: Field) -> ColumnElement[Any]:
    """The column that values are compared with: a moment's local day, a text's fold key, else the value itself."""
    main = live.physical.main
    if _first(field) is Stored.DATETIME:
        day = main.column(key, "day")
        return day if day is not None else main.table.c[f"_{key}_day"]
    column = sort_column(main, key)
    assert column is not None
    return column


def _first(field: Field) -> Stored:
    return field.columns()[0].stored
