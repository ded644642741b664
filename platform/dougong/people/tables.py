"""The tables of people: organisation, departments, persons, roles, sign-ins, tokens and failed attempts."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, false, text
from sqlalchemy.types import TypeEngine

from dougong.db import METADATA, UtcDateTime


def _text(length: int) -> TypeEngine[str]:
    """A text that compares and sorts letter by letter on both engines."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def _id(name: str = "id") -> Column[int]:
    return Column(name, BigInteger, primary_key=True, autoincrement=False)


organisation = Table(
    "organisation",
    METADATA,
    _id(),
    Column("name", JSON, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("language", String(16), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("calendar", JSON, nullable=False),
)

person = Table(
    "person",
    METADATA,
    _id(),
    Column("login", String(64), nullable=False),
    Column("login_fold", _text(200), nullable=False, unique=True),
    Column("name", String(100), nullable=False),
    Column("name_fold", _text(400), nullable=False, index=True),
    Column("pinyin", _text(400), nullable=False, index=True),
    Column("initials", _text(400), nullable=False),
    Column("password_hash", String(200)),
    Column("active", Boolean, nullable=False),
    Column("admin", Boolean, nullable=False),
    Column("builder", Boolean, nullable=False, default=False, server_default=false()),
    Column("supervisor_id", BigInteger, ForeignKey("person.id"), index=True),
    Column("language", String(16), nullable=False, default=""),
    Column("theme", String(8), nullable=False, default=""),
    Column("email", String(254), nullable=False, default=""),
    Column("created_at", UtcDateTime, nullable=False),
)

department = Table(
    "department",
    METADATA,
    _id(),
    Column("key", _text(48), nullable=False, unique=True),
    Column("name", JSON, nullable=False),
    Column("parent_id", BigInteger, ForeignKey("department.id"), index=True),
    Column("head_id", BigInteger, ForeignKey("person.id"), index=True),
    # Ids from the root down to this one, ``/12/345/``: below is a prefix.
    Column("path", _text(1000), nullable=False, index=True),
)

membership = Table(
    "membership",
    METADATA,
    Column("person_id", BigInteger, ForeignKey("person.id"), primary_key=True),
    Column("department_id", BigInteger, ForeignKey("department.id"), primary_key=True, index=True),
    Column("main", Boolean, nullable=False),
)
Index(
    "uq_membership_main",
    membership.c.person_id,
    unique=True,
    sqlite_where=text("main"),
    postgresql_where=text("main"),
)

role_member = Table(
    "role_member",
    METADATA,
    Column("app", _text(48), primary_key=True),
    Column("role", _text(48), primary_key=True),
    Column("person_id", BigInteger, ForeignKey("person.id"), primary_key=True, index=True),
    Column("position", Integer, nullable=False),
)

session = Table(
    "session",
    METADATA,
    Column("token_hash", String(64), primary_key=True),
    Column("id", BigInteger, nullable=False, unique=True),
    Column("person_id", BigInteger, ForeignKey("person.id"), nullable=False, index=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("idle_seconds", Integer, nullable=False),
    Column("address", String(64), nullable=False),
    Column("agent", String(200), nullable=False),
    Column("rotated", UtcDateTime),
)

api_token = Table(
    "api_token",
    METADATA,
    Column("token_hash", String(64), primary_key=True),
    Column("id", BigInteger, nullable=False, unique=True),
    Column("person_id", BigInteger, ForeignKey("person.id"), nullable=False, index=True),
    Column("label", String(100), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime),
    Column("expires_at", UtcDateTime),
)

sign_in_failure = Table(
    "sign_in_failure",
    METADATA,
    Column("key", String(80), primary_key=True),
    Column("attempts", Integer, nullable=False),
    Column("last_at", UtcDateTime, nullable=False, index=True),
    Column("locked_until", UtcDateTime),
)
