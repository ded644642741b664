"""A database with the tables of people, on each engine, and a small organisation in it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

import dougong.people.tables  # noqa: F401
from dougong.config import Settings
from dougong.db import METADATA, Database, Tx, make_engine
from dougong.people.accounts import find_person, set_password
from dougong.people.org_file import apply_org

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"

ORG: dict[str, Any] = {
    "organisation": {"name": {"zh-CN": "测试公司", "en": "Test Ltd"}, "zone": "Asia/Shanghai", "currency": "CNY"},
    "departments": [
        {"key": "rd1", "name": {"zh-CN": "研发一部", "en": "Team 1"}, "parent": "rd"},
        {"key": "rd", "name": {"zh-CN": "研发中心", "en": "R&D"}, "head": "sun"},
        {"key": "office", "name": "行政部", "head": "li"},
    ],
    "people": [
        {"login": "li", "name": "李强", "departments": ["office"], "admin": True},
        {"login": "zhang", "name": "张敏", "departments": ["office", "rd"], "supervisor": "li"},
        {"login": "sun", "name": "孙浩", "departments": ["rd"], "supervisor": "li"},
        {"login": "zhou", "name": "周婷", "departments": ["rd1"], "supervisor": "sun"},
        {"login": "min2", "name": "张敏", "departments": ["rd1"], "supervisor": "zhou"},
        {"login": "zeng", "name": "曾国藩"},
    ],
    "roles": {"purchase.buyer": ["zhou", "li"], "purchase.cfo": ["sun"], "mdm.steward": ["li"]},
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, argon2_time_cost=1, session_days=14, idle_hours=12, secret="s" * 40)


@pytest.fixture
def database(engine_url: str) -> Iterator[Database]:
    engine = make_engine(engine_url)
    METADATA.create_all(engine)
    yield Database(engine)
    engine.dispose()


@pytest.fixture
def org(database: Database) -> Database:
    """The database with the small organisation; nobody has a password."""
    database.write(lambda tx: apply_org(tx, json.dumps(ORG), "org.json"))
    return database


@pytest.fixture
def id_of(org: Database) -> Callable[[str], int]:
    return lambda login: org.read(lambda tx: find_person(tx, login))


@pytest.fixture
def zhang(org: Database, id_of: Callable[[str], int], settings: Settings) -> int:
    """A person with the password PASSWORD."""
    id = id_of("zhang")
    set_password(org, settings, id, PASSWORD)
    return id


@contextmanager
def statements(tx: Tx) -> Iterator[list[str]]:
    """The statements sent inside."""
    sent: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(tx.conn, "before_cursor_execute", note)
    yield sent
    event.remove(tx.conn, "before_cursor_execute", note)


@pytest.fixture
def counting() -> Callable[[Tx], Any]:
    return statements
