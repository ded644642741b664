"""The headings of a report: what each key is called, in which order they come, and the filters that find its records."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dougong.fields.base import Desk
from dougong.fields.choice import Choice
from dougong.fields.reference import Reference
from dougong.formulas.fold import fold
from dougong.formulas.kinds import Kind
from dougong.people.names import reading
from dougong.records import RecordDesk, Visit
from dougong.records.filters import Filter
from dougong.reports.grain import days_of
from dougong.reports.keys import GroupKey
from dougong.reports.table import Heading
from dougong.words import say

Keys = tuple[Any, ...]
Order = tuple[Any, ...]


@dataclass(slots=True)
class _Reader:
    """For whom keys are shown; implements ``fields.Reader``. ``known`` is the desk, with all that it can do."""

    language: str
    zone: Any
    currency: str
    desk: Desk
    known: RecordDesk


def headings(visit: Visit, keys: Sequence[GroupKey], found: Mapping[Keys, Sequence[str | None]]) -> list[Heading]:
    """A heading for each of the keys found, in order; blank comes last. ``found`` holds what people read of texts."""
    desk = RecordDesk(visit)
    _learn(desk, keys, found)
    org = visit.organisation
    reader = _Reader(visit.language, org.zone, org.currency, desk, desk)

    def order(each: Keys) -> list[Order]:
        return [_order(key, value, reader, found[each][i]) for i, (key, value) in enumerate(zip(keys, each, strict=True))]

    return [_heading(keys, each, found[each], reader) for each in sorted(found, key=order)]


def _heading(keys: Sequence[GroupKey], values: Keys, shown: Sequence[str | None], reader: _Reader) -> Heading:
    pairs = list(zip(keys, values, shown, strict=True))
    labels = tuple(_label(key, value, text, reader) for key, value, text in pairs)
    filters = tuple(_filter(key, value, text, reader) for key, value, text in pairs)
    return Heading(values, labels, tuple(each for each in filters if each is not None))


def _label(key: GroupKey, value: Any, shown: str | None, reader: _Reader) -> str:
    if value is None:
        return say("report.blank", reader.language)
    if key.grain:
        return str(value)
    if key.shown is not None:
        return shown or str(value)
    return key.field.display(_canonical(key, value), reader) if key.field is not None else str(value)


def _canonical(key: GroupKey, value: Any) -> Any:
    return key.field.from_column(value) if key.field is not None else value


def _filter(key: GroupKey, value: Any, shown: str | None, reader: _Reader) -> Filter | None:
    """The filter that finds a key's records; None where the field has no such filter."""
    name = key.grouping.field
    if key.field is None:
        return None
    if value is None:
        return Filter(name, "blank")
    if key.grain:
        first, last = days_of(value, key.grain)
        return Filter(name, "between", (first.isoformat(), last.isoformat()))
    if key.shown is not None:
        return Filter(name, "eq", (shown or "",))
    raw = key.field.to_raw(_canonical(key, value), reader.desk)
    return Filter(name, "eq", (raw if isinstance(raw, str) else ",".join(raw),))


def _order(key: GroupKey, value: Any, reader: _Reader, shown: str | None) -> Order:
    """Blank last; options as they stand, yes before no, departments as a tree, names as they are read."""
    if value is None:
        return (1,)
    if isinstance(key.field, Choice):
        known = key.field.keys()
        return (0, known.index(value) if value in known else len(known), value)
    way = _ORDERS.get(key.kind)
    return (0, *way(key, value, reader)) if way and not key.grain else (0, value)


def _person(key: GroupKey, value: Any, reader: _Reader) -> Order:
    found = reader.desk.person_by_id(value)
    return (reading(found.name)[0] if found else "", value)


def _department(key: GroupKey, value: Any, reader: _Reader) -> Order:
    node = reader.known.directory.tree.by_id.get(value)
    return (node.path if node else "", value)


def _record(key: GroupKey, value: Any, reader: _Reader) -> Order:
    assert isinstance(key.field, Reference)
    found = reader.desk.record_by_id(key.field.to, value)
    return (fold(found.title or found.number) if found else "", value)


_ORDERS: Mapping[Kind, Callable[[GroupKey, Any, _Reader], Order]] = {
    Kind.PERSON: _person,
    Kind.DEPARTMENT: _department,
    Kind.RECORD: _record,
    Kind.BOOLEAN: lambda key, value, reader: (not value,),
}


def _learn(desk: RecordDesk, keys: Sequence[GroupKey], found: Iterable[Keys]) -> None:
    """Let the desk look up every name at once."""
    people: set[int] = set()
    departments: set[int] = set()
    records: dict[str, set[int]] = {}
    for index, key in enumerate(keys):
        values = {each[index] for each in found} - {None}
        if key.kind is Kind.PERSON:
            people |= values
        elif key.kind is Kind.DEPARTMENT:
            departments |= values
        elif key.kind is Kind.RECORD and isinstance(key.field, Reference):
            records.setdefault(key.field.to, set()).update(values)
    desk.prime_ids(people, departments, records)
