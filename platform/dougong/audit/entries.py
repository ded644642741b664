"""Audit entries: who did what to which record through which door; a load of many records is one entry."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, insert
from sqlalchemy.types import JSON

from dougong.db import METADATA, Tx, UtcDateTime, new_id
from dougong.records import Visit, Written
from dougong.tables import LiveForm

audit_entry = Table(
    "audit_entry",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor_id", BigInteger),
    Column("door", String(20), nullable=False),
    Column("action", String(40), nullable=False),
    Column("form", String(100)),
    Column("record_id", BigInteger),
    Column("count", Integer, nullable=False),
    Column("detail", JSON, nullable=False),
    Column("seal", String(64)),
    Index("ix_audit_entry_at", "at"),
    Index("ix_audit_entry_record", "form", "record_id"),
)


def follow(visit: Visit, live: LiveForm, written: Sequence[Written]) -> None:
    """One entry per written record; of a load only its own entry, made by whoever loads (see ``note``)."""
    if visit.door == "load" or not written:
        return
    rows = [
        _row(visit.now, visit.actor.id, visit.door, f"record.{one.kind}", live.ref, one.id, 1, _detail(one))
        for one in written
    ]
    visit.tx.conn.execute(insert(audit_entry), rows)


def note(
    tx: Tx, at: datetime, actor_id: int | None, door: str, action: str, form: str | None = None, count: int = 1,
    **detail: Any,
) -> None:  # fmt: skip
    """An entry for something that is not one record: a load, a publish, a sign-in."""
    tx.conn.execute(insert(audit_entry), [_row(at, actor_id, door, action, form, None, count, detail)])


def _detail(one: Written) -> dict[str, Any]:
    """Which fields changed; their values stand in the record's own history."""
    if one.before is None or one.after is None:
        return {"submitted": one.submitted}
    before, after = one.before, one.after
    return {"fields": sorted(key for key in after if before.get(key) != after.get(key) and not key.startswith("_"))}


def _row(
    at: datetime, actor_id: int | None, door: str, action: str, form: str | None, record_id: int | None, count: int,
    detail: Mapping[str, Any],
) -> dict[str, Any]:  # fmt: skip
    return {
        "id": new_id(), "at": at, "actor_id": actor_id, "door": door, "action": action, "form": form,
        "record_id": record_id, "count": count, "detail": dict(detail), "seal": None,
    }  # fmt: skip
