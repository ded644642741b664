"""The organisation itself: its name, zone, language, currency and working calendar."""

from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select

from dougong.db import Tx
from dougong.fields.base import LocalText
from dougong.people.tables import organisation

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Organisation:
    """What is true for everybody. ``calendar`` holds ``week`` (1 Monday … 7 Sunday), ``hours`` (pairs ``["09:00", "18:00"]``),
    ``holidays`` and ``workdays`` (days ``2026-02-14`` off, and worked against the week)."""

    name: LocalText = ""
    zone: ZoneInfo = SHANGHAI
    language: str = "zh-CN"
    currency: str = "CNY"
    calendar: dict[str, Any] = field(default_factory=dict)


def load(tx: Tx) -> Organisation:
    """The organisation, or the defaults while nobody has said anything."""
    row = tx.conn.execute(select(organisation)).one_or_none()
    if row is None:
        return Organisation()
    return Organisation(row.name, ZoneInfo(row.zone), row.language, row.currency, row.calendar)


def save(tx: Tx, it: Organisation) -> None:
    """Keep the organisation; there is one."""
    tx.conn.execute(delete(organisation))
    row = {
        "name": it.name,
        "zone": it.zone.key,
        "language": it.language,
        "currency": it.currency,
        "calendar": it.calendar,
    }
    tx.conn.execute(insert(organisation).values(id=1, **row))
