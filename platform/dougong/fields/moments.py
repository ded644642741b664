"""Reading days and moments from what people type, from JSON and from spreadsheets."""

import re
from datetime import UTC, date, datetime
from typing import Any

from dougong.fields.base import Invalid, Raw, as_text

FIRST_YEAR, LAST_YEAR = 1900, 2200

_HALF_WIDTH = str.maketrans("０１２３４５６７８９－／：．　", "0123456789-/:. ")
_DAY = (
    r"(?P<y>\d{4})(?:-(?P<m1>\d{1,2})-(?P<d1>\d{1,2})|/(?P<m2>\d{1,2})/(?P<d2>\d{1,2})|\.(?P<m3>\d{1,2})\.(?P<d3>\d{1,2})"
    r"|(?P<m4>\d{2})(?P<d4>\d{2})| ?年 ?(?P<m5>\d{1,2}) ?月 ?(?P<d5>\d{1,2}) ?日)"
)
_TIME = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
_ZONE = r" ?(?P<zone>Z|z|[+-]\d{2}(?::?\d{2})?)"
_DATE = re.compile(_DAY + r"(?:[T ]+0{1,2}:00(?::00(?:\.0{1,9})?)?)?", re.ASCII)
_MOMENT = re.compile(_DAY + r"(?:[Tt ] *" + _TIME + r"(?:" + _ZONE + r")?)?", re.ASCII)
_LONGEST = 64


def read_day(raw: Raw) -> date | None:
    """A day: ISO, ``2026/11/30``, ``20261130``, ``2026年11月30日``, or a date of a spreadsheet (its time must be 0:00).

    Raises Invalid for what is no day of the calendar or lies outside the years 1900 to 2200.
    """
    if type(raw) is str and len(raw) == 10 and raw[4] == raw[7] == "-":
        try:
            found = date.fromisoformat(raw)
        except ValueError:
            pass
        else:
            if FIRST_YEAR <= found.year <= LAST_YEAR:
                return found
    match = _match(_DATE, raw, "field.not_a_date")
    return None if match is None else _day(match, "field.not_a_date")


def read_moment(raw: Raw, zone: Any) -> datetime | None:
    """A moment, aware, in UTC, whole seconds; a text without a zone is meant in ``zone``, without a time at 0:00."""
    match = _match(_MOMENT, raw, "field.not_a_datetime")
    if match is None:
        return None
    day = _day(match, "field.not_a_datetime")
    try:
        local = datetime.fromisoformat(f"{day.isoformat()}T{_clock(match)}{_offset(match['zone'])}")
        moment = (local if local.tzinfo else local.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid("field.not_a_datetime") from None
    return moment


def _clock(match: re.Match[str]) -> str:
    return f"{int(match['hour'] or 0):02d}:{match['minute'] or '00'}:{match['second'] or '00'}"


def _offset(zone: str | None) -> str:
    if not zone:
        return ""
    return "+00:00" if zone in "Zz" else f"{zone[:3]}:{zone[3:].lstrip(':') or '00'}"


def _match(pattern: re.Pattern[str], raw: Raw, code: str) -> re.Match[str] | None:
    text = as_text(raw)
    if text is None:
        return None
    match = pattern.fullmatch(text.translate(_HALF_WIDTH)) if len(text) <= _LONGEST else None
    if match is None:
        raise Invalid(code)
    return match


def _day(match: re.Match[str], code: str) -> date:
    month = next(int(match[f"m{n}"]) for n in range(1, 6) if match[f"m{n}"])
    day = next(int(match[f"d{n}"]) for n in range(1, 6) if match[f"d{n}"])
    try:
        found = date(int(match["y"]), month, day)
    except ValueError:
        raise Invalid(code) from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise Invalid("field.year_out_of_range", first=str(FIRST_YEAR), last=str(LAST_YEAR))
    return found
