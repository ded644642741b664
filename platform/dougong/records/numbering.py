"""Running numbers: a pattern, a period, a counter row that is the last lock a submission takes."""

import re
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from dougong.db import Tx
from dougong.records.tables import counter

_PART = re.compile(r"\{(YYYY|YY|MM|DD|0+)\}")
_PERIODS = {"never": "", "year": "%Y", "month": "%Y-%m", "day": "%Y-%m-%d"}


def numbers(tx: Tx, form: str, field: str, pattern: str, reset: str, days: Sequence[date]) -> list[str]:
    """The next numbers of a form's field, one per day given (each day's own period), without gaps once committed."""
    result = [""] * len(days)
    by_period: dict[str, list[int]] = {}
    for index, day in enumerate(days):
        by_period.setdefault(day.strftime(_PERIODS[reset]), []).append(index)
    for period in sorted(by_period):  # one order for every transaction, so that two cannot wait for each other
        indexes = by_period[period]
        first = _take(tx, form, field, period, len(indexes))
        for offset, index in enumerate(indexes):
            result[index] = written(pattern, days[index], first + offset)
    return result


def written(pattern: str, day: date, value: int) -> str:
    """``CG-{YYYY}-{0000}`` with day and value filled in; a value longer than its zeros is written whole."""

    def part(match: re.Match[str]) -> str:
        name = match[1]
        if name.startswith("0"):
            return str(value).zfill(len(name))
        return {"YYYY": f"{day.year:04}", "YY": f"{day.year % 100:02}", "MM": f"{day.month:02}", "DD": f"{day.day:02}"}[
            name
        ]

    return _PART.sub(part, pattern)


def value_of(pattern: str, number: str) -> tuple[dict[str, str], int] | None:
    """The counter value and date parts that a number of this pattern shows; None when it is of another shape."""
    match = re.fullmatch(_regex(pattern), number)
    if match is None:
        return None
    parts = match.groupdict()
    return parts, int(parts.pop("value"))


def _regex(pattern: str) -> str:
    out, end = "", 0
    for match in _PART.finditer(pattern):
        name = match[1]
        group = rf"(?P<value>\d{{{len(name)},18}})" if name.startswith("0") else rf"(?P<{name}>\d{{{len(name)}}})"
        out += re.escape(pattern[end : match.start()]) + group
        end = match.end()
    return out + re.escape(pattern[end:])


def raise_counter(tx: Tx, form: str, field: str, reset: str, day: date, value: int) -> None:
    """Let later numbers of the period start above ``value`` (a load as history brought it along)."""
    period = day.strftime(_PERIODS[reset])
    first = _take(tx, form, field, period, 0)
    if value >= first:
        c = counter.c
        tx.conn.execute(update(counter).where(c.form == form, c.field == field, c.period == period).values(value=value))


def _take(tx: Tx, form: str, field: str, period: str, count: int) -> int:
    """Move the counter ``count`` on and return the first value taken; the row stays locked until the commit."""
    insert = sqlite.insert if tx.dialect == "sqlite" else postgresql.insert
    c = counter.c
    tx.conn.execute(insert(counter).values(form=form, field=field, period=period, value=0).on_conflict_do_nothing())
    here = (c.form == form) & (c.field == field) & (c.period == period)
    tx.conn.execute(update(counter).where(here).values(value=c.value + count))
    last = tx.conn.execute(select(c.value).where(here)).scalar_one()
    return int(last) - count + 1
