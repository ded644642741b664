"""The platform's tables beside the records themselves: counters, idempotency keys, changes."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table
from sqlalchemy.types import JSON

from dougong.db import METADATA, UtcDateTime

counter = Table(
    "counter",
    METADATA,
    Column("form", String(100), primary_key=True),
    Column("field", String(100), primary_key=True),
    Column("period", String(10), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

idempotency = Table(
    "idempotency",
    METADATA,
    Column("person_id", BigInteger, primary_key=True),
    Column("form", String(100), primary_key=True),
    Column("key", String(100), primary_key=True),
    Column("hash", String(64), nullable=False),
    Column("record_id", BigInteger),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_idempotency_created_at", "created_at"),
)

record_change = Table(
    "record_change",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("form", String(100), nullable=False),
    Column("record_id", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor_id", BigInteger, nullable=False),
    Column("door", String(20), nullable=False),
    Column("changes", JSON, nullable=False),
    Index("ix_record_change_record", "form", "record_id", "version"),
)
