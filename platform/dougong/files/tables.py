"""The table of uploaded files."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table

from dougong.db import METADATA, UtcDateTime

stored_file = Table(
    "stored_file",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("name", String(255), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("owner_id", BigInteger, ForeignKey("person.id"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("form", String(100)),
    Column("record_id", BigInteger),
    Column("field", String(100)),
    Index("ix_stored_file_record", "form", "record_id"),
    Index("ix_stored_file_owner", "owner_id", "created_at"),
)
