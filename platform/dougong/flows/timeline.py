"""An approval as its page tells it: what was done, who has it now, what comes next; codes and ids, no sentences."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any, Literal

from dougong.fields.base import LocalText
from dougong.flows import events as e
from dougong.flows.folding import fold
from dougong.flows.simulate import Future
from dougong.flows.state import State
from dougong.flows.tree import SUBMITTER, Tree
from dougong.spec.model import Branching, Flow, Handle


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline.

    ``code`` is a catalogue key (``flows.did.approved``, ``flows.now.approve``, ``flows.next.asked``), ``reason``
    another (``flows.why.nobody``) or "". ``people`` are those who did it, who have it, or who would be asked; empty for
    the system. ``elapsed`` is in seconds: from being asked to the deed, since being asked for what is now, the whole
    way for the end. ``branch`` is the title of the branch taken. ``void`` marks what a return made count no more.
    """

    place: Literal["done", "now", "next"]
    code: str
    step: str = ""
    title: LocalText = ""
    people: tuple[int, ...] = ()
    comment: str = ""
    at: datetime | None = None
    elapsed: int | None = None
    reason: str = ""
    branch: LocalText = ""
    void: bool = False


def timeline(flow: Flow, events: Iterable[e.Event], now: datetime, future: Iterable[Future] = ()) -> tuple[Entry, ...]:
    """The lines of one approval from its first event on; ``future`` is what ``simulate.predicted`` says."""
    log = tuple(events)
    tree, state = Tree.of(flow), fold(flow, log)
    return (*_done(tree, state, log), *_now(tree, state, now), *_next(tree, state, future))


def _done(tree: Tree, state: State, log: tuple[e.Event, ...]) -> Iterator[Entry]:
    """One line per event worth telling; tasks settled together by one deed share a line."""
    for _, group in groupby(enumerate(log), key=_together):
        told = [line for _, event in group if (line := _told(tree, state, event))]
        if told:
            yield replace(told[0], people=tuple(person for line in told for person in line.people))


def _together(numbered: tuple[int, e.Event]) -> object:
    number, event = numbered
    return ("skipped", event.at) if isinstance(event, e.TaskSkipped) else number


def _told(tree: Tree, state: State, event: e.Event) -> Entry | None:
    tell = _TELL.get(type(event))
    if tell is None:
        return None
    step = getattr(event, "step", "")
    title: LocalText = tree.title(step) if step in tree.steps else ""
    people = () if event.by is None else (event.by,)
    comment = event.comment if isinstance(event, e.Act) else ""
    line = Entry("done", f"flows.did.{e.kind(event)}", step, title, people, comment, event.at)
    return tell(tree, state, event, line)


def _plain(tree: Tree, state: State, event: Any, line: Entry) -> Entry:
    return line


def _decision(tree: Tree, state: State, event: e.Decision, line: Entry) -> Entry:
    task = state.task(event.task)
    if task is None or task.opened_at is None:
        return line
    return replace(line, elapsed=_seconds(task.opened_at, event.at), void=task.void and task.step != SUBMITTER)


def _resubmission(tree: Tree, state: State, event: e.Resubmitted, line: Entry) -> Entry:
    code = f"flows.did.resubmitted_{event.way}"
    reason = f"flows.why.{event.reason}" if event.reason else ""
    step = event.to or event.changed
    title: LocalText = tree.title(step) if step else ""
    return replace(_decision(tree, state, event, line), code=code, reason=reason, title=title)


def _automatic(tree: Tree, state: State, event: e.Automatic, line: Entry) -> Entry:
    return replace(line, reason=f"flows.why.{event.reason}")


def _skip(tree: Tree, state: State, event: e.TaskSkipped, line: Entry) -> Entry:
    return replace(line, people=(event.person,), reason=f"flows.why.{event.reason}")


def _entered(tree: Tree, state: State, event: e.StepEntered, line: Entry) -> Entry | None:
    """Only worth a line when others are asked than those named."""
    if event.source == "named":
        return None
    code = f"flows.did.handed_to_{event.source}"
    return replace(line, code=code, people=event.people, reason=f"flows.why.{event.reason}")


def _branch(tree: Tree, state: State, event: e.BranchTaken, line: Entry) -> Entry:
    step = tree.steps[event.step]
    ways = {each.key: each.title or each.key for each in step.branches} if isinstance(step, Branching) else {}
    return replace(_automatic(tree, state, event, line), branch=ways.get(event.branch, ""))


def _end(tree: Tree, state: State, event: e.Automatic, line: Entry) -> Entry:
    elapsed = _seconds(state.submitted_at, event.at) if state.submitted_at else None
    return replace(_automatic(tree, state, event, line), elapsed=elapsed)


def _now(tree: Tree, state: State, now: datetime) -> Iterator[Entry]:
    for _, group in groupby(state.open, key=lambda task: (task.step, task.opened_at)):
        tasks = list(group)
        first = tasks[0]
        if first.step == SUBMITTER:
            line = Entry("now", "flows.now.edit", SUBMITTER)
        else:
            does = "handle" if isinstance(tree.steps[first.step], Handle) else "approve"
            line = Entry("now", f"flows.now.{does}", first.step, tree.title(first.step))
        elapsed = _seconds(first.opened_at, now) if first.opened_at else None
        yield replace(line, people=tuple(task.person for task in tasks), at=first.opened_at, elapsed=elapsed)


def _next(tree: Tree, state: State, future: Iterable[Future]) -> Iterator[Entry]:
    if waiting := state.waiting:
        people = tuple(task.person for task in waiting)
        yield Entry("next", "flows.next.waiting", waiting[0].step, tree.title(waiting[0].step), people)
    for each in future:
        code = {"pass": "flows.next.passed", "none": "flows.next.nobody"}.get(each.source, "flows.next.asked")
        yield Entry("next", code, each.step, each.title, each.people)


def _seconds(start: datetime, end: datetime) -> int:
    return max(0, int((end - start).total_seconds()))


_TELL: dict[type[Any], Callable[[Tree, State, Any, Entry], Entry | None]] = {
    e.Submitted: _plain,
    e.Approved: _decision,
    e.Rejected: _decision,
    e.Handled: _decision,
    e.Returned: _decision,
    e.Resubmitted: _resubmission,
    e.Withdrawn: _plain,
    e.Commented: _plain,
    e.BranchTaken: _branch,
    e.StepEntered: _entered,
    e.Passed: _automatic,
    e.TaskSkipped: _skip,
    e.FlowApproved: _end,
    e.FlowRejected: _end,
}
