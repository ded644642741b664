"""The history of a draft: its steps, newest first, each with who, when and how it stands; any of one's own is gone back to."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response

from dougong import words
from dougong.drafts import log
from dougong.drafts.history import State, stack, states
from dougong.drafts.store import Draft, find_draft
from dougong.pages import names_of, reading
from dougong.records import RecordDesk, Visit
from dougong.web import guards, htmx
from dougong_builder.frame import Frame, frame_of
from dougong_builder.operating import SCREENS, Screen
from dougong_builder.start import opened
from dougong_builder.trouble import Trouble

MOST = 500
"""Steps listed."""
TONES = {"done": "ok", "undone": "warn", "dropped": "plain", "passed": "info"}


@dataclass(frozen=True, slots=True)
class Step:
    """One step; ``mine`` whether the reader can go back to it, ``now`` whether that is where he stands."""

    number: int
    said: str
    who: str
    when: datetime
    state: State
    tone: str
    mine: bool
    now: bool


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """``start`` says whether there is anything of the reader's to take back; ``most`` is 0 when every step is listed."""

    frame: Frame
    steps: tuple[Step, ...]
    start: bool
    most: int


def routes(blueprint: Blueprint) -> None:
    """One page."""
    blueprint.add_url_rule("/apps/<app>/history", "history", history)


@guards.builder
def history(app: str) -> Response:
    """The steps of the open draft."""
    opened(app)
    return reading(lambda visit: page(visit, find_draft(visit.tx, app), "", None))


def page(visit: Visit, draft: Draft, argument: str, trouble: Trouble | None) -> Response:
    """The page, also for a step that could not be gone back to."""
    frame = frame_of(visit, draft, "history", here=f"/apps/{draft.app}/history", trouble=trouble)
    steps, start = steps_of(visit, draft)
    shown = HistoryPage(frame, steps[:MOST], start, MOST if len(steps) > MOST else 0)
    return htmx.answer("builder/history.html", shown, status=trouble.status if trouble else 200)


def steps_of(visit: Visit, draft: Draft) -> tuple[tuple[Step, ...], bool]:
    """Every step, newest first, and whether the reader has one to take back."""
    rows = log.rows(visit.tx, draft.id)
    first = {row.seq: row for row in rows if row.seq == row.step}
    person, how = visit.actor.id, states(rows)
    newest = sorted(first, reverse=True)[: MOST + 1]
    labels = log.labels(visit.tx, draft.id, newest)
    mine = stack(rows, person)
    reachable = {row.step for row in (*mine.undo, *mine.redo)}
    at = mine.undo[0].step if mine.undo else 0
    people = [first[number].person for number in newest]
    named = iter(names_of(RecordDesk(visit), [each for each in people if each]))
    names = [next(named) if each else words.say("history.program", visit.language) for each in people]
    return tuple(
        Step(
            number, words.sentence(labels[number], visit.language), name, first[number].at, how[number],
            TONES[how[number]], number in reachable and number != at, number == at,
        )
        for number, name in zip(newest, names, strict=True)
    ), bool(mine.undo)  # fmt: skip


SCREENS["history"] = Screen(page)
