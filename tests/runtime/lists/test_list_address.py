"""The address of a list: read, written back the same, and nothing unknown taken."""

import pytest
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest
from werkzeug.urls import iri_to_uri

from dougong.records.filters import Filter
from dougong.records.order import SortKey
from dougong_runtime.lists_address import Asked, read_address


def read(*pairs: tuple[str, str]) -> Asked:
    return read_address(MultiDict(pairs))


def test_everything_is_read_and_written_back() -> None:
    asked = read(
        ("q", " 纸 a&b "), ("f.category.in", "office"), ("f.category.in", "asset"), ("f.day.between", "2026-01-01"),
        ("f.day.between", "2026-01-01"), ("f.quote.blank", "1"), ("sort", "-total,number"), ("after", "abc"),
        ("source", "done"),
    )  # fmt: skip
    assert asked.text == "纸 a&b"
    assert asked.filters == (
        Filter("category", "in", ("office", "asset")), Filter("day", "between", ("2026-01-01", "2026-01-01")),
        Filter("quote", "blank"),
    )  # fmt: skip
    assert asked.sort == (SortKey("total", True), SortKey("number"))
    from urllib.parse import parse_qsl

    again = read(*parse_qsl(asked.query()))
    assert again == asked
    assert iri_to_uri(asked.url("/a/x/")) == asked.url("/a/x/"), "it is an address as it stands"


def test_blank_inputs_are_left_out_and_told() -> None:
    asked = read(("q", ""), ("f.total.ge", " "), ("f.quote.blank", ""))
    assert asked.filters == ()
    assert not asked.tidy
    assert asked.url("/a/x/") == "/a/x/"
    assert read(("q", "x")).tidy


@pytest.mark.parametrize(
    ("pairs", "values"),
    [
        ([("f.by.in", "amy"), ("f.by.in.was", "Amy"), ("f.by.in.text", "Amy")], ("amy",)),
        ([("f.by.in", ""), ("f.by.in.was", ""), ("f.by.in.text", "Bo")], ("Bo",)),
        ([("f.by.in", "amy"), ("f.by.in.was", "Amy"), ("f.by.in.text", "Bo")], ("Bo",)),
        ([("f.by.in", "amy"), ("f.by.in.was", "Amy"), ("f.by.in.text", "")], None),
    ],
)
def test_a_picker_means_its_key_until_its_text_is_changed(
    pairs: list[tuple[str, str]], values: tuple[str, ...] | None
) -> None:
    wanted = (Filter("by", "in", values),) if values else ()
    assert read(*pairs).filters == wanted


@pytest.mark.parametrize("name", ["x", "Q", "f.", "f.total", "f.total.about", "f..eq", "filter", "sort[]", "limit"])
def test_an_unknown_parameter_is_refused(name: str) -> None:
    with pytest.raises(BadRequest):
        read((name, "1"))


def test_too_many_sort_keys_are_refused() -> None:
    for text in ("a,b,c,d,e", "a,-a"):
        with pytest.raises(BadRequest):
            read(("sort", text))
