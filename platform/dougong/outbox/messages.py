"""Messages to deliver: rows, stored with the change that caused them."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, insert
from sqlalchemy.types import JSON

from dougong.db import METADATA, Tx, UtcDateTime, new_id

TAKE_BACK = timedelta(seconds=5)
"""A notice leaves this much later than its cause, so that a decision can be taken back before anyone is told."""

outbox_message = Table(
    "outbox_message",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(40), nullable=False),
    Column("person_id", BigInteger),
    Column("payload", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("done_at", UtcDateTime),
    Index("ix_outbox_message_due", "done_at", "due_at"),
)


def put(tx: Tx, kind: str, people: Iterable[int], payload: Mapping[str, Any], now: datetime) -> None:
    """Leave one message for each person."""
    rows = [
        {
            "id": new_id(), "kind": kind, "person_id": person, "payload": dict(payload), "created_at": now,
            "due_at": now + TAKE_BACK, "attempts": 0, "done_at": None,
        }
        for person in people
    ]  # fmt: skip
    if rows:
        tx.conn.execute(insert(outbox_message), rows)
