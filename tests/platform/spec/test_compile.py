"""The second stage on whole apps: the purchase example, its order, its problems with line and column."""

import time
from collections.abc import Callable
from typing import Any

from dougong.fields.base import Field
from dougong.formulas.kinds import EXACT_TEXT, NUMBER, PERSON, Kind
from dougong.spec.check import check
from dougong.spec.compile import compile_app
from dougong.spec.compiled import CompiledApp
from dougong.spec.model import App
from dougong.spec.parse import parse
from dougong.spec.walk import formulas

Others = Callable[[str], App | None]
Compile = Callable[[dict[str, Any]], CompiledApp]
Found = Callable[[dict[str, Any]], list[tuple[str, str]]]


def test_the_example_compiles_whole(purchase_text: str, others: Others) -> None:
    app, problems = check(purchase_text, "purchase.json", others)
    assert problems == ()
    assert app is not None
    form = app.forms["request"]
    assert form.ref == "purchase.request"
    assert list(form.fields) == ["reason", "category", "needed_on", "supplier", "lines", "total", "quote"]
    assert list(form.rows["lines"]) == ["item", "quantity", "price", "subtotal"]
    assert form.field("lines.subtotal").value is not None
    assert not form.field("lines.subtotal").settable
    assert form.fields["supplier"].require is not None
    assert list(form.layout_shown) == ["basic", "items"]
    assert [check.spec.key for check in form.checks] == ["future"]
    assert list(form.branches) == ["amount.big"]
    assert form.record_title is not None
    assert [(grant.spec.key, grant.rows is None, grant.edit) for grant in form.grants] == [
        ("own", False, None), ("order", False, frozenset({"supplier"})), ("all", True, None),
    ]  # fmt: skip
    assert app.metrics["spend"].rows is not None
    assert app.reports["by_month"].metrics == (app.metrics["spend"],)
    assert app.lists["open"].form is form


def test_scopes_know_fields_system_fields_and_rows(purchase: dict[str, Any], compiled: Compile) -> None:
    scope = compiled(purchase).forms["request"].scope
    assert scope.names["status"] == EXACT_TEXT
    assert scope.names["created_by"] == PERSON
    assert scope.names["total"].kind is Kind.NUMBER
    assert scope.names["lines"].kind is Kind.LIST
    assert scope.rows["lines"].names["price"].scale == 2
    assert "basic" not in scope.names


def test_values_come_after_what_they_read_and_otherwise_as_drawn(form_spec: Any, compiled: Compile) -> None:
    spec = form_spec(
        {"key": "share", "type": "number", "value": "total * 2"},
        {"key": "total", "type": "money", "value": "SUM(lines.subtotal)"},
        {"key": "free", "type": "text", "show_if": "lines_count > 0"},
        {"key": "lines", "type": "subtable", "fields": [
            {"key": "subtotal", "type": "money", "title": "S", "value": "price * rate"},
            {"key": "price", "type": "money", "title": "P"},
        ]},
        {"key": "lines_count", "type": "number", "value": "COUNT(lines.price)"},
        {"key": "rate", "type": "number", "default": "2"},
    )  # fmt: skip
    order = compiled(spec).forms["f"].order
    assert order == ("lines", "lines.price", "lines_count", "free", "rate", "lines.subtotal", "total", "share")


def test_a_column_may_read_a_total_of_its_own_table(form_spec: Any, compiled: Compile) -> None:
    spec = form_spec(
        {"key": "lines", "type": "subtable", "fields": [
            {"key": "share", "type": "number", "title": "S", "decimals": 4, "value": "price / total"},
            {"key": "price", "type": "money", "title": "P"},
        ]},
        {"key": "total", "type": "money", "value": "SUM(lines.price)"},
    )  # fmt: skip
    app = compiled(spec)
    assert app.problems == ()
    assert app.forms["f"].order == ("lines", "lines.price", "total", "lines.share")


def test_circles_are_named_as_a_way(form_spec: Any, compiled: Compile) -> None:
    spec = form_spec(
        {"key": "a", "type": "number", "value": "b + 1"},
        {"key": "b", "type": "number", "value": "c + 1"},
        {"key": "c", "type": "number", "show_if": "a > 1"},
        {"key": "d", "type": "number", "value": "d"},
        {"key": "lines", "type": "subtable", "fields": [
            {"key": "x", "type": "number", "title": "X", "value": "y"},
            {"key": "y", "type": "number", "title": "Y", "value": "x"},
        ]},
        {"key": "after", "type": "number", "value": "a + d"},
    )  # fmt: skip
    app = compiled(spec)
    assert [(p.code, p.at, p.params["way"]) for p in app.problems] == [
        ("spec.cycle", "forms.f.fields.a.value", "a → b → c → a"),
        ("spec.cycle", "forms.f.fields.d.value", "d → d"),
        ("spec.cycle", "forms.f.fields.lines.x.value", "lines.x → lines.y → lines.x"),
    ]
    assert sorted(app.forms["f"].order) == sorted(["a", "b", "c", "d", "lines", "lines.x", "lines.y", "after"])


def test_a_section_that_waits_for_its_own_field_is_a_circle(form_spec: Any, found: Found) -> None:
    inner = {"key": "a", "type": "number", "title": "A"}
    assert found(form_spec({"key": "s", "type": "section", "show_if": "a > 1", "fields": [inner]})) == [
        ("spec.cycle", "forms.f.fields.s.show_if")
    ]


def test_what_is_only_required_may_look_at_each_other(form_spec: Any, found: Found) -> None:
    spec = form_spec(
        {"key": "phone", "type": "text", "require_if": "ISBLANK(mail)"},
        {"key": "mail", "type": "text", "require_if": "ISBLANK(phone)"},
    )
    assert found(spec) == []


def test_conditions_are_inherited(form_spec: Any, compiled: Compile) -> None:
    column = {"key": "x", "type": "text", "title": "X", "show_if": "n = 5"}
    table = {"key": "lines", "type": "subtable", "title": "L", "show_if": "n > 2", "fields": [column]}
    note = {"key": "hint", "type": "note", "show_if": "n > 3"}
    spec = form_spec(
        {"key": "n", "type": "number"}, {"key": "s", "type": "section", "show_if": "n > 1", "fields": [table, note]}
    )
    form = compiled(spec).forms["f"]
    assert [shown.text for shown in form.fields["lines"].shown] == ["n > 1", "n > 2"]
    assert [shown.text for shown in form.field("lines.x").shown] == ["n > 1", "n > 2", "n = 5"]
    assert {key: [each.text for each in shown] for key, shown in form.layout_shown.items()} == {
        "s": ["n > 1"], "hint": ["n > 1", "n > 3"],
    }  # fmt: skip


def test_an_outer_condition_never_reads_a_column_of_the_same_key(form_spec: Any, compiled: Compile) -> None:
    column = {"key": "n", "type": "number", "title": "N", "show_if": "n2 > 0"}
    other = {"key": "n2", "type": "number", "title": "N2"}
    table = {"key": "lines", "type": "subtable", "title": "L", "show_if": "n > 2", "fields": [column, other]}
    form = compiled(form_spec({"key": "n", "type": "number"}, table)).forms["f"]
    assert [shown.text for shown in form.field("lines.n").shown] == ["n2 > 0"]
    assert [shown.text for shown in form.fields["lines"].shown] == ["n > 2"]


def test_a_problem_in_a_formula_stands_at_its_character(purchase_text: str, others: Others) -> None:
    text = purchase_text.replace('category = \\"asset\\"', '\\"asset\\" = categry')
    text = text.replace("SUM(lines.subtotal)", "SUM(lines.subtotl)")
    _, problems = check(text, "p.json", others)
    lines = text.split("\n")
    assert [(p.at, p.params["name"]) for p in problems] == [
        ("forms.request.fields.supplier.require_if", "categry"),
        ("forms.request.fields.total.value", "lines.subtotl"),
    ]
    for problem, written in zip(problems, ["categry", "lines.subtotl"], strict=True):
        assert problem.line is not None
        assert problem.column is not None
        assert lines[problem.line - 1][problem.column - 1 :].startswith(written)


def test_without_positions_problems_have_their_place_only(purchase: dict[str, Any], purchase_text: str) -> None:
    app = parse(purchase_text).app
    assert app is not None
    (problem,) = compile_app(app).problems
    assert (problem.code, problem.at, problem.line) == ("spec.no_such_app", "forms.request.fields.supplier.to", None)


def test_each_formula_must_give_what_its_place_wants(form_spec: Any, found: Found) -> None:
    spec = form_spec(
        {"key": "a", "type": "number", "value": '"x"'},
        {"key": "b", "type": "text", "default": "1"},
        {"key": "c", "type": "choice", "default": '"o"', "show_if": "1 + 1", "options": [{"key": "o"}]},
        {"key": "d", "type": "date", "value": "TODAY()"},
        {"key": "e", "type": "text", "require_if": '"x"', "readonly_if": "2"},
        record_title="a",
        checks=[{"key": "k", "test": "a", "message": "M"}],
        access=[{"key": "g", "who": "everyone", "can": ["read"], "rows": "a"}],
    )
    places = ("record_title", "fields.a.value", "fields.b.default", "fields.c.show_if", "fields.e.require_if",
              "fields.e.readonly_if", "checks.k.test", "access.g.rows")  # fmt: skip
    assert sorted(found(spec)) == sorted(("formula.result_kind", f"forms.f.{place}") for place in places)


def test_what_has_a_faulty_condition_is_left_out_and_never_let_through(form_spec: Any, compiled: Compile) -> None:
    spec = form_spec(
        {"key": "a", "type": "number", "value": "nothing"},
        access=[{"key": "g", "who": "everyone", "can": ["read"], "rows": "nothing = 1"}],
        checks=[{"key": "k", "test": "nothing = 1", "message": "M"}],
    )
    spec["sources"] = [{"key": "s", "form": "f", "rows": "nothing = 1"}]
    spec["metrics"] = [{"key": "m", "source": "s", "value": "SUM(a)"}]
    spec["lists"] = [{"key": "l", "form": "f", "title": "L", "rows": "nothing = 1"}]
    app = compiled(spec)
    form = app.forms["f"]
    assert len(app.problems) == 5
    assert (form.grants, form.checks, app.lists, app.metrics) == ((), (), {}, {})
    assert form.fields["a"].value is None
    assert not form.fields["a"].spec.computed_only


def test_every_formula_of_the_example_is_walked(purchase_text: str) -> None:
    app = parse(purchase_text).app
    assert app is not None
    walked = {written.path: (written.text, written.form, written.table) for written in formulas(app)}
    assert len(walked) == 13
    assert walked["forms", 0, "fields", 1, "fields", 0, "fields", 3, "value"] == (
        "quantity * price",
        "request",
        "lines",
    )
    assert walked["forms", 0, "flow", "steps", 1, "branches", 0, "when"] == ("total > 50000", "request", "")
    assert walked["metrics", 0, "value"][1] == "request"


def test_500_fields_compile_well_under_a_second(form_spec: Any, found: Found) -> None:
    fields: list[dict[str, Any]] = [{"key": "f0", "type": "money"}]
    for index in range(1, 500):
        before = f"f{index - 1}"
        fields.append({"key": f"f{index}", "type": "money", "value": f"{before} * 2 + 1", "show_if": f"{before} > 0"})
    spec = form_spec(*fields)
    found(form_spec({"key": "warm", "type": "money", "value": "1"}))
    start = time.perf_counter()
    assert found(spec) == []
    assert time.perf_counter() - start < 3  # about 0.5 s; the rest is room for a busy machine


def test_compiled_fields_carry_their_spec(purchase: dict[str, Any], compiled: Compile) -> None:
    form = compiled(purchase).forms["request"]
    assert all(isinstance(form.field(path).spec, Field) for path in form.order)
    assert form.field("total").value is not None
    assert form.field("total").value.type.kind is NUMBER.kind  # type: ignore[union-attr]
