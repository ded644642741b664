"""Three-way merges: what both sides did arrives, what they did to the same thing is a conflict with its place."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from dougong.spec import model
from dougong.spec.diffing.parts import parts
from dougong.spec.dump import dump, plain
from dougong.spec.merge import Merged, merge
from dougong.spec.parse import parse_value
from dougong.spec.rename import rename
from dougong.words import sentence

Spec = dict[str, Any]
Edit = Callable[[Spec], object]


def app_of(spec: Spec) -> model.App:
    parsed = parse_value(spec)
    assert parsed.app is not None, parsed.problems
    return parsed.app


@pytest.fixture
def merged(purchase: Spec) -> Callable[[Edit, Edit], Merged]:
    def of(mine: Edit, theirs: Edit) -> Merged:
        sides = [copy.deepcopy(purchase), copy.deepcopy(purchase)]
        mine(sides[0])
        theirs(sides[1])
        return merge(app_of(purchase), app_of(sides[0]), app_of(sides[1]))

    return of


def fields(spec: Spec, section: int = 0) -> list[Spec]:
    found: list[Spec] = spec["forms"][0]["fields"][section]["fields"]
    return found


def field(app: model.App, *keys: str) -> Any:
    return parts(app)[("forms", "request", "fields", *keys)].struct


def told(outcome: Merged) -> list[tuple[str, str]]:
    return [(each.code.removeprefix("change.conflict_"), each.at) for each in outcome.conflicts]


def test_two_properties_of_one_field(merged: Any) -> None:
    outcome = merged(lambda s: fields(s)[0].update(title="事由"), lambda s: fields(s)[0].update(max_length=50))
    assert outcome.conflicts == ()
    assert (field(outcome.app, "reason").title, field(outcome.app, "reason").max_length) == ("事由", 50)


def test_one_property_changed_by_both(merged: Any) -> None:
    outcome = merged(lambda s: fields(s)[0].update(max_length=50), lambda s: fields(s)[0].update(max_length=60))
    assert told(outcome) == [("value", "forms.request.fields.reason.max_length")]
    conflict = outcome.conflicts[0]
    assert (conflict.base, conflict.mine, conflict.theirs) == (200, 50, 60)
    assert sentence(conflict, "zh-CN") == "采购原因 · 最多字数：我改为 50，对方改为 60"
    assert field(outcome.app, "reason").max_length == 50


def test_languages_and_members_merge_one_by_one(merged: Any) -> None:
    def numbers(**more: Any) -> Edit:
        return lambda s: s["forms"][0]["number"].update(more)

    outcome = merged(numbers(pattern="X-{YYYY}-{0000}"), numbers(gapless=False))
    assert outcome.conflicts == ()
    assert plain(outcome.app.forms[0].number) == {"pattern": "X-{YYYY}-{0000}", "reset": "year"}
    outcome = merged(
        lambda s: s["app"]["title"].update({"zh-CN": "采购"}), lambda s: s["app"]["title"].update({"en": "Buying"})
    )
    assert outcome.app.app.title == {"zh-CN": "采购", "en": "Buying"}


def test_who_is_one_thing(merged: Any) -> None:
    def who(given: Any) -> Edit:
        return lambda s: s["forms"][0]["access"][1].update(who=given)

    outcome = merged(who({"department": "d"}), who({"people": ["amy"]}))
    assert told(outcome) == [("value", "forms.request.access.order.who")]
    assert outcome.app.forms[0].access[1].who == model.Who(department="d")


def test_both_add_fields_at_one_spot(merged: Any) -> None:
    def plus(key: str) -> Edit:
        return lambda s: fields(s).insert(1, {"key": key, "type": "text", "title": key})

    outcome = merged(plus("a"), plus("b"))
    assert outcome.conflicts == ()
    keys = [each.key for each in outcome.app.forms[0].fields[0].fields]  # type: ignore[union-attr]
    assert set(keys[1:3]) == {"a", "b"}
    assert keys[0] == "reason"


def test_both_add_the_same_key(merged: Any) -> None:
    def plus(title: str) -> Edit:
        return lambda s: fields(s).append({"key": "x", "type": "text", "title": title})

    assert merged(plus("甲"), plus("甲")).conflicts == ()
    assert told(merged(plus("甲"), plus("乙"))) == [("value", "forms.request.fields.x.title")]


def test_one_moves_what_the_other_changes(merged: Any) -> None:
    def move(spec: Spec) -> None:
        fields(spec, 1).insert(0, fields(spec).pop(0))

    outcome = merged(move, lambda s: fields(s)[0].update(max_length=9))
    assert outcome.conflicts == ()
    assert parts(outcome.app)[("forms", "request", "fields", "reason")].parent[-1] == "items"
    assert field(outcome.app, "reason").max_length == 9


def test_both_move_it_elsewhere(merged: Any) -> None:
    def to_items(spec: Spec) -> None:
        fields(spec, 1).append(fields(spec).pop(0))

    def to_the_top(spec: Spec) -> None:
        spec["forms"][0]["fields"].append(fields(spec).pop(0))

    outcome = merged(to_items, to_the_top)
    assert ("parent", "forms.request.fields.reason") in told(outcome)
    assert parts(outcome.app)[("forms", "request", "fields", "reason")].parent[-1] == "items"


def test_two_sections_moved_into_each_other(form_spec: Any) -> None:
    a, b = {"key": "a", "type": "section", "fields": []}, {"key": "b", "type": "section", "fields": []}
    x = {"key": "x", "type": "text", "title": "X"}
    base = app_of(form_spec(a, b, x))
    mine, theirs = app_of(form_spec({**a, "fields": [b]}, x)), app_of(form_spec({**b, "fields": [a]}, x))
    outcome = merge(base, mine, theirs)
    assert {part.key for part in parts(outcome.app).values() if part.listed == "fields"} == {"a", "b", "x"}
    assert "parent" in [code for code, _ in told(outcome)]


def test_both_reorder(merged: Any) -> None:
    outcome = merged(lambda s: fields(s).reverse(), lambda s: fields(s).insert(2, fields(s).pop(0)))
    assert ("order", "forms.request.fields.basic.fields") in told(outcome)
    assert [each.key for each in outcome.app.forms[0].fields[0].fields][-1] == "reason"  # type: ignore[union-attr]


def test_removed_here_changed_there(merged: Any) -> None:
    outcome = merged(lambda s: fields(s).pop(0), lambda s: fields(s)[0].update(max_length=9))
    assert told(outcome) == [("removed", "forms.request.fields.reason")]
    assert outcome.conflicts[0].mine is None
    assert field(outcome.app, "reason").max_length == 9
    assert merged(lambda s: fields(s).pop(0), lambda s: fields(s).pop(0)).conflicts == ()


def test_removed_here_newly_used_there(merged: Any) -> None:
    def use(spec: Spec) -> None:
        fields(spec)[-1]["show_if"] = "NOT(ISBLANK(needed_on))"

    def remove(spec: Spec) -> None:
        fields(spec).pop([each["key"] for each in fields(spec)].index("needed_on"))
        spec["forms"][0]["checks"] = []

    outcome = merged(remove, use)
    assert told(outcome) == [("used", "forms.request.fields.needed_on")]
    assert field(outcome.app, "needed_on")
    assert merged(remove, lambda s: None).conflicts == ()


def test_a_section_removed_here_filled_there(merged: Any) -> None:
    extra = {"key": "x", "type": "text", "title": "X"}
    outcome = merged(lambda s: s["forms"][0]["fields"].pop(0), lambda s: fields(s).append(extra))
    assert told(outcome) == [("removed", "forms.request.fields.basic")]
    assert field(outcome.app, "x")
    assert field(outcome.app, "reason")


def test_renamed_here_used_there(purchase: Spec) -> None:
    base = app_of(purchase)
    edited = copy.deepcopy(purchase)
    fields(edited)[-1]["show_if"] = "total > 7"
    outcome = merge(base, rename(base, "request.total", "amount"), app_of(edited))
    assert outcome.conflicts == ()
    assert "amount > 7" in dump(outcome.app)
    assert '"total > ' not in dump(outcome.app)
    assert dump(merge(base, app_of(edited), rename(base, "request.total", "amount")).app) == dump(outcome.app)


def test_renamed_by_both(purchase: Spec) -> None:
    base = app_of(purchase)
    outcome = merge(base, rename(base, "request.total", "amount"), rename(base, "request.total", "sum"))
    assert told(outcome) == [("renamed", "forms.request.fields.amount.key")]
    assert (outcome.conflicts[0].mine, outcome.conflicts[0].theirs) == ("amount", "sum")
    assert field(outcome.app, "amount").was[:1]
    same = merge(base, rename(base, "request.total", "sum"), rename(base, "request.total", "sum"))
    assert same.conflicts == ()


def test_renamed_to_a_key_that_the_other_side_gave_away(purchase: Spec) -> None:
    base = app_of(purchase)
    edited = copy.deepcopy(purchase)
    fields(edited).append({"key": "amount", "type": "text", "title": "A"})
    outcome = merge(base, rename(base, "request.total", "amount"), app_of(edited))
    assert outcome.conflicts


def test_columns_of_a_list(merged: Any) -> None:
    outcome = merged(lambda s: s["lists"][0]["columns"].append("department"), lambda s: s["lists"][0]["columns"].pop(1))
    assert outcome.conflicts == ()
    assert outcome.app.lists[0].columns == ("number", "category", "total", "status", "created_at", "department")


def test_a_type_changed_here_and_an_option_of_the_old_type_there(merged: Any) -> None:
    def retype(spec: Spec) -> None:
        old = fields(spec)[0]
        fields(spec)[0] = {"key": "reason", "type": "number", "title": old["title"]}

    outcome = merged(retype, lambda s: fields(s)[0].update(max_length=9))
    assert ("value", "forms.request.fields.reason.type") in told(outcome)
    fine = merged(retype, lambda s: fields(s)[0].update(help="?"))
    assert fine.conflicts == ()
    assert plain(field(fine.app, "reason"))["type"] == "number"
    assert field(fine.app, "reason").help == "?"


def test_a_table_made_a_text_here_and_given_a_column_there(merged: Any) -> None:
    def retype(spec: Spec) -> None:
        fields(spec, 1)[0] = {"key": "lines", "type": "text", "title": "T"}

    extra = {"key": "x", "type": "text", "title": "X"}
    outcome = merged(retype, lambda s: fields(s, 1)[0]["fields"].append(extra))
    assert outcome.conflicts
    assert field(outcome.app, "lines", "x")
