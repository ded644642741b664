"""Where an approval stands: frozen tasks, visits and statuses, and what may be asked of them."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from dougong.errors import DougongError
from dougong.flows.events import Deed, Mode

Stage = Literal["draft", "running", "returned", "approved", "rejected", "withdrawn"]
TaskState = Literal["waiting", "open", "approved", "rejected", "handled", "returned", "resubmitted", "skipped"]
Outcome = Literal["open", "completed", "passed", "taken", "returned", "rejected", "withdrawn"]

OPEN: frozenset[TaskState] = frozenset({"waiting", "open"})
DECIDED: frozenset[TaskState] = frozenset({"approved", "rejected", "handled", "returned"})


class BrokenLog(DougongError):
    """The events of an instance cannot have happened in this order, or belong to another flow."""


@dataclass(frozen=True, slots=True)
class Task:
    """One person asked once at one step. ``id`` is ``step:opening:person`` and stays the same for ever.

    ``since`` is the log's version with which it opened. ``void`` marks what no longer counts after a return. ``cause``
    and ``reason`` tell who settled a skipped task by which deed.
    """

    id: str
    step: str
    opening: int
    person: int
    state: TaskState = "waiting"
    opened_at: datetime | None = None
    since: int = 0
    closed_at: datetime | None = None
    comment: str = ""
    cause: int | None = None
    reason: str = ""
    void: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """One time the flow came to a step. ``standing`` is False once a return made it count no more.

    A branching's visit has opening 0 and its ``branch`` ("" is otherwise); ``named`` is what ``who`` said then,
    ``people`` who was asked.
    """

    step: str
    opening: int
    entered_at: datetime
    outcome: Outcome
    left_at: datetime | None = None
    mode: Mode = "any"
    named: tuple[int, ...] = ()
    people: tuple[int, ...] = ()
    branch: str = ""
    standing: bool = True


@dataclass(frozen=True, slots=True)
class Last:
    """The last deed that moved the approval: who, what, when."""

    person: int
    deed: Deed | Literal["submitted"]
    at: datetime


@dataclass(frozen=True, slots=True)
class State:
    """An approval at one version (the number of its events). ``status`` is what the record's status must be."""

    stage: Stage = "draft"
    status: str = "draft"
    version: int = 0
    round: int = 0
    submitter: int | None = None
    submitted_at: datetime | None = None
    ended_at: datetime | None = None
    last: Last | None = None
    tasks: tuple[Task, ...] = ()
    visits: tuple[Visit, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether nothing can happen any more but comments."""
        return self.stage in ("approved", "rejected", "withdrawn")

    @property
    def current(self) -> Visit | None:
        """The step that is open now."""
        return self.visits[-1] if self.visits and self.visits[-1].outcome == "open" else None

    @property
    def open(self) -> tuple[Task, ...]:
        """The tasks that people can act on now."""
        return tuple(task for task in self.tasks if task.state == "open")

    @property
    def waiting(self) -> tuple[Task, ...]:
        """The tasks whose turn has not come (mode order), in their order."""
        return tuple(task for task in self.tasks if task.state == "waiting")

    @property
    def decided(self) -> tuple[Task, ...]:
        """The tasks of steps that somebody decided, in the order they were made."""
        return tuple(task for task in self.tasks if task.state in DECIDED)

    @property
    def standing(self) -> tuple[Visit, ...]:
        """The visits that still count, from the start of the present run."""
        return tuple(visit for visit in self.visits if visit.standing)

    def task(self, id: str) -> Task | None:
        """The task with this id."""
        return next((task for task in self.tasks if task.id == id), None)

    def of(self, person: int) -> tuple[Task, ...]:
        """Every task the person ever had, in the order they were made."""
        return tuple(task for task in self.tasks if task.person == person)

    def openings(self, step: str) -> int:
        """How many times a step was entered or passed over."""
        return sum(visit.step == step and visit.opening > 0 for visit in self.visits)

    def with_task(self, task: Task) -> "State":
        """The same with one task in a new form."""
        return replace(self, tasks=tuple(task if each.id == task.id else each for each in self.tasks))
