"""Running numbers: a pattern, a period, a counter row that is the last lock a submission takes."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Column, select, update
from sqlalchemy.dialects import postgresql, sqlite

from dougong.db import Tx
from dougong.records.tables import counter

_PART = re.compile(r"\{(YYYY|YY|MM|DD|0+)\}")
_LETTERS = {"never": 0, "year": 4, "month": 7, "day": 10}
_FIXED = {"never": "", "year": "Y", "month": "YM", "day": "YMD"}


def numbers(
    tx: Tx, form: str, field: str, pattern: str, reset: str, days: Sequence[date], given: Column[Any] | None = None
) -> list[str]:
    """The next numbers of a form's field, one per day given (each day's own period), without gaps once committed.

    ``given`` is the column of earlier numbers: a counter that starts anew (a pattern or reset was changed) starts above
    those of the same shape and period.
    """
    result = [""] * len(days)
    by_period: dict[str, list[int]] = {}
    for index, day in enumerate(days):
        by_period.setdefault(period_of(reset, day), []).append(index)
    for period in sorted(by_period):  # one order for every transaction, so that two cannot wait for each other
        indexes = by_period[period]
        first = _take(tx, form, field, period, len(indexes))
        if first == 1 and given is not None:
            highest = _highest(tx, pattern, given, days[indexes[0]], reset)
            if highest:
                _move(tx, form, field, period, highest)
                first += highest
        for offset, index in enumerate(indexes):
            result[index] = written(pattern, days[index], first + offset)
    return result


def period_of(reset: str, day: date) -> str:
    """The name of the period a day belongs to, "" where a counter never starts again."""
    return day.isoformat()[: _LETTERS[reset]]


def _highest(tx: Tx, pattern: str, given: Column[Any], day: date, reset: str) -> int:
    """The largest counter value among stored numbers of this pattern in the period of ``day``."""
    start = _start(pattern, day, reset)
    query = select(given).where(given.startswith(start, autoescape=True)) if start else select(given)
    shown = (value_of(pattern, number, day, reset) for number in tx.conn.execute(query).scalars() if number)
    return max((value for value in shown if value is not None), default=0)


def _start(pattern: str, day: date, reset: str) -> str:
    """The beginning that all numbers of a period share."""
    fixed = _FIXED[reset]
    end = next((m.start() for m in _PART.finditer(pattern) if m[1][0] not in fixed), len(pattern))
    return written(pattern[:end], day, 0)


def written(pattern: str, day: date, value: int) -> str:
    """``CG-{YYYY}-{0000}`` with day and value filled in; a value longer than its zeros is written whole."""

    def part(match: re.Match[str]) -> str:
        name = match[1]
        if name.startswith("0"):
            return str(value).zfill(len(name))
        return _date_part(name, day)

    return _PART.sub(part, pattern)


def _date_part(name: str, day: date) -> str:
    parts = {"YYYY": f"{day.year:04}", "YY": f"{day.year % 100:02}", "MM": f"{day.month:02}", "DD": f"{day.day:02}"}
    return parts[name]


def value_of(pattern: str, number: str, day: date | None = None, reset: str = "never") -> int | None:
    """The counter value that a number of this pattern shows, with a ``day`` only in that day's period; None when it is of
    another shape or period."""
    match = re.fullmatch(_regex(pattern, day, _FIXED[reset]), number)
    return None if match is None else int(match["value"])


def _regex(pattern: str, day: date | None, fixed: str) -> str:
    out, end = "", 0
    for match in _PART.finditer(pattern):
        name = match[1]
        if name.startswith("0"):
            group = rf"(?P<value>[0-9]{{{len(name)},18}})"
        elif day is not None and name[0] in fixed:
            group = _date_part(name, day)
        else:
            group = rf"[0-9]{{{len(name)}}}"
        out += re.escape(pattern[end : match.start()]) + group
        end = match.end()
    return out + re.escape(pattern[end:])


def raise_counter(tx: Tx, form: str, field: str, reset: str, day: date, value: int) -> None:
    """Let later numbers of the period start above ``value`` (a load as history brought it along)."""
    period = period_of(reset, day)
    first = _take(tx, form, field, period, 0)
    if value >= first:
        _move(tx, form, field, period, value - first + 1)


def _take(tx: Tx, form: str, field: str, period: str, count: int) -> int:
    """Move the counter ``count`` on and return the first value taken; the row stays locked until the commit."""
    insert = sqlite.insert if tx.dialect == "sqlite" else postgresql.insert
    tx.conn.execute(insert(counter).values(form=form, field=field, period=period, value=0).on_conflict_do_nothing())
    return _move(tx, form, field, period, count) - count + 1


def _move(tx: Tx, form: str, field: str, period: str, count: int) -> int:
    """Move the counter on; returns its last value."""
    c = counter.c
    here = (c.form == form) & (c.field == field) & (c.period == period)
    moved = update(counter).where(here).values(value=c.value + count).returning(c.value)
    return int(tx.conn.execute(moved).scalar_one())
