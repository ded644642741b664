"""Tests that specs carry: each kind of expectation can fail, a scene that cannot be set up is told, nothing leaks."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from dougong.cli import main
from dougong.spec.parse import parse
from dougong.trials import Outcome, run_tests

APP: dict[str, Any] = {
    "dougong": 1,
    "app": {"key": "trial", "title": "Trial"},
    "roles": [{"key": "chief", "title": "Chief"}],
    "forms": [
        {
            "key": "item", "title": "Item",
            "fields": [{"key": "name", "type": "text", "title": "Name", "required": True}],
            "access": [{"key": "chief", "who": {"role": "chief"}, "can": ["create", "read"]}],
        },
        {
            "key": "order", "title": "Order",
            "fields": [
                {"key": "name", "type": "text", "title": "Name", "required": True},
                {"key": "code", "type": "text", "title": "Code"},
                {"key": "price", "type": "money", "title": "Price"},
                {"key": "twice", "type": "money", "title": "Twice", "value": "price * 2"},
                {"key": "why", "type": "text", "title": "Why", "show_if": "price > 100", "require_if": "price > 100"},
                {"key": "fixed", "type": "text", "title": "Fixed", "default": "\"x\"", "readonly_if": "price > 100"},
                {"key": "lines", "type": "subtable", "title": "Lines", "fields": [
                    {"key": "what", "type": "text", "title": "What"},
                    {"key": "count", "type": "number", "title": "Count"},
                    {"key": "more", "type": "text", "title": "More", "show_if": "count > 5"},
                ]},
                {"key": "item", "type": "reference", "title": "Item", "to": "trial.item"},
            ],
            "access": [
                {"key": "own", "who": "everyone", "rows": "created_by = ME()", "can": ["create", "read"]},
                {"key": "all", "who": {"role": "chief"}, "can": ["read", "export"]},
            ],
            "flow": {"key": "flow", "title": "Flow", "steps": [
                {"key": "boss", "type": "approve", "title": "Boss", "who": {"supervisor_of": "submitter"}},
                {"key": "size", "type": "branch", "branches": [
                    {"key": "big", "title": "Big", "when": "price > 100", "steps": [
                        {"key": "chief", "type": "approve", "title": "Chief", "who": {"role": "chief"}}]}], "otherwise": []},
            ]},
        },
    ],
    "sources": [{"key": "orders", "form": "order"}],
    "metrics": [{"key": "spend", "title": "Spend", "source": "orders", "value": "SUM(price)"}],
    "lists": [{"key": "all", "title": "All", "form": "order", "columns": ["name", "price"], "sort": ["price"]}],
}  # fmt: skip
PEOPLE = {"amy": {"supervisor": "bo"}, "bo": {}, "di": {"roles": ["chief"]}}
VALUES = {
    "name": "x",
    "price": "150",
    "why": "y",
    "lines": [{"what": "a", "count": 9, "more": "m"}, {"what": "b", "count": 1}],
}
RECORDS = {
    "order": [{"key": "one", "name": "1", "price": 10, "created_by": "amy"}, {"key": "two", "name": "2", "price": 5}]
}


def outcomes(tests: list[dict[str, Any]]) -> list[Outcome]:
    parsed = parse(json.dumps(APP | {"tests": tests}))
    assert parsed.app is not None, parsed.problems
    return list(run_tests({"trial": parsed.app}, ["trial"]))


def said(key: str, expect: dict[str, Any], **more: Any) -> dict[str, Any]:
    clock = "2026-03-02T09:00:00+08:00"
    test = {
        "key": key,
        "clock": clock,
        "people": PEOPLE,
        "as": "amy",
        "form": "order",
        "values": VALUES,
        "expect": expect,
    }
    return test | more


def one(expect: dict[str, Any], **more: Any) -> Outcome:
    return outcomes([said("t", expect, **more)])[0]


EXPECTATIONS: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    # what holds, what does not, and what else the test says
    ({"values": {"twice": "300.00"}}, {"values": {"twice": "301"}}, {}),
    ({"values": {"twice": 300, "price": "150"}}, {"values": {"twice": None}}, {}),
    ({"values": {"code": "007"}}, {"values": {"code": "7"}}, {"values": VALUES | {"code": "007"}}),
    ({"values": {"lines[1].what": "b"}}, {"values": {"lines[1].what": "a"}}, {}),
    ({"values": {"lines[2].what": None}}, {"values": {"lines[2].what": "b"}}, {}),
    ({"values": {"created_by": "amy"}}, {"values": {"created_by": "bo"}}, {}),
    ({"errors": []}, {"errors": ["name"]}, {}),
    ({"errors": ["name", "why"]}, {"errors": ["why"]}, {"values": {"price": 150}}),
    ({"errors": ["price"]}, {"errors": []}, {"values": VALUES | {"price": "x"}}),
    ({"shown": ["why"]}, {"hidden": ["why"]}, {}),
    ({"hidden": ["why"]}, {"shown": ["why"]}, {"values": {"name": "x"}}),
    ({"hidden": ["lines[1].more"]}, {"hidden": ["lines[0].more"]}, {}),
    ({"shown": ["lines[0].more"]}, {"shown": ["lines.more"]}, {}),
    ({"required": ["why"]}, {"required": ["code"]}, {}),
    ({"readonly": ["fixed"]}, {"readonly": ["name"]}, {}),
    ({"can": {"create": True}}, {"can": {"create": False}}, {}),
    ({"can": {"export": False}}, {"can": {"export": True}}, {}),
    ({"can": {"create": False}}, {"can": {"create": True}}, {"form": "item", "values": {"name": "x"}}),
    ({"errors": ["name"]}, {"errors": []}, {"form": "item", "values": {}}),  # judged although amy may not create
    ({"route": ["boss", "chief"]}, {"route": ["boss"]}, {}),
    ({"route": ["boss"]}, {"route": []}, {"values": {"name": "x", "price": 5}}),
    ({"status": "running"}, {"status": "approved"}, {}),
    ({"lists": {"all": ["one"]}}, {"lists": {"all": ["two", "one"]}}, {"records": RECORDS}),
    ({"lists": {"all": ["two", "one"]}}, {"lists": {"all": ["one", "two"]}}, {"records": RECORDS, "as": "di"}),
    ({"metrics": {"spend": 15}}, {"metrics": {"spend": "10"}}, {"records": RECORDS, "as": "di"}),
    ({"metrics": {"spend": "10.00"}}, {"metrics": {"spend": 15}}, {"records": RECORDS}),
]  # fmt: skip


@pytest.mark.parametrize(("holds", "fails", "more"), EXPECTATIONS)
def test_every_expectation_can_hold_and_can_fail(holds: Any, fails: Any, more: Any) -> None:
    good, bad = outcomes([said("good", holds, **more), said("bad", fails, **more)])
    assert good.green, (good.differences, good.problems)
    assert not bad.green
    assert bad.differences, bad.problems
    named = next(iter(fails))
    assert bad.differences[0].what.startswith({"lists": "list", "metrics": "metric"}.get(named, named))


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"records": {"order": [{"key": "one", "price": "x", "name": "1"}]}}, "field.not_a_number"),
        ({"records": {"order": [{"key": "one", "name": "1", "created_by": "nobody"}]}}, "field.no_such_person"),
        ({"records": {"trial.order": [{"key": "one", "name": "1", "item": "nothing"}]}}, "field.no_such_record"),
        ({"records": {"order": [{"key": "one", "name": "1", "created_at": "yesterday"}]}}, None),
        ({"records": {"order": [{"key": "one", "name": "1", "status": "nonsense"}]}}, "record.not_an_end_status"),
    ],
)
def test_a_scene_that_cannot_be_set_up_is_red_and_told(more: Any, code: str | None) -> None:
    outcome = one({"errors": []}, **more)
    assert not outcome.green
    assert outcome.problems
    assert all(problem.at.startswith("records.") for problem in outcome.problems)
    assert code is None or code in {problem.code for problem in outcome.problems}


def test_values_that_are_no_values_are_a_verdict() -> None:
    for values in ({"name": ["x"]}, {"lines": "x", "name": "x"}, {"lines": [5], "name": "x"}, {"name": {"a": 1}}):
        outcome = one({"errors": []}, values=values)
        assert not outcome.green
        assert outcome.differences


def test_tests_do_not_see_each_other() -> None:
    full = said("a", {"metrics": {"spend": 15}}, records=RECORDS, **{"as": "di"})
    empty = said("c", {"lists": {"all": []}}, **{"as": "di"})
    assert [outcome.green for outcome in outcomes([full, full | {"key": "b"}, empty])] == [True, True, True]


def test_the_command_tells_red_ones_in_words(tmp_path: Path) -> None:
    tests = [
        {"key": "good", "title": {"zh-CN": "好", "en": "Good"}, "people": PEOPLE, "as": "amy", "form": "order",
         "values": VALUES, "expect": {"errors": []}},
        {"key": "bad", "people": PEOPLE, "as": "amy", "form": "order", "values": VALUES, "expect": {"values": {"twice": "1"}}},
        {"key": "scene", "people": PEOPLE, "as": "amy", "form": "order", "values": VALUES, "expect": {"errors": []},
         "records": {"order": [{"key": "one", "name": "1", "price": "many"}]}},
    ]  # fmt: skip
    file = tmp_path / "trial.json"
    file.write_text(json.dumps(APP | {"tests": tests}), encoding="utf-8")
    done = CliRunner().invoke(main, ["--language", "en", "test", str(file)])
    assert done.exit_code == 1
    lines = done.output.splitlines()
    assert lines[0] == "✓ trial.good  Good"
    assert lines[1:3] == ["✗ trial.bad", '    values twice: wanted "1", got "300.00"']
    assert lines[3] == "✗ trial.scene"
    assert lines[4].startswith("    records.trial.order.one.price: ")
    assert "number" in lines[4]
    assert lines[5] == "1 passed, 2 failed"
    told = CliRunner().invoke(main, ["--language", "zh-CN", "test", str(file)]).output
    assert "应为" in told
    assert "1 条通过，2 条不通过" in told


def test_the_command_first_checks_what_it_runs(tmp_path: Path) -> None:
    file = tmp_path / "trial.json"
    wrong = {"key": "t", "form": "none", "values": {"nothing": 1}, "expect": {"errors": []}}
    file.write_text(json.dumps(APP | {"tests": [wrong]}, indent=1), encoding="utf-8")
    done = CliRunner().invoke(main, ["--language", "en", "test", str(file)])
    assert done.exit_code == 1
    assert done.stdout == ""
    assert f"{file}:" in done.stderr
    clocked = {"key": "t", "form": "order", "clock": "2026-03-02T09:00:00", "as": "ghost", "expect": {"errors": []}}
    file.write_text(json.dumps(APP | {"tests": [clocked]}), encoding="utf-8")
    assert CliRunner().invoke(main, ["test", str(file)]).exit_code == 1


def test_a_broken_neighbour_does_not_matter(tmp_path: Path) -> None:
    good = {"key": "good", "form": "order", "values": {"name": "x"}, "expect": {"errors": []}}
    (tmp_path / "trial.json").write_text(json.dumps(APP | {"tests": [good]}), encoding="utf-8")
    broken = APP | {
        "app": {"key": "broken", "title": "B"},
        "lists": [{"key": "l", "title": "L", "form": "nothing", "columns": []}],
    }
    (tmp_path / "broken.json").write_text(json.dumps(broken), encoding="utf-8")
    (tmp_path / "folder.json").mkdir()
    done = CliRunner().invoke(main, ["--language", "en", "test", str(tmp_path / "trial.json")])
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "1 passed, 0 failed")


@pytest.mark.parametrize("spec", ["purchase", "expense", "mdm"])
def test_the_shipped_apps_pass_their_own(spec: str) -> None:
    file = Path(__file__).resolve().parents[3] / "app_specs" / f"{spec}.json"
    done = CliRunner().invoke(main, ["--language", "en", "test", str(file)])
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[-1].endswith(" 0 failed")
