"""What waits for a person and what a person started, as rows of the approvals' tables."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from dougong.db import Tx
from dougong.flows.tables import flow_instance, flow_task


def count_open(tx: Tx, person: int) -> int:
    """How many tasks wait for the person."""
    c = flow_task.c
    return int(tx.conn.execute(select(func.count()).where(c.person_id == person, c.state == "open")).scalar_one())


def open_rows(tx: Tx, person: int, form: str, limit: int) -> Sequence[Any]:
    """The person's open tasks with ``submitter_id``, the longest waiting first; of one form when one is named."""
    c = flow_task.c
    query = select(flow_task, flow_instance.c.submitter_id).join(flow_instance, flow_instance.c.id == c.instance_id)
    query = query.where(c.person_id == person, c.state == "open")
    if form:
        query = query.where(c.form == form)
    return tx.conn.execute(query.order_by(c.opened_at, c.record_id).limit(limit)).all()


def started_rows(tx: Tx, person: int, running: bool | None, limit: int) -> Sequence[Any]:
    """The person's approvals, the newest first; only those under way, only those over, or (None) all."""
    c = flow_instance.c
    query = select(flow_instance).where(c.submitter_id == person)
    if running is not None:
        query = query.where(c.ended_at.is_(None) if running else c.ended_at.is_not(None))
    return tx.conn.execute(query.order_by(c.started_at.desc(), c.id.desc()).limit(limit)).all()


def open_of(tx: Tx, instances: Sequence[int]) -> Sequence[Any]:
    """The open tasks of these approvals, the oldest first."""
    c = flow_task.c
    query = select(c.instance_id, c.person_id, c.opened_at, c.step)
    query = query.where(c.instance_id.in_(instances), c.state == "open")
    return tx.conn.execute(query.order_by(c.opened_at)).all()
