"""Exactly what this person may do with a record now, as buttons and links."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, cast

from flask import url_for

from dougong.errors import DougongError
from dougong.flows import Task, actions, field_rights, open_task
from dougong.flows.guards import ActionKind, comment_due, involved, withdrawing
from dougong.flows.log import Instance
from dougong.flows.tree import SUBMITTER, Tree
from dougong.people.approvers import Approvers
from dougong.records import Record, Visit
from dougong.spec.model import Approve, Handle
from dougong.tables import LiveForm

DECISIONS = ("approve", "reject", "return", "done", "resubmit")
"""What is decided on the record as it was seen; the others stand whatever has changed since."""
KINDS = (*DECISIONS, "withdraw", "comment")
_LOOK = {"approve": "pri", "done": "pri", "reject": "bad"}
_ORDER = ("withdraw", "return", "reject", "resubmit", "done", "approve")
_KEYS = {"approve": "a", "done": "a", "reject": "r"}


@dataclass(frozen=True, slots=True)
class Button:
    """One thing to do: a deed posted with the comment, or (with ``url``) a page to go to. ``label`` is a catalogue key."""

    kind: str
    label: str
    look: Literal["", "pri", "bad", "bare"] = ""
    url: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Doing:
    """``buttons`` stand in the bar, the weightiest last; ``more`` in the menu. ``task`` is the open task's id."""

    buttons: tuple[Button, ...]
    more: tuple[Button, ...]
    task: str
    fields: tuple[str, ...]
    due: tuple[str, ...]
    may_comment: bool
    words_due: tuple[str, ...]
    """The deeds that want a comment."""


def doing(visit: Visit, live: LiveForm, record: Record, instance: Instance | None) -> Doing:
    """What may be done; ``fields`` are those the open task lets be filled in, ``due`` the ones among them it requires."""
    task = open_task(instance.state, visit.actor.id) if instance else None
    fields, due = _task_fields(visit, live, record, instance)
    deeds = _deeds(visit, instance)
    edit = _edit(live, record, frozenset(fields))
    buttons = [Button(kind, f"runtime.do_{kind}", _look(kind, edit), key=_KEYS.get(kind, "")) for kind in deeds]
    if edit and edit.look == "pri":
        buttons.append(edit)
    more = [edit] if edit and edit.look != "pri" else []
    return Doing(
        tuple(buttons), (*more, *_others(visit, live, record)), task.id if task else "", fields, due,
        instance is not None and _allowed(lambda: involved(instance.state, visit.actor.id, _people(visit, live))),
        _words_due(instance, task),
    )  # fmt: skip


def _words_due(instance: Instance | None, task: Task | None) -> tuple[str, ...]:
    step = Tree.of(instance.flow).steps.get(task.step) if instance and task else None
    if not isinstance(step, Approve | Handle):
        return ()
    return tuple(kind for kind in reversed(_ORDER) if kind in step.actions and comment_due(step, cast(ActionKind, kind)))


def _deeds(visit: Visit, instance: Instance | None) -> list[str]:
    if instance is None:
        return []
    me, state = visit.actor.id, instance.state
    found = set(actions(instance.flow, state, me))
    if _allowed(lambda: withdrawing(instance.flow, state, me)):
        found.add("withdraw")
    return [kind for kind in _ORDER if kind in found]


def _look(kind: str, edit: Button | None) -> Literal["", "pri", "bad", "bare"]:
    if kind == "resubmit":
        return "" if edit else "pri"
    return {"pri": "pri", "bad": "bad"}.get(_LOOK.get(kind, ""), "")  # type: ignore[return-value]


def _task_fields(
    visit: Visit, live: LiveForm, record: Record, instance: Instance | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a step lets its holder fill in; an edit task after a return is done on the edit page instead."""
    task = open_task(instance.state, visit.actor.id) if instance else None
    rights = field_rights(instance.flow, instance.state, visit.actor.id) if instance else None
    if task is None or rights is None or task.step == SUBMITTER:
        return (), ()
    settable = [key for key, compiled in live.form.fields.items() if compiled.settable and key in record.editable]
    fields = tuple(key for key in settable if rights.of(key) in ("edit", "required"))
    return fields, tuple(key for key in fields if rights.of(key) == "required")


def _edit(live: LiveForm, record: Record, in_task: frozenset[str]) -> Button | None:
    settable = {key for key in record.editable if live.form.fields[key].settable}
    if "edit" not in record.actions or not settable - in_task:
        return None
    label = {"draft": "runtime.edit_draft", "returned": "runtime.edit_returned"}.get(record.status, "runtime.edit")
    open_ended = record.status in ("draft", "returned") or live.form.spec.flow is None
    return Button("edit", label, "pri" if open_ended else "", _url("edit", live, record))


def _others(visit: Visit, live: LiveForm, record: Record) -> tuple[Button, ...]:
    app, _, form = live.ref.partition(".")
    found = []
    if visit.view(live).may("create"):
        found.append(Button("again", "runtime.again", url=url_for("runtime.new", app=app, form=form)))
    if "delete" in record.actions:
        found.append(Button("delete", "runtime.delete", "bad", _url("delete", live, record)))
    return tuple(found)


def _url(page: str, live: LiveForm, record: Record) -> str:
    app, _, form = live.ref.partition(".")
    return url_for(f"runtime.{page}", app=app, form=form, id=record.id)


def _people(visit: Visit, live: LiveForm) -> Approvers:
    return Approvers(visit.tx, live.form.app)


def _allowed(check: Callable[[], None]) -> bool:
    """Whether a guard of the engine lets it through."""
    try:
        check()
    except DougongError:
        return False
    return True
