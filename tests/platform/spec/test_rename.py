"""Giving a part another key: every reference follows, nothing else changes, and what cannot be done is refused."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from dougong.errors import Refused
from dougong.spec import model
from dougong.spec.compile import compile_app
from dougong.spec.diffing import diff
from dougong.spec.diffing.parts import parts
from dougong.spec.dump import dump
from dougong.spec.parse import parse, parse_value
from dougong.spec.rename import rename, rename_elsewhere
from dougong.spec.uses import uses

Spec = dict[str, Any]
FOLDER = Path(__file__).parents[3] / "app_specs"


def app_of(spec: Spec) -> model.App:
    parsed = parse_value(spec)
    assert parsed.app is not None, parsed.problems
    return parsed.app


SHIPPED = {path.stem: app_of(json.loads(path.read_text("utf-8"))) for path in sorted(FOLDER.glob("*.json"))}
PLACES = [
    (key, part.name, part.key)
    for key, app in SHIPPED.items()
    for part in parts(app).values()
    if part.kind not in ("app", "flow")
]


def without_was(app: model.App) -> str:
    return re.sub(r',?\s*"was": \[[^]]*\]', "", dump(app))


@settings(max_examples=60, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.sampled_from(PLACES), st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True))
def test_there_and_back_is_the_same_text(spot: tuple[str, str, str], new: str) -> None:
    key, name, old = spot
    app = SHIPPED[key]
    try:
        there = rename(app, name, new)
    except Refused as refused:
        codes_found = {each.code for each in refused.problems}
        if codes_found <= {"spec.key_twice", "spec.reserved_key", "change.captured"}:
            return
        raise
    others = {**SHIPPED, key: there}
    for other, each in SHIPPED.items():
        if other != key:
            others[other] = rename_elsewhere(each, app, name, new)
    for each in others.values():
        assert compile_app(each, others.get).problems == compile_app(SHIPPED[each.app.key], SHIPPED.get).problems
    moved = ".".join((*name.split(".")[:-1], new))
    back = rename(there, moved, old)
    assert without_was(back) == without_was(app)
    for other, each in others.items():
        if other != key:
            assert dump(rename_elsewhere(each, there, moved, old)) == dump(SHIPPED[other])


@pytest.mark.parametrize(("key", "name", "old"), PLACES[::7], ids=str)
def test_nothing_names_the_old_key_any_more(key: str, name: str, old: str) -> None:
    app = SHIPPED[key]
    there = rename(app, name, "zz_new")
    moved = ".".join((*name.split(".")[:-1], "zz_new"))
    assert len(uses(there, moved)) == len(uses(app, name))


def test_a_field_remembers_its_earlier_key() -> None:
    there = rename(SHIPPED["purchase"], "request.total", "sum")
    found = diff(SHIPPED["purchase"], there)
    assert [(each.before, each.after) for each in found if each.what == "renamed"] == [("total", "sum")]
    assert not [each for each in found if each.what in ("added", "removed") and each.kind == "field"]
    twice = rename(rename(there, "request.sum", "amount"), "request.amount", "total")
    node = parts(twice)[("forms", "request", "fields", "total")].struct
    assert node.was == ("amount", "sum")


def test_a_status_and_an_option_follow_into_formulas_and_tests() -> None:
    there = rename(SHIPPED["purchase"], "request.ordering", "buying")
    text = dump(there)
    assert 'status = \\"buying\\"' in text
    assert '"status": "buying"' in text
    assert "ordering" not in re.sub(r'"key": "ordering"', "", json.dumps(json.loads(text)["forms"]))
    option = dump(rename(SHIPPED["purchase"], "request.category.options.asset", "fixed"))
    assert 'category = \\"fixed\\"' in option
    assert '"category": "fixed"' in option
    assert '"category": "asset"' not in option


def codes(app: model.App, name: str, key: str) -> list[str]:
    with pytest.raises(Refused) as wrong:
        rename(app, name, key)
    return [each.code for each in wrong.value.problems]


def test_keys_that_cannot_be() -> None:
    app = SHIPPED["purchase"]
    assert codes(app, "request.total", "Total") == ["spec.bad_key"]
    assert codes(app, "request.total", "status") == ["spec.reserved_key"]
    assert codes(app, "request.total", "reason") == ["spec.key_twice"]
    assert codes(app, "request.total", "items") == ["spec.key_twice"]
    assert codes(app, "forms.request", "reports") == ["spec.reserved_key"]
    assert codes(app, "request.ordering", "draft") == ["spec.reserved_key"]
    assert codes(app, "app", "other") == ["change.not_renamed"]
    assert rename(app, "request.total", "total") is app


def test_a_formula_would_take_it_for_another_field(form_spec: Any) -> None:
    columns = [
        {"key": "price", "type": "number", "title": "P"},
        {"key": "net", "type": "number", "title": "N", "value": "price * rate"},
    ]
    app = app_of(form_spec({"key": "rate", "type": "number"}, {"key": "lines", "type": "subtable", "fields": columns}))
    assert codes(app, "f.rate", "price") == ["change.captured"]
    assert codes(app, "f.lines.price", "rate") == ["change.captured"]
    assert "price * quota" in dump(rename(app, "f.rate", "quota"))


def test_a_formula_that_cannot_be_read(form_spec: Any) -> None:
    app = app_of(form_spec({"key": "a", "type": "number"}, {"key": "b", "type": "number", "value": "a + ("}))
    assert codes(app, "f.a", "c") == ["change.broken_formula"]


def test_the_order_of_members_stays(form_spec: Any) -> None:
    spec = form_spec({"key": "a", "type": "number"}, {"key": "b", "type": "number"})
    spec["lists"] = [{"key": "l", "title": "L", "form": "f", "totals": {"a": "sum", "b": "max"}, "sort": ["-a", "b"]}]
    view = rename(app_of(spec), "f.a", "c").lists[0]
    assert list(view.totals) == ["c", "b"]
    assert view.sort == ("-c", "b")


def test_paths_of_expectations(form_spec: Any) -> None:
    lines = {
        "key": "lines",
        "type": "subtable",
        "fields": [{"key": "item", "type": "text", "title": "I", "required": True}],
    }
    spec = form_spec(lines)
    expect = {
        "errors": ["lines[0].item"],
        "values": {"lines[0].item": "x", "lines": [{"item": "y"}]},
        "shown": ["lines.item"],
    }
    spec["tests"] = [{"key": "t", "form": "f", "values": {"lines": [{"item": 1}]}, "expect": expect}]
    app = app_of(spec)
    column = rename(app, "f.lines.item", "thing").tests[0]
    assert column.expect.errors == ("lines[0].thing",)
    assert column.expect.values == {"lines[0].thing": "x", "lines": [{"thing": "y"}]}
    assert column.values == {"lines": [{"thing": 1}]}
    table = rename(app, "f.lines", "rows").tests[0]
    assert table.expect.errors == ("rows[0].item",)
    assert table.expect.shown == ("rows.item",)
    assert parse(dump(rename(app, "f.lines", "rows"))).app is not None
