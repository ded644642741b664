"""What somebody may do with an approval now, and which words are due; every no has its reason."""

from dataclasses import dataclass
from typing import Literal

from dougong.errors import Conflict, Forbidden, Problem, Refused
from dougong.flows.people import People, own_allowed
from dougong.flows.state import OPEN, State, Task
from dougong.flows.tree import SUBMITTER, Tree
from dougong.spec.model import Approve, Deciding, Flow, Handle

ActionKind = Literal["submit", "approve", "reject", "return", "done", "resubmit", "withdraw", "comment"]
COMMENT_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class Action:
    """What somebody wants: ``task`` is the id of the task the page showed, "" for whichever is theirs."""

    kind: ActionKind
    comment: str = ""
    task: str = ""


def words(comment: str) -> str:
    """A comment without outer white space; raises Refused for one that is too long or holds characters no text has."""
    if "\x00" in comment or any("\ud800" <= letter <= "\udfff" for letter in comment):
        raise _about_comment("flows.comment_characters")
    said = comment.strip()
    if len(said) > COMMENT_LIMIT:
        raise _about_comment("flows.comment_too_long", limit=COMMENT_LIMIT)
    return said


def comment_said(comment: str) -> None:
    """A comment of its own needs words; raises Refused."""
    if not comment:
        raise _about_comment("flows.comment_blank")


def _about_comment(code: str, **params: object) -> Refused:
    return Refused([Problem(code, at="comment", params=params)])


def started(state: State) -> None:
    """There is something to act on; raises Conflict."""
    if state.stage == "draft":
        raise Conflict("flows.not_submitted")


def task_for(state: State, actor: int, action: Action, seen: int | None) -> Task:
    """The actor's own open task. Raises Forbidden when there never was one, Conflict when it is gone or new to them.

    An older page does no harm: only a task that is gone, or opened after the page was made, is refused.
    """
    started(state)
    task = state.task(action.task) if action.task else _latest(state.of(actor))
    if task is None or task.person != actor:
        raise Forbidden("flows.no_task")
    if task.state == "waiting":
        raise Conflict("flows.not_your_turn", person=[each.person for each in state.open])
    if task.state != "open":
        raise _gone(task)
    if seen is not None and task.since > seen and state.last:
        raise Conflict("flows.changed_since", person=state.last.person, at=state.last.at)
    return task


def _latest(tasks: tuple[Task, ...]) -> Task | None:
    """The open one, or else the last: a person has at most one task open or waiting."""
    return next((task for task in tasks if task.state in OPEN), tasks[-1] if tasks else None)


def _gone(task: Task) -> Conflict:
    if task.state == "skipped":
        return Conflict(f"flows.already_{task.reason}", person=task.cause, at=task.closed_at)
    return Conflict("flows.already_yours", at=task.closed_at)


def deciding(tree: Tree, state: State, task: Task, action: Action, comment: str) -> Approve | Handle:
    """The step of an open task that offers the action, with the words it wants. Raises Forbidden or Refused."""
    step = tree.steps.get(task.step)
    if not isinstance(step, (Approve, Handle)) or action.kind not in step.actions:
        raise Forbidden("flows.not_offered", step=tree.title(task.step) if step else "")
    if task.person == state.submitter and not own_allowed(step):
        raise Forbidden("flows.own_request")
    if not comment and comment_due(step, action.kind):
        raise _about_comment("flows.comment_required")
    return step


def comment_due(step: Deciding, kind: ActionKind) -> bool:
    """Whether an action at a step needs words."""
    if isinstance(step, Approve):
        return step.comment == "always" or (step.comment == "reject" and kind in ("reject", "return"))
    return isinstance(step, Handle) and (step.comment == "always" or (step.comment == "return" and kind == "return"))


def edit_task(state: State, actor: int, action: Action, seen: int | None) -> Task:
    """The submitter's open edit task. Raises Forbidden to others, Conflict when the record is not with them."""
    _submitter_only(state, actor)
    if state.stage != "returned":
        raise _ended(state) if state.ended else Conflict("flows.not_returned")
    task = task_for(state, actor, action, seen)
    if task.step != SUBMITTER:
        raise Forbidden("flows.not_offered", step="")
    return task


def withdrawing(flow: Flow, state: State, actor: int) -> None:
    """The submitter may take the record back now.

    ``until_decided`` looks at decisions that still count; a returned record is with the submitter, who may always
    give it up unless the flow says never. Raises Forbidden or Conflict.
    """
    _submitter_only(state, actor)
    if state.ended:
        raise _ended(state)
    if flow.withdraw == "never":
        raise Forbidden("flows.withdraw_never")
    counting = [task for task in state.decided if not task.void]
    if flow.withdraw == "until_decided" and state.stage == "running" and counting:
        latest = max(counting, key=lambda task: (task.closed_at, task.since))
        raise Conflict("flows.withdraw_too_late", person=latest.person, at=latest.closed_at)


def returnable(state: State, people: People) -> int:
    """The submitter, who must be there to receive the record; raises Conflict."""
    submitter = state.submitter or 0
    if not people.active(submitter):
        raise Conflict("flows.submitter_left", person=submitter)
    return submitter


def involved(state: State, actor: int, people: People) -> None:
    """Comments come from the submitter, from those who were ever asked, and from admins; raises Forbidden."""
    started(state)
    asked = any(task.opened_at for task in state.of(actor))
    if actor != state.submitter and not asked and actor not in people.admins():
        raise Forbidden("flows.not_involved")


def _submitter_only(state: State, actor: int) -> None:
    started(state)
    if actor != state.submitter:
        raise Forbidden("flows.only_submitter")


def _ended(state: State) -> Conflict:
    last = state.last
    return Conflict(f"flows.ended_{state.stage}", person=last.person if last else None, at=state.ended_at)
