"""Functions on days: TODAY, NOW, YEAR, MONTH, DAY, EDATE, DAYS, and who asks: ME.

A blank day gives a blank; a day before year 1 or after year 9999 is #NUM!.
"""

from calendar import monthrange
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from dougong.formulas.functions.spec import Closure, Function, Wants
from dougong.formulas.kinds import DATE, DATETIME, NUMBER, PERSON
from dougong.formulas.values import Failure

FARTHEST_DAYS = 4_000_000
FARTHEST_MONTHS = 120_000


def _out_of_calendar() -> Failure:
    return Failure("#NUM!", "formula.error.no_such_day")


def plus_days(day: date | None, days: Decimal) -> date | None:
    """The day so many days later; a fraction of a day is rounded down."""
    if day is None:
        return None
    if abs(days) > FARTHEST_DAYS:
        raise _out_of_calendar()
    try:
        return day + timedelta(days=int(days.to_integral_value(ROUND_FLOOR)))
    except OverflowError:
        raise _out_of_calendar() from None


def days_between(end: date | None, start: date | None) -> Decimal | None:
    """How many days ``end`` lies after ``start``."""
    return None if end is None or start is None else Decimal((end - start).days)


def _edate(day: date | None, months: Decimal) -> date | None:
    if day is None:
        return None
    if abs(months) > FARTHEST_MONTHS:
        raise _out_of_calendar()
    year, month = divmod(day.year * 12 + day.month - 1 + int(months), 12)
    if not 1 <= year <= 9999:
        raise _out_of_calendar()
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _part(name: str) -> Any:
    return lambda day: None if day is None else Decimal(getattr(day, name))


def _today(_arguments: tuple[Closure, ...]) -> Closure:
    return lambda _values, env: env.today()


def _now(_arguments: tuple[Closure, ...]) -> Closure:
    return lambda _values, env: env.now


def _me(_arguments: tuple[Closure, ...]) -> Closure:
    return lambda _values, env: env.me


FUNCTIONS = (
    Function("TODAY", (), DATE, 0, 0, lazy=_today, clock=True),
    Function("NOW", (), DATETIME, 0, 0, lazy=_now, clock=True),
    Function("YEAR", (Wants.DAY,), NUMBER, 1, 1, work=_part("year")),
    Function("MONTH", (Wants.DAY,), NUMBER, 1, 1, work=_part("month")),
    Function("DAY", (Wants.DAY,), NUMBER, 1, 1, work=_part("day")),
    Function("EDATE", (Wants.DAY, Wants.NUMBER), DATE, 2, 2, work=_edate, may_fail=True),
    Function("DAYS", (Wants.DAY,), NUMBER, 2, 2, work=days_between),
    Function("ME", (), PERSON, 0, 0, lazy=_me),
)
