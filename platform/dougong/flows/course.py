"""How an approval moves on: the events that enter, pass and finish steps, and settle the tasks of others."""

from collections.abc import Iterable, Iterator

from dougong.errors import Refused
from dougong.flows import events as e
from dougong.flows.state import State, Task
from dougong.flows.tree import SUBMITTER, Tree
from dougong.flows.walking import Context, Stop, Turn, shortage, walk
from dougong.spec.model import AnyStep


def onward(
    tree: Tree, state: State, start: AnyStep | None, submitter: int, context: Context, *, late: bool, acted: str = ""
) -> Iterator[e.Event]:
    """From ``start`` to the next step that asks somebody, or to the end.

    ``acted`` is the last step that people agreed at, "" when there was none in this run. Raises Refused when a step
    can be neither entered nor passed.
    """
    at = context.now
    last = acted
    for each in walk(tree, start, submitter, context, late=late):
        if isinstance(each, Turn):
            reason = "condition_holds" if each.branch else "none_holds"
            yield e.BranchTaken(at=at, step=each.step.key, branch=each.branch, reason=reason)
            continue
        if problem := shortage(tree, each):
            raise Refused([problem])
        yield from _arrive(state, each, context)
        if each.staffing.people:
            return
        last = each.step.key
    reason = "steps_completed" if acted else "all_passed" if last else "no_steps"
    yield e.FlowApproved(at=at, step=last, reason=reason)


def _arrive(state: State, stop: Stop, context: Context) -> Iterator[e.Event]:
    """Enter a step and ask its people (in mode order the first of them), or pass over it."""
    at, key, staffing = context.now, stop.step.key, stop.staffing
    opening = state.openings(key) + 1
    source = staffing.source
    if source not in ("named", "next_supervisor", "admin"):
        yield e.Passed(at=at, step=key, opening=opening, named=staffing.named, reason=staffing.reason)
        return
    yield e.StepEntered(
        at=at,
        step=key,
        opening=opening,
        mode=staffing.mode,
        named=staffing.named,
        people=staffing.people,
        source=source,
        reason=staffing.reason,
    )
    asked = staffing.people[:1] if staffing.mode == "order" else staffing.people
    for person in asked:
        task = f"{key}:{opening}:{person}"
        yield e.TaskOpened(at=at, task=task, step=key, person=person, reason="step_entered")


def skipped(tasks: Iterable[Task], reason: e.Deed, cause: int, context: Context) -> Iterator[e.Event]:
    """The tasks need nothing any more, because ``cause`` did ``reason``."""
    for task in tasks:
        yield e.TaskSkipped(
            at=context.now, task=task.id, step=task.step, person=task.person, reason=reason, cause=cause
        )


def next_turn(task: Task, context: Context) -> e.TaskOpened:
    """In mode order, the next person is asked."""
    return e.TaskOpened(at=context.now, task=task.id, step=task.step, person=task.person, reason="turn_came")


def to_submitter(state: State, submitter: int, context: Context) -> e.TaskOpened:
    """The submitter is asked to change the record."""
    opening = sum(task.step == SUBMITTER for task in state.tasks) + 1
    task = f"{SUBMITTER}:{opening}:{submitter}"
    return e.TaskOpened(at=context.now, task=task, step=SUBMITTER, person=submitter, reason="returned")
