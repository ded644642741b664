"""What each operation does, what it refuses, and what it finds changed."""

from typing import Any

import pytest

from dougong.drafts.apply import apply
from dougong.drafts.operations import (
    UNSET,
    Add,
    AnyOperation,
    BulkAdd,
    Convert,
    Copy,
    Delete,
    Move,
    Planting,
    Rename,
    Set,
    as_text,
    from_text,
)
from dougong.errors import Conflict, Refused
from dougong.spec.compile import compile_app
from dougong.spec.dump import dump, plain
from dougong.spec.model import App
from dougong.spec.parse import parse_value

FIELDS = "forms.request.fields"
STEPS = "forms.request.flow.steps"


def after(app: App, *operations: AnyOperation) -> App:
    for operation in operations:
        app = apply(app, operation).app
    return app


def node(app: App, place: str) -> Any:
    from dougong.drafts import tree

    return plain(tree.at(app, tree.find(app, place)))


def planted(app: App, operation: Planting) -> list[str]:
    done = apply(app, operation).operation
    assert isinstance(done, Planting)
    return [one.place for one in done.planted]


def keys(several: Any) -> list[str]:
    return [each if isinstance(each, str) else each["key"] for each in several]


def code(app: App, operation: AnyOperation) -> str:
    with pytest.raises((Refused, Conflict)) as caught:
        apply(app, operation)
    error = caught.value
    return error.problems[0].code if isinstance(error, Refused) else error.code


def test_a_field_comes_after_its_neighbour_with_a_key_of_its_title(purchase: App) -> None:
    app = after(purchase, Add(parent=f"{FIELDS}.basic", after="reason", type="money", title="预算"))
    basic = node(app, f"{FIELDS}.basic")
    assert keys(basic["fields"])[:3] == ["reason", "yusuan", "category"]
    assert node(app, f"{FIELDS}.yusuan") == {"key": "yusuan", "type": "money", "title": "预算"}


def test_first_last_and_no_such_neighbour(purchase: App) -> None:
    first = after(purchase, Add(parent=f"{FIELDS}.lines", after="", type="text", title="First"))
    last = after(purchase, Add(parent=f"{FIELDS}.lines", type="text", title="Last"))
    assert keys(node(first, f"{FIELDS}.lines")["fields"])[0] == "first"
    assert keys(node(last, f"{FIELDS}.lines")["fields"])[-1] == "last"
    assert code(purchase, Add(parent=f"{FIELDS}.lines", after="reason", type="text")) == "drafts.neighbour_gone"


@pytest.mark.parametrize(
    ("parent", "type", "place"),
    [
        ("forms", "", "forms.new_one"), ("roles", "", "roles.new_one"), ("lists", "", "lists.new_one"),
        ("metrics", "", "metrics.new_one"), ("reports", "", "reports.new_one"), ("sources", "", "sources.new_one"),
        ("tests", "", "tests.new_one"), ("forms.request.checks", "", "forms.request.checks.new_one"),
        ("forms.request.access", "", "forms.request.access.new_one"),
        ("forms.request.statuses", "", "forms.request.statuses.new_one"),
        (f"{FIELDS}.category.options", "", f"{FIELDS}.category.options.new_one"),
        (FIELDS, "reference", f"{FIELDS}.new_one"), (FIELDS, "section", f"{FIELDS}.new_one"),
        (f"{FIELDS}.lines", "choice", f"{FIELDS}.lines.new_one"), (f"{FIELDS}.items", "note", f"{FIELDS}.new_one"),
        (STEPS, "approve", f"{STEPS}.new_one"), (STEPS, "branch", f"{STEPS}.new_one"),
        (f"{STEPS}.amount.otherwise", "handle", f"{STEPS}.new_one"),
        (f"{STEPS}.amount.branches", "", f"{STEPS}.amount.branches.new_one"),
        (f"{STEPS}.amount.branches.big", "approve", f"{STEPS}.new_one"),
    ],
)  # fmt: skip
def test_everything_with_a_key_can_be_added(purchase: App, parent: str, type: str, place: str) -> None:
    applied = apply(purchase, Add(parent=parent, type=type, title="New one"))
    assert applied.operation.planted[0].place == place  # type: ignore[union-attr]
    assert parse_value(plain(applied.app)).app == applied.app


def test_names_of_a_list_are_added_moved_and_deleted_by_name(purchase: App) -> None:
    columns = "lists.open.columns"
    app = after(
        purchase,
        Add(parent=columns, content="needed_on", after="number"),
        Move(node=f"{columns}.status", parent=columns, after=""),
    )
    assert keys(node(app, columns))[:3] == ["status", "number", "needed_on"]
    assert "status" not in node(after(app, Delete(nodes=(f"{columns}.status",))), columns)
    sort = after(purchase, Add(parent="lists.open.sort", content="-number"))
    assert node(after(sort, Delete(nodes=("lists.open.sort.number",))), "lists.open.sort") == ["-created_at"]
    assert code(sort, Add(parent="lists.open.sort", content="number")) == "drafts.key_taken"


def test_pasted_content_gets_new_keys_through_all_its_sections(purchase: App) -> None:
    basic = node(purchase, f"{FIELDS}.basic")
    app = after(purchase, Add(parent=FIELDS, content=basic))
    assert keys(node(app, f"{FIELDS}.basic_2")["fields"]) == ["reason_2", "category_2", "needed_on_2", "supplier_2"]


def test_lines_become_fields_whose_formulas_name_keys(purchase: App) -> None:
    app = after(
        purchase, BulkAdd(parent=FIELDS, after="basic", lines=("数量", "单价(元)", "", "总价=数量*单价", "备注*"))
    )
    made = [node(app, f"{FIELDS}.{key}") for key in ("shuliang", "danjia", "zongjia", "beizhu")]
    assert [each["type"] for each in made] == ["number", "money", "money", "paragraph"]
    assert made[2]["value"] == "shuliang*danjia"
    assert made[3]["required"] is True


def test_lines_in_a_sub_table_see_its_columns_and_the_record(purchase: App) -> None:
    app = after(purchase, BulkAdd(parent=f"{FIELDS}.lines", lines=("含税=小计*1.13", "提示=采购原因&物品")))
    assert node(app, f"{FIELDS}.lines.hanshui")["value"] == "subtotal*1.13"
    assert node(app, f"{FIELDS}.lines.tishi")["value"] == "reason&item"
    assert node(app, f"{FIELDS}.lines.tishi")["result"] == "text"


def test_lines_become_options_and_a_chosen_type_wins(purchase: App) -> None:
    app = after(purchase, BulkAdd(parent=f"{FIELDS}.category.options", lines=("服务", "办公用品", "服务")))
    assert keys(node(app, f"{FIELDS}.category")["options"])[-3:] == ["fuwu", "bangongyongpin", "fuwu_2"]
    app = after(purchase, BulkAdd(parent=FIELDS, lines=("金额", "级别：A/B"), types=("number", "choices")))
    assert (node(app, f"{FIELDS}.jine")["type"], node(app, f"{FIELDS}.jibie")["type"]) == ("number", "choices")
    assert keys(node(app, f"{FIELDS}.jibie")["options"]) == ["a", "b"]


@pytest.mark.parametrize(
    ("place", "property", "value", "before"),
    [
        (f"{FIELDS}.reason", "title.en", "Why", "Reason"), (f"{FIELDS}.reason", "max_length", 50, UNSET),
        (f"{FIELDS}.reason", "required", UNSET, True), ("forms.request", "number.reset", "month", "year"),
        ("lists.open", "card.title", "number", "reason"), ("lists.open", "totals.total", UNSET, "sum"),
        (f"{STEPS}.buyer", "fields.reason", "read", UNSET), (f"{STEPS}.committee", "who.role", "cfo", "committee"),
        (f"{STEPS}.amount.branches.big", "when", "total > 9", "total > 50000"), ("app", "icon", "truck", "shopping-cart"),
        ("lists.open", "columns", ["number"], ...), (f"{FIELDS}.lines.price", "at_least", UNSET, 0),
    ],
)  # fmt: skip
def test_properties_and_what_is_inside_them_are_set(
    purchase: App, place: str, property: str, value: Any, before: Any
) -> None:
    applied = apply(purchase, Set(place=place, property=property, value=value))
    done = applied.operation
    assert isinstance(done, Set)
    assert done.value == value
    assert before is ... or done.before == before
    assert dump(apply(applied.app, applied.inverse).app) == dump(purchase)


def test_setting_inside_of_nothing_sets_the_whole(purchase: App) -> None:
    bare = after(purchase, Set(place="forms.request", property="number"))
    done = apply(bare, Set(place="forms.request", property="number.pattern", value="{0000}")).operation
    assert isinstance(done, Set)
    assert (done.property, done.value, done.before) == ("number", {"pattern": "{0000}"}, UNSET)


def test_a_name_that_comes_back_stands_where_it_stood(purchase: App) -> None:
    test = next(each for each in purchase.tests if len(each.values) > 2)
    name = list(test.values)[1]
    applied = apply(purchase, Set(place=f"tests.{test.key}", property=f"values.{name}"))
    assert name not in node(applied.app, f"tests.{test.key}")["values"]
    assert dump(apply(applied.app, applied.inverse).app) == dump(purchase)


def test_numbers_of_tests_keep_their_digits(purchase: App) -> None:
    place = f"tests.{purchase.tests[0].key}"
    text = f'{{"op": "set", "place": "{place}", "property": "values.total", "value": 12.50}}'
    app = after(purchase, from_text(text))
    assert '"total": 12.50' in dump(app)
    applied = apply(app, Delete(nodes=(place,)))
    assert dump(apply(applied.app, from_text(as_text(applied.inverse))).app) == dump(app)


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        (Set(place="forms.request", property="fields", value=[]), "drafts.not_settable"),
        (Set(place=f"{FIELDS}.reason", property="key", value="x"), "drafts.not_settable"),
        (Set(place=f"{FIELDS}.reason", property="colour", value="x"), "drafts.no_such_property"),
        (Set(place=f"{FIELDS}.reason", property="max_length", value="many"), "spec.wrong_type"),
        (Set(place=f"{FIELDS}.reason", property="max_length", value=0), "spec.too_small"),
        (Set(place=f"{FIELDS}.reason", property="title.fr", value="x"), "spec.unknown_key"),
        (Set(place="app", property="title"), "spec.missing_key"),
        (Set(place=f"{FIELDS}.nowhere", property="title", value="x"), "drafts.gone"),
        (Set(place="forms.request.nothing.x", property="title", value="x"), "drafts.no_such_place"),
        (Set(place=f"{FIELDS}.reason", property="help", value="a\x00b"), "spec.bad_character"),
        (Add(parent=FIELDS, type="moeny"), "drafts.no_such_type"),
        (Add(parent=f"{FIELDS}.lines", type="section"), "drafts.no_such_type"),
        (Add(parent=f"{FIELDS}.reason", type="text"), "drafts.not_a_list"),
        (Add(parent="lists.open.columns"), "drafts.name_needed"),
        (Move(node=f"{FIELDS}.basic", parent=f"{FIELDS}.basic"), "drafts.into_itself"),
        (Move(node=f"{FIELDS}.basic", parent=FIELDS, after="basic"), "drafts.into_itself"),
        (Move(node=f"{FIELDS}.lines", parent=f"{FIELDS}.lines"), "drafts.into_itself"),
        (Move(node="app", parent=FIELDS), "drafts.not_in_a_list"),
        (Convert(node=f"{FIELDS}.lines", type="text"), "drafts.holds_parts"),
        (Convert(node=f"{FIELDS}.reason", type="approve"), "drafts.no_such_type"),
        (Delete(nodes=()), "drafts.nothing_named"),
        (Copy(nodes=("lists.open.columns.status",)), "drafts.key_taken"),
        (Rename(node=f"{FIELDS}.total", key="Total"), "drafts.bad_key"),
        (Rename(node=f"{FIELDS}.total", key="status"), "drafts.bad_key"),
        (Rename(node=f"{FIELDS}.total", key="reason"), "drafts.key_taken"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_with_its_reason(purchase: App, operation: AnyOperation, expected: str) -> None:
    assert code(purchase, operation) == expected


@pytest.mark.parametrize("text", ["{", "[]", '{"op": "explode"}', '{"op": "set", "place": 3}', '{"op": "set", "x": 1}'])
def test_what_is_no_operation_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        from_text(text)


def test_problems_name_their_place(purchase: App) -> None:
    with pytest.raises(Refused) as caught:
        apply(purchase, Add(parent=FIELDS, type="text", title="T", values={"max_length": "x"}))
    assert [problem.at for problem in caught.value.problems] == [f"{FIELDS}.t.max_length"]


def test_a_moved_field_has_the_place_it_has_now(purchase: App) -> None:
    done = apply(purchase, Move(node=f"{FIELDS}.reason", parent=f"{FIELDS}.lines", after="item")).operation
    assert isinstance(done, Move)
    assert (done.now, done.was_parent, done.was_after) == (f"{FIELDS}.lines.reason", f"{FIELDS}.basic", "")
    done = apply(purchase, Move(node=f"{FIELDS}.reason", parent=FIELDS)).operation
    assert isinstance(done, Move)
    assert done.now == f"{FIELDS}.reason"
    app = after(purchase, Add(parent=f"{FIELDS}.lines", type="text", title="Reason"))
    assert code(app, Move(node=f"{FIELDS}.lines.reason", parent=FIELDS)) == "drafts.key_taken"


def test_converting_keeps_what_fits_and_says_what_is_lost(purchase: App) -> None:
    app = after(purchase, Set(place=f"{FIELDS}.lines.price", property="currency", value="USD"))
    done = apply(app, Convert(node=f"{FIELDS}.lines.price", type="number")).operation
    assert isinstance(done, Convert)
    assert done.lost == ("currency",)
    assert done.content["at_least"] == 0
    done = apply(purchase, Convert(node=f"{FIELDS}.category", type="choices")).operation
    assert isinstance(done, Convert)
    assert keys(done.content["options"]) == ["office", "asset", "other"]
    done = apply(purchase, Convert(node=f"{FIELDS}.category", type="text")).operation
    assert isinstance(done, Convert)
    assert done.lost == ("options",)
    done = apply(purchase, Convert(node=f"{STEPS}.committee", type="handle")).operation
    assert isinstance(done, Convert)
    assert done.content["who"] == {"role": "committee"}


def test_copies_stand_behind_the_last_under_new_keys(purchase: App) -> None:
    assert planted(purchase, Copy(nodes=(f"{FIELDS}.basic",))) == [f"{FIELDS}.basic_2"]
    assert planted(purchase, Copy(nodes=(f"{STEPS}.amount",))) == [f"{STEPS}.amount_2"]
    app = after(purchase, Copy(nodes=(f"{STEPS}.amount",)))
    assert node(app, f"{STEPS}.committee_2")["who"] == {"role": "committee"}
    two = Copy(nodes=(f"{FIELDS}.reason", f"{FIELDS}.category"))
    assert keys(node(after(purchase, two), f"{FIELDS}.basic")["fields"])[:4] == [
        "reason", "category", "reason_2", "category_2",
    ]  # fmt: skip


def test_what_lies_in_something_deleted_is_deleted_once(purchase: App) -> None:
    done = apply(purchase, Delete(nodes=(f"{FIELDS}.reason", f"{FIELDS}.basic", f"{FIELDS}.quote"))).operation
    assert isinstance(done, Delete)
    assert done.nodes == (f"{FIELDS}.basic", f"{FIELDS}.quote")


def test_renaming_rewrites_references_and_undo_restores_them_and_later_ones(purchase: App) -> None:
    renamed = apply(purchase, Rename(node=f"{FIELDS}.total", key="amount_due"))
    assert not [each for each in compile_app(renamed.app).problems if "total" in str(each.params)]
    assert "amount_due > 50000" in dump(renamed.app)
    assert dump(apply(renamed.app, renamed.inverse).app) == dump(purchase)
    # somebody writes a formula with the new key meanwhile: it follows the key back
    later = after(renamed.app, Set(place=f"{FIELDS}.needed_on", property="show_if", value="amount_due > 1"))
    back = apply(later, renamed.inverse).app
    assert node(back, f"{FIELDS}.needed_on")["show_if"] == "total > 1"
    assert dump(after(back, Set(place=f"{FIELDS}.needed_on", property="show_if"))) == dump(purchase)


def test_a_stated_value_that_no_longer_holds_is_a_conflict(purchase: App) -> None:
    mine = apply(purchase, Set(place=f"{FIELDS}.reason", property="max_length", value=50))
    app = after(mine.app, Set(place=f"{FIELDS}.reason", property="max_length", value=60))
    with pytest.raises(Conflict) as caught:
        apply(app, mine.inverse)
    assert caught.value.code == "drafts.changed"
    assert caught.value.params == {
        "at": f"{FIELDS}.reason", "property": "max_length", "mine": UNSET, "theirs": 60,
    }  # fmt: skip
    assert dump(apply(app, mine.inverse, force=True).app) == dump(purchase)


def test_a_part_changed_since_it_was_added_is_not_taken_away(purchase: App) -> None:
    mine = apply(purchase, Add(parent=FIELDS, type="section", title="More"))
    app = after(mine.app, Add(parent=f"{FIELDS}.more", type="text", title="Theirs"))
    with pytest.raises(Conflict) as caught:
        apply(app, mine.inverse)
    assert (caught.value.code, caught.value.params["at"]) == ("drafts.changed", f"{FIELDS}.more")


def test_what_was_deleted_comes_back_only_beside_its_neighbour(purchase: App) -> None:
    mine = apply(purchase, Delete(nodes=(f"{FIELDS}.quote",)))
    app = after(mine.app, Delete(nodes=(f"{FIELDS}.total",)))
    assert code(app, mine.inverse) == "drafts.neighbour_gone"
    assert keys(node(apply(app, mine.inverse, force=True).app, f"{FIELDS}.items")["fields"])[-1] == "quote"
    taken = after(mine.app, Add(parent=FIELDS, type="text", title="Quote"))
    assert code(taken, mine.inverse) == "drafts.key_taken"
    gone = after(mine.app, Delete(nodes=(f"{FIELDS}.items",)))
    assert code(gone, mine.inverse) == "drafts.gone"


def test_a_moved_part_moved_on_by_another_is_left(purchase: App) -> None:
    mine = apply(purchase, Move(node=f"{FIELDS}.quote", parent=f"{FIELDS}.basic", after="reason"))
    between = after(mine.app, Add(parent=f"{FIELDS}.basic", after="reason", type="text", title="Between"))
    apply(between, mine.inverse)  # a new neighbour is no other place
    away = after(mine.app, Move(node=f"{FIELDS}.quote", parent=FIELDS))
    assert code(away, mine.inverse) == "drafts.moved_meanwhile"
