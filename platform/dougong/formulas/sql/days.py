"""A day of the organisation's calendar as two moments, so that a stored moment is compared by its index."""

from datetime import UTC, date, datetime, time, timedelta

from dougong.formulas.values import Env


def bounds(day: date, env: Env) -> tuple[datetime, datetime] | None:
    """The first moment of ``day`` in the zone and the first of the next day.

    None where the zone's clocks change near that day, or at the ends of the calendar: there a day need not be one
    stretch of moments, and each moment must be asked for its day.
    """
    if not date(2, 1, 1) <= day <= date(9998, 12, 1):
        return None
    noon_before = datetime.combine(day - timedelta(days=1), time(12), env.zone)
    noon_after = datetime.combine(day + timedelta(days=1), time(12), env.zone)
    if noon_before.utcoffset() != noon_after.utcoffset():
        return None
    start = datetime.combine(day, time(0), env.zone).astimezone(UTC)
    return start, start + timedelta(days=1)
