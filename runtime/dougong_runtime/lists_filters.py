"""The filter sheet: for each field the inputs its operators want, and a chip for each filter that is on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dougong import words
from dougong.errors import Problem
from dougong.fields import operator_title
from dougong.fields.base import Field, Invalid
from dougong.fields.choice import Optional
from dougong.fields.yesno import YesNo
from dougong.formulas.kinds import Kind
from dougong.pages import reader_of
from dougong.records import RecordDesk, Visit
from dougong.records.filters import Filter
from dougong.spec.compiled import CompiledForm
from dougong.spec.model import SYSTEM_FIELDS
from dougong_runtime.lists_address import Asked
from dougong_runtime.lists_target import Target, field_of

_PICKED = {Kind.PERSON, Kind.DEPARTMENT, Kind.RECORD}
_RANGES = {Kind.NUMBER: "number", Kind.DATE: "date", Kind.DATETIME: "date"}


@dataclass(frozen=True, slots=True)
class Tick:
    """A box of the sheet."""

    value: str
    title: str
    on: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """The inputs of one field. ``style`` is boxes, radios, number, date, pick or text; ``name`` starts their names."""

    key: str
    title: str
    style: str
    name: str
    operator: str
    """What boxes, a picker and a text mean."""
    ticks: tuple[Tick, ...] = ()
    least: str = ""
    most: str = ""
    value: str = ""
    label: str = ""
    suggest: str = ""
    blank: bool | None = None
    """Whether only blank ones are wanted; None where that is not offered."""


_ALWAYS = frozenset(SYSTEM_FIELDS) - {"number", "department"}
"""System fields that no record is without."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on, in words, and the address without it."""

    text: str
    off: str


def sheets(visit: Visit, target: Target, asked: Asked) -> tuple[Sheet, ...]:
    """The inputs of every field that the list offers and the reader may read, and of those in the address."""
    view = visit.view(target.live)
    keys = dict.fromkeys((*target.spec.filters, *(one.key for one in asked.filters)))
    desk = RecordDesk(visit)
    found: list[Sheet] = []
    for key in keys:
        field = field_of(target.form, key)
        if field is not None and view.reads_somewhere(key):
            given = {one.operator: one.values for one in asked.filters if one.key == key}
            found.append(_sheet(target, field, given, visit, desk))
    return tuple(found)


def _sheet(target: Target, field: Field, given: dict[str, tuple[str, ...]], visit: Visit, desk: RecordDesk) -> Sheet:
    title, kind = words.title(field.title, visit.language, field.key), field.type().kind
    filled = field.required or (field.key in _ALWAYS and field.key not in target.form.fields)
    blank = ("blank" in given) if "blank" in field.operators and not filled else None
    operator = next(each for each in ("contains", "in", "eq", *field.operators) if each in field.operators)
    if isinstance(field, Optional):
        operator = "in"
    base: dict[str, Any] = {
        "key": field.key, "title": title, "name": f"f.{field.key}", "operator": operator, "blank": blank,
    }  # fmt: skip
    chosen = given.get("in") or given.get("eq") or given.get("contains") or ()
    if isinstance(field, (Optional, YesNo)):
        style = "radios" if isinstance(field, YesNo) else "boxes"
        return Sheet(style=style, ticks=_ticks(field, chosen, visit.language), **base)
    if kind in _RANGES and "ge" in field.operators:
        low, high = _range(given)
        return Sheet(style=_RANGES[kind], least=low, most=high, **base)
    if kind in _PICKED:
        raw = chosen[0] if chosen else ""
        url = f"/a/{target.app}/{target.form.key}/suggest/{field.key}"
        return Sheet(style="pick", value=raw, label=_named(visit, field, raw, desk), suggest=url, **base)
    return Sheet(style="text", value=chosen[0] if chosen else "", **base)


def _range(given: dict[str, tuple[str, ...]]) -> tuple[str, str]:
    between = given.get("between") or given.get("eq") or ()
    low = given.get("ge", between)[:1]
    high = given.get("le", between)[-1:]
    return "".join(low), "".join(high)


def _ticks(field: Field, chosen: Sequence[str], language: str) -> tuple[Tick, ...]:
    if isinstance(field, Optional):
        return tuple(Tick(o.key, field.option_title(o.key, language), o.key in chosen) for o in field.options)
    pairs = (("true", "field.yes"), ("false", "field.no"))
    return tuple(Tick(raw, words.say(key, language), raw in chosen) for raw, key in pairs)


def _named(visit: Visit, field: Field, raw: str, desk: RecordDesk) -> str:
    """What a picker shows for a raw value: the name, or the text itself where it names nothing."""
    if not raw:
        return ""
    reader: Any = reader_of(visit, desk)
    desk.prime(field.wants(raw))
    try:
        value = field.coerce(raw, desk)
    except Invalid:
        return raw
    _prime(desk, field, value)
    return field.display(value, reader)


def _prime(desk: RecordDesk, field: Field, value: Any) -> None:
    target = next((c.references for c in field.columns() if c.references), None)
    people, departments = ([value] if target == kind else [] for kind in ("person", "department"))
    desk.prime_ids(people, departments, {target: {value}} if target and "." in target else {})


def chips(visit: Visit, target: Target, asked: Asked) -> tuple[Chip, ...]:
    """A chip for each filter, with the way to be rid of it."""
    desk = RecordDesk(visit)
    return tuple(
        Chip(_said(visit, target.form, one, desk), asked.without(i).url(target.path))
        for i, one in enumerate(asked.filters)
    )


def _said(visit: Visit, form: CompiledForm, one: Filter, desk: RecordDesk) -> str:
    field, language = field_of(form, one.key), visit.language
    title = words.title(field.title, language, one.key) if field else one.key
    values = [_value(visit, field, one, raw, desk) for raw in one.values] if field else list(one.values)
    if one.operator in ("in", "eq") or (one.operator == "contains" and isinstance(field, Optional)):
        return words.say("lists.chip_is", language, title=title, values=values)
    if one.operator == "between" and len(values) == 2:
        return words.say("lists.chip_between", language, title=title, low=values[0], high=values[1])
    operator = operator_title(one.operator, language)
    return words.say("lists.chip", language, title=title, operator=operator, values=values).strip()


def _value(visit: Visit, field: Field, one: Filter, raw: str, desk: RecordDesk) -> str:
    kind = field.type().kind
    if isinstance(field, (Optional, YesNo)) or kind in _PICKED:
        return _named(visit, field, raw, desk)
    return raw


def mistakes(problems: Sequence[Problem], language: str) -> tuple[str, ...]:
    """What is wrong with filters, in words."""
    return tuple(words.sentence(problem, language) for problem in problems)


__all__ = ["Chip", "Sheet", "Tick", "chips", "mistakes", "sheets"]
