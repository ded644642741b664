"""Formats: numbers, money, moments, sizes and spans."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from dougong.words import formats

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 30, 6, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (Decimal("1284"), None, "1,284"),
        (Decimal("1284.50"), None, "1,284.5"),
        (Decimal("100"), None, "100"),
        (Decimal("1E+3"), None, "1,000"),
        (Decimal("2.345"), 2, "2.35"),
        (Decimal("-2.345"), 2, "-2.35"),
        (Decimal("-0.001"), 2, "0.00"),
        (Decimal("-0"), None, "0"),
        (0.1, None, "0.1"),
        (12, 2, "12.00"),
    ],
)
def test_number(value: Decimal, decimals: int | None, shown: str) -> None:
    assert formats.number(value, decimals) == shown


def test_money_and_percent() -> None:
    assert formats.money(Decimal("1284")) == "¥1,284.00"
    assert formats.money(Decimal("-1284.005")) == "-¥1,284.01"
    assert formats.money(Decimal("5"), "CHF") == "CHF 5.00"
    assert formats.percent(Decimal("0.125")) == "12.5%"


def test_days_and_moments() -> None:
    assert formats.day(date(987, 1, 2)) == "0987-01-02"
    assert formats.moment(NOW, SHANGHAI) == "2026-11-30 14:05"
    with pytest.raises(ValueError, match="zone"):
        formats.moment(datetime(2026, 11, 30), SHANGHAI)


@pytest.mark.parametrize(
    ("count", "shown"), [(0, "0 B"), (1023, "1023 B"), (1229, "1.2 KB"), (20 << 20, "20 MB"), (5 << 50, "5,120 TB")]
)
def test_size(count: int, shown: str) -> None:
    assert formats.size(count).replace("1,023", "1023") == shown


@pytest.mark.parametrize(
    ("span", "zh", "en"),
    [
        (timedelta(0), "0 秒", "0 seconds"),
        (1, "1 秒", "1 second"),
        (timedelta(hours=3), "3 小时", "3 hours"),
        (timedelta(hours=1, minutes=18, seconds=40), "1 小时 18 分钟", "1 hour 18 minutes"),
        (timedelta(days=2, seconds=5), "2 天", "2 days"),
    ],
)
def test_duration(span: timedelta | float, zh: str, en: str) -> None:
    assert formats.duration(span, "zh-CN") == zh
    assert formats.duration(span, "en") == en


@pytest.mark.parametrize(
    ("before", "zh", "en"),
    [
        (timedelta(seconds=5), "刚刚", "just now"),
        (timedelta(hours=3, minutes=59), "3 小时前", "3 hours ago"),
        (timedelta(days=-1), "1 天后", "in 1 day"),
        (timedelta(days=7), "2026-11-23", "2026-11-23"),
    ],
)
def test_ago(before: timedelta, zh: str, en: str) -> None:
    assert formats.ago(NOW - before, NOW, "zh-CN", SHANGHAI) == zh
    assert formats.ago(NOW - before, NOW, "en", SHANGHAI) == en
