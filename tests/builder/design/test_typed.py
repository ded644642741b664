"""Raw texts of a page as plain values, by the type of the property."""

from typing import Any

import pytest
from msgspec import UNSET

from dougong.fields import TYPES
from dougong.fields.base import Option
from dougong.spec import model
from dougong_builder.typed import grouped, slot, typed

TEXT = TYPES["text"](key="t", title="标题", was=("old",))
BOTH = TYPES["text"](key="t", title={"zh-CN": "标题", "en": "Title"})
MONEY = TYPES["money"](key="m")
GRANT = model.Grant(key="g", who="everyone", can=("read",), read=("a",))
APPROVE = model.Approve(key="a", who="everyone")
FORM = model.Form(key="f", title="表", number=model.Number(pattern="{0000}"))
LIST = model.ListView(key="l", title="单", form="f")


@pytest.mark.parametrize(
    ("part", "name", "raw", "value"),
    [
        (TEXT, "required", ["true"], True),
        (TEXT, "required", [], False),
        (TEXT, "required", ["off"], False),
        (TEXT, "max_length", ["1,200"], 1200),
        (TEXT, "max_length", [" 40 "], 40),
        (TEXT, "max_length", [""], UNSET),
        (TEXT, "max_length", ["abc"], "abc"),
        (TEXT, "max_length", ["1.5"], "1.5"),
        (TEXT, "show_if", [" total > 5 "], "total > 5"),
        (TEXT, "show_if", ["a\r\nb"], "a\nb"),
        (TEXT, "show_if", [""], ""),
        (TEXT, "width", ["1/2"], "1/2"),
        (MONEY, "at_least", ["3"], 3),
        (MONEY, "at_least", ["0.25"], 0.25),
        (MONEY, "at_least", ["12345678901234567890.5"], "12345678901234567890.5"),
        (MONEY, "at_least", [""], UNSET),
        (TYPES["choices"](key="c"), "max_choices", [""], UNSET),
        (TYPES["file"](key="f"), "accept", ["image/*, application/pdf"], ["image/*", "application/pdf"]),
        (TYPES["reference"], "to", ["a.b"], "a.b"),
        (GRANT, "can", ["read", "edit"], ["read", "edit"]),
        (GRANT, "read", [], []),
        (GRANT, "read", ["*"], UNSET),
        (GRANT, "who", ["everyone"], "everyone"),
        (GRANT, "who", ["role:cfo"], {"role": "cfo"}),
        (GRANT, "who", ["people:a, b"], {"people": ["a", "b"]}),
        (APPROVE, "who", ["supervisor_of:submitter:2"], {"supervisor_of": "submitter", "level": 2}),
        (APPROVE, "who", ['{"field": "owner"}'], {"field": "owner"}),
        (APPROVE, "who", ['{"field"'], '{"field"'),
        (APPROVE, "fields.total", ["read"], "read"),
        (APPROVE, "fields.lines.price", [""], UNSET),
        (FORM, "number.pattern", ["{00}"], "{00}"),
        (FORM, "number.gapless", ["on"], True),
        (LIST, "totals.total", ["sum"], "sum"),
        (LIST, "card.lines", ["a\nb"], ["a", "b"]),
        (model.Test(key="t", form="f", expect=model.Expect()), "values", ['{"a": 1}'], {"a": 1}),
        (TEXT, "nothing_like_it", ["x"], "x"),
    ],
)  # fmt: skip
def test_a_text_becomes_what_the_property_holds(part: Any, name: str, raw: list[str], value: Any) -> None:
    made = typed(part, name, raw, {}, "zh-CN")
    assert made is value if value is UNSET else (made == value and type(made) is type(value))


@pytest.mark.parametrize(
    ("part", "raw", "by_language", "language", "value"),
    [
        (TEXT, ["新"], {}, "zh-CN", "新"),
        (TEXT, [""], {}, "zh-CN", ""),
        (BOTH, ["新"], {}, "zh-CN", {"zh-CN": "新", "en": "Title"}),
        (BOTH, ["New"], {}, "en", {"zh-CN": "标题", "en": "New"}),
        (TEXT, [], {"zh-CN": "新"}, "zh-CN", "新"),
        (TEXT, [], {"zh-CN": "标题", "en": "Title"}, "zh-CN", {"zh-CN": "标题", "en": "Title"}),
        (TEXT, [], {"zh-CN": "标题", "en": ""}, "zh-CN", "标题"),
        (BOTH, [], {"zh-CN": "标题", "en": ""}, "zh-CN", "标题"),
        (BOTH, [], {"zh-CN": "", "en": ""}, "zh-CN", ""),
        (TEXT, [], {"en": "Title"}, "zh-CN", {"zh-CN": "标题", "en": "Title"}),
    ],
)  # fmt: skip
def test_a_text_in_one_language_keeps_the_other(
    part: Any, raw: list[str], by_language: dict[str, str], language: str, value: Any
) -> None:
    assert typed(part, "title", raw, by_language, language) == value


def test_languages_and_places_inside_are_told_apart() -> None:
    given = {"title.zh-CN": ("甲",), "title.en": ("A",), "max_length": ("3",), "show_if": ("en",)}
    found = {name: (raw, texts) for name, raw, texts in grouped(TEXT, given)}
    assert found == {
        "title": ([], {"zh-CN": "甲", "en": "A"}), "max_length": (["3"], {}), "show_if": (["en"], {}),
    }  # fmt: skip


def test_a_slot_says_what_is_now_and_what_is_when_nothing_is_said() -> None:
    inside = slot(FORM, "number.reset")
    assert inside is not None
    assert (inside.default, inside.now) == ("never", UNSET)
    assert slot(FORM, "number.pattern").now == "{0000}"  # type: ignore[union-attr]
    assert slot(FORM, "number.nothing") is None
    assert slot(Option(key="a", title="甲"), "title").now == "甲"  # type: ignore[union-attr]
