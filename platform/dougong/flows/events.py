"""What happened in one approval, in the past tense: frozen events, their JSON text and back."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Moment = Annotated[datetime, Meta(tz=True)]
Mode = Literal["any", "all", "order"]
Deed = Literal["approved", "rejected", "handled", "returned", "resubmitted", "withdrawn"]
Shortage = Literal["nobody", "only_submitter"]


class Fact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    """The base of every event: ``at`` is an aware moment, ``by`` a person's id, or None for the system."""

    at: Moment
    by: int | None = None


class Act(Fact, frozen=True, kw_only=True):
    """Something a person did, with what was said."""

    by: int
    comment: str = ""


class Decision(Act, frozen=True, kw_only=True):
    """What a person did with a task of a step."""

    task: str
    step: str


class Automatic(Fact, frozen=True, kw_only=True):
    """Something the system did; ``reason`` is a code that the catalogue says under ``flows.why``."""

    step: str
    reason: str


class Submitted(Act, frozen=True, kw_only=True, tag="submitted"):
    """A person sent the record on its way; ``flow`` is the flow's key."""

    flow: str


class Approved(Decision, frozen=True, kw_only=True, tag="approved"):
    """A person said yes."""


class Rejected(Decision, frozen=True, kw_only=True, tag="rejected"):
    """A person said no."""


class Handled(Decision, frozen=True, kw_only=True, tag="handled"):
    """A person did what the step asks."""


class Returned(Decision, frozen=True, kw_only=True, tag="returned"):
    """A person sent the record back to the submitter; the unfinished step's votes are void."""


class Resubmitted(Decision, frozen=True, kw_only=True, tag="resubmitted"):
    """The submitter sent it again. ``way`` says where to: every step anew, or straight to ``to``.

    ``reason`` says why a direct way was not taken (``route_changed``, ``people_changed``), ``changed`` at which step.
    """

    way: Literal["rerun", "direct"]
    to: str = ""
    reason: Literal["", "route_changed", "people_changed"] = ""
    changed: str = ""


class Withdrawn(Act, frozen=True, kw_only=True, tag="withdrawn"):
    """The submitter took the record back; the approval is over."""


class Commented(Act, frozen=True, kw_only=True, tag="commented"):
    """A person said something and decided nothing."""


class BranchTaken(Automatic, frozen=True, kw_only=True, tag="branch_taken"):
    """A branching chose a way; ``branch`` is its key, "" for otherwise."""

    branch: str = ""


class StepEntered(Automatic, frozen=True, kw_only=True, tag="step_entered"):
    """A step began: who was named, and who is asked, from now on whatever changes elsewhere.

    ``reason`` is ``named``, or why others are asked in their place; ``source`` says which others.
    """

    opening: int
    mode: Mode
    named: tuple[int, ...]
    people: tuple[int, ...]
    source: Literal["named", "next_supervisor", "admin"]


class Passed(Automatic, frozen=True, kw_only=True, tag="passed"):
    """A step was passed over, as its rule for nobody says."""

    opening: int
    named: tuple[int, ...] = ()


class TaskOpened(Automatic, frozen=True, kw_only=True, tag="task_opened"):
    """A person is asked to act."""

    task: str
    person: int


class TaskSkipped(Automatic, frozen=True, kw_only=True, tag="task_skipped"):
    """A task needs nothing any more: ``cause`` is the person whose deed (``reason``) settled it."""

    task: str
    person: int
    cause: int


class StepCompleted(Automatic, frozen=True, kw_only=True, tag="step_completed"):
    """Everyone a step needs has agreed."""

    opening: int


class FlowApproved(Automatic, frozen=True, kw_only=True, tag="flow_approved"):
    """No step is left; ``step`` is the last one, "" when there was none."""


class FlowRejected(Automatic, frozen=True, kw_only=True, tag="flow_rejected"):
    """A step's answer is no, and the approval is over."""


Event = (
    Submitted | Approved | Rejected | Handled | Returned | Resubmitted | Withdrawn | Commented | BranchTaken
    | StepEntered | Passed | TaskOpened | TaskSkipped | StepCompleted | FlowApproved | FlowRejected
)  # fmt: skip

Deciding = Approved | Rejected | Handled | Returned | Resubmitted

_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


def kind(event: Event) -> str:
    """The event's name, as in its JSON (``task_opened``)."""
    return str(type(event).__struct_config__.tag)


def to_json(event: Event) -> str:
    """The event as one JSON object, its ``kind`` first."""
    return msgspec.json.encode(event).decode()


def from_json(text: str | bytes) -> Event:
    """The event that ``to_json`` wrote; raises msgspec.ValidationError on anything else."""
    return _decoder.decode(text)
