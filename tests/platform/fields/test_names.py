"""Choices, people, departments, records, files and rows: everything that is named by a text."""

import pytest

from dougong.fields.base import Invalid, Option
from dougong.fields.choice import Choice
from dougong.fields.choices import Choices
from dougong.fields.department import Department
from dougong.fields.file import File
from dougong.fields.money import Money
from dougong.fields.number import Number
from dougong.fields.person import Person
from dougong.fields.reference import Reference
from dougong.fields.subtable import SubTable
from dougong.fields.text import Text
from dougong.fields.yesno import YesNo

OPTIONS = (
    Option(key="office", title={"zh-CN": "办公用品", "en": "Office supplies"}),
    Option(key="asset", title="固定资产", was=("fixed",)),
    Option(key="other", title="其他，见说明"),
    Option(key="bare"),
)
KIND = Choice(key="kind", title="类别", options=OPTIONS)
KINDS = Choices(key="kinds", options=OPTIONS)


def code_of(field, raw, desk):
    with pytest.raises(Invalid) as wrong:
        field.coerce(raw, desk)
    assert wrong.value.params["title"]
    return wrong.value.code


@pytest.mark.parametrize("raw", ["office", "办公用品", "office supplies", " Office Supplies\u3000"])
def test_choice_by_key_or_title(raw, desk):
    assert KIND.coerce(raw, desk) == "office"


def test_choice_by_an_earlier_key(desk):
    assert KIND.coerce("fixed", desk) == "asset"


@pytest.mark.parametrize("raw", ["nothing", "offic", "OFFICE2", 5, True, "x" * 5000])
def test_choice_refuses_others(raw, desk):
    assert code_of(KIND, raw, desk) == "field.not_an_option"


def test_two_options_of_one_title_need_the_key(desk):
    field = Choice(key="c", options=(Option(key="a", title="同名"), Option(key="b", title="同名")))
    assert code_of(field, "同名", desk) == "field.not_an_option"
    assert field.coerce("b", desk) == "b"


def test_choice_is_shown_in_the_readers_language(make_reader):
    assert KIND.display("office", make_reader("en")) == "Office supplies"
    assert KIND.display("office", make_reader()) == "办公用品"
    assert KIND.display("bare", make_reader()) == "bare"
    assert KIND.display("gone", make_reader()) == "gone"


@pytest.mark.parametrize(
    "raw",
    [["asset", "office"], ["office", "office", "asset", ""], "固定资产；办公用品", "asset,office",
     "asset、office", "asset\noffice", "asset; Office supplies"],
)  # fmt: skip
def test_choices_keep_the_order_of_the_options(raw, desk):
    assert KINDS.coerce(raw, desk) == ("office", "asset")


def test_a_title_may_hold_a_comma(desk):
    assert KINDS.coerce("其他，见说明", desk) == ("other",)


def test_choices_count(desk):
    field = Choices(key="c", options=OPTIONS, min_choices=2, max_choices=2)
    assert code_of(field, ["office"], desk) == "field.too_few_choices"
    assert code_of(field, ["office", "asset", "other"], desk) == "field.too_many_choices"
    assert field.coerce([], desk) is field.coerce("", desk) is field.coerce(None, desk) is None
    assert code_of(field, [["office"]], desk) == "field.not_one_value"


def test_choices_are_kept_between_commas(desk, make_reader):
    assert KINDS.to_columns(("office", "asset"), desk.zone) == (",office,asset,",)
    assert KINDS.from_column(",office,asset,") == ("office", "asset")
    assert KINDS.display(("office", "asset"), make_reader("en")) == "Office supplies, 固定资产"
    assert KINDS.display(("office", "asset"), make_reader()) == "办公用品、固定资产"


def test_options_are_checked():
    assert [p.code for p in Choice(key="c").problems()] == ["field.no_options"]
    twice = Choice(key="c", options=(Option(key="a"), Option(key="a")))
    assert [(p.code, p.at) for p in twice.problems()] == [("field.option_twice", "options[1].key")]


@pytest.mark.parametrize(("raw", "wanted"), [(True, True), ("是", True), ("√", True), ("on", True), ("YES", True), (1, True),
    (False, False), ("否", False), ("0", False), ("No", False), ("", None), (None, None)])  # fmt: skip
def test_yes_or_no(raw, wanted, desk):
    assert YesNo(key="y").coerce(raw, desk) is wanted


def test_neither_yes_nor_no(desk):
    for raw in ("maybe", 2, 0.5, [True]):
        assert code_of(YesNo(key="y"), raw, desk) in ("field.not_yes_or_no", "field.not_one_value")


def test_person_by_login_name_or_both(desk, make_reader):
    field = Person(key="p", title="经办人")
    assert [
        field.coerce(raw, desk) for raw in ("amy", "张敏", "张敏 (amy)", "张敏（amy）", "李强 (bo)", "Cy (North)")
    ] == [1, 1, 1, 1, 2, 4]
    assert code_of(field, "nobody", desk) == "field.no_such_person"
    assert code_of(field, "李强", desk) == "people.several_have_name"
    assert field.to_json(1, desk) == "amy"
    assert field.to_cell(1, desk) == "张敏 (amy)"
    assert field.display(1, make_reader()) == "张敏"
    assert list(field.wants("张敏 (amy)")) == [("person", "张敏 (amy)"), ("person", "amy")]
    assert list(field.wants(["amy"])) == list(field.wants("a\x00")) == list(field.wants("x" * 10**6)) == []


def test_department(desk, make_reader):
    field = Department(key="d")
    assert field.coerce("rd", desk) == field.coerce("研发一部", desk) == 7
    assert field.display(7, make_reader()) == "研发一部"
    assert list(field.wants("rd")) == [("department", "rd")]
    assert code_of(field, "none", desk) == "field.no_such_department"


def test_reference(desk, make_reader):
    field = Reference(key="r", to="mdm.supplier")
    assert field.coerce("S-0001", desk) == field.coerce(12, desk) == field.coerce("华东供应商", desk) == 12
    assert (field.to_json(12, desk), field.to_json(13, desk), field.to_raw(12, desk)) == ("S-0001", "13", "12")
    assert field.display(12, make_reader()) == "华东供应商"
    assert list(field.wants("S-0001")) == [("mdm.supplier", "S-0001")]
    assert code_of(field, "S-9", desk) == "field.no_such_record"


def test_files(desk, make_reader):
    field = File(key="f", accept=("application/pdf", "image/*"), max_files=2)
    assert field.coerce(["f1", "f2", "f1", ""], desk) == field.coerce("f1; f2", desk) == ("f1", "f2")
    assert field.coerce([""], desk) is None
    assert field.display(("f1", "gone"), make_reader("en")) == "报价.pdf, gone"
    assert code_of(field, ["nope"], desk) == "field.no_such_file"
    assert code_of(field, ["big"], desk) == "field.file_too_big"
    assert code_of(File(key="f", accept=("image/*",)), ["f1"], desk) == "field.file_type"
    assert code_of(File(key="f", max_files=1), ["f1", "f2"], desk) == "field.too_many_files"
    assert field.from_column(field.to_columns(("f1",), desk.zone)[0]) == ("f1",)


LINES = SubTable(
    key="lines", title="明细", max_rows=2, card_title="item",
    fields=(Text(key="item"), Number(key="quantity"), Money(key="subtotal", value="quantity * 2")),
)  # fmt: skip


@pytest.mark.parametrize("raw", ["text", {"item": "x"}, [1], ["x"], [[]], 5, True, [{1: "x"}]])
def test_rows_are_objects(raw, desk):
    with pytest.raises(Invalid) as wrong:
        LINES.rows(raw)
    assert (wrong.value.code, wrong.value.params["title"]) == ("field.not_rows", "明细")


def test_rows_are_counted_and_kept_as_they_came(desk):
    assert LINES.rows(None) == LINES.rows("") == LINES.rows([]) == []
    assert LINES.rows([{"item": "x"}, {}]) == [{"item": "x"}, {}]
    with pytest.raises(Invalid, match="too_many_rows"):
        LINES.rows([{}, {}, {}])


def test_rows_as_values(desk, make_reader):
    value = LINES.coerce([{"id": "4", "item": " 纸 ", "quantity": "2"}], desk)
    assert value == [{"id": "4", "item": "纸", "quantity": 2}]
    assert LINES.display(value, make_reader()) == "纸"
    assert LINES.to_json(value, desk) == [{"id": "4", "item": "纸", "quantity": "2", "subtotal": None}]
    assert code_of(LINES, [{"subtotal": 5}], desk) == "field.unknown_column"


def test_one_line_has_no_line_breaks(desk):
    assert Text(key="t").coerce(" a\r\nb\tc\u3000\u200b", desk) == "a b c"
    assert Text(key="t").coerce("\u3000\u200b\ufeff ", desk) is None
    assert code_of(Text(key="t", max_length=3), "四个汉字", desk) == "field.too_long"
    assert code_of(Text(key="t", min_length=3), "两字", desk) == "field.too_short"
    assert Text(key="t").coerce(12, desk) == "12"
