"""Stretches of time: a day's label at a grain in SQL, alike on both engines, and the days that a label covers."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, Text, cast, func

GRAINS = ("day", "week", "month", "quarter", "year")
_POSTGRES = {"day": "YYYY-MM-DD", "week": 'IYYY-"W"IW', "month": "YYYY-MM", "quarter": 'YYYY-"Q"Q', "year": "YYYY"}
_SQLITE = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}


def grain_label(day: ColumnElement[Any], grain: str, dialect: str) -> ColumnElement[Any]:
    """``2026-03-02``, ``2026-W10`` (ISO, from Monday), ``2026-03``, ``2026-Q1`` or ``2026``; NULL for a blank day."""
    if dialect == "postgresql":
        return func.to_char(day, _POSTGRES[grain], type_=Text())
    if grain in _SQLITE:
        return _strftime(_SQLITE[grain], day)
    if grain == "quarter":
        quarter = (cast(_strftime("%m", day), Integer) + 2) // 3
        return _strftime("%Y", day).concat("-Q").concat(cast(quarter, Text))
    thursday = func.date(day, "-3 days", "weekday 4", type_=Text())  # its year is the week's year
    week = (cast(_strftime("%j", thursday), Integer) + 6) // 7
    return _strftime("%Y", thursday).concat("-W").concat(func.printf("%02d", week, type_=Text()))


def _strftime(pattern: str, day: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.strftime(pattern, day, type_=Text())


def days_of(label: str, grain: str) -> tuple[date, date]:
    """The first and the last day that a label covers."""
    year = int(label[:4])
    match grain:
        case "day":
            return date.fromisoformat(label), date.fromisoformat(label)
        case "week":
            monday = date.fromisocalendar(year, int(label[6:]), 1)
            return monday, monday + timedelta(days=6)
        case "month":
            return _months(year, int(label[5:]), 1)
        case "quarter":
            return _months(year, int(label[6:]) * 3 - 2, 3)
    return date(year, 1, 1), date(year, 12, 31)


def _months(year: int, first: int, count: int) -> tuple[date, date]:
    last = first + count - 1
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def following(label: str, grain: str) -> str | None:
    """The next label, None at the end of the calendar."""
    last = days_of(label, grain)[1]
    return None if last == date.max else label_of(last + timedelta(days=1), grain)


def label_of(day: date, grain: str) -> str:
    """The label of one day."""
    match grain:
        case "day":
            return day.isoformat()
        case "week":
            year, week, _ = day.isocalendar()
            return f"{year:04d}-W{week:02d}"
        case "month":
            return f"{day.year:04d}-{day.month:02d}"
        case "quarter":
            return f"{day.year:04d}-Q{(day.month + 2) // 3}"
    return f"{day.year:04d}"
