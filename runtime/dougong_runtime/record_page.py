"""One record as a page: what it says, how far its approval is, what may be done with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request, url_for

from dougong import words
from dougong.errors import Problem
from dougong.flows.log import Instance, find_instance
from dougong.forms import FormPage, FormState, RawRecord, Rights, Slot, shown_places, slots
from dougong.forms.slots import sentence
from dougong.pages import came_from, names_of, reader_of
from dougong.records import Record, RecordDesk, Visit, read
from dougong.records.evaluate import evaluate
from dougong.records.load import load
from dougong.spec.model import SYSTEM_FIELDS
from dougong.spec.system import system_field
from dougong.tables import LiveForm
from dougong_runtime.earlier import Earlier, earlier
from dougong_runtime.filling import addresses_of, stored_filling
from dougong_runtime.form_page import Alert, drawn
from dougong_runtime.inbox_tasks import Queue, queue
from dougong_runtime.record_actions import Doing, doing
from dougong_runtime.record_timeline import Line, lines

_TONES = {"running": "info", "returned": "warn", "approved": "ok", "rejected": "bad"}
_SEALS = {"approved": "", "rejected": "", "withdrawn": "quiet"}


@dataclass(frozen=True, slots=True)
class Tag:
    """A status: its title, and the tone of its colour."""

    text: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPage:
    """A record to read and to act on. ``blank`` are the titles of fields nothing was entered in, ``earlier`` what it holds
    beside its form; ``form`` the fields the open task lets be filled in, None when there are none; ``paper`` the address
    of the record to print."""

    heading: str
    number: str
    title: str
    status: Tag | None
    seal: Tag | None
    by: str
    department: str
    at: datetime
    changed: tuple[str, datetime] | None
    body: FormPage
    blank: tuple[str, ...]
    earlier: tuple[Earlier, ...]
    paper: str
    lines: tuple[Line, ...]
    doing: Doing
    form: FormPage | None
    action: str
    live: str
    version: int
    back: str
    queue: Queue | None
    comment: str
    comment_error: str
    errors: tuple[tuple[str | None, str], ...]
    alert: Alert | None

    @property
    def waiting(self) -> bool:
        """Whether this person is asked to act."""
        return bool(self.doing.task)


def record_page(
    visit: Visit, live: LiveForm, id: int, *, raw: RawRecord | None = None, comment: str = "",
    problems: Sequence[Problem] = (), alert: Alert | None = None,
) -> RecordPage:  # fmt: skip
    """The page by the form that holds for the record (``held_form``); ``raw`` and ``comment`` are what was typed before a
    refusal. Raises NotFound."""
    desk = RecordDesk(visit)
    record = read(visit, live, id, desk)
    stored = load(visit.tx, live, [id])[id]
    instance = find_instance(visit, live, id) if live.form.spec.flow or live.revision > 1 else None
    can = doing(visit, live, record, instance)
    shown = body(visit, live, desk, record, stored, frozenset(can.fields))
    form = _task_form(visit, live, record, can, raw or RawRecord(), problems)
    app, _, key = live.ref.partition(".")
    by, department = submitter(desk, record)
    return RecordPage(
        heading=heading(live, visit.language),
        number=record.number,
        title=title_of(live, record, visit.language),
        status=status(live, record, visit.language),
        seal=seal(record, visit.language, instance),
        by=by,
        department=department,
        at=record.values["created_at"],
        changed=_changed(desk, record),
        body=shown,
        blank=tuple(_blank(shown)),
        earlier=earlier(visit, live, record, desk),
        paper=url_for("runtime.paper", app=app, form=key, id=id),
        lines=lines_of(visit, desk, instance, id),
        doing=can,
        form=form,
        action=url_for("runtime.decide", app=app, form=key, id=id),
        live=url_for("runtime.evaluate_form", app=app, form=key, record=id),
        version=record.version,
        back=came_from(),
        queue=queue(visit, live, id, came_from(), request.values.get("at", "")),
        comment=comment,
        comment_error=next((sentence(p, visit.language) for p in problems if p.at == "comment"), ""),
        errors=tuple(_errors(problems, form, visit.language)),
        alert=alert,
    )


def heading(live: LiveForm, language: str) -> str:
    """What kind of record it is."""
    return words.title(live.form.spec.title, language, live.form.key)


def lines_of(visit: Visit, desk: RecordDesk, instance: Instance | None, id: int) -> tuple[Line, ...]:
    """The way of its approval, told by the form it began on."""
    if instance is None:
        return ()
    return lines(visit, desk, instance, load(visit.tx, instance.pinned, [id])[id])


def body(
    visit: Visit, live: LiveForm, desk: RecordDesk, record: Record, stored: Any, asked: frozenset[str]
) -> FormPage:
    """The stored values as they are; only what shows is decided anew. Fields the task asks for stand in its form."""
    given = {key: stored[key] for key in SYSTEM_FIELDS}
    evaluated = evaluate(live.form, given, visit.env, old=stored, new=False)
    state = FormState(
        raw=RawRecord(), values=record.values, shown=shown_places(live.form, RawRecord(), record.values, evaluated.hidden),
        rights=Rights(read=record.readable - asked, edit=frozenset()),
    )  # fmt: skip
    return slots(live.form, state, reader_of(visit, desk), "show", addresses_of(live))


def _task_form(
    visit: Visit, live: LiveForm, record: Record, can: Doing, raw: RawRecord, problems: Sequence[Problem]
) -> FormPage | None:
    if not can.fields:
        return None
    filling = stored_filling(visit, live, record.id, frozenset(), frozenset(can.fields))
    placed = [problem for problem in problems if problem.at != "comment"]
    return drawn(filling, filling.page(raw, placed, due=can.due))


def _errors(
    problems: Sequence[Problem], form: FormPage | None, language: str
) -> list[tuple[str | None, str]]:
    """What the summary lists: the comment first, then the fields in their order."""
    said: list[tuple[str | None, str]] = [("comment", sentence(p, language)) for p in problems if p.at == "comment"]
    if form is not None:
        return said + [(link.href.removeprefix("#") or None, link.sentence) for link in form.errors]
    return said + [(None, sentence(problem, language)) for problem in problems if problem.at != "comment"]


def _blank(body: FormPage) -> list[str]:
    return [
        slot.title
        for slot in body.slots()
        if isinstance(slot, Slot) and not slot.in_row and slot.shown and not slot.text and not slot.files
    ]


def title_of(live: LiveForm, record: Record, language: str) -> str:
    """The record's title less the number that stands beside it."""
    title = record.title.removeprefix(record.number).strip() if record.number else record.title.strip()
    return title or words.title(live.form.spec.title, language, live.form.key)


def status(live: LiveForm, record: Record, language: str) -> Tag | None:
    """A form without a flow has but one status once handed in, and that goes without saying."""
    if live.form.spec.flow is None and record.status == "approved":
        return None
    own = next((status for status in live.form.spec.statuses if status.key == record.status), None)
    field = system_field("status", live.form)
    text = field.option_title(record.status, language) if field is not None and hasattr(field, "option_title") else ""
    return Tag(text or record.status, own.tone if own else _TONES.get(record.status, "plain"))


def seal(record: Record, language: str, instance: Instance | None) -> Tag | None:
    """The stamp of how its approval ended."""
    if instance is None or record.status not in _SEALS:
        return None
    return Tag(words.say(f"runtime.seal_{record.status}", language), _SEALS[record.status])


def submitter(desk: RecordDesk, record: Record) -> tuple[str, str]:
    """Who made it, and of which department."""
    department = record.values.get("department")
    found = desk.department_by_id(department) if department else None
    return names_of(desk, [record.values["created_by"]])[0], found.name if found else ""


def _changed(desk: RecordDesk, record: Record) -> tuple[str, datetime] | None:
    if record.version == 1 or record.values["updated_at"] == record.values["created_at"]:
        return None
    return names_of(desk, [record.values["updated_by"]])[0], record.values["updated_at"]
