"""The tables of apps: which exist, which revision is published, and every revision as it was."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, String, Table, Text
from sqlalchemy.types import JSON

from dougong.db import METADATA, UtcDateTime

app = Table(
    "app",
    METADATA,
    Column("key", String(48), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

revision = Table(
    "revision",
    METADATA,
    Column("app", String(48), ForeignKey("app.key"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("spec", Text, nullable=False),
    Column("schemas", JSON, nullable=False),
    Column("note", Text, nullable=False, default=""),
    Column("published_by", BigInteger),
    Column("published_at", UtcDateTime, nullable=False),
)
