"""The fold: past events give the present state, and nothing else does."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from dougong.flows import events as e
from dougong.flows.state import OPEN, BrokenLog, Last, Outcome, Stage, State, Task, Visit
from dougong.flows.tree import SUBMITTER, Tree
from dougong.spec.model import Deciding, Flow

Done = Literal["approved", "rejected", "handled", "returned", "resubmitted"]
_AFTER_THE_END = (e.Commented, e.TaskSkipped)


def fold(flow: Flow, events: Iterable[e.Event]) -> State:
    """The state that the events of one instance give. Raises BrokenLog when they cannot have happened so."""
    tree = Tree.of(flow)
    state = State()
    for event in events:
        state = extend(tree, state, event)
    return state


def extend(tree: Tree, state: State, event: e.Event) -> State:
    """The state after one more event."""
    if isinstance(event, e.Submitted) != (state.stage == "draft"):
        raise _broken(state, event)
    if state.ended and not isinstance(event, _AFTER_THE_END):
        raise _broken(state, event)
    if getattr(event, "step", "") not in {"", SUBMITTER, *tree.steps}:
        raise _broken(state, event)
    after = _FOLDS[type(event)](replace(state, version=state.version + 1), event)
    return replace(after, status=_status(tree, after))


def _status(tree: Tree, state: State) -> str:
    """What the record's status must be: a running step may state its own."""
    step = tree.steps.get(state.current.step) if state.stage == "running" and state.current else None
    return (isinstance(step, Deciding) and step.status) or state.stage


def _broken(state: State, event: e.Event) -> BrokenLog:
    return BrokenLog("flows.broken_log", version=state.version, kind=e.kind(event))


def _submitted(state: State, event: e.Submitted) -> State:
    last = Last(event.by, "submitted", event.at)
    return replace(state, stage="running", round=1, submitter=event.by, submitted_at=event.at, last=last)


def _entered(state: State, event: e.StepEntered) -> State:
    if state.current or state.stage != "running" or event.opening != state.openings(event.step) + 1:
        raise _broken(state, event)
    visit = Visit(event.step, event.opening, event.at, "open", None, event.mode, event.named, event.people)
    ids = {person: f"{event.step}:{event.opening}:{person}" for person in event.people}
    tasks = tuple(Task(id, event.step, event.opening, person) for person, id in ids.items())
    return replace(state, visits=(*state.visits, visit), tasks=state.tasks + tasks)


def _passed(state: State, event: e.Passed) -> State:
    if state.current or event.opening != state.openings(event.step) + 1:
        raise _broken(state, event)
    visit = Visit(event.step, event.opening, event.at, "passed", event.at, named=event.named)
    return replace(state, visits=(*state.visits, visit))


def _branch_taken(state: State, event: e.BranchTaken) -> State:
    if state.current:
        raise _broken(state, event)
    visit = Visit(event.step, 0, event.at, "taken", event.at, branch=event.branch)
    return replace(state, visits=(*state.visits, visit))


def _task_opened(state: State, event: e.TaskOpened) -> State:
    task = state.task(event.task)
    if event.step == SUBMITTER and task is None and state.stage == "returned":
        opening = sum(each.step == SUBMITTER for each in state.tasks) + 1
        task = Task(event.task, SUBMITTER, opening, event.person)
        state = replace(state, tasks=(*state.tasks, task))
    if task is None or task.state != "waiting":
        raise _broken(state, event)
    return state.with_task(replace(task, state="open", opened_at=event.at, since=state.version))


def _task_skipped(state: State, event: e.TaskSkipped) -> State:
    task = state.task(event.task)
    if task is None or task.state not in OPEN:
        raise _broken(state, event)
    closed = replace(task, state="skipped", closed_at=event.at, cause=event.cause, reason=event.reason)
    return state.with_task(closed)


def _act(state: State, event: e.Deciding, done: Done) -> State:
    """The deed of a task: it must be open, and of the one who acts."""
    task = state.task(event.task)
    if task is None or task.state != "open" or task.person != event.by:
        raise _broken(state, event)
    acted = state.with_task(replace(task, state=done, closed_at=event.at, comment=event.comment))
    return replace(acted, last=Last(event.by, done, event.at))


def _approved(state: State, event: e.Approved) -> State:
    return _act(state, event, "approved")


def _rejected(state: State, event: e.Rejected) -> State:
    return _act(state, event, "rejected")


def _handled(state: State, event: e.Handled) -> State:
    return _act(state, event, "handled")


def _returned(state: State, event: e.Returned) -> State:
    acted = _leave(_act(state, event, "returned"), event, "returned", standing=False)
    opening = acted.openings(event.step)
    void = tuple(
        replace(task, void=True) if (task.step, task.opening) == (event.step, opening) else task for task in acted.tasks
    )
    return replace(acted, stage="returned", tasks=void)


def _resubmitted(state: State, event: e.Resubmitted) -> State:
    if state.stage != "returned" or state.current:
        raise _broken(state, event)
    again = replace(_act(state, event, "resubmitted"), stage="running", round=state.round + 1)
    if event.way == "direct":
        return again
    return replace(
        again,
        visits=tuple(replace(visit, standing=False) for visit in again.visits),
        tasks=tuple(replace(task, void=True) for task in again.tasks),
    )


def _withdrawn(state: State, event: e.Withdrawn) -> State:
    left = _leave(state, event, "withdrawn") if state.current else state
    return _end(replace(left, last=Last(event.by, "withdrawn", event.at)), "withdrawn", event.at)


def _commented(state: State, event: e.Commented) -> State:
    return state


def _completed(state: State, event: e.StepCompleted) -> State:
    return _leave(state, event, "completed")


def _flow_approved(state: State, event: e.FlowApproved) -> State:
    if state.current or state.stage != "running":
        raise _broken(state, event)
    return _end(state, "approved", event.at)


def _flow_rejected(state: State, event: e.FlowRejected) -> State:
    return _end(_leave(state, event, "rejected"), "rejected", event.at)


def _leave(state: State, event: e.Event, outcome: Outcome, standing: bool = True) -> State:
    """The open step is over; the event must speak of that one."""
    visit = state.current
    if visit is None or getattr(event, "step", visit.step) != visit.step:
        raise _broken(state, event)
    left = replace(visit, outcome=outcome, left_at=event.at, standing=standing)
    return replace(state, visits=(*state.visits[:-1], left))


def _end(state: State, stage: Stage, at: datetime) -> State:
    return replace(state, stage=stage, ended_at=at)


_FOLDS: dict[type[Any], Callable[[State, Any], State]] = {
    e.Submitted: _submitted,
    e.StepEntered: _entered,
    e.Passed: _passed,
    e.BranchTaken: _branch_taken,
    e.TaskOpened: _task_opened,
    e.TaskSkipped: _task_skipped,
    e.Approved: _approved,
    e.Rejected: _rejected,
    e.Handled: _handled,
    e.Returned: _returned,
    e.Resubmitted: _resubmitted,
    e.Withdrawn: _withdrawn,
    e.Commented: _commented,
    e.StepCompleted: _completed,
    e.FlowApproved: _flow_approved,
    e.FlowRejected: _flow_rejected,
}
