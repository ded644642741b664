"""The one address that changes drafts: every way of asking, what is told, and what two people see of each other."""

import json
import re
from typing import Any
from urllib.parse import urlsplit

import pytest

from dougong.fields import SubTable
from dougong.fields.choice import Choice

FIELDS = "forms.request.fields"
DESIGN = "/apps/shop/forms/request/design"
BASIC = ("basic", "basic/reason", "basic/category")


def field(shop: Any, key: str) -> Any:
    """A field of the draft, wherever it stands."""
    waiting = list(shop.spec().forms[0].fields)
    while waiting:
        node = waiting.pop()
        if node.key == key:
            return node
        waiting += getattr(node, "fields", ())
    return None


def test_only_builders_come_in(shop: Any) -> None:
    assert shop.op("zhang", op="undo").status_code == 403
    assert shop.get(login="zhang").status_code == 403


def test_an_added_field_is_what_the_page_goes_on_to(shop: Any) -> None:
    answer = shop.op(op="add", type="number", title="数量", parent=f"{FIELDS}.basic", after="reason", p__decimals="2")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{DESIGN}?at=shuliang#panel"
    assert shop.order()[:4] == ["basic", "basic/reason", "basic/shuliang", "basic/category"]
    assert field(shop, "shuliang").decimals == 2


def test_many_lines_are_many_fields(shop: Any, text: Any) -> None:
    shop.op(op="bulk_add", parent=FIELDS, lines="金额(元)\r\n\r\n级别：高/低", after="")
    assert shop.order()[:2] == ["jine", "jibie"]
    assert "已批量添加 2 项" in text(shop.get())


@pytest.mark.parametrize(
    ("said", "after"),
    [
        ({"node": f"{FIELDS}.total", "by": "up"}, ["basic", "basic/reason", "basic/category", "total", "lines"]),
        ({"node": f"{FIELDS}.category", "by": "up"}, ["basic", "basic/category", "basic/reason"]),
        ({"node": f"{FIELDS}.category", "by": "down"}, ["basic", "basic/reason", "category", "lines"]),
        ({"node": f"{FIELDS}.reason", "by": "up"}, ["reason", "basic", "basic/category"]),
        ({"node": f"{FIELDS}.category", "by": "out"}, ["basic", "basic/reason", "category", "lines"]),
        ({"node": f"{FIELDS}.lines.item", "by": "out"}, [*BASIC, "lines", "lines/price", "item"]),
        ({"node": f"{FIELDS}.total", "by": "in"}, [*BASIC, "lines", "lines/item", "lines/price", "lines/total"]),
        ({"node": f"{FIELDS}.basic", "by": "up"}, ["basic"]),
        ({"node": f"{FIELDS}.lines.item", "by": "up"}, ["basic", "basic/reason", "basic/category", "lines", "lines/item"]),
        ({"node": f"{FIELDS}.total", "parent": f"{FIELDS}.basic", "after": ""}, ["basic", "basic/total", "basic/reason"]),
    ],
)  # fmt: skip
def test_moving_by_a_way_or_to_a_place(shop: Any, said: dict[str, str], after: list[str]) -> None:
    assert shop.op(op="move", **said).status_code == 303
    assert shop.order()[: len(after)] == after


def test_a_property_form_changes_only_what_differs(shop: Any) -> None:
    before = shop.get(f"{DESIGN}?at=reason").status_code
    answer = shop.op(
        op="save", place=f"{FIELDS}.reason", p__max_length="200", p__width="1/2", _has=["required", "unique"],
        **{"p__title__zh-CN": "事由", "p__title__en": "Reason"},
    )  # fmt: skip
    assert (before, answer.status_code) == (200, 303)
    node = field(shop, "reason")
    assert (node.title, node.required, node.unique, node.width) == (
        {"zh-CN": "事由", "en": "Reason"},
        False,
        False,
        "1/2",
    )
    assert shop.draft().rev == 3  # title, required, width


def test_a_property_form_renames_and_reaches_options(shop: Any) -> None:
    shop.op(op="save", place=f"{FIELDS}.category", p__key="kind", p__options__asset__title="固定资产")
    node = field(shop, "kind")
    assert isinstance(node, Choice)
    assert [option.title for option in node.options] == ["办公", "固定资产"]


def test_a_button_inside_a_property_form_saves_what_was_typed_first(shop: Any) -> None:
    place = f"{FIELDS}.category"
    shop.op(do=f"op=move&by=up&node={place}.options.asset", place=place, p__options__office__title="办公用品")
    assert [(option.key, option.title) for option in field(shop, "category").options] == [
        ("asset", "资产"), ("office", "办公用品"),
    ]  # fmt: skip


def test_one_property_is_set_and_one_cleared(shop: Any) -> None:
    shop.op(op="set", place=f"{FIELDS}.total", property="at_least", value="5")
    assert field(shop, "total").at_least == 5
    shop.op(op="set", place=f"{FIELDS}.total", property="at_least", value="")
    assert field(shop, "total").at_least is None
    shop.op(op="set", place="forms.request.access.all", property="read", value="*")
    assert shop.spec().forms[0].access[0].read is None


def test_a_deleted_field_leaves_the_lists_and_comes_back_with_them(shop: Any, text: Any) -> None:
    shop.op(op="add", parent="lists", title="全部", key="all", p__form="request")
    shop.op(op="set", place="lists.all", property="columns", value=["reason", "category", "total"])
    shop.op(op="set", place="lists.all", property="sort", value=["-category", "reason"])
    shop.op(op="add", parent="lists", title="类别", key="kinds", p__form="request")
    shop.op(op="set", place="lists.kinds", property="columns", value=["category"])
    gone = shop.op(htmx=True, op="delete", nodes=f"{FIELDS}.category")
    every, kinds = shop.spec().lists
    assert (every.columns, every.sort) == (("reason", "total"), ("reason",))
    assert kinds.columns == ("category",)  # it would show nothing: its maker decides
    assert "已删除字段“类别”，列表里也去掉了它" in text(gone)
    assert 'id="canvas"' not in gone.text
    back = re.search(r'value="goto&amp;step=(\d+)"', gone.text)
    assert back is not None
    answer = shop.op(htmx=True, op="goto", step=back[1])
    assert json.loads(answer.headers["HX-Trigger"])["designed"]["at"] == "category"
    every, kinds = shop.spec().lists
    assert (every.columns, every.sort) == (("reason", "category", "total"), ("-category", "reason"))


def test_copy_convert_rename_delete_and_a_whole_operation(shop: Any) -> None:
    shop.op(op="copy", nodes=f"{FIELDS}.lines")
    assert isinstance(field(shop, "lines_2"), SubTable)
    shop.op(op="convert", node=f"{FIELDS}.total", type="number")
    assert field(shop, "total").type_key() == "number"
    shop.op(op="rename", node=f"{FIELDS}.total", key="sum_all")
    assert field(shop, "sum_all") is not None
    assert "sum_all" in (shop.spec().forms[0].access[0].read or ())
    shop.op(op="delete", nodes=[f"{FIELDS}.lines", f"{FIELDS}.lines_2"])
    assert "lines" not in shop.order()
    shop.op(operation=json.dumps({"op": "set", "place": "forms.request", "property": "title", "value": "采购申请"}))
    assert shop.spec().forms[0].title == "采购申请"


def test_undo_redo_and_going_back(shop: Any, text: Any) -> None:
    for title in ("一", "二", "三"):
        shop.op(op="add", type="text", title=title, parent=FIELDS)
    shop.op(op="undo")
    assert "已撤销：添加字段“三”" in text(shop.get())
    shop.op(op="redo")
    assert shop.order()[-1] == "san"
    shop.op(op="goto", step="1", screen="history")
    assert shop.order()[-1] == "yi"
    shop.op(op="goto", step="3", screen="history")
    assert shop.order()[-3:] == ["yi", "er", "san"]
    shop.op(op="goto", step="0", screen="history")
    assert shop.order()[-1] == "total"
    assert shop.op(op="undo").status_code == 409


def test_the_same_request_twice_is_done_once(shop: Any) -> None:
    for _ in range(2):
        shop.op(op="add", type="text", title="一次", parent=FIELDS, token="t1")
    assert shop.order().count("yici") == 1
    for _ in range(2):
        shop.op(op="save", place=f"{FIELDS}.reason", p__width="1/2", p__unique="true", token="t2")
    assert shop.draft().rev == 3


def test_what_is_wrong_stands_at_its_property_with_what_was_typed(shop: Any, text: Any) -> None:
    answer = shop.op(
        op="save", place=f"{FIELDS}.reason", p__max_length="viele", p__width="1/2", **{"p__title__zh-CN": "事由"}
    )
    assert answer.status_code == 422
    assert 'value="viele"' in answer.text
    assert 'value="事由"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "没有保存，有 1 处要改" in text(answer)
    assert shop.draft().rev == 0  # all or nothing


def test_two_builders_on_one_property(shop: Any, text: Any) -> None:
    place = f"{FIELDS}.reason"
    shop.get()  # both look at the draft as it is: rev 0
    shop.op("li", op="set", place=place, property="title", value="李的", base_rev="0")
    met = shop.op(op="set", place=place, property="title", value="徐的", base_rev="0")
    assert met.status_code == 409
    said = text(met)
    assert "李强 刚刚改为“李的”" in said
    assert "徐的" in said
    assert "用我的" in said
    assert "保留对方" in said
    assert field(shop, "reason").title["zh-CN"] == "李的"
    again = shop.op(op="set", place=place, property="title", value="徐的", base_rev="1")
    assert again.status_code == 303
    assert field(shop, "reason").title["zh-CN"] == "徐的"


def test_a_stale_form_does_not_take_back_what_it_only_repeats(shop: Any) -> None:
    place = f"{FIELDS}.reason"
    shop.get()
    shop.op("li", op="set", place=place, property="max_length", value="50", base_rev="0")
    answer = shop.op(op="save", place=place, p__max_length="200", p__width="1/2", base_rev="0")
    assert answer.status_code == 303
    assert (field(shop, "reason").max_length, field(shop, "reason").width) == (50, "1/2")


def test_undo_over_somebody_elses_change_asks(shop: Any, text: Any) -> None:
    place = f"{FIELDS}.reason"
    shop.op(op="set", place=place, property="title", value="徐的")
    shop.op("li", op="set", place=place, property="title", value="李的", base_rev="1")
    met = shop.op(op="undo")
    assert met.status_code == 409
    assert "仍然撤销" in text(met)
    assert shop.op(op="pass_over", step="1").status_code == 303
    assert field(shop, "reason").title["zh-CN"] == "李的"
    assert shop.op(op="undo").status_code == 409  # nothing of his is left
    shop.op(op="set", place=place, property="help", value="徐")
    shop.op("li", op="set", place=place, property="help", value="李")
    assert shop.op(op="undo", force="1").status_code == 303
    assert field(shop, "reason").help == ""


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"op": "burn"}, 422), ({"op": "set", "place": "nowhere", "property": "x"}, 422),
        ({"op": "set", "place": f"{FIELDS}.gone", "property": "title"}, 409), ({"op": "delete"}, 422),
        ({"op": "move", "node": f"{FIELDS}.basic", "parent": f"{FIELDS}.basic"}, 422), ({"operation": "{"}, 422),
        ({"op": "save", "place": "roles"}, 422), ({"op": "goto", "step": "x"}, 303), ({"op": "pass_over", "step": "9"}, 409),
        ({"op": "add", "parent": FIELDS, "type": "nothing"}, 422), ({"op": "set", "place": "", "property": ""}, 422),
        ({"op": "undo", "base_rev": "99999999999999"}, 409), ({"do": "&&&=%00"}, 422),
        ({"op": "set", "place": f"{FIELDS}.reason", "property": "title", "base_rev": "77"}, 409),
    ],
)  # fmt: skip
def test_nonsense_is_refused_and_changes_nothing(shop: Any, said: dict[str, str], status: int) -> None:
    for htmx in (False, True):
        assert shop.op(htmx=htmx, **said).status_code in ((status,) if not htmx else (status, 200))
    assert shop.draft().rev == 0


def test_an_unknown_screen_and_an_address_of_others(shop: Any) -> None:
    answer = shop.op(screen="elsewhere", op="add", type="text", title="x", parent=FIELDS, back="https://evil.example/")
    assert answer.status_code == 303
    assert urlsplit(answer.headers["Location"]).netloc == ""
    assert shop.op(screen="elsewhere", op="burn").status_code == 422
    assert shop.client("xu").post("/apps/nothing/op", data={"op": "undo"}).status_code in (400, 403, 404)
