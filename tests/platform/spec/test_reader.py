"""The strict JSON reader: values, places, and everything it refuses."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dougong.spec.positions import Position
from dougong.spec.reader import MOST_BYTES, read

TEXT = '{\n  "key": "采购",\n  "list": [1, {"a": 0.10}],\n  "t": "a\\n\\u4e2db\\ud83d\\ude00c"\n}\n'


def codes(text: str | bytes) -> list[str]:
    return [problem.code for problem in read(text).problems]


def where(text: str | bytes) -> tuple[str, int | None, int | None]:
    (problem,) = read(text, "a.json").problems
    assert problem.source == "a.json"
    return problem.code, problem.line, problem.column


def test_values_and_their_places() -> None:
    document = read(TEXT)
    assert document.whole
    assert document.value["list"] == [1, {"a": Decimal("0.10")}]
    assert str(document.value["list"][1]["a"]) == "0.10"
    positions = document.positions
    assert positions.of(()) == Position(1, 1)
    assert positions.of(("key",)) == Position(2, 10)
    assert positions.of_key(("key",)) == Position(2, 3)
    assert positions.of(("list", 1, "a")) == Position(3, 21)
    assert positions.of(("list", 1, "missing", 4)) == Position(3, 15)


def test_a_character_inside_a_text_is_found_through_its_escapes() -> None:
    document = read(TEXT)
    value, line = document.value["t"], TEXT.split("\n")[3]
    assert value == "a\n中b😀c"
    for index, written in enumerate(["a", "\\n", "\\u4e2d", "b", "\\ud83d", "c"]):
        place = document.positions.inside(("t",), index)
        assert line[place.column - 1 :].startswith(written)
    assert document.positions.inside(("t",), 6).column == line.rindex('"') + 1
    assert document.positions.inside(("t",), 99).column == line.rindex('"') + 1
    assert document.positions.inside(("list", 0), 3) == document.positions.of(("list", 0))


def test_a_byte_order_mark_is_passed_over() -> None:
    assert read(b'\xef\xbb\xbf{"a": 1}').value == {"a": 1}
    assert read('\ufeff{"a": 1}').positions.of(("a",)) == Position(1, 7)


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("", "spec.unfinished", 1, 1),
        ('{"a": 1', "spec.unfinished", 1, 8),
        ('{"a": 1,}', "spec.syntax", 1, 9),
        ('{"a" 1}', "spec.syntax", 1, 6),
        ("{a: 1}", "spec.syntax", 1, 2),
        ("[1\n 2]", "spec.syntax", 2, 2),
        ("[01]", "spec.syntax", 1, 3),
        ("[1] 2", "spec.text_after_end", 1, 5),
        ('["a\nb"]', "spec.bad_text", 1, 4),
        ('["a\\q"]', "spec.bad_text", 1, 4),
        ('\n["abc', "spec.unclosed_text", 2, 2),
        ("[NaN]", "spec.not_a_number", 1, 2),
        ("[-Infinity]", "spec.not_a_number", 1, 2),
        ("[Infinity]", "spec.not_a_number", 1, 2),
        ("[nul]", "spec.syntax", 1, 2),
        ("[-]", "spec.syntax", 1, 2),
        ("[" * 65, "spec.too_deep", 1, 65),
        (b'{"a":\n "\xff"}', "spec.not_utf8", 2, 3),
    ],
)
def test_refusals_name_their_place(text: str | bytes, code: str, line: int, column: int) -> None:
    assert where(text) == (code, line, column)
    assert read(text).value is None
    assert not read(text).whole


def test_what_is_wrong_without_stopping_the_reading_comes_all_at_once() -> None:
    text = '{"a": 1, "b": {"a": 1, "a": 2}, "a": "\\ud800", "c": "\\u0000", "d": 1e99999, "e": ' + "9" * 70 + "}"
    document = read(text)
    assert document.whole
    assert [(p.code, p.at, p.column) for p in document.problems] == [
        ("spec.duplicate_key", "b.a", 24),
        ("spec.duplicate_key", "a", 33),
        ("spec.bad_character", "a", 38),
        ("spec.bad_character", "c", 53),
        ("spec.number_too_long", "d", 68),
        ("spec.number_too_long", "e", 82),
    ]


def test_64_levels_are_read_and_no_more() -> None:
    assert read("[" * 64 + "]" * 64).whole
    assert codes("[" * 65 + "]" * 65) == ["spec.too_deep"]
    assert codes("[" * 100_000) == ["spec.too_deep"]


def test_two_mebibytes_are_read_and_no_more() -> None:
    assert codes(b'"' + b"a" * (MOST_BYTES - 2) + b'"') == []
    assert codes(b'"' + b"a" * (MOST_BYTES - 1) + b'"') == ["spec.too_large"]
    assert codes('"' + "中" * (MOST_BYTES // 3 + 1) + '"') == ["spec.too_large"]
    assert codes("a" * 9_000_000) == ["spec.too_large"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**60), 10**60) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(JSON, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_it_reads_what_the_standard_library_writes(value: object, indent: int | str | None, ascii_only: bool) -> None:
    document = read(json.dumps(value, indent=indent, ensure_ascii=ascii_only))
    bad = "\x00" in json.dumps(value, ensure_ascii=False) or "\\u0000" in json.dumps(value)
    assert document.value == value
    assert bool(document.problems) == bad


@given(st.text(max_size=40) | st.binary(max_size=40))
def test_it_never_raises_and_never_takes_what_the_standard_library_refuses(text: str | bytes) -> None:
    document = read(text)
    if document.whole and not document.problems:
        json.loads(text.removeprefix("\ufeff") if isinstance(text, str) else text.decode("utf-8-sig"))
    else:
        assert all(problem.line and problem.column for problem in document.problems)
