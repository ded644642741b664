"""How values travel between a query on SQLite and the formula functions registered there.

Numbers are decimal text, days ``2026-03-02``, moments ``2026-03-02 01:00:00.000000`` in UTC, yes/no 1 and 0, ids integers, and
an error its code as bytes: no value of a formula is bytes, so it cannot be taken for one.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from dougong.formulas import decimals
from dougong.formulas.kinds import Kind, Scope, Type
from dougong.formulas.sql.decode import canonical
from dougong.formulas.values import Env, ErrorValue


def encoded(value: Any) -> Any:
    """A canonical value or an ErrorValue as SQLite may hold it."""
    if isinstance(value, ErrorValue):
        return value.code.encode()
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, Decimal):
        return decimals.as_text(value)
    if isinstance(value, datetime):
        return moment_text(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def moment_text(moment: datetime) -> str:
    """A moment as SQLite stores it."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def decoded(value: Any, kind: Kind, scale: int | None) -> Any:
    """What SQLite held → canonical value or ErrorValue; ``scale`` of a stored number, None for decimal text."""
    if isinstance(value, bytes):
        return ErrorValue(value.decode(), "formula.error.inside")
    if kind is Kind.NUMBER and scale is not None and value is not None:
        return Decimal(value).scaleb(-scale)
    return canonical(value, kind)


def written_names(names: Iterable[tuple[str, Type, int | None]]) -> str:
    """The names a formula is given, each with its type and its scale as stored, as one text."""
    return json.dumps([[name, type_.kind.value, type_.exact, scale] for name, type_, scale in names])


@lru_cache(maxsize=1024)
def read_names(written: str) -> tuple[Scope, tuple[tuple[str, Kind, int | None], ...]]:
    """The scope of such a text, and how to decode each name in turn."""
    entries = json.loads(written)
    scope = Scope({name: Type(Kind(kind), exact=exact) for name, kind, exact, _ in entries})
    return scope, tuple((name, Kind(kind), scale) for name, kind, _, scale in entries)


def written_env(env: Env) -> str:
    """The moment, zone and person as one text."""
    return f"{env.now.isoformat()}|{env.zone.key}|{'' if env.me is None else env.me}"


@lru_cache(maxsize=64)
def read_env(written: str) -> Env:
    """The surroundings of such a text."""
    now, zone, me = written.split("|")
    return Env(datetime.fromisoformat(now), ZoneInfo(zone), int(me) if me else None)
