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
    # Counts what makes published revisions be read anew: publishing, and the beginning of a change over many rows.
    Column("generation", Integer, nullable=False, default=0, server_default="0"),
)

revision = Table(
    "revision",
    METADATA,
    Column("app", String(48), ForeignKey("app.key"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("spec", Text, nullable=False),
    Column("schemas", JSON, nullable=False),
    # Where each field was kept when it was published; NULL: as the catalogue says.
    Column("layout", JSON(none_as_null=True)),
    Column("note", Text, nullable=False, default=""),
    Column("published_by", BigInteger),
    Column("published_at", UtcDateTime, nullable=False),
)
