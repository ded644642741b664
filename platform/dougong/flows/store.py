"""Approvals in a visit: started by a submission, moved by what people decide, always in one transaction."""

from collections.abc import Mapping, Sequence
from typing import Any

from dougong.errors import Conflict, NotFound, Refused
from dougong.flows.decide import decide
from dougong.flows.events import Event
from dougong.flows.guards import Action
from dougong.flows.log import Instance, append, drop_open_tasks, find_instance, start
from dougong.flows.state import State
from dougong.flows.tasks import field_rights
from dougong.flows.walking import Context
from dougong.outbox import put
from dougong.people.approvers import Approvers
from dougong.records import Update, Visit, Written, write
from dougong.records.judge import missing
from dougong.records.judging import form_for, under_older_keys, under_present_keys
from dougong.records.load import load
from dougong.tables import LiveForm


def follow(visit: Visit, live: LiveForm, written: Sequence[Written]) -> None:
    """A follower of records: a submission starts its approval, a submission after a return takes it up again; of a record
    that is gone nothing is asked any more."""
    if live.form.spec.flow is None:
        return
    for one in written:
        if one.submitted and one.after is not None:
            _submitted(visit, live, one.id, one.after, new=one.kind == "created")
        elif one.kind == "deleted":
            drop_open_tasks(visit, live, one.id)


def _submitted(visit: Visit, live: LiveForm, record_id: int, values: Mapping[str, Any], new: bool) -> None:
    instance = None if new else find_instance(visit, live, record_id, lock=True)
    if instance is None:
        instance = start(visit, live, record_id, visit.actor.id)
        _move(visit, live, instance, Action("submit"), values)
    else:
        _move(visit, live, instance, Action("resubmit"), values)


def act(
    visit: Visit, live: LiveForm, record_id: int, action: Action, version: int | None = None,
    values: Mapping[str, Any] | None = None,
) -> State:  # fmt: skip
    """Do ``action`` on a record's approval. ``version`` is the record's version the person saw; ``values`` are raw
    values the step lets them fill in. Raises NotFound, Forbidden, Conflict or Refused."""
    form = form_for(visit, live, record_id)
    if form is live:
        return _act(visit, live, record_id, action, version, values)
    try:
        return _act(visit, form, record_id, action, version, under_older_keys(form, values or {}))
    except Refused as refused:
        raise Refused(under_present_keys(form, problem) for problem in refused.problems) from None


def _act(
    visit: Visit, live: LiveForm, record_id: int, action: Action, version: int | None, values: Mapping[str, Any] | None
) -> State:
    record = load(visit.tx, live, [record_id], lock=True).get(record_id)
    if record is None or not visit.view(live).may("read", record):
        raise NotFound("record.not_found")
    instance = find_instance(visit, live, record_id, lock=True)
    if instance is None:
        raise Conflict("flows.no_approval")
    # The engine first: who was too late is told so, before any talk of versions or fields.
    _decided(visit, instance, action, record)
    if version is not None and version != record["version"]:
        raise Conflict("record.stale", version=record["version"], seen=version, by=record["updated_by"])
    if values:
        write(visit, live, [Update(record_id, record["version"], values)])
        record = load(visit.tx, live, [record_id])[record_id]
    _required(live, instance, visit.actor.id, action, record)
    return _move(visit, live, instance, action, record)


def _decided(visit: Visit, instance: Instance, action: Action, values: Mapping[str, Any]) -> tuple[Event, ...]:
    return decide(instance.flow, instance.events, action, visit.actor.id, context(visit, instance, values))


def _move(visit: Visit, live: LiveForm, instance: Instance, action: Action, values: Mapping[str, Any]) -> State:
    before = {task.id for task in instance.state.open} if instance.events else set()
    events = _decided(visit, instance, action, values)
    state = append(visit, instance, events, {k: v for k, v in values.items() if not k.startswith("_")})
    _tell(visit, live, instance, state, before)
    return state


def context(visit: Visit, instance: Instance, values: Mapping[str, Any]) -> Context:
    """The world as the engine asks about it, with the app's rights."""
    form = instance.pinned.form

    def when(branch: str) -> bool:
        return form.branches[branch].evaluate(values, visit.env) is True

    return Context(values=values, now=visit.now, people=Approvers(visit.tx, form.app), when=when)


def _required(live: LiveForm, instance: Instance, person: int, action: Action, values: Mapping[str, Any]) -> None:
    """Fields a step wants filled in before it is agreed to."""
    rights = field_rights(instance.flow, instance.state, person)
    if rights is None or action.kind not in ("approve", "done"):
        return
    blank = [key for key in live.form.fields if rights.of(key) == "required" and values.get(key) is None]
    if blank:
        raise Refused(missing(live.form.fields[key].spec, key) for key in blank)


def _tell(visit: Visit, live: LiveForm, instance: Instance, state: State, before: set[str]) -> None:
    """Leave notices for those who are newly asked, and for the submitter when it is over."""
    about = {"form": live.ref, "record": str(instance.record_id)}
    fresh = [task.person for task in state.open if task.id not in before]
    put(visit.tx, "task_opened", fresh, about, visit.now)
    if state.ended and state.submitter is not None:
        put(visit.tx, f"flow_{state.stage}", [state.submitter], about, visit.now)
