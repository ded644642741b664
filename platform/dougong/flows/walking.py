"""The way through a flow: from a step onward, which branches hold and whom each step would ask."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from dougong.errors import Problem
from dougong.flows.people import People, Staffing, resolve, staff
from dougong.flows.state import State, Visit
from dougong.flows.tree import Tree, ways
from dougong.spec.model import AnyStep, Approve, Branching, Deciding, Handle

NOBODY = {
    ("refuse", "nobody"): "flows.nobody_for_step",
    ("refuse", "only_submitter"): "flows.only_you_for_step",
    ("none", "nobody"): "flows.nobody_at_all",
    ("none", "only_submitter"): "flows.nobody_but_you",
}


@dataclass(frozen=True, slots=True)
class Context:
    """What the world is like when somebody acts.

    ``values`` are the record's canonical values after the actor's own edits, ``now`` an aware moment. ``when`` tells
    whether the condition of ``step.branch`` holds for those values. ``seen_version`` is the version (number of
    events) of the page the actor acted on, None when unknown.
    """

    values: Mapping[str, Any]
    now: datetime
    people: People
    when: Callable[[str], bool]
    seen_version: int | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """A branching and the branch that is taken, "" for otherwise."""

    step: Branching
    branch: str


@dataclass(frozen=True, slots=True)
class Stop:
    """A step and whom it would ask."""

    step: Approve | Handle
    staffing: Staffing


def walk(tree: Tree, start: AnyStep | None, submitter: int, context: Context, *, late: bool) -> Iterator[Turn | Stop]:
    """The steps from ``start`` to the end as they would be now, lazily: nothing is asked beyond what is taken."""
    step = start
    while step is not None:
        after = tree.following[step.key]
        if isinstance(step, Branching):
            branch = chosen(step, context)
            yield Turn(step, branch)
            inner = ways(step)[branch]
            step = inner[0] if inner else after
        else:
            yield Stop(step, staff(step, submitter, context.values, context.people, late=late))
            step = after


def chosen(step: Branching, context: Context) -> str:
    """The key of the first branch whose condition holds, "" when none does."""
    return next((branch.key for branch in step.branches if context.when(f"{step.key}.{branch.key}")), "")


def shortages(tree: Tree, start: AnyStep | None, submitter: int, context: Context) -> tuple[Problem, ...]:
    """Why a record cannot be sent on its way: the steps ahead for which nobody can be found, all of them.

    What a step on the way may still change is not held against the submitter: a person field that it fills, and
    everything after a branching that its edits may turn.
    """
    found: list[Problem] = []
    editable: set[str] = set()
    for each in walk(tree, start, submitter, context, late=False):
        if isinstance(each, Turn):
            if editable:
                break
            continue
        if not _filled_later(each.step, editable) and (problem := shortage(tree, each)):
            found.append(problem)
        if each.staffing.people:
            editable |= {key for key, right in each.step.fields.items() if right in ("edit", "required")}
    return tuple(found)


def shortage(tree: Tree, stop: Stop) -> Problem | None:
    """Why a step can be neither entered nor passed, if so."""
    code = NOBODY.get((stop.staffing.source, stop.staffing.reason))
    return Problem(code, params={"step": tree.title(stop.step.key)}) if code else None


def _filled_later(step: Deciding, editable: set[str]) -> bool:
    return not isinstance(step.who, str) and step.who.field.partition(".")[0] in editable


@dataclass(frozen=True, slots=True)
class WayBack:
    """Where a resubmission goes: ``start`` is the step to enter. When it must rerun against the step's wish, ``reason``
    (``route_changed``, ``people_changed``) says why and ``changed`` at which step."""

    direct: bool
    start: AnyStep | None
    reason: Literal["", "route_changed", "people_changed"] = ""
    changed: str = ""


def way_back(tree: Tree, state: State, context: Context) -> WayBack:
    """Where a returned record goes when it is sent again.

    Straight back to the step that returned it, if that step wishes so and every branch taken before it and every person
    named by a field is still the same; otherwise from the start.
    """
    returned = next(visit for visit in reversed(state.visits) if visit.outcome == "returned")
    step = tree.steps[returned.step]
    if not isinstance(step, Approve) or step.resubmit != "direct":
        return WayBack(False, tree.first)
    for visit in state.standing:
        if reason := _changed(tree, visit, state.submitter or 0, context):
            return WayBack(False, tree.first, reason, visit.step)
    return WayBack(True, step)


def _changed(
    tree: Tree, visit: Visit, submitter: int, context: Context
) -> Literal["", "route_changed", "people_changed"]:
    step = tree.steps[visit.step]
    if isinstance(step, Branching):
        return "route_changed" if chosen(step, context) != visit.branch else ""
    by_field = not isinstance(step.who, str) and bool(step.who.field)
    if by_field and resolve(step.who, submitter, context.values, context.people) != visit.named:
        return "people_changed"
    return ""
