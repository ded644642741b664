"""Numbers, money, days, moments, sizes and spans as people read them; all but the spans are alike in both languages."""

from datetime import date, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal

from dougong.words.entries import lookup

SYMBOLS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "HKD": "HK$", "JPY": "¥"}
_UNITS = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))


def number(value: Decimal | int | float, decimals: int | None = None) -> str:
    """``1,284.5``; with ``decimals`` rounded half up and padded to as many."""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    if decimals is not None:
        exact = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = f"{exact:,f}"
    if decimals is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.removeprefix("-") if not exact else text


def money(value: Decimal | int, currency: str = "CNY", decimals: int = 2) -> str:
    """``¥1,284.00``; a currency without a symbol of its own stands in letters: ``CHF 1,284.00``."""
    text = number(value, decimals)
    sign, text = ("-", text[1:]) if text.startswith("-") else ("", text)
    return f"{sign}{SYMBOLS.get(currency, f'{currency} ')}{text}"


def percent(value: Decimal | int | float, decimals: int | None = None) -> str:
    """A share (0.125) as ``12.5%``."""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    return f"{number(exact * 100, decimals)}%"


def day(value: date) -> str:
    """``2026-11-30``."""
    return f"{value.year:04d}-{value.month:02d}-{value.day:02d}"


def moment(value: datetime, zone: tzinfo) -> str:
    """An aware moment on the clock of ``zone``: ``2026-11-30 14:05``; raises ValueError for a naive one."""
    if value.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return value.astimezone(zone).isoformat(" ", "minutes")[:16]


def size(count: int) -> str:
    """A count of bytes as ``512 B``, ``1.2 KB``, ``20 MB`` (steps of 1,024)."""
    amount, unit = Decimal(count), "B"
    for unit in ("B", "KB", "MB", "GB", "TB"):
        if amount < 1024 or unit == "TB":
            break
        amount /= 1024
    return f"{number(amount.quantize(Decimal('0.1'), ROUND_HALF_UP))} {unit}"


def duration(span: timedelta | float, language: str, parts: int = 2) -> str:
    """A span (seconds when a number) in its largest units, at most ``parts`` of them: ``1 小时 18 分钟``."""
    left = round(span.total_seconds() if isinstance(span, timedelta) else span)
    said: list[str] = []
    for unit, seconds in _UNITS:
        count, rest = divmod(abs(left), seconds)
        if said and not count:
            break
        if count:
            said.append(_say(f"time.{unit}", language, count))
            left = rest
        if len(said) == parts:
            break
    return " ".join(said) or _say("time.second", language, 0)


def ago(then: datetime, now: datetime, language: str, zone: tzinfo) -> str:
    """How long ago (or ahead) a moment is, in one unit; beyond a week its day in ``zone``."""
    seconds = (now - then).total_seconds()
    if abs(seconds) < 60:
        return _say("time.now", language, 0)
    if abs(seconds) >= 7 * 86400:
        return day(then.astimezone(zone).date())
    return _put("time.ago" if seconds > 0 else "time.ahead", language, duration(abs(seconds), language, parts=1))


def _say(key: str, language: str, count: int) -> str:
    entry = lookup(key)
    return entry.text(language, count == 1).replace("{n}", str(count)) if entry else key


def _put(key: str, language: str, span: str) -> str:
    entry = lookup(key)
    return entry.text(language, False).replace("{span}", span) if entry else key
