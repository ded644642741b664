"""The tables of drafts: one row for each draft that is open or was, and the log of what was done to it."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text, text
from sqlalchemy.types import JSON

from dougong.db import METADATA, UtcDateTime

draft = Table(
    "draft",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("app", String(48), nullable=False),
    Column("base_revision", Integer, nullable=False),  # 0: never published
    Column("spec", Text, nullable=False),
    Column("rev", Integer, nullable=False),  # how many rows its log has
    Column("state", String(16), nullable=False),  # open, discarded, published
    Column("created_by", BigInteger),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_by", BigInteger),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Index("ix_draft_app", "app", "ended_at"),
    Index(
        "uq_draft_open", "app", unique=True,
        sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'"),
    ),
)  # fmt: skip

draft_operation = Table(
    "draft_operation",
    METADATA,
    Column("draft_id", BigInteger, ForeignKey("draft.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True),  # the draft's rev after it
    Column("step", Integer, nullable=False),  # the row that began the step: itself, or what it goes on with or takes back
    Column("kind", String(8), nullable=False),  # do, undo, redo, passed
    Column("verb", String(16), nullable=False),  # the ``op`` of the body
    Column("person_id", BigInteger),
    Column("at", UtcDateTime, nullable=False),
    Column("body", Text, nullable=False),  # the operation as it was done
    Column("label", JSON, nullable=False),  # the code and parameters of its sentence
    Column("token", String(64)),  # of the request: sent again, it gives the same answer
    Index("ix_draft_operation_person", "draft_id", "person_id", "seq"),
    Index("uq_draft_operation_token", "draft_id", "token", unique=True),
)  # fmt: skip
