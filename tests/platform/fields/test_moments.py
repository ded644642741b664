"""Days and moments: every usual way to write one, one meaning, and years that are plausible."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from dougong.fields.base import Invalid
from dougong.fields.date import Date
from dougong.fields.moment import DateTime

DAY = Date(key="d", title="日期")
MOMENT = DateTime(key="t", title="时间")


@pytest.mark.parametrize(
    "raw",
    ["2026-11-30", "2026/11/30", "20261130", "2026年11月30日", "2026.11.30", "２０２６－１１－３０", "2026-11-30 00:00:00",
     "2026-11-30T00:00", date(2026, 11, 30), datetime(2026, 11, 30), 20261130, "2026 年 11 月 30 日", " 2026-11-30 "],
)  # fmt: skip
def test_reads_a_day(raw, desk):
    assert DAY.coerce(raw, desk) == date(2026, 11, 30)


def test_reads_single_digits(desk):
    assert DAY.coerce("2026/1/5", desk) == DAY.coerce("2026年1月5日", desk) == date(2026, 1, 5)


@pytest.mark.parametrize(
    "raw", ["2026-02-30", "30/11/2026", "2026-11", "11-30", "明天", "2026-11/30", "2026-11-30 14:05", "4e9", "NaN", 45991,
            "2026-13-01",
            datetime(2026, 11, 30, 14, 5), True, "2026-11-30T00:00Z", "x" * 10_000, "٢٠٢٦-11-30"],
)  # fmt: skip
def test_refuses_what_is_no_day(raw, desk):
    with pytest.raises(Invalid) as wrong:
        DAY.coerce(raw, desk)
    assert (wrong.value.code, wrong.value.params["title"]) == ("field.not_a_date", "日期")


@pytest.mark.parametrize("raw", ["1899-12-31", "2201-01-01", "0001-01-01", "9999-12-31"])
def test_years_have_limits(raw, desk):
    for field in (DAY, MOMENT):
        with pytest.raises(Invalid, match="year_out_of_range"):
            field.coerce(raw, desk)
    assert DAY.coerce("1900-01-01", desk).year == 1900
    assert DAY.coerce("2200-12-31", desk).year == 2200


def test_day_limits(desk):
    field = Date(key="d", at_least=date(2026, 1, 1), at_most=date(2026, 12, 31))
    assert field.coerce("2026-01-01", desk)
    for raw, code in (("2025-12-31", "field.date_too_early"), ("2027-01-01", "field.date_too_late")):
        with pytest.raises(Invalid) as wrong:
            field.coerce(raw, desk)
        assert wrong.value.code == code
    assert [p.code for p in Date(key="d", at_least=date(2027, 1, 1), at_most=date(2026, 1, 1)).problems()]


@pytest.mark.parametrize(
    "raw",
    ["2026-11-30T14:05", "2026-11-30 14:05", "2026/11/30 14:05:00", "2026年11月30日 14:05", "2026-11-30T06:05:00Z",
     "2026-11-30T14:05:00.999999+08:00", "2026-11-30T14:05+0800", "2026-11-30 06:05 +00", "2026-11-30 14：05",
     datetime(2026, 11, 30, 14, 5), datetime(2026, 11, 30, 6, 5, tzinfo=UTC), datetime(2026, 11, 30, 14, 5, 0, 7)],
)  # fmt: skip
def test_reads_a_moment(raw, desk):
    value = MOMENT.coerce(raw, desk)
    assert value == datetime(2026, 11, 30, 6, 5, tzinfo=UTC)
    assert value.tzinfo is UTC
    assert value.microsecond == 0


def test_a_day_alone_is_its_first_moment(desk):
    assert MOMENT.coerce("2026-11-30", desk) == datetime(2026, 11, 29, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    "raw", ["2026-11-30 25:00", "2026-11-30 14:60", "14:05", "now", "2026-11-30 14:05+99:00", "2026-11-30 2pm", 3.5]
)
def test_refuses_what_is_no_moment(raw, desk):
    with pytest.raises(Invalid, match="not_a_datetime"):
        MOMENT.coerce(raw, desk)


def test_the_day_companion_is_local(desk):
    late = MOMENT.coerce("2026-11-30T23:30Z", desk)
    assert MOMENT.to_columns(late, desk.zone) == (late, date(2026, 12, 1))
    assert MOMENT.to_columns(late, ZoneInfo("America/New_York"))[1] == date(2026, 11, 30)


def test_shown_on_the_readers_clock(make_reader):
    value = datetime(2026, 11, 30, 6, 5, 9, tzinfo=UTC)
    assert MOMENT.display(value, make_reader()) == "2026-11-30 14:05"
    assert MOMENT.display(value, make_reader("en", zone=ZoneInfo("Europe/Paris"))) == "2026-11-30 07:05"


def test_an_hour_that_comes_twice_survives_a_cell(desk):
    desk.zone = ZoneInfo("Europe/Paris")
    for hour in (0, 1):
        value = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
        assert MOMENT.coerce(MOMENT.to_cell(value, desk), desk) == value


def test_raw_suits_the_native_input(desk):
    assert MOMENT.to_raw(datetime(2026, 11, 30, 6, 5, tzinfo=UTC), desk) == "2026-11-30T14:05"
    assert MOMENT.to_raw(datetime(2026, 11, 30, 6, 5, 7, tzinfo=UTC), desk) == "2026-11-30T14:05:07"
