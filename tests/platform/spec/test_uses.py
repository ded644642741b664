"""Where a part of a spec is used: formulas with their character, lists, rights, flow, tests, other apps."""

from typing import Any

import pytest

from dougong.errors import NotFound
from dougong.formulas import compile
from dougong.spec import model, walk
from dougong.spec.compiling.scopes import metric_scope, record_scope, row_scope
from dougong.spec.diffing.mentions_text import formula_mentions
from dougong.spec.parse import parse, parse_value
from dougong.spec.uses import breaks, uses
from dougong.words import sentence

Spec = dict[str, Any]


@pytest.fixture
def app(purchase_text: str) -> model.App:
    found = parse(purchase_text).app
    assert found is not None
    return found


def app_of(spec: Spec) -> model.App:
    parsed = parse_value(spec)
    assert parsed.app is not None, parsed.problems
    return parsed.app


def places(app: model.App, name: str, *others: model.App) -> list[str]:
    return [use.at if use.app == app.app.key else f"{use.app}:{use.at}" for use in uses(app, name, others)]


def test_a_field_is_found_in_every_corner(app: model.App) -> None:
    found = places(app, "request.total")
    assert set(found) >= {
        "forms.request.fields.quote.require_if",
        "forms.request.flow.steps.amount.branches.big.when",
        "forms.request.flow.steps.buyer.fields.total",
        "metrics.spend.value",
        "lists.open.totals.total",
        "lists.open.card.amount",
        "tests.big_needs_quote.expect.values.total",
    }
    assert not any(at.startswith("forms.request.fields.total") for at in found)
    assert places(app, "forms.request.fields.total") == found == places(app, "purchase.request.total")


def test_a_formula_s_use_has_its_character(app: model.App) -> None:
    (use,) = [each for each in uses(app, "request.lines.price") if each.at.endswith("subtotal.value")]
    assert use.position == len("quantity * ")
    assert sentence(use, "zh-CN") == "明细 · 子表列“小计”的计算公式，第 12 个字符".replace(
        "计算公式", use.params["property"]["zh-CN"]
    )


def test_the_other_kinds(app: model.App) -> None:
    assert "forms.request.access.order.who.role" in places(app, "buyer")
    assert "tests.big_route.people.li.roles[0]" in places(app, "roles.buyer")
    assert {"forms.request.access.order.rows", "forms.request.flow.steps.buyer.status"} <= {
        *places(app, "request.ordering")
    }
    assert "forms.request.fields.supplier.require_if" in places(app, "request.category.options.asset")
    assert places(app, "metrics.spend") == ["reports.by_month.metrics[0]"]
    assert places(app, "sources.done") == ["metrics.spend.source", "metrics.orders.source"]
    assert "tests.big_route.expect.route[1]" in places(app, "request.committee")
    assert uses(app, "request.items") == ()
    assert places(app, "lists.open") == []


def test_an_option_written_out_belongs_to_the_field_beside_it(form_spec: Any) -> None:
    options = [{"key": "a"}, {"key": "b"}]
    fields = [
        {"key": "one", "type": "choice", "options": options, "default": '"a"'},
        {"key": "two", "type": "choice", "options": options, "value": 'IF(one = "a", "a", "b")'},
        {"key": "three", "type": "text", "show_if": 'AND(two = "a", one <> "b")', "value": '"a"'},
    ]
    app = app_of(form_spec(*fields))
    at = {name: [(u.at.removeprefix("forms.f.fields."), u.position) for u in uses(app, f"f.{name}")] for name in (
        "one.options.a", "two.options.a", "one.options.b",
    )}  # fmt: skip
    assert at["one.options.a"] == [("one.default", 1), ("two.value", 10)]
    assert at["two.options.a"] == [("two.value", 15), ("three.show_if", 11)]
    assert at["one.options.b"] == [("three.show_if", 23)]


def test_a_row_s_neighbour_hides_the_record_s_field(form_spec: Any) -> None:
    columns = [
        {"key": "total", "type": "number", "title": "T"},
        {"key": "twice", "type": "number", "title": "T", "value": "total * 2"},
    ]
    fields = [
        {"key": "lines", "type": "subtable", "fields": columns},
        {"key": "total", "type": "number", "value": "SUM(lines.total)"},
    ]
    app = app_of(form_spec(*fields))
    assert places(app, "f.total") == []
    assert places(app, "f.lines.total") == ["forms.f.fields.lines.twice.value", "forms.f.fields.total.value"]
    assert [use.position for use in uses(app, "f.lines")] == [4]


def test_other_apps_use_it_too(app: model.App, mdm: model.App) -> None:
    assert "purchase:forms.request.fields.supplier.search[0]" in places(mdm, "supplier.name", app, mdm)
    (use, *_) = [each for each in uses(mdm, "forms.supplier", [app]) if each.app == "purchase"]
    assert use.at == "forms.request.fields.supplier.to"
    assert "采购管理" in sentence(use, "zh-CN")


def test_a_formula_that_does_not_compile_still_mentions(form_spec: Any) -> None:
    app = app_of(
        form_spec({"key": "a", "type": "number"}, {"key": "b", "type": "text", "show_if": 'a + nowhere = "x"'})
    )
    assert places(app, "f.a") == ["forms.f.fields.b.show_if"]


def test_what_a_deletion_breaks(app: model.App) -> None:
    section = {use.at for use in breaks(app, "forms.request.fields.lines")}
    assert "forms.request.fields.total.value" in section
    assert "forms.request.fields.lines.subtotal.value" not in section
    assert breaks(app, "forms.request.checks.future") == ()
    assert {use.target for use in breaks(app, "request.items")} >= {
        "forms.request.fields.total",
        "forms.request.fields.lines",
    }


def test_what_is_not_there(app: model.App) -> None:
    with pytest.raises(NotFound) as wrong:
        uses(app, "request.totl")
    assert wrong.value.code == "change.no_such_place"
    assert wrong.value.params["nearest"] == "request.total"
    with pytest.raises(NotFound):
        uses(app, "")


def test_a_bare_key_that_two_things_have(purchase: Spec) -> None:
    purchase["metrics"].append({"key": "buyer", "source": "done", "value": "COUNT_RECORDS()"})
    with pytest.raises(NotFound) as wrong:
        uses(app_of(purchase), "buyer")
    assert wrong.value.params["choices"] == ["roles.buyer", "metrics.buyer"]


def test_mentions_are_what_the_formula_language_says(app: model.App, mdm: model.App) -> None:
    """The names found in the text are the references of the compiled formula, and renaming gives one text."""
    for spec in (app, mdm):
        for form in spec.forms:
            scope = record_scope(form)
            for placed in walk.fields(form):
                expected, found = {}, {}
                for each in walk.formulas(spec):
                    if each.form != form.key:
                        continue
                    here = row_scope(scope, each.table) if each.table else metric_scope(scope) if each.metric else scope
                    compiled, _ = compile(each.text, here)
                    assert compiled is not None
                    local = placed.node.key if each.table and each.table == placed.table else placed.name
                    new = f"{local.rpartition('.')[0]}.zz".lstrip(".")
                    if (text := compiled.rename(local, new)) != each.text:
                        expected[each.path] = text
                for mention in formula_mentions(spec, form.key, "field", placed.name, placed.node.key):
                    text = found.get(mention.path, next(w.text for w in walk.formulas(spec) if w.path == mention.path))
                    late = len(text) - len(next(w.text for w in walk.formulas(spec) if w.path == mention.path))
                    found[mention.path] = text[: mention.start + late] + "zz" + text[mention.end + late :]
                assert found == expected
