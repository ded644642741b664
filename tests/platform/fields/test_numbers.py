"""Numbers and money: what people type is read exactly, or refused; never a binary float, never a guess."""

import json
from decimal import Decimal

import msgspec
import pytest

from dougong.fields import AnyNode
from dougong.fields.base import Invalid
from dougong.fields.money import Money
from dougong.fields.number import Number


def number(**options):
    return Number(key="n", title="数量", **options)


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("12,000", "12000.00"),
        ("￥12,000.00元", "12000.00"),
        ("¥ 12,000", "12000.00"),
        ("-￥5", "-5.00"),
        ("￥-5", "-5.00"),
        ("１２，０００．５", "12000.50"),
        ("－３", "-3.00"),
        ("−3", "-3.00"),
        ("+7", "7.00"),
        (".5", "0.50"),
        ("5.", None),
        ("007", "7.00"),
        ("\u3000 8 \u3000", "8.00"),
        ("CNY 12.30", "12.30"),
        ("12.30 rmb", "12.30"),
        ("-0.001", "0.00"),
        (0.1, "0.10"),
        (12, "12.00"),
        (12.0, "12.00"),
        (1e5, "100000.00"),
        (Decimal("3.14"), "3.14"),
    ],
)
def test_reads_what_people_write(raw, wanted, desk):
    if wanted is None:
        with pytest.raises(Invalid, match="not_a_number"):
            number(decimals=2).coerce(raw, desk)
    else:
        value = number(decimals=2).coerce(raw, desk)
        assert (str(value), type(value)) == (wanted, Decimal)


@pytest.mark.parametrize(
    "raw",
    ["NaN", "Infinity", "-inf", "1e5", "1E400", "12%", "1,2", "12,34", "1,0000", "1 2", "０x1", "10²", "½", "①", "$5",
     "--5", "5-", "", "１２＋", "1_000", float("nan"), float("inf"), Decimal("NaN"), True, False, "true", "٣", "一百"],
)  # fmt: skip
def test_refuses_what_is_no_number(raw, desk):
    if raw == "":
        assert number().coerce(raw, desk) is None
        return
    with pytest.raises(Invalid) as wrong:
        number().coerce(raw, desk)
    assert wrong.value.code == "field.not_a_number"
    assert wrong.value.params["title"] == "数量"


@pytest.mark.parametrize("raw", [[1], {"a": 1}, [[[]]], ("1",)])
def test_refuses_several_values(raw, desk):
    with pytest.raises(Invalid) as wrong:
        number().coerce(raw, desk)
    assert wrong.value.code == "field.not_one_value"


@pytest.mark.parametrize(("decimals", "most"), [(0, "9" * 18), (2, "9" * 16 + ".99"), (9, "9" * 9 + "." + "9" * 9)])
def test_eighteen_digits_in_all(decimals, most, desk):
    field = number(decimals=decimals)
    assert str(field.coerce(most, desk)) == most
    assert str(field.coerce("-" + most, desk)) == "-" + most
    for raw in (
        "1" + "0" * (18 - decimals),
        10**30,
        10**5000,
        1e300,
        Decimal("1e400"),
        most + "9" if decimals else "9" * 19,
    ):
        with pytest.raises(Invalid, match="too_many_digits"):
            field.coerce(raw, desk)


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [("1.005", "1.01"), ("-1.005", "-1.01"), (2.675, "2.68"), ("0." + "0" * 300 + "1", "0.00"), (1e-300, "0.00")],
)
def test_rounds_half_up_and_says_so(raw, wanted, desk):
    assert str(number(decimals=2).coerce(raw, desk)) == wanted
    assert [code for code, _ in desk.notices] == ["field.rounded"]
    assert desk.notices[0][1]["title"] == "数量"


def test_no_notice_without_a_change(desk):
    number(decimals=2).coerce("1.500", desk)
    assert desk.notices == []


@pytest.mark.parametrize(
    "text", ["0", "1", "-1", "0.1", "12.345", "-0.005", "100000", "123456789012", "0.30000000000000004"]
)
def test_text_and_json_number_get_one_verdict(text, desk):
    field = number(decimals=2, at_least="-1", less_than="1000000")
    verdicts = []
    for raw in (
        text,
        json.loads(text),
        Decimal(text),
        msgspec.json.decode(text),
        msgspec.json.decode(text, type=Decimal),
    ):
        try:
            verdicts.append(field.coerce(raw, desk))
        except Invalid as wrong:
            verdicts.append(wrong.code)
    assert len(set(verdicts)) == 1


@pytest.mark.parametrize(
    ("options", "good", "bad", "code"),
    [
        ({"at_least": 0}, "0", "-1", "field.at_least"),
        ({"more_than": 0}, "1", "0", "field.more_than"),
        ({"at_most": "10.5"}, "10.5", "10.6", "field.at_most"),
        ({"less_than": 0.3}, "0.2", "0.3", "field.less_than"),
    ],
)
def test_limits(options, good, bad, code, desk):
    field = number(decimals=1, **options)
    assert field.coerce(good, desk) == Decimal(good)
    with pytest.raises(Invalid) as wrong:
        field.coerce(bad, desk)
    assert wrong.value.code == code
    assert wrong.value.params["limit"] == Decimal(str(next(iter(options.values()))))


def test_limits_are_kept_as_written():
    text = b'{"type":"number","key":"n","at_least":0.1,"at_most":"123456789012345678","more_than":0}'
    field = msgspec.json.decode(text, type=AnyNode)
    assert msgspec.json.decode(msgspec.json.encode(field)) == msgspec.json.decode(text)


@pytest.mark.parametrize("limit", ["abc", "1e5", "", "NaN", True, [1]])
def test_a_limit_that_is_no_number_is_refused_by_the_spec(limit):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"type": "number", "key": "n", "at_least": limit}, AnyNode)


def test_crossed_limits_are_a_problem():
    assert [p.code for p in number(at_least=5, at_most=1).problems()] == ["field.limits_crossed"]
    assert list(number(at_least=1, at_most=5).problems()) == []


def test_unit_may_be_typed_and_is_shown(desk, make_reader):
    field = number(unit={"zh-CN": "件", "en": "pcs"})
    assert field.coerce("12,000 件", desk) == field.coerce("12000pcs", desk) == Decimal(12000)
    assert field.display(Decimal(12000), make_reader("en")) == "12,000 pcs"
    assert field.display(Decimal(12000), make_reader()) == "12,000 件"


def test_money_is_shown_with_its_sign(make_reader):
    field = Money(key="m")
    assert field.display(Decimal("1284.00"), make_reader()) == "￥1,284.00"
    assert field.display(Decimal("-12.30"), make_reader()) == "-￥12.30"
    assert field.display(Decimal("9999999999999999.99"), make_reader()) == "￥9,999,999,999,999,999.99"
    assert field.display(Decimal("1.00"), make_reader(currency="USD")) == "$1.00"
    assert Money(key="m", currency="CHF").display(Decimal("1.00"), make_reader()) == "CHF 1.00"


def test_another_currency_is_not_taken_for_ours(desk):
    assert Money(key="m", currency="USD").coerce("$5.10", desk) == Decimal("5.10")
    for raw in ("$5.10", "€5"):
        with pytest.raises(Invalid, match="not_a_number"):
            Money(key="m").coerce(raw, desk)
    with pytest.raises(Invalid, match="not_a_number"):
        Money(key="m", currency="USD").coerce("5 元", desk)
