"""Texts that are formulas, texts that are not, and what is said about the latter."""

import random
import time
import tomllib
from pathlib import Path

import pytest
from formula_engines import ENV, METRIC, RECORD
from hypothesis import given, settings
from hypothesis import strategies as st

import dougong
from dougong.formulas import FormulaProblem, Kind, Scope, Type, compile
from dougong.formulas.kinds import BOOLEAN, DATE, NUMBER, TEXT, list_of
from dougong.formulas.kinds import Type as AnyType


def problems(text: str, scope: Scope = RECORD, want: AnyType | None = None) -> list[tuple[str, int, int]]:
    formula, found = compile(text, scope, want)
    assert (formula is None) == bool(found)
    return [(problem.code, problem.position, problem.length) for problem in found]


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("1 + 2", NUMBER),
        ("total", Type(Kind.NUMBER, scale=2)),
        ("TOTAL", Type(Kind.NUMBER, scale=2)),
        ("starts + 1", DATE),
        ("starts - ends", NUMBER),
        ("made - seen", NUMBER),
        ("name & 1", TEXT),
        ("if(flag, 1, 2)", NUMBER),
        ("IF(flag, starts)", DATE),
        ("lines.price * 2", list_of(NUMBER)),
        ("lines.price > 2", list_of(BOOLEAN)),
        ("SUM(lines.price * lines.quantity)", NUMBER),
        ("MAX(lines.due)", DATE),
        ("ISBLANK(lines)", BOOLEAN),
        ("AND(ISBLANK(lines.price))", BOOLEAN),
        ("made > TODAY()", BOOLEAN),
        ("status = name", BOOLEAN),
        ("true", BOOLEAN),
        ("\n ( ( 1 ) ) \t", NUMBER),
        ("ROUND(lines.price, 1)", list_of(NUMBER)),
    ],
)
def test_types(text: str, type_: AnyType) -> None:
    formula, found = compile(text, RECORD)
    assert formula is not None, found
    assert formula.type == type_


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", [("formula.empty", 0, 0)]),
        ("1 +", [("formula.unfinished", 3, 0)]),
        ("1 2", [("formula.syntax", 2, 1)]),
        ("SUM(1", [("formula.unfinished", 5, 0)]),
        ("IF(flag,,1)", [("formula.syntax", 8, 1)]),
        ('"abc', [("formula.unclosed_text", 0, 4)]),
        ("total.real", [("formula.unknown_name", 0, 10)]),
        ("__import__('os')", [("formula.bad_character", 11, 1)]),
        ("name.__class__", [("formula.unknown_name", 0, 14)]),
        ("SUM（total）", [("formula.full_width", 3, 1)]),
        ("a\x00b", [("formula.bad_character", 1, 1)]),
        ('"\ud800"', [("formula.bad_character", 1, 1)]),
        ("totl + nmae", [("formula.unknown_name", 0, 4), ("formula.unknown_name", 7, 4)]),
        ("FOO(totl)", [("formula.unknown_name", 4, 4), ("formula.unknown_function", 0, 9)]),
        ("合计(total)", [("formula.unknown_function", 0, 9)]),
        ("NOT()", [("formula.argument_count", 0, 5)]),
        ("TODAY(1)", [("formula.argument_count", 0, 8)]),
        ("total + name", [("formula.wrong_kind", 8, 4)]),
        ("total = name", [("formula.wrong_kind", 8, 4)]),
        ("1 < 2 < 3", [("formula.wrong_kind", 0, 5)]),
        ("made + 1", [("formula.wrong_kind", 0, 4)]),
        ("1 - starts", [("formula.wrong_kind", 0, 1)]),
        ("person < owner", [("formula.wrong_kind", 0, 6)]),
        ("IF(flag, 1, name)", [("formula.wrong_kind", 12, 4)]),
        ("SUM(name, starts)", [("formula.wrong_kind", 4, 4), ("formula.wrong_kind", 10, 6)]),
        ("-name", [("formula.wrong_kind", 1, 4)]),
        ("person & 1", [("formula.wrong_kind", 0, 6)]),
        ("COUNT_RECORDS()", [("formula.only_in_metric", 0, 15)]),
        ("1e30", [("formula.number_too_long", 0, 4)]),
        ("0.000000000000000000001", [("formula.number_too_long", 0, 23)]),
        ("1e999999999", [("formula.number_too_long", 0, 11)]),
        ("(" * 129 + "1" + ")" * 129, [("formula.too_deep", 128, 1)]),
        ("-" * 19000 + "1", [("formula.too_deep", 0, 1)]),
        ("1" + "%" * 300, [("formula.too_deep", 1, 1)]),
        ("1" + "+1" * 100_000, [("formula.too_long", 20_000, 180_001)]),
    ],
)
def test_problems_tell_their_place(text: str, wanted: list[tuple[str, int, int]]) -> None:
    assert problems(text) == wanted


def test_result_kind_is_judged() -> None:
    assert problems("total", want=BOOLEAN) == [("formula.result_kind", 0, 5)]
    assert problems("starts", want=DATE) == []
    assert problems("lines.price", want=NUMBER) == [("formula.result_kind", 0, 11)]
    assert problems("total + 1", scope=METRIC) == [("formula.list_unreduced", 0, 9)]
    assert problems("SUM(total) / COUNT_RECORDS()", scope=METRIC, want=NUMBER) == []


def test_nearest_names_and_kinds_are_offered() -> None:
    (unknown,) = compile("SUM(lines.prise)", RECORD)[1]
    assert unknown.params["name"] == "lines.prise"
    assert "lines.price" in unknown.params["nearest"]
    (wrong,) = compile("total + name", RECORD)[1]
    assert wrong.params["name"] == "name"
    assert wrong.params["kind"] == {"zh-CN": "文本", "en": "text"}
    assert wrong.params["wanted"]["en"] == "a number"


def test_depth_of_128_is_worked_out_and_129_refused() -> None:
    formula, _ = compile("(1+" * 126 + "1" + ")" * 126, RECORD)
    assert formula is not None
    assert formula.evaluate({}, ENV) == 127
    nested = "NOT(" * 127 + "flag" + ")" * 127
    assert compile(nested, RECORD)[0] is not None
    assert compile(f"NOT({nested})", RECORD)[1][0].code == "formula.too_deep"


def test_long_chains_neither_recurse_nor_hang() -> None:
    formula, _ = compile("1" + "+1" * 9999, RECORD)
    assert formula is not None
    assert formula.evaluate({}, ENV) == 10_000
    problem = formula.sql_problem()
    assert problem is not None
    assert problem.code == "formula.sql.too_large"


def test_names_of_a_row_come_before_those_of_its_record() -> None:
    row = Scope({"price": NUMBER, "name": NUMBER}, outer=RECORD)
    formula, _ = compile("price * name + total + SUM(lines.quantity)", row)
    assert formula is not None
    assert formula.refs == {"price", "name", "total", "lines.quantity"}


def test_what_a_formula_uses() -> None:
    formula, _ = compile("IF(Person = me(), today(), starts)", RECORD)
    assert formula is not None
    assert formula.refs == {"person", "starts"}
    assert formula.functions == {"IF", "ME", "TODAY"}
    assert formula.uses_me
    assert formula.uses_clock
    plain, _ = compile("total", RECORD)
    assert plain is not None
    assert not plain.uses_me
    assert not plain.uses_clock


@pytest.mark.parametrize(
    ("text", "old", "new", "wanted"),
    [
        ("total+(TOTAL)*ratio", "total", "sum_all", "sum_all+(sum_all)*ratio"),
        ('total & "total"', "total", "x", 'x & "total"'),
        ("SUM(lines.price) + COUNT(lines)", "lines", "rows", "SUM(rows.price) + COUNT(rows)"),
        ("SUM(lines.price * lines.quantity)", "lines.price", "lines.cost", "SUM(lines.cost * lines.quantity)"),
        ("name = title", "nam", "x", "name = title"),
        ('"İİ" & ( name )', "name", "n", '"İİ" & ( n )'),
    ],
)
def test_rename_touches_references_only(text: str, old: str, new: str, wanted: str) -> None:
    formula, found = compile(text, RECORD)
    assert formula is not None, found
    assert formula.rename(old, new) == wanted


_pieces = st.sampled_from(
    [
        *"()+-*/^%&=<>,.\"' \n",
        "<>",
        "IF(",
        "SUM(",
        "total",
        "lines.price",
        "name",
        "1",
        "1e5",
        "2.5",
        "TRUE",
        '"x"',
        "（",
        "张",
        "\x00",
        "🙂",
        "_",
        "__class__",
        "{",
        "$",
        ";",
        "--",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(_pieces, max_size=25).map("".join)))
def test_any_text_gives_a_formula_or_problems(text: str) -> None:
    formula, found = compile(text, RECORD)
    assert (formula is None) == bool(found)
    assert all(isinstance(problem, FormulaProblem) for problem in found)
    assert all(0 <= problem.position <= len(text) for problem in found)
    if formula is not None:
        formula.evaluate({}, ENV)


def test_hostile_texts_end_quickly() -> None:
    mixed = random.Random(7)
    texts = ["(" * 20_000, '"' * 19_999, "a." * 9_000, "1^" * 9_000 + "1", "9" * 20_000, "IF(" * 5_000, "%" * 20_000]
    texts += ["".join(mixed.choice('()+-"1aIF,') for _ in range(20_000)) for _ in range(10)]
    started = time.process_time()
    for text in texts:
        formula, _ = compile(text, RECORD)
        if formula is not None:
            formula.evaluate({}, ENV)
    assert time.process_time() - started < 10


def test_the_catalogue_has_every_code() -> None:
    house = Path(dougong.__file__).parent
    catalogue = tomllib.loads((house / "words/catalogue/formulas.toml").read_text(encoding="utf-8"))
    source = "".join(path.read_text(encoding="utf-8") for path in (house / "formulas").rglob("*.py"))
    import re

    used = set(re.findall(r'"(formula\.[a-z_.]+)"', source))
    assert used == set(catalogue)
    assert all(entry["zh"] and entry["en"] for entry in catalogue.values())
