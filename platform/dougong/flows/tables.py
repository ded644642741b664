"""The tables of flows: one instance per record, its append-only events, and tasks as a projection of them."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint
from sqlalchemy.types import JSON

from dougong.db import METADATA, UtcDateTime

flow_instance = Table(
    "flow_instance",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("form", String(100), nullable=False),
    Column("record_id", BigInteger, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("stage", String(20), nullable=False),
    Column("submitter_id", BigInteger, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    UniqueConstraint("form", "record_id"),
    Index("ix_flow_instance_submitter", "submitter_id", "stage"),
)

flow_event = Table(
    "flow_event",
    METADATA,
    Column("instance_id", BigInteger, ForeignKey("flow_instance.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("body", Text, nullable=False),
    Column("snapshot", JSON),
)

flow_task = Table(
    "flow_task",
    METADATA,
    Column("instance_id", BigInteger, ForeignKey("flow_instance.id"), primary_key=True),
    Column("task", String(100), primary_key=True),
    Column("form", String(100), nullable=False),
    Column("record_id", BigInteger, nullable=False),
    Column("step", String(48), nullable=False),
    Column("title", JSON, nullable=False),
    Column("person_id", BigInteger, ForeignKey("person.id"), nullable=False),
    Column("state", String(20), nullable=False),
    Column("opened_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("comment", Text, nullable=False),
    Column("void", Boolean, nullable=False),
    Index("ix_flow_task_person", "person_id", "state", "opened_at"),
    Index("ix_flow_task_record", "record_id", "person_id"),
)
