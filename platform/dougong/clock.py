"""The one source of now: every room asks here, and a test may hold it still."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_held: ContextVar[datetime | None] = ContextVar("dougong_clock", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _held.get() or datetime.now(UTC)


def today(zone: ZoneInfo) -> date:
    """The present day on the calendar of ``zone``."""
    return now().astimezone(zone).date()


@contextmanager
def held(moment: datetime) -> Iterator[None]:
    """Hold the clock at ``moment`` (aware) for the code inside."""
    if moment.tzinfo is None:
        raise ValueError("a held clock needs a moment with its zone")
    token = _held.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _held.reset(token)
