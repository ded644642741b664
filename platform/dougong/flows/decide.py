"""The engine: the events so far, what somebody wants and who that is give new events, or a refusal with its reason."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from dougong.errors import Conflict, Refused
from dougong.flows import events as e
from dougong.flows import guards
from dougong.flows.course import next_turn, onward, skipped, to_submitter
from dougong.flows.folding import fold
from dougong.flows.guards import Action, ActionKind
from dougong.flows.state import OPEN, State, Task, Visit
from dougong.flows.tree import Tree
from dougong.flows.walking import Context, shortages, way_back
from dougong.spec.model import AnyStep, Approve, Flow, Handle

_COMPLETED = {"any": "one_acted", "all": "all_acted", "order": "all_acted_in_turn"}


def decide(flow: Flow, events: Iterable[e.Event], action: Action, actor: int, context: Context) -> tuple[e.Event, ...]:
    """What happens when ``actor`` does ``action``: the events to append, never none.

    Pure: the same arguments give the same events. Raises Refused (what was sent lacks something, or nobody can be
    asked), Forbidden (not this person's to do) or Conflict (somebody else was first); nothing has happened then.
    """
    if context.now.tzinfo is None:
        raise ValueError("a decision needs a moment with its zone")
    desk = _Desk(flow, Tree.of(flow), fold(flow, events), action, actor, context, guards.words(action.comment))
    return tuple(_ACTS[action.kind](desk))


@dataclass(frozen=True, slots=True)
class _Desk:
    """One decision on its way: everything it is made from."""

    flow: Flow
    tree: Tree
    state: State
    action: Action
    actor: int
    context: Context
    comment: str

    def words(self) -> dict[str, Any]:
        """What every act says."""
        return {"at": self.context.now, "by": self.actor, "comment": self.comment}

    def deed(self, task: Task) -> dict[str, Any]:
        """What every decision says."""
        return {**self.words(), "task": task.id, "step": task.step}

    def task(self) -> Task:
        """The actor's open task."""
        return guards.task_for(self.state, self.actor, self.action, self.context.seen_version)

    def at_step(self) -> tuple[Task, Approve | Handle, Visit, tuple[Task, ...]]:
        """The actor's open task with its step, the visit, and the other tasks of that visit not yet settled."""
        task = self.task()
        step = guards.deciding(self.tree, self.state, task, self.action, self.comment)
        visit = self.state.visits[-1]
        return task, step, visit, tuple(each for each in self.state.tasks if each.state in OPEN and each != task)

    def check_ahead(self, start: AnyStep | None, submitter: int) -> None:
        """Refuse to send a record on a way where a step has nobody, naming every such step."""
        if problems := shortages(self.tree, start, submitter, self.context):
            raise Refused(problems)


def _submit(desk: _Desk) -> Iterator[e.Event]:
    state = desk.state
    if state.stage != "draft":
        raise Conflict("flows.already_submitted", person=state.submitter, at=state.submitted_at)
    desk.check_ahead(desk.tree.first, desk.actor)
    yield e.Submitted(**desk.words(), flow=desk.flow.key)
    yield from onward(desk.tree, state, desk.tree.first, desk.actor, desk.context, late=False)


def _resubmit(desk: _Desk) -> Iterator[e.Event]:
    task = guards.edit_task(desk.state, desk.actor, desk.action, desk.context.seen_version)
    back = way_back(desk.tree, desk.state, desk.context)
    desk.check_ahead(back.start, desk.actor)
    way: dict[str, Any] = {"way": "direct", "to": back.start.key} if back.direct and back.start else {"way": "rerun"}
    yield e.Resubmitted(**desk.deed(task), **way, reason=back.reason, changed=back.changed)
    completed = [visit.step for visit in desk.state.standing if visit.outcome == "completed"]
    acted = completed[-1] if back.direct and completed else ""
    yield from onward(desk.tree, desk.state, back.start, desk.actor, desk.context, late=False, acted=acted)


def _agree(desk: _Desk) -> Iterator[e.Event]:
    """One says yes or done: the step is over when one is enough or none is left, else the next in turn is asked."""
    task, step, visit, rest = desk.at_step()
    kind = e.Approved if desk.action.kind == "approve" else e.Handled
    yield kind(**desk.deed(task))
    if rest and visit.mode != "any":
        if visit.mode == "order":
            yield next_turn(rest[0], desk.context)
        return
    yield from skipped(rest, "approved" if kind is e.Approved else "handled", desk.actor, desk.context)
    reason = _COMPLETED[visit.mode]
    yield e.StepCompleted(at=desk.context.now, step=step.key, opening=visit.opening, reason=reason)
    after, submitter = desk.tree.following[step.key], desk.state.submitter or 0
    yield from onward(desk.tree, desk.state, after, submitter, desk.context, late=True, acted=step.key)


def _reject(desk: _Desk) -> Iterator[e.Event]:
    """One says no: that is the end, unless one yes among several is enough and all must say no."""
    task, step, visit, rest = desk.at_step()
    yield e.Rejected(**desk.deed(task))
    unanimous = visit.mode == "any" and isinstance(step, Approve) and step.reject == "all_must_reject"
    if unanimous and rest:
        return
    yield from skipped(rest, "rejected", desk.actor, desk.context)
    reason = "all_rejected" if unanimous else "one_rejected"
    yield e.FlowRejected(at=desk.context.now, step=step.key, reason=reason)


def _return(desk: _Desk) -> Iterator[e.Event]:
    task, _, _, rest = desk.at_step()
    submitter = guards.returnable(desk.state, desk.context.people)
    yield e.Returned(**desk.deed(task))
    yield from skipped(rest, "returned", desk.actor, desk.context)
    yield to_submitter(desk.state, submitter, desk.context)


def _withdraw(desk: _Desk) -> Iterator[e.Event]:
    guards.withdrawing(desk.flow, desk.state, desk.actor)
    yield e.Withdrawn(**desk.words())
    left = (*desk.state.open, *desk.state.waiting)
    yield from skipped(left, "withdrawn", desk.actor, desk.context)


def _comment(desk: _Desk) -> Iterator[e.Event]:
    guards.involved(desk.state, desk.actor, desk.context.people)
    guards.comment_said(desk.comment)
    yield e.Commented(**desk.words())


_ACTS: dict[ActionKind, Callable[[_Desk], Iterator[e.Event]]] = {
    "submit": _submit,
    "approve": _agree,
    "done": _agree,
    "reject": _reject,
    "return": _return,
    "resubmit": _resubmit,
    "withdraw": _withdraw,
    "comment": _comment,
}
