"""The tasks of an approval as rows for the inbox, and what an open task lets its holder do with the fields."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from dougong.fields.base import LocalText
from dougong.flows.state import State, Task, TaskState
from dougong.flows.tree import SUBMITTER, Tree
from dougong.spec.model import Approve, Deciding, FieldRight, Flow, Handle


@dataclass(frozen=True, slots=True)
class Row:
    """One task as the inbox keeps it. ``step`` is ``@submitter`` for an edit task, whose title is "" (words say it)."""

    task: str
    step: str
    title: LocalText
    person: int
    state: TaskState
    opened_at: datetime | None
    closed_at: datetime | None
    comment: str
    void: bool


@dataclass(frozen=True, slots=True)
class Rights(Mapping[str, FieldRight]):
    """What a task's holder may do with each field: those the step states, and ``otherwise`` for the rest."""

    stated: Mapping[str, FieldRight]
    otherwise: FieldRight

    def of(self, field: str) -> FieldRight:
        """The right to a field by its key."""
        return self.stated.get(field, self.otherwise)

    def __getitem__(self, field: str) -> FieldRight:
        return self.stated[field]

    def __iter__(self) -> Iterator[str]:
        return iter(self.stated)

    def __len__(self) -> int:
        return len(self.stated)


def rows(flow: Flow, state: State) -> tuple[Row, ...]:
    """Every task there ever was with its state, in the order they were made: the task table is exactly this."""
    tree = Tree.of(flow)
    return tuple(_row(tree, task) for task in state.tasks)


def inbox(flow: Flow, state: State) -> tuple[Row, ...]:
    """The tasks that people can act on now."""
    return tuple(row for row in rows(flow, state) if row.state == "open")


def open_task(state: State, person: int) -> Task | None:
    """The task the person can act on now; there is at most one."""
    return next((task for task in state.open if task.person == person), None)


def field_rights(flow: Flow, state: State, person: int) -> Rights | None:
    """The field rights of the person's open task, None when there is no such task.

    At a step the rest of the fields may be read; in an edit task after a return they may be edited, as far as the
    person's grants let a new record be.
    """
    task = open_task(state, person)
    if task is None:
        return None
    if task.step == SUBMITTER:
        return Rights({}, "edit")
    step = Tree.of(flow).steps[task.step]
    return Rights(step.fields if isinstance(step, Deciding) else {}, "read")


def actions(flow: Flow, state: State, person: int) -> tuple[str, ...]:
    """What the person's open task offers, in the order of the spec, as kinds of Action; () without one."""
    task = open_task(state, person)
    if task is None:
        return ()
    if task.step == SUBMITTER:
        return ("resubmit",)
    step = Tree.of(flow).steps[task.step]
    return step.actions if isinstance(step, (Approve, Handle)) else ()


def _row(tree: Tree, task: Task) -> Row:
    title = "" if task.step == SUBMITTER else tree.title(task.step)
    return Row(
        task.id, task.step, title, task.person, task.state, task.opened_at, task.closed_at, task.comment, task.void
    )
