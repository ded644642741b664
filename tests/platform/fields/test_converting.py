"""Values of a field that changed its type: there and back without loss, and a plain no for everything else."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dougong.fields import TYPES, Field, Invalid, Section, convert, convertible, needs, same_columns, wants
from dougong.fields.base import Option
from dougong.fields.choice import Choice
from dougong.fields.choices import Choices
from dougong.fields.date import Date
from dougong.fields.department import Department
from dougong.fields.file import File
from dougong.fields.formula import Formula
from dougong.fields.moment import DateTime
from dougong.fields.money import Money
from dougong.fields.note import Note
from dougong.fields.number import Number
from dougong.fields.paragraph import Paragraph
from dougong.fields.person import Person
from dougong.fields.reference import Reference
from dougong.fields.serial import Serial
from dougong.fields.subtable import SubTable
from dougong.fields.text import Text
from dougong.fields.yesno import YesNo

OPTIONS = (
    Option(key="a", title="纸"), Option(key="b", title={"zh-CN": "笔，墨", "en": "Pens"}), Option(key="yes", title="是"),
    Option(key="twelve", title="12"), Option(key="x1", title="同名"), Option(key="x2", title="同名"), Option(key="bare"),
)  # fmt: skip
ONE_OF_EACH: dict[str, Field] = {
    field.type_key(): field
    for field in (
        Text(key="k"), Paragraph(key="k"), Number(key="k", decimals=2), Money(key="k", decimals=1), Date(key="k"),
        DateTime(key="k"), YesNo(key="k"), Choice(key="k", options=OPTIONS), Choices(key="k", options=OPTIONS),
        Person(key="k"), Department(key="k"), Reference(key="k", to="mdm.supplier"), File(key="k"), Serial(key="k"),
        Formula(key="k", result="number", decimals=3), SubTable(key="k", fields=(Text(key="in_it"),)),
    )
}  # fmt: skip
SETTINGS = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)

WORDS = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp", "Zs", "Cf")) | st.sampled_from("012.,-年月日是 、¥１２()"),
    min_size=1, max_size=12,
).map(str.strip).filter(bool)  # fmt: skip
DAYS = st.dates(date(1900, 1, 2), date(2200, 12, 30))
VALUES = {
    "text": WORDS,
    "paragraph": st.lists(WORDS, min_size=1, max_size=3).map("\n".join),
    "number": st.decimals(Decimal("-1e15"), Decimal("1e15"), places=2),
    "money": st.decimals(Decimal("-1e15"), Decimal("1e15"), places=1),
    "formula": st.decimals(Decimal("-1e14"), Decimal("1e14"), places=3),
    "date": DAYS,
    "datetime": st.datetimes(datetime(1900, 1, 2), datetime(2200, 12, 30)).map(
        lambda each: each.replace(microsecond=0, tzinfo=UTC)
    ),
    "yesno": st.booleans(),
    "choice": st.sampled_from([option.key for option in OPTIONS] + ["gone"]),
    "choices": st.sets(st.sampled_from([option.key for option in OPTIONS]), min_size=1).map(
        lambda keys: tuple(option.key for option in OPTIONS if option.key in keys)
    ),
    "person": st.sampled_from([1, 2, 3, 4, 99]),
    "department": st.sampled_from([7, 8, 99]),
    "reference": st.sampled_from([12, 13, 99]),
    "serial": st.sampled_from(["0001", "S-0001", "2026-7"]),
    "file": st.just(("f1",)),
    "subtable": st.just([{"id": 1, "in_it": "x"}]),
}


def test_every_type_has_its_place_in_the_matrix() -> None:
    holding = {key for key, kind in TYPES.items() if issubclass(kind, Field)}
    assert holding == set(ONE_OF_EACH) == set(VALUES)
    assert len(TYPES) == 18


def becomes(kind: str) -> set[str]:
    return {other for other, field in ONE_OF_EACH.items() if convertible(ONE_OF_EACH[kind], field)}


def test_what_can_become_what() -> None:
    words, options = {"text", "paragraph"}, {"choice", "choices"}
    numbers = {"number", "money", "formula"}
    moments = {"date", "datetime"}
    named = {"person", "department", "reference"}
    everything = words | options | numbers | moments | named | {"yesno"}
    assert becomes("text") == becomes("paragraph") == becomes("choice") == becomes("number") == everything
    assert becomes("formula") == everything  # a number, as its values are
    assert becomes("money") == words | options | numbers
    assert becomes("date") == becomes("datetime") == words | options | moments
    assert becomes("yesno") == words | options | {"yesno", "number", "formula"}
    assert becomes("choices") == words | options
    assert becomes("person") == words | options | {"person"}
    assert becomes("department") == words | options | {"department"}
    assert becomes("reference") == words | options | {"reference"}
    assert becomes("serial") == words | {"serial", "number", "formula", "reference"}
    assert becomes("file") == {"file"}
    assert becomes("subtable") == {"subtable"}


def test_layout_becomes_nothing() -> None:
    for node in (Section(key="k"), Note(key="k")):
        assert not any(convertible(each, node) or convertible(node, each) for each in ONE_OF_EACH.values())
        assert not any(same_columns(each, node) or same_columns(node, each) for each in ONE_OF_EACH.values())


@pytest.mark.parametrize(("old", "new"), list(product(ONE_OF_EACH, ONE_OF_EACH)), ids="-".join)
def test_a_value_converts_or_is_refused_and_nothing_else(old, new, desk) -> None:
    one, other = ONE_OF_EACH[old], ONE_OF_EACH[new]

    @settings(SETTINGS, max_examples=12)
    @given(VALUES[old])
    def every(value):
        assert convert(one, other, None, desk) is None
        assert set(needs(one, [value])) <= {"person", "department", "mdm.supplier"}
        assert {kind for kind, _ in wants(one, other, [value], desk)} <= {"person", "department", "mdm.supplier"}
        try:
            found = convert(one, other, value, desk)
        except Invalid as wrong:
            refused.append(wrong)
            return
        assert found is not None
        assert convertible(one, other)
        assert not other.columns() or other.to_columns(found, desk.zone)

    refused: list[Invalid] = []
    every()
    assert all(wrong.code and wrong.params["title"] == "k" for wrong in refused)
    assert old != new or not refused


LOSSLESS = [
    ("number", "text"), ("money", "paragraph"), ("formula", "text"), ("date", "text"), ("datetime", "text"),
    ("date", "datetime"), ("yesno", "text"), ("yesno", "number"), ("choice", "text"), ("choice", "choices"),
    ("choices", "text"), ("person", "text"), ("department", "paragraph"), ("text", "paragraph"), ("money", "number"),
    ("yesno", "choice_yes"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), LOSSLESS, ids="-".join)
@pytest.mark.parametrize("language", ["", "en"])
def test_there_and_back_is_the_same(old, new, language, desk) -> None:
    desk.language = language
    yes_no = Choice(key="k", options=(Option(key="y", title="Yes"), Option(key="n", title="否")))
    one, other = ONE_OF_EACH[old], yes_no if new == "choice_yes" else ONE_OF_EACH[new]

    @SETTINGS
    @given(VALUES[old])
    def every(value):
        if value in (99, "gone"):
            return
        assert convert(other, one, convert(one, other, value, desk), desk) == value

    every()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12,000.50", "12000.50"), ("１２，０００", "12000.00"), ("￥12,000.5元", "12000.50"), ("-3", "-3.00"),
        ("1.500", "1.50"),    ],
)  # fmt: skip
def test_numbers_as_people_wrote_them(text, number, desk) -> None:
    found = convert(ONE_OF_EACH["text"], ONE_OF_EACH["number"], text, desk)
    assert str(found) == number
    assert not desk.notices


@pytest.mark.parametrize(
    ("old", "new", "value", "code"),
    [
        ("text", "number", "1.005", "field.would_lose_digits"), ("text", "number", "about 3", "field.not_a_number"),
        ("formula", "number", Decimal("1.001"), "field.would_lose_digits"),
        ("number", "yesno", Decimal("2.00"), "field.not_yes_or_no"), ("text", "date", "2026-02-30", "field.not_a_date"),
        ("choices", "choice", ("a", "b"), "field.not_one_value"), ("text", "choices", "，", "field.does_not_convert"),
        ("text", "person", "李强", "people.several_have_name"), ("text", "person", "nobody", "field.no_such_person"),
        ("text", "choice", "同名", "field.not_an_option"), ("person", "file", 1, "field.does_not_convert"),
        ("number", "money", Decimal("1.25"), "field.would_lose_digits"),
        ("number", "serial", Decimal("1.00"), "field.does_not_convert"),
        ("reference", "choice", 99, "field.does_not_convert"), ("choice", "number", "a", "field.not_a_number"),
    ],
)  # fmt: skip
def test_what_would_lose_something_is_refused(old, new, value, code, desk) -> None:
    with pytest.raises(Invalid) as refused:
        convert(ONE_OF_EACH[old], ONE_OF_EACH[new], value, desk)
    assert refused.value.code == code
    assert not desk.notices


@pytest.mark.parametrize(
    ("old", "new", "value", "found"),
    [
        ("choice", "number", "twelve", Decimal("12.00")), ("number", "choice", Decimal("12.00"), "twelve"),
        ("text", "choice", "pens", "b"), ("text", "choices", "笔，墨", ("b",)), ("text", "choices", "纸；bare", ("a", "bare")),
        ("choice", "yesno", "yes", True), ("yesno", "choice", True, "yes"), ("number", "yesno", Decimal("1.00"), True),
        ("choices", "text", ("a", "b", "x1", "bare"), "纸、b、x1、bare"), ("choice", "text", "b", "笔，墨"),
        ("choices", "choice", ("a",), "a"), ("choice", "choices", "gone", ("gone",)),
        ("datetime", "date", datetime(2026, 5, 1, 16, 30, tzinfo=UTC), date(2026, 5, 2)),
        ("date", "datetime", date(2026, 5, 1), datetime(2026, 4, 30, 16, tzinfo=UTC)),
        ("person", "text", 1, "张敏 (amy)"), ("text", "person", "张敏", 1), ("text", "department", "研发一部", 7),
        ("department", "text", 7, "研发一部 (rd)"), ("text", "department", "研发一部 (rd)", 7),
        ("reference", "text", 12, "S-0001"), ("reference", "text", 13, "无编号"), ("text", "reference", "S-0001", 12),
        ("serial", "reference", "S-0001", 12), ("serial", "number", "0001", Decimal("1.00")), ("yesno", "text", True, "是"),
        ("text", "yesno", "√", True), ("number", "date", Decimal("20261130"), date(2026, 11, 30)),
    ],
)  # fmt: skip
def test_values_become_what_people_expect(old, new, value, found, desk) -> None:
    become = convert(ONE_OF_EACH[old], ONE_OF_EACH[new], value, desk)
    assert become == found
    assert type(become) is type(found)


def test_what_a_person_goes_by_finds_an_option_of_that_name(desk) -> None:
    named = Choice(key="k", options=(Option(key="amy"), Option(key="z", title="Cy (North)")))
    assert [convert(Person(key="k"), named, id, desk) for id in (1, 4)] == ["amy", "z"]


def test_limits_are_for_what_is_written_from_now_on(desk) -> None:
    tight = [
        (Text(key="k"), Number(key="k", at_most=5), "12", 12),
        (Number(key="k"), Text(key="k", max_length=1), Decimal(12), "12"),
        (Text(key="k"), Date(key="k", at_least=date(2027, 1, 1)), "2026-01-01", date(2026, 1, 1)),
        (Text(key="k"), Choices(key="k", options=OPTIONS, max_choices=1), "a; bare", ("a", "bare")),
        (Text(key="k", max_length=200), Text(key="k", max_length=2), "long", "long"),
        (Number(key="k"), Number(key="k", decimals=2, more_than=50), Decimal(3), Decimal("3.00")),
    ]  # fmt: skip
    for old, new, value, found in tight:
        assert convert(old, new, value, desk) == found


def test_same_columns() -> None:
    assert same_columns(Text(key="k"), Paragraph(key="other", max_length=5))
    assert same_columns(Number(key="k", decimals=2), Money(key="k"))
    assert same_columns(Number(key="k", decimals=2), Formula(key="k"))
    assert same_columns(SubTable(key="k"), SubTable(key="k", max_rows=3))
    assert not same_columns(SubTable(key="k"), Text(key="k"))
    assert not same_columns(Text(key="k"), SubTable(key="k"))
    assert not same_columns(Number(key="k"), Number(key="k", decimals=1))
    assert not same_columns(Reference(key="k", to="a.b"), Reference(key="k", to="a.c"))
    assert not same_columns(Text(key="k"), Serial(key="k"))


def test_options_under_new_keys_have_to_be_rewritten(desk) -> None:
    old = Choice(key="k", options=(Option(key="a", title="One"), Option(key="b"), Option(key="c")))
    new = Choice(key="k", options=(Option(key="b"), Option(key="n", was=("a",)), Option(key="c", was=("a",))))
    assert same_columns(old, new)  # two say they were it: nobody knows which
    new = Choice(key="k", options=(Option(key="b"), Option(key="n", was=("a",))))
    assert not same_columns(old, new)
    assert [convert(old, new, key, desk) for key in ("a", "b", "c", "gone")] == ["n", "b", "c", "gone"]
    several = Choices(key="k", options=new.options)
    assert convert(Choices(key="k", options=old.options), several, ("a", "b", "c"), desk) == ("b", "n", "c")


def test_references_go_by_number_never_by_id(desk) -> None:
    old, new = Reference(key="k", to="mdm.other"), Reference(key="k", to="mdm.supplier")
    assert convert(old, new, 12, desk) == 12  # S-0001 is called so in both
    assert wants(old, new, [12, 13, None], desk) == {("mdm.supplier", "S-0001"), ("mdm.supplier", "华东供应商"),
                                                     ("mdm.supplier", "无编号")}  # fmt: skip
    with pytest.raises(Invalid):
        convert(old, new, 99, desk)


def test_what_the_desk_has_to_know_is_asked_at_once(desk) -> None:
    assert needs(Person(key="k"), [1, None, 2]) == {"person": {1, 2}}
    assert needs(Text(key="k"), ["x"]) == {} == needs(Person(key="k"), [None])
    assert wants(Text(key="k"), Person(key="k"), ["张敏 (amy)", None], desk) == {
        ("person", "张敏 (amy)"),
        ("person", "amy"),
    }
    assert wants(Text(key="k"), Number(key="k"), ["1"], desk) == set()


def test_a_day_without_a_midnight_stays_that_day(desk) -> None:
    desk.zone = ZoneInfo("America/Sao_Paulo")
    there = convert(Date(key="k"), DateTime(key="k"), date(2018, 11, 4), desk)
    assert convert(DateTime(key="k"), Date(key="k"), there, desk) == date(2018, 11, 4)
