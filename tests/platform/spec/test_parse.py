"""The first stage: frozen objects whenever the document is well-formed, else every problem with its place."""

import json
from typing import Any

import pytest

from dougong.fields.money import Money
from dougong.fields.number import Quantity
from dougong.spec import upgrade
from dougong.spec.parse import parse, parse_value
from dougong.spec.walk import fields


def only(spec: Any) -> tuple[str, str, dict[str, Any]]:
    (problem,) = parse_value(spec).problems
    return problem.code, problem.at, dict(problem.params)


def test_a_well_formed_document_gives_objects_even_when_its_names_name_nothing(purchase: dict[str, Any]) -> None:
    purchase["lists"][0]["columns"] = ["nothing"]
    parsed = parse_value(purchase)
    assert parsed.problems == ()
    assert parsed.app is not None
    assert parsed.app.lists[0].columns == ("nothing",)


def test_all_problems_come_at_once_each_with_its_line(purchase_text: str) -> None:
    text = purchase_text.replace('"accept"', '"acept"').replace('"reset": "year"', '"reset": "yaer"')
    text = text.replace('"min_rows": 1', '"min_rows": "1"').replace('"key": "orders"', '"key": "Orders"')
    parsed = parse(text, "purchase.json")
    assert parsed.app is None
    assert [(problem.code, problem.at) for problem in parsed.problems] == [
        ("spec.not_one_of", "forms.request.number.reset"),
        ("spec.wrong_type", "forms.request.fields.lines.min_rows"),
        ("spec.unknown_key", "forms.request.fields.quote.acept"),
        ("spec.bad_key", "metrics[1].key"),
    ]
    first, second, third, _ = parsed.problems
    assert first.params["nearest"] == "year"
    assert second.params == {
        "wanted": {"zh-CN": "整数", "en": "a whole number"}, "found": {"zh-CN": "文字", "en": "text"},
    }  # fmt: skip
    assert third.params["nearest"] == "accept"
    lines = text.split("\n")
    for problem, written in zip(parsed.problems, ['"yaer"', '"1"', '"acept"', '"Orders"'], strict=True):
        assert problem.line is not None
        assert problem.column is not None
        assert problem.source == "purchase.json"
        assert lines[problem.line - 1][problem.column - 1 :].startswith(written)


SMALL: dict[str, Any] = {"dougong": 1, "app": {"key": "a", "title": "A"}}


@pytest.mark.parametrize(
    ("change", "code", "at"),
    [
        ({"app": {"key": "a"}}, "spec.missing_key", "app.title"),
        ({"app": {"key": "a", "title": {"fr": "A"}}}, "spec.unknown_key", "app.title.fr"),
        ({"app": {"key": "a", "title": {}}}, "spec.too_short", "app.title"),
        ({"app": {"key": "a", "title": "A", "language": "zh"}}, "spec.not_one_of", "app.language"),
        ({"dashboards": []}, "spec.unknown_key", "dashboards"),
        ({"dougong": 2}, "spec.newer_format", ""),
        ({"dougong": 0}, "spec.not_one_of", "dougong"),
        ({"dougong": True}, "spec.not_one_of", "dougong"),
        (
            {"forms": [{"key": "f", "title": "F", "fields": [{"key": "x"}]}]},
            "spec.missing_key",
            "forms.f.fields.x.type",
        ),
    ],
)
def test_structure(change: dict[str, Any], code: str, at: str) -> None:
    assert only({**SMALL, **change})[:2] == (code, at)


def test_every_missing_and_every_unknown_key_is_a_problem_of_its_own() -> None:
    problems = parse_value({"app": {"x": 1, "y": 2}}).problems
    assert {(problem.code, problem.at) for problem in problems} == {
        ("spec.missing_key", "dougong"),
        ("spec.missing_key", "app.key"),
        ("spec.missing_key", "app.title"),
        ("spec.unknown_key", "app.x"),
        ("spec.unknown_key", "app.y"),
    }


def test_limits_of_options_name_the_limit(form_spec: Any) -> None:
    assert only(form_spec({"key": "x", "type": "money", "decimals": 12})) == (
        "spec.too_big", "forms.f.fields.x.decimals", {"limit": 9, "value": "12"},
    )  # fmt: skip
    assert only(form_spec({"key": "x", "type": "money", "decimals": -1}))[0] == "spec.too_small"
    assert only(form_spec({"key": "x", "type": "money", "currency": "yuan"}))[0] == "spec.pattern"
    assert only(form_spec({"key": "x", "type": "date", "at_least": "2026-02-30"}))[0] == "spec.bad_date"
    assert only(form_spec({"key": "x", "type": "date", "at_least": "20260201"}))[0] == "spec.bad_date"


def test_rows_hold_no_rows_and_no_sections(form_spec: Any) -> None:
    inner = {"key": "y", "type": "subtable", "title": "Y", "fields": []}
    code, at, params = only(form_spec({"key": "x", "type": "subtable", "fields": [inner]}))
    assert (code, at, params) == ("spec.nested_subtable", "forms.f.fields.x.y.type", {"type": "subtable"})


@pytest.mark.parametrize("value", [[], "x", 3, None, True])
def test_a_spec_is_an_object(value: Any) -> None:
    assert only(value)[0] == "spec.wrong_type"


def test_duplicate_keys_are_told_together_with_the_rest() -> None:
    text = '{"dougong": 1, "dougong": 1, "app": {"key": "a", "title": "A"}, "x": 1}'
    parsed = parse(text)
    assert parsed.app is None
    assert [problem.code for problem in parsed.problems] == ["spec.duplicate_key", "spec.unknown_key"]


@pytest.mark.parametrize("written", ["0.1", "9007199254740993", '"9999999999999999.99"', "0.30000000000000004"])
def test_limits_keep_every_digit(written: str, form_spec: Any) -> None:
    text = json.dumps(form_spec({"key": "x", "type": "money", "at_least": "HERE"})).replace('"HERE"', written)
    app = parse(text).app
    assert app is not None
    (placed,) = fields(app.forms[0])
    assert isinstance(placed.node, Quantity)
    assert isinstance(placed.node, Money)
    assert str(placed.node.at_least) == written.strip('"')


def test_a_limit_beyond_a_double_keeps_its_digits_as_text(form_spec: Any) -> None:
    text = json.dumps(form_spec({"key": "x", "type": "money", "at_most": "HERE"}))
    app = parse(text.replace('"HERE"', "9999999999999999.99")).app
    assert app is not None
    (placed,) = fields(app.forms[0])
    assert isinstance(placed.node, Money)
    assert placed.node.at_most == "9999999999999999.99"


def test_values_that_are_no_json_are_refused() -> None:
    looped: list[Any] = []
    looped.append(looped)
    assert only({"dougong": float("nan")})[0] == "spec.not_json"
    assert only({1: 2})[0] == "spec.not_json"
    assert only({"a": object()})[0] == "spec.not_json"
    assert only({"a": 10**5000})[0] == "spec.number_too_long"
    assert only(looped)[0] == "spec.too_deep"
    assert [p.code for p in parse_value({**SMALL, "roles": "\ud800"}).problems] == [
        "spec.bad_character",
        "spec.wrong_type",
    ]


def test_older_formats_are_brought_up_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    def renamed(old: dict[str, Any]) -> dict[str, Any]:
        return {
            **{key: value for key, value in old.items() if key != "application"},
            "dougong": 1,
            "app": old["application"],
        }

    monkeypatch.setitem(upgrade.STEPS, 0, renamed)
    old = {"dougong": 0, "application": {"key": "a", "title": "A"}}
    parsed = parse_value(old)
    assert parsed.app is not None
    assert parsed.app.app.key == "a"
    assert "application" in old
