"""The event log of an instance in the database: read, append with a compare-and-set, project tasks and status."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update

from dougong.db import new_id
from dougong.errors import Conflict
from dougong.flows.events import Event, from_json, kind, to_json
from dougong.flows.folding import fold
from dougong.flows.state import State
from dougong.flows.tables import flow_event, flow_instance, flow_task
from dougong.flows.tasks import rows
from dougong.records import Visit
from dougong.records.history import plain
from dougong.records.load import chunks
from dougong.records.state import set_status
from dougong.spec.model import Flow
from dougong.tables import LiveForm


@dataclass(frozen=True)
class Instance:
    """An approval as it stands: ``pinned`` is the form of the revision it started on."""

    id: int
    record_id: int
    version: int
    pinned: LiveForm
    flow: Flow
    events: tuple[Event, ...]

    @property
    def state(self) -> State:
        """The fold of its events."""
        return fold(self.flow, self.events)


def find_instance(visit: Visit, live: LiveForm, record_id: int, lock: bool = False) -> Instance | None:
    """The approval of a record, None when it never had one; ``lock`` holds it until the commit."""
    c = flow_instance.c
    query = select(flow_instance).where(c.form == live.ref, c.record_id == record_id)
    row = visit.tx.conn.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        return None
    pinned = visit.forms.form_at(live.ref, row.revision)
    flow = pinned.form.spec.flow
    assert flow is not None
    e = flow_event.c
    bodies = visit.tx.conn.execute(select(e.body).where(e.instance_id == row.id).order_by(e.seq)).scalars()
    return Instance(row.id, record_id, row.version, pinned, flow, tuple(from_json(body) for body in bodies))


def pinned(visit: Visit, live: LiveForm, ids: Sequence[int]) -> dict[int, LiveForm]:
    """Record id → the older form its running approval began on, for those of ``ids`` of which the approval is not over."""
    c, found = flow_instance.c, dict[int, LiveForm]()
    for some in chunks(ids):
        query = select(c.record_id, c.revision).where(
            c.form == live.ref, c.record_id.in_(some), c.ended_at.is_(None), c.revision != live.published.revision
        )
        for row in visit.tx.conn.execute(query):
            found[row.record_id] = visit.forms.form_at(live.ref, row.revision)
    return found


def start(visit: Visit, live: LiveForm, record_id: int, submitter: int) -> Instance:
    """A new approval without events yet, pinned to the form's revision."""
    id, flow = new_id(), live.form.spec.flow
    assert flow is not None
    visit.tx.conn.execute(
        insert(flow_instance).values(
            id=id, form=live.ref, record_id=record_id, revision=live.revision, version=0, stage="draft",
            submitter_id=submitter, started_at=visit.now,
        )
    )  # fmt: skip
    return Instance(id, record_id, 0, live, flow, ())


def append(visit: Visit, instance: Instance, events: Sequence[Event], values: dict[str, Any]) -> State:
    """Append events if nobody else did since the instance was read, then project them; raises Conflict otherwise.

    ``values`` is the record as it was decided on; each submission keeps a snapshot of it.
    """
    c = flow_instance.c
    state = fold(instance.flow, (*instance.events, *events))
    done = visit.tx.conn.execute(
        update(flow_instance)
        .where(c.id == instance.id, c.version == instance.version)
        .values(version=state.version, stage=state.stage, ended_at=state.ended_at)
    )
    if done.rowcount != 1:
        raise Conflict("flows.changed_meanwhile")
    visit.tx.conn.execute(insert(flow_event), [_row(instance, i, e, values) for i, e in enumerate(events, 1)])
    project(visit, instance, state)
    if values.get("status") != state.status:
        set_status(visit, instance.pinned, instance.record_id, state.status)
    visit.forget_views()
    return state


def _row(instance: Instance, offset: int, event: Event, values: dict[str, Any]) -> dict[str, Any]:
    name = kind(event)
    snapshot = plain(values) if name in ("submitted", "resubmitted") else None
    return {
        "instance_id": instance.id, "seq": instance.version + offset, "kind": name, "body": to_json(event),
        "snapshot": snapshot,
    }  # fmt: skip


def project(visit: Visit, instance: Instance, state: State) -> None:
    """Make the task table say exactly what the events say."""
    conn = visit.tx.conn
    if instance.events:
        conn.execute(delete(flow_task).where(flow_task.c.instance_id == instance.id))
    projected = [
        {
            "instance_id": instance.id, "task": row.task, "form": instance.pinned.ref, "record_id": instance.record_id,
            "step": row.step, "title": row.title, "person_id": row.person, "state": row.state,
            "opened_at": row.opened_at, "closed_at": row.closed_at, "comment": row.comment, "void": row.void,
        }
        for row in rows(instance.flow, state)
    ]  # fmt: skip
    if projected:
        conn.execute(insert(flow_task), projected)


def drop_open_tasks(visit: Visit, live: LiveForm, record_id: int) -> None:
    """Take the open tasks of a deleted record away; its events stay as they are."""
    c = flow_task.c
    visit.tx.conn.execute(delete(flow_task).where(c.form == live.ref, c.record_id == record_id, c.state == "open"))
    visit.forget_views()
