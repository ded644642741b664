"""What changed between two specs: each kind of difference, its place and its sentence."""

import copy
import inspect
import time
from collections.abc import Callable
from typing import Any, Literal, get_args, get_origin

import msgspec
import pytest

from dougong import words
from dougong.fields import TYPES
from dougong.spec import model
from dougong.spec.diffing import GROUPS, Difference, diff, grouped, json_patch
from dougong.spec.diffing.naming import property_name
from dougong.spec.diffing.parts import Part, parts, properties
from dougong.spec.parse import parse_value
from dougong.words import sentence

Spec = dict[str, Any]


def app_of(spec: Spec) -> model.App:
    parsed = parse_value(spec)
    assert parsed.app is not None, parsed.problems
    return parsed.app


@pytest.fixture
def compared(purchase: Spec) -> Callable[[Callable[[Spec], object]], list[Difference]]:
    """The differences that an edit of the purchase app makes."""

    def of(edit: Callable[[Spec], object]) -> list[Difference]:
        edited = copy.deepcopy(purchase)
        edit(edited)
        return list(diff(app_of(purchase), app_of(edited)))

    return of


def form(spec: Spec) -> Spec:
    first: Spec = spec["forms"][0]
    return first


def field(spec: Spec, key: str) -> Spec:
    waiting = list(form(spec)["fields"])
    while waiting:
        node: Spec = waiting.pop()
        if node["key"] == key:
            return node
        waiting += node.get("fields", [])
    raise KeyError(key)


def told(found: list[Difference]) -> list[tuple[str, str, str]]:
    return [(each.what, each.kind, each.at) for each in found]


def test_nothing_changed(compared: Any) -> None:
    assert compared(lambda spec: None) == []


def test_a_field_is_added(compared: Any) -> None:
    found = compared(lambda s: form(s)["fields"][0]["fields"].append({"key": "use", "type": "text", "title": "用途"}))
    assert told(found) == [("added", "field", "forms.request.fields.use")]
    assert sentence(found[0], "zh-CN") == "新增字段“用途”（单行文本）"
    assert sentence(found[0], "en") == "Added field “用途” (Text)"
    assert found[0].group == "forms"


def test_a_limit_changes(compared: Any) -> None:
    found = compared(lambda s: field(s, "reason").update(max_length=8000))
    assert told(found) == [("changed", "field", "forms.request.fields.reason.max_length")]
    assert (found[0].before, found[0].after) == (200, 8000)
    assert sentence(found[0], "zh-CN") == "采购原因：最多字数 200 → 8000"


@pytest.mark.parametrize(
    ("now", "chinese", "english"),
    [
        (
            {"zh-CN": "事由", "en": "Reason"},
            "原因：标题 “原因” → “事由”", "Reason: Title (Chinese) “原因” → “事由”",
        ),
        ({"zh-CN": "原因"}, "原因：标题（英文） “Reason” → 无", "Reason: Title “Reason” → “原因”"),
        ({"zh-CN": "事由", "en": "Cause"}, "原因：标题 “原因” → “事由”", "Reason: Title “Reason” → “Cause”"),
    ],
)  # fmt: skip
def test_a_text_of_one_language_is_told_in_it_to_everybody(
    purchase: Spec, now: Any, chinese: str, english: str
) -> None:
    edited = copy.deepcopy(purchase)
    field(purchase, "reason")["title"], field(edited, "reason")["title"] = {"zh-CN": "原因", "en": "Reason"}, now
    (found,) = diff(app_of(purchase), app_of(edited))
    assert (sentence(found, "zh-CN"), sentence(found, "en")) == (chinese, english)


def test_a_default_is_what_was_there_before(compared: Any) -> None:
    found = compared(lambda s: field(s, "total").update(decimals=4))
    assert (found[0].before, found[0].after) == (2, 4)


def test_a_type_changes_with_what_the_new_type_says(compared: Any) -> None:
    def edit(spec: Spec) -> None:
        field(spec, "reason").update(type="paragraph", lines=9)

    found = compared(edit)
    assert {each.member: (each.before, each.after) for each in found} == {
        "type": ("text", "paragraph"), "lines": (4, 9), "max_length": (200, 10_000),
    }  # fmt: skip
    assert "单行文本 → 多行文本" in sentence(found[0], "zh-CN")


def test_a_renamed_field_is_not_gone(compared: Any) -> None:
    def edit(spec: Spec) -> None:
        field(spec, "reason").update(key="purpose", was=["reason"])

    found = compared(edit)
    renamed = [each for each in found if each.what == "renamed"]
    assert told(renamed) == [("renamed", "field", "forms.request.fields.purpose")]
    assert (renamed[0].before, renamed[0].after) == ("reason", "purpose")
    assert not [each for each in found if each.what in ("added", "removed")]


def test_an_earlier_key_still_in_use_renames_nothing(compared: Any) -> None:
    extra = {"key": "purpose", "type": "text", "title": "T", "was": ["reason"]}
    found = compared(lambda spec: form(spec)["fields"].append(extra))
    assert told(found) == [("added", "field", "forms.request.fields.purpose")]


def test_what_is_in_a_renamed_form_and_table_is_compared(compared: Any) -> None:
    def edit(spec: Spec) -> None:
        form(spec).update(key="order", was=["request"])
        field(spec, "lines").update(key="rows", was=["lines"])
        field(spec, "price").update(title="价格")

    found = [each for each in compared(edit) if each.part[:1] == ("forms",)]
    assert ("renamed", "form", "forms.order") in told(found)
    assert ("renamed", "field", "forms.order.fields.rows") in told(found)
    assert ("changed", "column", "forms.order.fields.rows.price.title") in told(found)
    assert not [each for each in found if each.what in ("added", "removed") and "price" in each.at]


def test_a_field_moves_to_another_section(compared: Any) -> None:
    def edit(spec: Spec) -> None:
        basic, items = form(spec)["fields"][:2]
        items["fields"].insert(0, basic["fields"].pop(0))

    found = compared(edit)
    assert told(found) == [("moved", "field", "forms.request.fields.reason")]
    assert found[0].before == {"in": "forms.request.fields.basic", "after": None}
    assert found[0].after == {"in": "forms.request.fields.items", "after": None}
    assert "移到分组“" in sentence(found[0], "zh-CN")


def test_one_move_is_one_difference(compared: Any) -> None:
    def edit(spec: Spec) -> None:
        inner = form(spec)["fields"][0]["fields"]
        inner.append(inner.pop(0))

    found = compared(edit)
    assert [(each.what, each.at) for each in found] == [("moved", "forms.request.fields.reason")]
    assert found[0].after == {"in": "forms.request.fields.basic", "after": "supplier"}
    assert sentence(found[0], "zh-CN") == "字段“采购原因”移到“供应商”之后"


def test_options(compared: Any) -> None:
    def edit(spec: Spec) -> None:
        options = field(spec, "category")["options"]
        options[0].update(key="supplies", was=["office"])
        options.pop()
        options.append({"key": "service", "title": "服务"})

    found = compared(edit)
    at = "forms.request.fields.category.options."
    assert sorted(told(found)) == [
        ("added", "option", f"{at}service"), ("removed", "option", f"{at}other"), ("renamed", "option", f"{at}supplies"),
    ]  # fmt: skip
    assert "采购类别 · 新增选项“服务”" in [sentence(each, "zh-CN") for each in found]


def test_of_something_new_only_the_outermost_is_told(compared: Any) -> None:
    extra = {
        "key": "claim", "title": "报销", "fields": [
            {"key": "a", "type": "text", "title": "A"},
            {"key": "rows", "type": "subtable", "title": "R", "fields": [{"key": "b", "type": "text", "title": "B"}]},
        ],
    }  # fmt: skip
    found = compared(lambda spec: spec["forms"].append(extra))
    assert told(found) == [("added", "form", "forms.claim")]
    assert sentence(found[0], "en") == "Added form “报销” (3 fields)"


def test_a_section_that_goes_tells_what_was_in_it(compared: Any) -> None:
    found = compared(lambda spec: form(spec)["fields"].pop(0))
    assert ("removed", "section", "forms.request.fields.basic") in told(found)
    assert ("removed", "field", "forms.request.fields.reason") in told(found)


def test_rights(compared: Any) -> None:
    def edit(spec: Spec) -> None:
        grants = form(spec)["access"]
        grants[0].update(rows="", can=["create", "read", "export"])
        grants[1]["who"] = {"supervisor_of": "submitter"}
        spec["roles"].append({"key": "boss", "title": {"zh-CN": "老板", "en": "Boss"}})

    found = compared(edit)
    assert {each.group for each in found} == {"access"}
    said = [sentence(each, "zh-CN") for each in found]
    assert "新增角色“老板”" in said
    assert "所有人：操作 新增 导出" in said
    assert any(each.endswith("→ 全部行") for each in said)
    assert any("→ 提交人的上级" in each for each in said)


def test_the_flow_is_a_tree(compared: Any) -> None:
    def edit(spec: Spec) -> None:
        steps = form(spec)["flow"]["steps"]
        branch = next(step for step in steps if step["type"] == "branch")["branches"][0]
        branch["when"] = "total > 80000"
        steps.append(branch["steps"].pop(0))

    found = compared(edit)
    assert {each.group for each in found} == {"flow"}
    what = told(found)
    assert ("changed", "branch", "forms.request.flow.steps.amount.branches.big.when") in what
    assert [each.what for each in found if each.kind == "step"] == ["moved"]
    moved = next(each for each in found if each.kind == "step")
    assert moved.before["in"] == "forms.request.flow.steps.amount.branches.big"
    assert moved.after["in"] == "forms.request.flow"


def test_lists_metrics_and_reports(compared: Any) -> None:
    def edit(spec: Spec) -> None:
        view = spec["lists"][0]
        view["columns"] = ["department", *view["columns"][1:]]
        view["totals"] = {}
        view["sort"] = [*view["sort"], "total"]
        spec["metrics"][0]["value"] = "SUM(total) / 2"
        spec["reports"][0]["groups"][0]["by"] = "year"

    found = compared(edit)
    said = {each.at: sentence(each, "zh-CN") for each in found}
    assert "列 新增 部门，去掉 编号" in said["lists.open.columns"]
    assert said["lists.open.totals.total"].endswith("求和 → 无")
    assert "→ “SUM(total) / 2”" in said["metrics.spend.value"]
    assert said["reports.by_month.groups.month.by"].endswith("月 → 年")
    assert list(grouped(found)) == ["lists", "reports"]


def test_numbers_that_mean_the_same_are_no_difference(compared: Any) -> None:
    assert compared(lambda spec: field(spec, "price").update(at_least=0.0)) == []
    assert compared(lambda spec: spec["tests"][0]["values"].update(reason=True))
    assert compared(lambda spec: spec["tests"][0]["values"].update(reason=None))


def test_a_member_that_is_blank_is_not_one_that_is_absent(compared: Any) -> None:
    (found,) = compared(lambda spec: spec["tests"][0]["values"].update(quote=None))
    assert found.at == "tests.big_needs_quote.values"
    assert found.after == {**found.before, "quote": None}


def test_a_draft_with_one_key_twice_is_compared_all_the_same(form_spec: Any) -> None:
    one, two = {"key": "x", "type": "text"}, {"key": "x", "type": "number"}
    old, new = app_of(form_spec(one, two)), app_of(form_spec(one, {**two, "decimals": 3}))
    assert [(each.at, each.after) for each in diff(old, new)] == [("forms.f.fields.x.decimals", 3)]
    assert [each.what for each in diff(old, app_of(form_spec(one)))] == ["removed"]
    assert json_patch(old, new)


def test_keys_that_look_like_names_of_lists(form_spec: Any) -> None:
    fields = {"key": "fields", "type": "subtable", "fields": [{"key": "options", "type": "text", "title": "O"}]}
    changed = {**fields, "fields": [{"key": "options", "type": "text", "title": "O", "required": True}]}
    flow = {"key": "flow", "type": "text"}
    old, new = app_of(form_spec(fields, flow)), app_of(form_spec(changed, {**flow, "required": True}))
    assert told(list(diff(old, new))) == [
        ("changed", "column", "forms.f.fields.fields.options.required"), ("changed", "field", "forms.f.fields.flow.required"),
    ]  # fmt: skip


def big(count: int, title: str) -> Spec:
    fields = [{"key": f"f{n}", "type": "text", "title": f"{title} {n}", "max_length": 50} for n in range(count)]
    return {"dougong": 1, "app": {"key": "a", "title": "A"}, "forms": [{"key": "f", "title": "F", "fields": fields}]}


def test_five_hundred_fields_take_less_than_a_second() -> None:
    spec = big(500, "Field")
    spec["forms"][0]["fields"].reverse()
    old, new = app_of(big(500, "字段")), app_of(spec)
    start = time.perf_counter()
    found, patch = diff(old, new), json_patch(old, new)
    assert time.perf_counter() - start < 1
    assert sum(each.what == "moved" for each in found) == 499
    assert sum(each.what == "changed" for each in found) == 500
    assert sum(each["op"] == "move" for each in patch) == 499


KINDS = [each for each in vars(model).values() if inspect.isclass(each) and issubclass(each, msgspec.Struct)]


MEMBERS = (model.Number, model.Card, model.Expect)
"""Told as members of a property: ``number.pattern``."""


SHOWN_WHOLE = (model.Who, model.TestPerson)


def nameless() -> list[str]:
    """Properties and fixed values of the model that have no words."""
    known, wrong = words.keys(), []
    for kind in [*KINDS, *TYPES.values()]:
        node = kind in TYPES.values()
        for each in msgspec.structs.fields(kind):
            if each.encode_name not in properties(kind):
                continue
            keys = {f"change.property.{each.encode_name}", f"field.option.{each.encode_name}" if node else ""}
            inner = any(key.startswith("change.property.") and key.endswith(f".{each.encode_name}") for key in known)
            if kind not in SHOWN_WHOLE and not keys & known and not (kind in MEMBERS and inner):
                wrong.append(f"{kind.__name__}.{each.encode_name}")
            wrong += [
                f"{each.encode_name}={value}"
                for value in literals(each.type)
                if value and kind not in SHOWN_WHOLE and not {
                    f"change.value.{each.encode_name}.{value}", f"change.who.{value}",
                } & known
            ]  # fmt: skip
    return wrong


def literals(kind: Any) -> list[str]:
    if get_origin(kind) is Literal:
        return [each for each in get_args(kind) if isinstance(each, str)]
    return [value for inner in get_args(kind) for value in literals(inner)]


def test_every_property_and_every_fixed_value_has_a_name() -> None:
    assert nameless() == []


def test_every_kind_of_part_has_a_name(purchase: Spec) -> None:
    table = parts(app_of(purchase))
    kinds = {part.kind for part in table.values()}
    assert {"form", "field", "column", "section", "option", "grant", "step", "branch", "grouping", "test"} <= kinds
    assert "part" not in kinds
    assert {f"change.kind.{kind}" for kind in kinds} | {f"change.group.{group}" for group in GROUPS} <= words.keys()
    head = next(part for part in table.values() if isinstance(part, Part) and part.place == ("app",))
    assert property_name(head, "icon", table)["en"] == "Icon"
