"""Saying: parameters, plurals, languages, remedies, and what happens when there are no words."""

from datetime import date
from decimal import Decimal

import pytest

from dougong import words
from dougong.errors import Problem
from dougong.words import entries

SAMPLE = """
["t.items"]
zh = "{n} 项，{title}"
en = "{n} items, {title}"
en_one = "One item, {title}"
["t.braces"]
zh = "写 {{YYYY}}，不是 {what}"
en = "Write {{YYYY}}, not {what}"
["t.broken"]
zh = "{title}不对"
en = "{title} is wrong"
["t.broken".remedy]
zh = "改{title}"
en = "Change {title}"
"""


@pytest.fixture(autouse=True)
def sample(monkeypatch: pytest.MonkeyPatch) -> None:
    more = entries.known() | entries.parse(SAMPLE, "sample")
    monkeypatch.setattr(entries, "known", lambda: more)


def test_a_text_in_both_languages_is_shown_in_the_reader_s() -> None:
    title = {"zh-CN": "金额", "en": "Amount"}
    assert words.say("t.items", "zh-CN", n=2, title=title) == "2 项，金额"
    assert words.say("t.items", "en", n=2, title=title) == "2 items, Amount"
    assert words.say("t.items", "en", n=1, title=title) == "One item, Amount"


def test_braces_can_be_written_and_parameters_are_never_read_as_patterns() -> None:
    assert words.say("t.braces", "en", what="{what} {0.__class__}") == "Write {YYYY}, not {what} {0.__class__}"


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (("a", "b"), "a、b", "a, b"),
        (({"zh-CN": "甲", "en": "A"}, {"en": "B"}), "甲、B", "A, B"),
        (Decimal("1200.50"), "1,200.5", "1,200.5"),
        (date(2026, 11, 3), "2026-11-03", "2026-11-03"),
        (None, "", ""),
    ],
)
def test_how_parameters_look(value: object, zh: str, en: str) -> None:
    assert words.say("t.broken", "zh-CN", title=value) == f"{zh}不对"
    assert words.say("t.broken", "en", title=value) == f"{en} is wrong"


def test_a_problem_has_a_sentence_and_may_have_a_remedy() -> None:
    problem = Problem("t.broken", "total", {"title": "X"})
    assert words.sentence(problem, "en") == "X is wrong"
    assert words.remedy(problem, "zh-CN") == "改X"
    assert words.remedy(Problem("t.items", "", {"n": 1, "title": ""}), "en") is None


def test_where_words_are_missing_tests_fail_and_people_still_read_something(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "STRICT", True)
    with pytest.raises(KeyError, match="no_such"):
        words.say("t.no_such", "en")
    with pytest.raises(KeyError, match="title"):
        words.say("t.broken", "en")
    monkeypatch.setattr(entries, "STRICT", False)
    assert words.say("t.no_such", "en") == "t.no_such"
    assert words.say("t.broken", "en") == "{title} is wrong"


@pytest.mark.parametrize(
    ("text", "language", "shown"),
    [
        ("采购", "en", "采购"),
        ("", "en", "key"),
        ({"zh-CN": "采购", "en": "Purchase"}, "en", "Purchase"),
        ({"zh-CN": "采购"}, "en", "采购"),
        ({"zh-CN": "", "en": ""}, "en", "key"),
        ({}, "en", "key"),
    ],
)
def test_titles_fall_back_to_any_language_then_to_what_is_given(text, language: str, shown: str) -> None:
    assert words.title(text, language, "key") == shown
