"""The open tasks of a person, each with the record it is about, as far as the person may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from dougong import words
from dougong.apps import PublishedApp
from dougong.errors import NotFound
from dougong.flows.tree import SUBMITTER
from dougong.flows.waiting import open_rows
from dougong.pages import reader_of
from dougong.records import RecordDesk, Visit
from dougong.records.listing import Listed, Query, rows
from dougong.spec.model import Card
from dougong.tables import LiveForm
from dougong.words import formats
from dougong_runtime.app_of import app_of
from dougong_runtime.lists_rows import cell_of, learn_rows

MOST = 200


@dataclass(frozen=True, slots=True)
class Queue:
    """One's place among one's tasks: ``at`` (from 1) of ``of``, whether the record is (still) one of them, and the
    addresses of those beside it, "" where there is none."""

    at: int
    of: int
    here: bool
    previous: str
    next: str


@dataclass(frozen=True, slots=True)
class TaskCard:
    """A task: where it is acted on, what is asked, about which record, of whom, since when. ``lines`` say more of it."""

    url: str
    form: str
    form_title: str
    step: str
    title: str
    number: str
    who: str
    amount: str
    lines: tuple[str, ...]
    opened_at: datetime
    waiting: str
    place: int
    urgent: bool


def open_tasks(visit: Visit, back: str, form: str = "", limit: int = MOST) -> tuple[TaskCard, ...]:
    """The person's tasks, the longest waiting first; of one form when one is named."""
    found = open_rows(visit.tx, visit.actor.id, form, limit)
    seen = _records(visit, found)
    desk = RecordDesk(visit)
    desk.prime_ids({row.submitter_id for row in found}, (), {})
    shown = [row for row in found if (row.form, row.record_id) in seen]
    return tuple(_card(visit, desk, row, *seen[row.form, row.record_id], at, back) for at, row in enumerate(shown, 1))


def queue(visit: Visit, live: LiveForm, id: int, back: str, at: str) -> Queue | None:
    """Where a record stands among the tasks of the inbox or workbench one came from; None when one came from elsewhere."""
    inbox, _, form = back.partition("?form=")
    if inbox not in ("/inbox", "/") or not (at.isascii() and at.isdecimal()):
        return None
    found = open_rows(visit.tx, visit.actor.id, form, MOST)
    seen = _records(visit, found)
    refs = [(row.form, row.record_id) for row in found if (row.form, row.record_id) in seen]
    here = (live.ref, id) in refs
    # what was decided has left the queue: the next one stands where it stood
    place = refs.index((live.ref, id)) if here else min(max(int(at[:4]) - 1, 0), len(refs))
    after = place + here

    def url(index: int) -> str:
        ref, record = refs[index]
        return f"/a/{ref.replace('.', '/')}/{record}?back={quote(back, safe='/')}&at={index + 1}"

    return Queue(
        place + 1, len(refs), here, url(place - 1) if place else "", url(after) if after < len(refs) else ""
    )  # fmt: skip


def _records(visit: Visit, tasks: Sequence[Any]) -> dict[tuple[str, int], tuple[LiveForm, Listed]]:
    """The records of tasks, one query per form; an app that is gone has none."""
    by_form: dict[str, list[int]] = {}
    for row in tasks:
        by_form.setdefault(row.form, []).append(row.record_id)
    found: dict[tuple[str, int], tuple[LiveForm, Listed]] = {}
    for ref, ids in by_form.items():
        try:
            live = visit.forms.form(ref)
        except NotFound:
            continue
        for each in listed(visit, live, ids):
            found[ref, each.id] = (live, each)
    return found


def listed(visit: Visit, live: LiveForm, ids: Sequence[int]) -> tuple[Listed, ...]:
    """Records by id with what their card shows, those the person may read."""
    card = card_of(visit, live)
    keys = (card.title, *card.lines, card.amount, "created_at") if card else ("created_at",)
    view = visit.view(live)
    columns = tuple(dict.fromkeys(key for key in keys if key and view.reads_somewhere(key)))
    if not view.may("read") or not ids:
        return ()
    return rows(visit, Query(live, columns, only=tuple(ids), limit=len(ids))).rows


def card_of(visit: Visit, live: LiveForm) -> Card | None:
    """The card of the first list of a form that has one, an amount preferred."""
    app: PublishedApp = app_of(visit, live.form.app)
    cards = [each.spec.card for each in app.compiled.lists.values() if each.form.key == live.form.key and each.spec.card]
    return next((card for card in cards if card.amount), cards[0] if cards else None)


def words_of(visit: Visit, live: LiveForm, row: Listed) -> tuple[str, str, tuple[str, ...]]:
    """Title, amount and further lines of a record's card."""
    card, desk = card_of(visit, live), RecordDesk(visit)
    learn_rows(desk, live, [row.values])
    reader: Any = reader_of(visit, desk)

    def text(key: str) -> str:
        return cell_of(live.form, key, row.values.get(key), reader).text if key in row.values else ""

    fallback = row.title or row.number or words.say("lists.unnamed", visit.language)
    if card is None:
        return fallback, "", ()
    skipped = {"number", "created_at", "created_by", "status"}
    lines = tuple(filter(None, (text(key) for key in card.lines if key not in skipped)))
    return text(card.title) or fallback, text(card.amount), lines


def _card(
    visit: Visit, desk: RecordDesk, task: Any, live: LiveForm, row: Listed, place: int, back: str
) -> TaskCard:
    language = visit.language
    title, amount, lines = words_of(visit, live, row)
    person = desk.person_by_id(task.submitter_id)
    edits = task.step == SUBMITTER
    step = words.say("work.edit_task", language) if edits else words.title(task.title, language, task.step)
    waited = visit.now - task.opened_at
    return TaskCard(
        url=f"/a/{live.form.app}/{live.form.key}/{row.id}?back={back}&at={place}", form=live.ref,
        form_title=words.title(live.form.spec.title, language, live.form.key), step=step, title=title,
        number=row.number, who="" if edits or person is None else person.name, amount=amount, lines=lines,
        opened_at=task.opened_at, waiting=formats.duration(waited, language, 1), place=place, urgent=waited.days >= 3,
    )  # fmt: skip
