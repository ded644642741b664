"""Which form judges a change: the one that is published, or the one that a record's running approval holds on to."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dougong.errors import Problem
from dougong.records.change import Change, Create, Update
from dougong.records.visit import Visit
from dougong.tables import LiveForm

_PLACE = re.compile(r"(?P<key>[^.\[]+)(?P<row>\[\d+\])?(?:\.(?P<column>.+))?")
_UNKNOWN = "~"
"""Before the key of a field that an older form lacks; no key begins with it."""

Group = tuple[LiveForm, list[int], list[Change]]
"""A form, and the changes it judges, each with its index."""


def by_form(visit: Visit, live: LiveForm, changes: Sequence[Change]) -> list[Group]:
    """The changes by the form that judges them; nearly always that is one form. Values that came under the keys of the
    published form are those of the older one from here on."""
    held = pinned(visit, live, [change.id for change in changes if not isinstance(change, Create)])
    if not held:
        return [(live, list(range(len(changes))), list(changes))]
    groups: dict[int, Group] = {}
    for index, change in enumerate(changes):
        form = live if isinstance(change, Create) else held.get(change.id, live)
        _, places, several = groups.setdefault(id(form), (form, [], []))
        places.append(index)
        several.append(change if form is live else _renamed(form, change))
    return list(groups.values())


def pinned(visit: Visit, live: LiveForm, ids: Sequence[int]) -> Mapping[int, LiveForm]:
    """Record id → the older form that holds for it, for those of ``ids`` that have one."""
    if live.now is not None or live.revision == 1 or not ids or visit.pinning is None:
        return {}
    return visit.pinning(visit, live, ids)


def form_for(visit: Visit, live: LiveForm, id: int) -> LiveForm:
    """The form under which a record is changed: its running approval's, else the published one."""
    return pinned(visit, live, [id]).get(id, live)


def _renamed(form: LiveForm, change: Change) -> Change:
    return replace(change, values=under_older_keys(form, change.values)) if isinstance(change, Update) else change


def under_older_keys(form: LiveForm, values: Mapping[str, Any]) -> dict[str, Any]:
    """Raw values under the keys of the published form → under those of an older one."""
    older = {new: old for old, new in form.newer.items()}
    return {_older(form, key, older): _rows(form, raw, key, older) for key, raw in values.items()}


def _older(form: LiveForm, path: str, older: Mapping[str, str]) -> str:
    """The path as the older form has it. One that it lacks is marked: it may have another field of that key."""
    table, _, key = path.rpartition(".")
    fields = form.published.form.rows.get(table, {}) if table else form.published.form.fields
    return older.get(path, f"{_UNKNOWN}{key}" if key in fields else key)


def _rows(form: LiveForm, raw: Any, table: str, older: Mapping[str, str]) -> Any:
    """A raw value; of a sub-table each row's columns under the keys they had."""
    if not isinstance(raw, list) or not all(isinstance(row, Mapping) for row in raw):
        return raw
    return [{_older(form, f"{table}.{key}", older).rpartition(".")[2]: each for key, each in row.items()} for row in raw]


def under_present_keys(form: LiveForm, problem: Problem) -> Problem:
    """What an older form says of values that came under the keys of the published one, at its place there."""
    index, at = re.fullmatch(r"(\[\d+\]\.)?(.*)", problem.at, re.S).groups("")  # type: ignore[union-attr]
    found = _PLACE.fullmatch(at)
    if found is None:
        return problem
    place = f"{index}{_place(form, found['key'], found['row'] or '', found['column'] or '')}"
    if _UNKNOWN not in problem.at or problem.code != "record.unknown_field":
        return replace(problem, at=place)
    title = found["column"] or found["key"]
    return replace(problem, code="record.field_is_newer", at=place, params={"title": title.removeprefix(_UNKNOWN)})


def _place(form: LiveForm, key: str, row: str, column: str) -> str:
    table = form.newer.get(key, key).removeprefix(_UNKNOWN)
    if not column:
        return f"{table}{row}"
    path = form.newer.get(f"{key}.{column}", column).rpartition(".")[2].removeprefix(_UNKNOWN)
    return f"{table}{row}.{path}"
