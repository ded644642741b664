"""What a person started: approvals with whoever has them now, and drafts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dougong import words
from dougong.errors import NotFound
from dougong.flows.tree import SUBMITTER
from dougong.flows.waiting import open_of, started_rows
from dougong.pages import names_of
from dougong.records import RecordDesk, Visit
from dougong.records.filters import Filter
from dougong.records.listing import Listed, Query, rows
from dougong.records.order import SortKey
from dougong.spec.system import status_tone, system_field
from dougong.tables import LiveForm
from dougong.words import formats
from dougong_runtime.inbox_tasks import listed, words_of
from dougong_runtime.lists_rows import Cell

RUNNING = ("running", "returned")


@dataclass(frozen=True, slots=True)
class Started:
    """One of my records: its card, who has it and since how long, or when it ended."""

    url: str
    form_title: str
    title: str
    number: str
    amount: str
    status: Cell
    holder: str
    at: datetime


def started(visit: Visit, running: bool | None, back: str, limit: int = 50) -> tuple[Started, ...]:
    """My approvals, the newest first; only those under way, only those over, or (None) all."""
    found = started_rows(visit.tx, visit.actor.id, running, limit)
    holders = _holders(visit, [row.id for row in found])
    seen = {(live.ref, row.id): (live, row) for live, row in _listed(visit, found)}
    return tuple(
        _started(visit, one, *seen[one.form, one.record_id], holders.get(one.id, ()), back)
        for one in found
        if (one.form, one.record_id) in seen
    )


def drafts(visit: Visit, lives: Iterable[LiveForm], back: str) -> tuple[Started, ...]:
    """My unfinished forms, the latest touched first."""
    found: list[Started] = []
    for live in lives:
        if not visit.view(live).may("create"):
            continue
        wanted = (Filter("status", "eq", ("draft",)), Filter("created_by", "eq", (visit.actor.login,)))
        query = Query(live, ("updated_at",), filters=wanted, sort=(SortKey("updated_at", True),), limit=20)
        for row in rows(visit, query).rows:
            found += [_draft(visit, live, each, row, back) for each in listed(visit, live, [row.id])]
    return tuple(sorted(found, key=lambda each: each.at, reverse=True))


def _draft(visit: Visit, live: LiveForm, row: Listed, dated: Listed, back: str) -> Started:
    title, amount, _ = words_of(visit, live, row)
    form = words.title(live.form.spec.title, visit.language, live.form.key)
    url = f"/a/{live.form.app}/{live.form.key}/{row.id}/edit?back={back}"
    return Started(url, form, title, "", amount, _status(visit, live, "draft"), "", dated.values["updated_at"])


def _listed(visit: Visit, instances: Sequence[Any]) -> Iterable[tuple[LiveForm, Listed]]:
    by_form: dict[str, list[int]] = {}
    for row in instances:
        by_form.setdefault(row.form, []).append(row.record_id)
    for ref, ids in by_form.items():
        try:
            live = visit.forms.form(ref)
        except NotFound:
            continue
        yield from ((live, row) for row in listed(visit, live, ids))


def _holders(visit: Visit, instances: Sequence[int]) -> dict[int, tuple[Any, ...]]:
    """The open tasks of each instance."""
    found: dict[int, tuple[Any, ...]] = {}
    for row in open_of(visit.tx, instances):
        found[row.instance_id] = (*found.get(row.instance_id, ()), row)
    return found


def _started(
    visit: Visit, one: Any, live: LiveForm, row: Listed, tasks: Sequence[Any], back: str
) -> Started:
    title, amount, _ = words_of(visit, live, row)
    form = words.title(live.form.spec.title, visit.language, live.form.key)
    url = f"/a/{live.form.app}/{live.form.key}/{row.id}?back={back}"
    holder = "" if one.ended_at else _holder(visit, tasks)
    at = one.ended_at or one.started_at
    return Started(url, form, title, row.number, amount, _status(visit, live, row.status), holder, at)


def _holder(visit: Visit, tasks: Sequence[Any]) -> str:
    """``李强 处理中 · 已 3 小时``."""
    language = visit.language
    if not tasks:
        return words.say("work.nobody", language)
    if tasks[0].step == SUBMITTER:
        return words.say("work.edit_task", language)
    people = list(names_of(RecordDesk(visit), [task.person_id for task in tasks][:3]))
    span = formats.duration(visit.now - tasks[0].opened_at, language, 1)
    return f"{words.say('work.with', language, people=people)} · {words.say('work.since', language, span=span)}"


def _status(visit: Visit, live: LiveForm, status: str) -> Cell:
    field: Any = system_field("status", live.form)
    return Cell(field.option_title(status, visit.language), "tag", status_tone(live.form, status))
