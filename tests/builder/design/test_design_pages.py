"""The designer's page without a script, and what it answers htmx."""

import json
import re
from typing import Any

import pytest

FIELDS = "forms.request.fields"
DESIGN = "/apps/shop/forms/request/design"


def ids(answer: Any) -> list[str]:
    """The ids of what is put in out of band, with the way."""
    return re.findall(r'<\w+[^>]*?\bid="([^"]+)"[^>]*hx-swap-oob', answer.text)


def test_the_page_holds_library_canvas_and_properties(shop: Any, text: Any) -> None:
    page = shop.get(f"{DESIGN}?at=reason")
    assert page.status_code == 200
    assert page.text.count('class="btn fieldkind"') == 18
    assert re.findall(r'<li class="node[^"]*"[^>]* id="c-([\w-]+)"', page.text) == [
        "basic", "reason", "category", "lines", "lines-item", "lines-price", "total",
    ]  # fmt: skip
    assert page.text.count('aria-current="true"') >= 2  # the card, the level
    assert 'name="p.title.zh-CN" value="原因"' in page.text
    assert 'name="p.title.en" value="Reason"' in page.text
    assert "hx-get" not in page.text.split("<main")[1]


def test_selection_is_a_link_and_the_library_adds_behind_it(shop: Any) -> None:
    page = shop.get(f"{DESIGN}?at=reason").text
    assert "parent=forms.request.fields.basic&amp;after=reason" in page
    assert (
        "type=section&amp;title=%E5%88%86%E7%BB%84&amp;key=section&amp;parent=forms.request.fields&amp;after=basic"
        in page
    )
    inside = shop.get(f"{DESIGN}?at=lines").text
    assert (
        "type=text&amp;title=%E5%8D%95%E8%A1%8C%E6%96%87%E6%9C%AC&amp;key=text&amp;parent=forms.request.fields.lines"
        in inside
    )
    assert (
        "type=subtable&amp;title=%E5%AD%90%E8%A1%A8&amp;key=subtable&amp;parent=forms.request.fields&amp;after=lines"
        in inside
    )
    assert shop.get(f"{DESIGN}?at=nothing").status_code == 200


def test_levels_and_columns(shop: Any) -> None:
    assert 'data-level="all"' in shop.get(f"{DESIGN}?at=lines.price&level=all").text
    column = shop.get(f"{DESIGN}?at=lines.price").text
    assert 'name="place" value="forms.request.fields.lines.price"' in column


def test_conversion_says_first_what_is_lost(shop: Any, text: Any) -> None:
    shop.op(op="set", place=f"{FIELDS}.total", property="currency", value="USD")
    said = text(shop.get(f"{DESIGN}?at=total&convert=text"))
    assert "把“合计”转为单行文本" in said
    assert re.search(r"转换后不再保留： .*(不小于.*币种|币种.*不小于)", said)
    assert "所有设置都会保留" in text(shop.get(f"{DESIGN}?at=reason&convert=paragraph"))
    assert 'id="converting"' not in shop.get(f"{DESIGN}?at=total&convert=section").text


def test_a_formula_that_does_not_compile_says_so_under_it(shop: Any, text: Any) -> None:
    answer = shop.op(htmx=True, do=f"op=save&place={FIELDS}.total&p.show_if=nothing_here", at="total")
    assert answer.status_code == 200
    slot = re.search(r'<div id="pe-show-if"[^>]*>(.*?)</div>', answer.text)
    assert slot
    assert "nothing_here" in slot[1]
    assert json.loads(
        re.search(r"data-marks='([^']*)'|data-marks=\"([^\"]*)\"", answer.text)[2].replace("&#34;", '"')
    ) == {  # type: ignore[index]
        "total": 1
    }
    page = shop.get(f"{DESIGN}?at=total")
    assert "1 处待改" in text(page)
    assert 'class="node faulty current"' in page.text


def test_a_set_answers_with_its_card_and_no_input(shop: Any) -> None:
    answer = shop.op(htmx=True, do=f"op=save&place={FIELDS}.reason&p.title.zh-CN=%E4%BA%8B%E7%94%B1", at="reason")
    assert answer.status_code == 200
    assert "f-reason" in ids(answer)
    assert {"canvas", "panel", "props", "p-title"} & set(ids(answer)) == set()
    assert "事由" in answer.text
    assert answer.headers["HX-Reswap"] == "none"


def test_a_move_answers_with_status_only(shop: Any) -> None:
    answer = shop.op(htmx=True, do=f"op=move&by=up&node={FIELDS}.total", at="total")
    assert not [each for each in ids(answer) if each.startswith(("c-", "f-", "canvas"))]
    assert len(answer.data) < 6000


def test_add_replaces_its_placeholder_and_copy_comes_behind(shop: Any) -> None:
    added = shop.op(htmx=True, do=f"op=add&type=text&title=x&parent={FIELDS}", placeholder="new-3")
    assert 'hx-swap-oob="outerHTML:#new-3"' in added.text
    forged = shop.op(htmx=True, do=f"op=add&type=text&title=y&parent={FIELDS}", placeholder="new-3, #main")
    assert "#main" not in forged.text
    copied = shop.op(htmx=True, do=f"op=copy&node={FIELDS}.lines.item")
    assert 'hx-swap-oob="afterend target:#c-lines-item strip:false"' in copied.text
    assert json.loads(copied.headers["HX-Trigger"])["designed"]["at"] == "lines.item_2"


def test_delete_brings_a_message_with_a_way_back(shop: Any) -> None:
    answer = shop.op(htmx=True, do=f"op=delete&node={FIELDS}.total")
    assert 'value="undo"' in answer.text
    assert "toasts" in ids(answer)


def test_options_of_a_choice(shop: Any) -> None:
    place = f"{FIELDS}.category"
    answer = shop.op(
        htmx=True,
        at="category",
        do=f"op=bulk_add&parent={place}.options&lines=服务%0A差旅&after=office",
    )
    assert {"options", "f-category"} <= set(ids(answer))
    page = shop.get(f"{DESIGN}?at=category").text
    assert re.findall(r'id="o-(\w+)"', page) == ["office", "fuwu", "chalv", "asset"]
    gone = shop.op(op="delete", node=f"{place}.options.asset")
    assert gone.status_code == 303


def test_a_refusal_over_htmx_keeps_what_was_typed(shop: Any) -> None:
    answer = shop.op(htmx=True, do=f"op=save&place={FIELDS}.reason&p.max_length=x", at="reason")
    assert answer.status_code == 422
    assert re.search(r'<div id="pe-max-length"[^>]*><p class="err">', answer.text)
    assert "canvas" not in ids(answer)
    assert "refused" in answer.headers["HX-Trigger"]
    moved = shop.op(htmx=True, do=f"op=move&node={FIELDS}.basic&parent={FIELDS}.basic")
    assert moved.status_code == 422
    assert {"canvas", "toasts"} <= set(ids(moved))


def test_a_clash_over_htmx_brings_the_card_and_the_canvas(shop: Any, text: Any) -> None:
    place = f"{FIELDS}.reason"
    shop.get()
    shop.op("li", op="set", place=place, property="help", value="李的", base_rev="0")
    answer = shop.op(htmx=True, do=f"op=set&place={place}&property=help&value=徐的", base_rev="0", at="reason")
    assert answer.status_code == 409
    assert {"trouble", "canvas"} <= set(ids(answer))
    assert "李强 刚刚改为“李的”" in text(answer)
    form = re.search(r'<section class="clashcard.*?<form[^>]*>(.*?)</form>', answer.text, re.S)
    assert form
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form[1]))
    fields.pop("csrf_token")
    done = shop.op(**{name.replace(".", "__"): value for name, value in fields.items() if name != "screen"})
    assert done.status_code == 303
    assert 'p.help.zh-CN" rows="2"' in shop.get(f"{DESIGN}?at=reason").text
    assert "徐的" in shop.get(f"{DESIGN}?at=reason").text


def test_what_others_did_comes_with_the_next_question(shop: Any) -> None:
    shop.get()
    assert shop.get(f"{DESIGN}?since=0", htmx=True).status_code == 204
    shop.op("li", op="set", place=f"{FIELDS}.reason", property="title", value="李的")
    told = shop.get(f"{DESIGN}?since=0&at=reason", htmx=True)
    assert "f-reason" in ids(told)
    assert "canvas" not in ids(told)
    assert json.loads(told.headers["HX-Trigger"])["caughtup"]["places"] == ["reason"]
    shop.op("li", op="add", type="text", title="新", parent=FIELDS)
    assert "canvas" in ids(shop.get(f"{DESIGN}?since=1", htmx=True))
    assert "stale" in shop.get(f"{DESIGN}?since=99", htmx=True).headers["HX-Trigger"]
    assert "李强" in shop.get().text


def test_somebody_elses_change_comes_with_the_answer_to_mine(shop: Any) -> None:
    shop.get()
    shop.op("li", op="add", type="text", title="李的", parent=FIELDS)
    answer = shop.op(htmx=True, do=f"op=set&place={FIELDS}.reason&property=help&value=x", base_rev="0", at="reason")
    assert answer.status_code == 200
    assert "canvas" in ids(answer)


def test_the_panel_alone_for_htmx(shop: Any) -> None:
    part = shop.get(f"{DESIGN}?at=total", htmx=True)
    assert "<html" not in part.text
    assert 'id="props"' in part.text


@pytest.mark.parametrize(
    "address", ["/apps/shop/forms/nothing/design", "/apps/nothing/forms/x/design", "/apps/nothing/history"]
)
def test_what_there_is_not(shop: Any, address: str) -> None:
    assert shop.get(address).status_code == 404


def test_the_history_lists_steps_and_goes_back(shop: Any, text: Any) -> None:
    assert "还没有改动" in text(shop.get("/apps/shop/history"))
    shop.op(op="add", type="text", title="甲", parent=FIELDS)
    shop.op("li", op="set", place=f"{FIELDS}.reason", property="title", value="李的")
    shop.op(op="add", type="text", title="乙", parent=FIELDS)
    page = shop.get("/apps/shop/history")
    said = text(page)
    assert said.index("添加字段“乙”") < said.index("修改字段“原因”的“标题”") < said.index("添加字段“甲”")
    assert "李强" in said
    assert re.findall(r"op=goto&amp;step=(\d+)", page.text) == ["1", "0"]  # not where he is, not what others did
    shop.op(do="op=goto&step=1", screen="history", back="/apps/shop/history")
    assert shop.order()[-1] == "jia"
    assert "已撤销" in text(shop.get("/apps/shop/history"))
