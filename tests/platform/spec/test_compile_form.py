"""The second stage on one form: keys, titles, limits, references, numbering, access, checks, flow."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

Found = Callable[[dict[str, Any]], list[tuple[str, str]]]
TEXT = {"key": "a", "type": "text"}
PERSON = {"key": "boss", "type": "person"}
SUM = {"key": "n", "type": "number", "value": "1"}


def test_keys_are_once_in_the_form_and_once_in_each_table(form_spec: Any, found: Found) -> None:
    def text(key: str) -> dict[str, Any]:
        return {"key": key, "type": "text", "title": "T"}

    spec = form_spec(
        text("a"),
        {"key": "s", "type": "section", "fields": [text("a"), {"key": "s2", "type": "section", "fields": [text("s")]}]},
        {"key": "lines", "type": "subtable", "fields": [text("a"), text("b"), text("b")]},
        {"key": "more", "type": "subtable", "fields": [text("a")]},
    )
    assert found(spec) == [
        ("spec.key_twice", "forms.f.fields.a.key"),
        ("spec.key_twice", "forms.f.fields.s.key"),
        ("spec.key_twice", "forms.f.fields.lines.b.key"),
    ]


def test_every_list_has_each_key_once(found: Found) -> None:
    form = {
        "key": "f", "title": "F", "fields": [{**TEXT, "title": "A"}],
        "statuses": [{"key": "x"}, {"key": "x"}],
        "checks": [{"key": "x", "test": "TRUE", "message": "M"}] * 2,
        "access": [{"key": "x", "who": "everyone", "can": ["read"]}] * 2,
    }  # fmt: skip
    spec = {
        "dougong": 1, "app": {"key": "a", "title": "A"}, "roles": [{"key": "x"}] * 2,
        "forms": [form, {"key": "f", "title": "F"}],
        "sources": [{"key": "x", "form": "f"}] * 2, "metrics": [{"key": "x", "source": "x", "value": "COUNT_RECORDS()"}] * 2,
        "lists": [{"key": "x", "form": "f", "title": "L"}] * 2, "reports": [{"key": "x", "title": "R", "metrics": ["x"]}] * 2,
        "tests": [{"key": "x", "form": "f", "expect": {}}] * 2,
    }  # fmt: skip
    places = ["roles.x", "forms.f.statuses.x", "forms.f.checks.x", "forms.f.access.x", "forms.f", "sources.x", "metrics.x",
              "lists.x", "reports.x", "tests.x"]  # fmt: skip
    assert found(spec) == [("spec.key_twice", f"{place}.key") for place in places]


def test_reserved_keys(form_spec: Any, found: Found) -> None:
    column = {"key": "status", "type": "text", "title": "S"}
    spec = form_spec(
        {"key": "number", "type": "text"}, {"key": "l", "type": "subtable", "fields": [column]}, key="reports"
    )
    spec["forms"][0]["statuses"] = [{"key": "approved"}]
    spec["app"]["key"] = "import"
    assert set(found(spec)) == {
        ("spec.reserved_key", "app.key"),
        ("spec.reserved_key", "forms.reports.key"),
        ("spec.reserved_key", "forms.reports.fields.number.key"),
        ("spec.reserved_key", "forms.reports.fields.l.status.key"),
        ("spec.reserved_key", "forms.reports.statuses.approved.key"),
    }


def test_titles_are_due_where_people_look_for_them(form_spec: Any, found: Found) -> None:
    spec = form_spec({"key": "a", "type": "text", "title": " "}, {"key": "s", "type": "section", "title": ""}, title="")
    spec["app"]["title"] = {"zh-CN": ""}
    spec["lists"] = [{"key": "l", "form": "f", "title": ""}]
    spec["forms"][0]["checks"] = [{"key": "k", "test": "TRUE", "message": ""}]
    assert set(found(spec)) == {
        ("spec.title_missing", "app.title"), ("spec.title_missing", "forms.f.title"),
        ("spec.title_missing", "forms.f.fields.a.title"), ("spec.title_missing", "lists.l.title"),
        ("spec.message_missing", "forms.f.checks.k.message"),
    }  # fmt: skip


def nested(depth: int) -> dict[str, Any]:
    inner: dict[str, Any] = {"key": "x", "type": "text", "title": "X"}
    for level in range(depth):
        inner = {"key": f"s{level}", "type": "section", "title": "S", "fields": [inner]}
    return inner


def test_sections_nest_three_deep(form_spec: Any, found: Found) -> None:
    assert found(form_spec(nested(3))) == []
    assert found(form_spec(nested(4))) == [("spec.sections_too_deep", "forms.f.fields.s0")]


def test_limits(form_spec: Any, found: Found) -> None:
    many = [{"key": f"f{index}", "type": "text"} for index in range(501)]
    assert found(form_spec(*many[:500])) == []
    assert found(form_spec(*many)) == [("spec.too_many_fields", "forms.f.fields")]
    spec = form_spec(TEXT)
    spec["forms"] = [{"key": f"f{index}", "title": "F"} for index in range(201)]
    assert found(spec) == [("spec.too_many_forms", "forms")]


def test_fields_judge_their_own_options(form_spec: Any, found: Found) -> None:
    spec = form_spec(
        {"key": "a", "type": "choice", "options": [{"key": "x"}, {"key": "x"}]},
        {"key": "b", "type": "choice"},
        {"key": "c", "type": "number", "at_least": 2, "at_most": 1},
    )
    assert found(spec) == [
        ("field.option_twice", "forms.f.fields.a.options.x.key"),
        ("field.no_options", "forms.f.fields.b.options"),
        ("field.limits_crossed", "forms.f.fields.c.at_most"),
    ]


@pytest.mark.parametrize(
    ("field", "code", "at"),
    [
        ({"type": "subtable", "value": "1", "fields": [{**TEXT, "title": "A"}]}, "spec.does_not_apply", "value"),
        ({"type": "subtable"}, "spec.no_columns", "fields"),
        ({"type": "subtable", "card_title": "b", "fields": [{**TEXT, "title": "A"}]}, "spec.no_such_field", "card_title"),
        (
            {"type": "subtable", "fields": [{**TEXT, "title": "A"}, {"key": "n", "type": "note", "show_if": "TRUE"}]},
            "spec.does_not_apply", "n.show_if",
        ),
        ({"type": "serial", "default": '"x"'}, "spec.does_not_apply", "default"),
        ({"type": "serial", "pattern": "{YY}{00}", "reset": "month"}, "spec.pattern_reset", "pattern"),
        ({"type": "formula"}, "spec.missing_key", ""),
        ({"type": "choice", "options": [{"key": "o"}], "default": '"p"'}, "spec.not_one_of", "default"),
        ({"type": "number", "default": "1", "value": "1"}, "spec.default_and_value", "default"),
        ({"type": "reference", "to": "mdm.supplir"}, "spec.no_such_form", "to"),
        ({"type": "reference", "to": "hr.person"}, "spec.no_such_app", "to"),
        ({"type": "reference", "to": "mdm.supplier", "search": ["nme"]}, "spec.not_searchable", "search[0]"),
    ],
)  # fmt: skip
def test_options_that_do_not_fit(field: dict[str, Any], code: str, at: str, form_spec: Any, found: Found) -> None:
    place = f"forms.f.fields.x.{at}".rstrip(".")
    hits = [hit for hit in found(form_spec({"key": "x", **field})) if hit[0].startswith("spec.")]
    assert hits == [(code, place)]


def test_references_to_a_form_of_the_same_app(form_spec: Any, found: Found) -> None:
    assert found(form_spec(TEXT, {"key": "parent", "type": "reference", "to": "a.f", "search": ["a", "number"]})) == []


@pytest.mark.parametrize(
    ("pattern", "reset", "codes"),
    [
        ("CG-{YYYY}-{0000}", "year", []),
        ("{YY}{MM}{DD}{000}", "day", []),
        ("{0}", "never", []),
        ("CG-{YYYY}", "never", ["spec.pattern_zeros"]),
        ("{00}{00}", "never", ["spec.pattern_zeros"]),
        ("{0000000000000}", "never", ["spec.pattern_zeros"]),
        ("{YEAR}{00}", "never", ["spec.pattern_part"]),
        ("{}{00}", "never", ["spec.pattern_part"]),
        ("{YYYY{00}", "never", ["spec.pattern_part"]),
        ("{00}", "year", ["spec.pattern_reset"]),
        ("{MM}{00}", "month", ["spec.pattern_reset"]),
        ("{YYYY}{MM}{00}", "day", ["spec.pattern_reset"]),
        ("x" * 100 + "{00}", "never", ["spec.too_long"]),
    ],
)
def test_numbering(pattern: str, reset: str, codes: list[str], form_spec: Any, found: Found) -> None:
    spec = form_spec(TEXT, number={"pattern": pattern, "reset": reset})
    assert found(spec) == [(code, "forms.f.number.pattern") for code in codes]


def grant(**change: Any) -> dict[str, Any]:
    return {"access": [{"key": "g", "who": "everyone", "can": ["read"], **change}]}


@pytest.mark.parametrize(
    ("change", "code", "at"),
    [
        ({"who": {"role": "byer"}}, "spec.no_such_role", "who.role"),
        ({"who": {}}, "spec.who_not_one", "who"),
        ({"who": {"role": "buyer", "people": ["amy"]}}, "spec.who_not_one", "who"),
        ({"who": {"field": "a"}}, "spec.not_a_person_field", "who.field"),
        ({"who": {"supervisor_of": "submitter", "level": 0}}, "spec.too_small", "who.level"),
        ({"who": {"role": "buyer", "level": 2}}, "spec.does_not_apply", "who.level"),
        ({"can": []}, "spec.grants_nothing", "can"),
        ({"can": ["read", "read"]}, "spec.twice", "can"),
        ({"read": ["a", "b"]}, "spec.no_such_field", "read[1]"),
        ({"edit": ["n"]}, "spec.not_settable", "edit[0]"),
        ({"rows": "2 ^ version > 8"}, "formula.sql.power", "rows"),
        ({"rows": "aa = 1"}, "formula.unknown_name", "rows"),
    ],
)  # fmt: skip
def test_grants(change: dict[str, Any], code: str, at: str, form_spec: Any, found: Found) -> None:
    spec = form_spec(TEXT, PERSON, SUM, **grant(**change)) | {"roles": [{"key": "buyer"}]}
    assert found(spec) == [(code, f"forms.f.access.g.{at}")]


@pytest.mark.parametrize(
    "who",
    [
        "submitter", {"role": "buyer"}, {"people": ["amy"]}, {"department": "it"}, {"field": "boss"}, {"field": "created_by"},
        {"supervisor_of": "submitter", "level": 2}, {"head_of": "submitter"},
    ],
)  # fmt: skip
def test_ways_to_say_who(who: Any, form_spec: Any, found: Found) -> None:
    spec = form_spec(TEXT, PERSON, **grant(who=who)) | {"roles": [{"key": "buyer"}]}
    assert found(spec) == []


def test_checks_stand_at_a_field(form_spec: Any, found: Found) -> None:
    spec = form_spec(TEXT, checks=[{"key": "k", "at": "b", "test": "", "message": "M"}])
    assert found(spec) == [("spec.no_such_field", "forms.f.checks.k.at"), ("formula.empty", "forms.f.checks.k.test")]


def flow(*steps: dict[str, Any]) -> dict[str, Any]:
    return {"flow": {"key": "w", "steps": list(steps)}}


def step(**change: Any) -> dict[str, Any]:
    return {"key": "s", "type": "approve", "who": {"role": "buyer"}, **change}


def branching(
    inner: dict[str, Any], when: str = "TRUE", times: int = 1, otherwise: Sequence[dict[str, Any]] = ()
) -> dict[str, Any]:
    branch = {"key": "x", "when": when, "steps": [inner]}
    return {"key": "b", "type": "branch", "branches": [branch] * times, "otherwise": list(otherwise)}


@pytest.mark.parametrize(
    ("steps", "code", "at"),
    [
        ([], "spec.flow_without_people", "steps"),
        ([step(), step()], "spec.key_twice", "steps.s.key"),
        ([step(who="everyone")], "spec.everyone_decides", "steps.s.who"),
        ([step(who={"field": "a"})], "spec.not_a_person_field", "steps.s.who.field"),
        ([step(status="orderin")], "spec.no_such_status", "steps.s.status"),
        ([step(nobody="next_supervisor")], "spec.no_next_supervisor", "steps.s.nobody"),
        ([step(fields={"b": "read"})], "spec.no_such_field", "steps.s.fields.b"),
        ([step(fields={"n": "required"})], "spec.not_settable", "steps.s.fields.n"),
        ([step(actions=["reject"])], "spec.action_missing", "steps.s.actions"),
        ([step(actions=["approve", "approve"])], "spec.twice", "steps.s.actions"),
        ([step(type="handle", actions=["return"])], "spec.action_missing", "steps.s.actions"),
        ([step(), {"key": "b", "type": "branch", "branches": [], "otherwise": []}], "spec.no_branches", "steps.b.branches"),
        (
            [branching(step(), when="a")],
            "formula.result_kind", "steps.b.branches.x.when",
        ),
        (
            [branching(step(), otherwise=[step()])],
            "spec.key_twice", "steps.s.key",
        ),
        (
            [branching(step(), times=2)],
            "spec.key_twice", "steps.b.branches.x.key",
        ),
    ],
)  # fmt: skip
def test_flows(steps: list[dict[str, Any]], code: str, at: str, form_spec: Any, found: Found) -> None:
    spec = form_spec(TEXT, PERSON, SUM, **flow(*steps), statuses=[{"key": "ordering"}]) | {"roles": [{"key": "buyer"}]}
    assert (code, f"forms.f.flow.{at}") in found(spec)
    assert {hit[0] for hit in found(spec)} <= {code, "spec.key_twice"}


def test_a_flow_that_is_in_order(form_spec: Any, found: Found) -> None:
    by_supervisor = step(key="m", who={"supervisor_of": "submitter"}, nobody="next_supervisor")
    handle = step(key="h", type="handle", status="ordering", fields={"a": "edit", "n": "read"})
    spec = form_spec(TEXT, SUM, **flow(by_supervisor, handle), statuses=[{"key": "ordering"}]) | {
        "roles": [{"key": "buyer"}]
    }
    assert found(spec) == []


def test_names_that_name_nothing_because_there_is_nothing(form_spec: Any, found: Found) -> None:
    assert found(form_spec(TEXT, **grant(who={"role": "buyer"}))) == [
        ("spec.nothing_such", "forms.f.access.g.who.role")
    ]
