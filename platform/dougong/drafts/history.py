"""Who can undo and redo what: read from the log, of which every row stays as it was written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dougong.drafts.labels import Label
from dougong.drafts.operations import AnyOperation

Kind = Literal["do", "undo", "redo", "passed"]
State = Literal["done", "undone", "dropped", "passed"]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the log. A row that goes on with, undoes or redoes a step has the step's number, which is the ``seq`` of
    its first row; the last row of a step says how it stands."""

    seq: int
    step: int
    kind: Kind
    person: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Entry(Row):
    """A row with what it did."""

    operation: AnyOperation
    label: Label


@dataclass(frozen=True, slots=True)
class Stack:
    """The steps a person can undo, newest first, and redo, next first; each with its last row."""

    undo: tuple[Row, ...]
    redo: tuple[Row, ...]


def stack(rows: Iterable[Row], person: int | None) -> Stack:
    """What ``person`` can undo and redo; ``rows`` are the log. A new operation of his clears what he could redo."""
    latest: dict[int, Row] = {}
    last_done = 0
    for row in sorted(rows, key=lambda row: row.seq):
        if row.person == person:
            latest[row.step] = row
            last_done = row.seq if row.kind == "do" else last_done
    steps = sorted(latest.values(), key=lambda row: row.step)
    return Stack(
        undo=tuple(row for row in reversed(steps) if row.kind in ("do", "redo")),
        redo=tuple(row for row in steps if row.kind == "undo" and row.seq > last_done),
    )


def states(rows: Sequence[Row]) -> dict[int, State]:
    """How each step stands."""
    people = {row.person for row in rows}
    redoable = {row.step for person in people for row in stack(rows, person).redo}
    latest = {row.step: row for row in sorted(rows, key=lambda row: row.seq)}
    return {step: _state(row, step in redoable) for step, row in latest.items()}


def _state(row: Row, redoable: bool) -> State:
    if row.kind == "undo":
        return "undone" if redoable else "dropped"
    return "passed" if row.kind == "passed" else "done"


def standing(entries: Sequence[Entry]) -> list[Entry]:
    """Of some rows of the log those that left something: of a step that stands after them as it stood before, none."""
    steps: dict[int, list[Entry]] = {}
    for entry in entries:
        steps.setdefault(entry.step, []).append(entry)
    gone = {step for step, several in steps.items() if _came_to_nothing(several[0], several[-1])}
    return [entry for entry in entries if entry.step not in gone and entry.kind != "passed"]


def _came_to_nothing(first: Entry, last: Entry) -> bool:
    if first.kind == "undo":
        return last.kind == "redo"
    return last.kind == "undo" and (first.kind == "redo" or first.seq == first.step)
