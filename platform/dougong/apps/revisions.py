"""The published revisions of an app: who published each, when, and with what note."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from dougong.apps.tables import revision as table
from dougong.db import Tx
from dougong.errors import NotFound

_HEAD = (table.c.number, table.c.note, table.c.published_by, table.c.published_at)


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision without its spec; ``by`` is None for one that a file brought."""

    number: int
    note: str
    by: int | None
    at: datetime


def revisions(tx: Tx, app: str, most: int = 0, before: int = 0) -> list[Revision]:
    """The revisions of an app, newest first: at most ``most`` (0: all), those below the number ``before`` (0: all)."""
    query = select(*_HEAD).where(table.c.app == app).order_by(table.c.number.desc())
    if before:
        query = query.where(table.c.number < before)
    return [_revision(row) for row in tx.conn.execute(query.limit(most) if most else query)]


def revision(tx: Tx, app: str, number: int) -> Revision:
    """One revision; raises NotFound."""
    found = tx.conn.execute(select(*_HEAD).where(table.c.app == app, table.c.number == number)).one_or_none()
    if found is None:
        raise NotFound("apps.no_revision", app=app, number=number)
    return _revision(found)


def _revision(row: Any) -> Revision:
    return Revision(row.number, row.note, row.published_by, row.published_at)
