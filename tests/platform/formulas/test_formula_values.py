"""What formulas mean: numbers, texts, days, blanks, errors, lists and limits."""

from collections import ChainMap
from datetime import UTC, date, datetime
from decimal import Decimal, localcontext
from typing import Any

import pytest
from formula_engines import ENV, METRIC, RECORD, Engine, blank_record, expected, line
from hypothesis import given
from hypothesis import strategies as st

from dougong.formulas import ErrorValue, Kind, Scope, compile, fold
from dougong.formulas.kinds import NUMBER, PERSON

RECORD_VALUES = blank_record(
    total=Decimal("10.50"),
    ratio=Decimal("0.1"),
    name="Büro 张三😀",
    status="Open",
    starts=date(2024, 1, 31),
    ends=date(2024, 3, 1),
    made=datetime(2026, 3, 1, 16, 30, tzinfo=UTC),
    flag=True,
    person=5,
    lines=[line("1.50", "2"), line("2.25", "4"), line(None, "1", "x")],
)


def value(text: str, **given: Any) -> Any:
    formula, found = compile(text, RECORD)
    assert formula is not None, (text, found)
    return formula.evaluate({**RECORD_VALUES, **given}, ENV)


CASES: list[tuple[str, Any]] = [
    ("1 + 2 * 3", 7),
    ("(1 + 2) * 3", 9),
    ("2 ^ 3 ^ 2", 64),
    ("-2 ^ 2", 4),
    ("2 ^ -2", Decimal("0.25")),
    ("50% * 4", 2),
    ("--1", 1),
    ("10%%", Decimal("0.001")),
    ("0.1 + 0.2 = 0.3", True),
    ("1 / 3", Decimal("0.33333333333333333333")),
    ("2 / 3", Decimal("0.66666666666666666667")),
    ("-2 / 3", Decimal("-0.66666666666666666667")),
    ("7 / 2", Decimal("3.5")),
    ("ROUND(2.5)", 3),
    ("ROUND(-2.5)", -3),
    ("ROUND(2.345, 2)", Decimal("2.35")),
    ("ROUND(1250, -2)", 1300),
    ("ROUND(0.125, 2)", Decimal("0.13")),
    ("ABS(-total)", Decimal("10.50")),
    ("2 ^ 0.5", Decimal("1.41421356237309504880")),
    (
        "99999999999999999999999999999 + 0.00000000000000000001",
        Decimal("99999999999999999999999999999.00000000000000000001"),
    ),
    ("-99999999999999999999999999999", Decimal("-99999999999999999999999999999")),
    # blanks
    ("fee + 1", 1),
    ("fee * 5", 0),
    ("fee = 0", True),
    ('title = ""', True),
    ("owner = person", False),
    ("fee & title", ""),
    ("seen = seen", True),
    ("seen < NOW()", False),
    ("seen <> NOW()", True),
    ("fee < 1", True),
    ('title < "a"', True),
    ("ISBLANK(title)", True),
    ("ISBLANK(LEFT(name, 0))", True),
    ("ISBLANK(fee)", True),
    ("ISBLANK(total)", False),
    ("COALESCE(fee, 7)", 7),
    ("COALESCE(title)", None),
    ("IF(fee = 1, 1)", None),
    ("AND(flag, fee = 0)", True),
    # texts
    ('"a" = "A"', True),
    ('"a" < "B"', True),
    ('status = "open"', False),
    ('status = "Open"', True),
    ('"é" = "É"', True),
    ('"ß" = "ss"', False),
    ("LEN(name)", 8),
    ("LEFT(name, 4)", "Büro"),
    ("RIGHT(name, 3)", "张三😀"),
    ("LEFT(name)", "B"),
    ('CONCAT("a", 1, TRUE, starts)', "a1TRUE2024-01-31"),
    ('1.50 & ""', "1.5"),
    ('1e20 & ""', "1" + "0" * 20),
    ('-0 & ""', "0"),
    ('"say ""x"""', 'say "x"'),
    ('made & ""', "2026-03-02 00:30"),
    ("LEFT(12345, 2)", "12"),
    # days
    ("EDATE(starts, 1)", date(2024, 2, 29)),
    ("EDATE(starts, 13)", date(2025, 2, 28)),
    ("EDATE(starts, -2)", date(2023, 11, 30)),
    ("DAYS(ends, starts)", 30),
    ("ends - starts", 30),
    ("starts + 1.9", date(2024, 2, 1)),
    ("starts - 0.5", date(2024, 1, 30)),
    ("2 + starts", date(2024, 2, 2)),
    ("TODAY()", date(2026, 3, 2)),
    ("NOW()", ENV.now),
    ("made = TODAY()", True),
    ("DAY(made)", 2),
    ("MONTH(starts)", 1),
    ("YEAR(ends)", 2024),
    ("seen - made", None),
    ("made - made", 0),
    ("NOW() - made", Decimal("0.375")),
    ("MIN(starts, ends)", date(2024, 1, 31)),
    ("MIN(seen)", None),
    ("starts < made", True),
    # people
    ("person = ME()", True),
    ("owner = ME()", False),
    ("ISBLANK(owner)", True),
    # lists
    ("SUM(lines.price)", Decimal("3.75")),
    ("SUM(lines.price * lines.quantity)", 12),
    ("COUNT(lines)", 3),
    ("COUNT(lines.price)", 2),
    ("AVERAGE(lines.price)", Decimal("1.875")),
    ("MAX(lines.quantity, 9)", 9),
    ("SUM(lines.price * ratio)", Decimal("0.375")),
    ("AND(lines.quantity > 0)", True),
    ("OR(lines.price > 2)", True),
    ('CONCAT(lines.note, "!")', "x!"),
    ("SUM(fee)", 0),
    ("MIN(fee)", 0),
    ("SUM(IF(lines.price > 2, lines.quantity, 0))", 4),
    ("COUNT(1 / lines.price)", 2),
    ("ROUND(lines.price, 1)", [Decimal("1.5"), Decimal("2.3"), 0]),
    ("AND(NOT(ISBLANK(lines.price)))", False),
    ("ISBLANK(lines)", False),
    # errors taken
    ("IFERROR(1 / 0, 7)", 7),
    ("IFERROR(1 / 4, 7)", Decimal("0.25")),
    ("ISBLANK(1 / 0)", False),
    ("IF(flag, 1, 1 / 0)", 1),
    ("COUNT(1 / 0, 1)", 1),
]


@pytest.mark.parametrize(("text", "wanted"), CASES)
def test_values(text: str, wanted: Any) -> None:
    assert value(text) == wanted


@pytest.mark.parametrize(("text", "wanted"), CASES)
def test_values_on_sqlite(sqlite: Engine, text: str, wanted: Any) -> None:
    _asked(sqlite, text)


@pytest.mark.postgres
@pytest.mark.parametrize(("text", "wanted"), CASES)
def test_values_on_postgres(postgres: Engine, text: str, wanted: Any) -> None:
    _asked(postgres, text)


def _asked(engine: Engine, text: str) -> None:
    formula, _ = compile(text, RECORD)
    assert formula is not None
    refused = formula.sql_problem()
    if refused is not None:  # a list as result, or reduced by something else than the five
        assert refused.code in ("formula.sql.list", "formula.sql.power")
        return
    with engine.holding([RECORD_VALUES]):
        assert engine.ask(formula) == [expected(formula, RECORD_VALUES)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1 / 0", "#DIV/0!"),
        ("1 / fee", "#DIV/0!"),
        ("1 / 0 + 1", "#DIV/0!"),
        ("AND(FALSE, 1 / 0 = 1)", "#DIV/0!"),
        ("AVERAGE(fee)", "#DIV/0!"),
        ("0 ^ 0", "#NUM!"),
        ("0 ^ -1", "#DIV/0!"),
        ("(0 - 8) ^ 0.5", "#NUM!"),
        ("1e29 * 10", "#NUM!"),
        ("9 ^ 9 ^ 9 ^ 9", "#NUM!"),
        ("10 ^ 1000000000", "#NUM!"),
        ("1.1 ^ 1000000", "#NUM!"),
        ("SUM(lines.price / 0)", "#DIV/0!"),
        ("starts + 1e9", "#NUM!"),
        ("EDATE(starts, 1e6)", "#NUM!"),
        ("LEFT(name, -1)", "#VALUE!"),
        ("0.001 ^ -10", "#NUM!"),
    ],
)
def test_errors_are_values(text: str, code: str) -> None:
    error = value(text)
    assert isinstance(error, ErrorValue)
    assert error.code == code
    assert error.reason.startswith("formula.error.")


def test_an_error_among_the_values_propagates() -> None:
    broken = ErrorValue("#DIV/0!", "formula.error.division_by_zero")
    assert value("total + 1", total=broken) == broken
    assert value("IFERROR(total, 3)", total=broken) == 3


def test_lists_of_two_tables_must_match() -> None:
    scope = Scope({}, {"a": Scope({"x": NUMBER}), "b": Scope({"y": NUMBER})})
    formula, _ = compile("SUM(a.x * b.y)", scope)
    assert formula is not None
    rows = {"a": [{"x": Decimal(2)}, {"x": Decimal(3)}], "b": [{"y": Decimal(5)}, {"y": Decimal(7)}]}
    assert formula.evaluate(rows, ENV) == 31
    error = formula.evaluate({**rows, "b": []}, ENV)
    assert isinstance(error, ErrorValue)
    assert error.reason == "formula.error.list_lengths"
    problem = formula.sql_problem()
    assert problem is not None
    assert problem.code == "formula.sql.two_tables"


def test_row_formulas_see_row_then_record() -> None:
    row = Scope({"price": NUMBER}, outer=RECORD)
    formula, _ = compile("price * ratio", row)
    assert formula is not None
    assert formula.evaluate(ChainMap({"price": Decimal(5)}, {"ratio": Decimal("0.1"), "price": None}), ENV) == Decimal(
        "0.5"
    )


def test_metrics_reduce_their_rows() -> None:
    formula, _ = compile("SUM(total * ratio) / COUNT_RECORDS()", METRIC)
    assert formula is not None
    lists = {"total": [Decimal(10), None, Decimal(20)], "ratio": [Decimal("0.5"), Decimal(1), Decimal("0.2")]}
    assert formula.evaluate(lists, ENV) == 3


def test_a_context_of_other_code_changes_nothing() -> None:
    with localcontext(prec=3):
        assert value("123456.789 + 0.001") == Decimal("123456.790")
        assert value("-123456.789") == Decimal("-123456.789")


def test_text_growth_ends_as_an_error() -> None:
    doubled = "name"
    for _ in range(20):
        doubled = f"CONCAT({doubled}, {doubled})" if len(doubled) < 4000 else f"{doubled} & {doubled}"
        if len(doubled) > 9000:
            break
    error = value(doubled, name="张" * 10_000)
    assert isinstance(error, ErrorValue)
    assert error.reason in ("formula.error.text_too_long", "formula.error.too_slow")


def test_slow_formulas_end_as_an_error() -> None:
    error = value("1" + "^1000" * 3900)
    assert isinstance(error, ErrorValue)
    assert error.reason == "formula.error.too_slow"


def test_nobody_acts() -> None:
    formula, _ = compile("person = ME()", RECORD)
    assert formula is not None
    nobody = type(ENV)(ENV.now, ENV.zone)
    assert formula.evaluate({"person": 5}, nobody) is False
    assert formula.evaluate({"person": None}, nobody) is True
    assert formula.type.kind is Kind.BOOLEAN
    assert compile("ME()", RECORD, PERSON)[0] is not None


@given(st.text())
def test_fold_is_idempotent_and_keeps_length(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)
    assert fold(text) == "".join(fold(letter) for letter in text)
