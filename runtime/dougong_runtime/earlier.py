"""What a record says beside its form of today: values of fields that are gone, and texts that did not become what a field
is now."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from dougong import words
from dougong.apps.revisions import revisions
from dougong.errors import NotFound
from dougong.fields import same_columns
from dougong.pages import reader_of
from dougong.records import Record, RecordDesk, Visit, read
from dougong.spec.compiled import CompiledForm
from dougong.tables import LiveForm

Paths = tuple[str, ...]
_paths: WeakKeyDictionary[CompiledForm, dict[int, Paths]] = WeakKeyDictionary()
"""Of each published form, by older revision: the fields of that revision whose values may have to be told."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A value as it was: what its field was called, and what it says."""

    title: str
    text: str


def earlier(visit: Visit, live: LiveForm, record: Record, desk: RecordDesk) -> tuple[Earlier, ...]:
    """What the published form does not tell of ``record``, newest first; each stored value once."""
    if live.now is not None or live.revision == 1:
        return ()
    found: list[Earlier] = []
    told: set[tuple[str, str]] = set()
    for number in _since(visit, live, record):
        paths = _told_by(visit, live, number)
        fresh = [path for path in paths if _column(visit, live, number, path) not in told]
        if not fresh:
            continue
        then = visit.forms.form_at(live.ref, number)
        told |= {_column(visit, live, number, path) for path in fresh}
        try:
            seen = read(visit, then, record.id, desk)
        except NotFound:
            continue
        for path in fresh:
            found += _values(visit, then, path, seen.values, record.values, desk)
    return tuple(dict.fromkeys(found))


def _since(visit: Visit, live: LiveForm, record: Record) -> list[int]:
    """The older revisions since the record was made, the newest first."""
    published = [each for each in revisions(visit.tx, live.form.app) if each.number < live.revision]
    made = record.values["created_at"]
    first = next((each.number for each in published if each.at <= made), 1)
    return [each.number for each in published if each.number >= first]


def _told_by(visit: Visit, live: LiveForm, number: int) -> Paths:
    kept = _paths.setdefault(live.form, {})
    if number not in kept:
        try:
            kept[number] = tuple(_untold(visit.forms.form_at(live.ref, number), live))
        except NotFound:
            kept[number] = ()
    return kept[number]


def _untold(then: LiveForm, live: LiveForm) -> Iterator[str]:
    form = then.form
    for key in form.fields:
        for path in (f"{key}.{column}" for column in form.rows[key]) if key in form.rows else (key,):
            now = then.newer.get(path)
            if now is None or not same_columns(form.field(path).spec, live.form.field(now).spec):
                yield path


def _column(visit: Visit, live: LiveForm, number: int, path: str) -> tuple[str, str]:
    """Where the value is kept, so that two revisions that kept it in one place tell it once."""
    physical, (table, _, key) = visit.forms.form_at(live.ref, number).physical, path.rpartition(".")
    holder = physical.rows[table] if table else physical.main
    column = holder.column(key)
    return holder.table.name, column.name if column is not None else f"-{path}"


def _values(
    visit: Visit, then: LiveForm, path: str, was: Mapping[str, Any], now: Mapping[str, Any], desk: RecordDesk
) -> Iterator[Earlier]:
    spec, (table, _, key) = then.form.field(path).spec, path.rpartition(".")
    title = words.title(spec.title, visit.language, key)
    new_table, _, new_key = then.newer.get(path, "").rpartition(".")
    today = {row["id"]: row for row in now.get(new_table) or ()} if new_table else {}
    for position, row in enumerate(was.get(table) or ()) if table else [(0, was)]:
        held = today.get(row.get("id"), {}) if table else now
        value = row.get(key)
        if value in (None, [], ()) or (new_key and held.get(new_key) not in (None, [], ())):
            continue
        shown = title
        if table:
            whole = words.title(then.form.fields[table].spec.title, visit.language, table)
            shown = words.say("runtime.left_cell", visit.language, table=whole, row=position + 1, title=title)
        yield Earlier(shown, spec.display(value, reader_of(visit, desk)))
