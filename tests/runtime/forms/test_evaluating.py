"""The rules while typing: only slots that look different come back, and nothing is written."""

import re
from typing import Any

from dougong.forms import RawRecord
from dougong.forms.raw import digest
from dougong_runtime import untouched

NEW, EVAL = "/a/purchase/request/new", "/a/purchase/request/eval"
ASK = ("_now", "1")


def slots(page: Any) -> set[str]:
    return set(re.findall(r'id="slot-([\w-]+)"[^>]* hx-swap-oob="true"', page.html))


def test_nothing_changed_answers_nothing(site: Any) -> None:
    page = site.open("zhang", NEW).send(ASK, to=EVAL, htmx=True)
    assert page.status == 200
    assert page.words.strip() == ""


def test_computed_values_and_required_marks_come_back_and_no_more(site: Any) -> None:
    page = site.open("zhang", NEW).send(
        ASK, to=EVAL, htmx=True, category="asset", lines__0__item="主机", lines__0__quantity="2", lines__0__price="30000"
    )
    assert slots(page) == {"supplier", "lines-0", "lines-0-subtotal", "lines-totals", "total", "quote"}
    assert "￥60,000.00" in page.words


def test_what_cannot_be_understood_counts_as_blank(site: Any) -> None:
    page = site.open("zhang", NEW).send(
        ASK, to=EVAL, htmx=True, lines__0__quantity="很多", lines__0__price="30", needed_on="明天?", supplier_dot_text="谁"
    )
    assert page.status == 200
    assert "错误" not in page.words
    assert slots(page) == set()


def test_an_input_that_changes_keeps_what_was_typed(site: Any) -> None:
    page = site.open("zhang", NEW).send(ASK, to=EVAL, htmx=True, category="asset", supplier_dot_text="云桥")
    assert 'value="云桥"' in page.html


def test_fields_that_appear_are_announced(site: Any) -> None:
    claim = site.open("zhang", "/a/expense/claim/new")
    page = claim.send(ASK, to="/a/expense/claim/eval", htmx=True, trip="true")
    assert slots(page) == {"trip_details", "destination", "starts_on", "ends_on", "days"}
    assert 'id="say" hx-swap-oob="innerHTML">已显示 4 个字段' in page.html
    shown = claim.send(("_refresh", "1"), trip="true")
    back = shown.send(ASK, to="/a/expense/claim/eval", htmx=True, trip="false", destination="杭州")
    assert "已收起 4 个字段" in back.words
    assert 'value="杭州"' in back.html


def test_a_row_button_answers_the_sub_table(site: Any) -> None:
    page = site.open("zhang", NEW)
    line = {"lines__0__item": "纸", "lines__0__quantity": "2", "lines__0__price": "5"}
    added = page.send(("_row", "add:lines"), to=EVAL, htmx=True, **line)
    assert added.html.count('class="line"') == 2
    assert 'id="f-lines"' in added.html
    assert 'value="纸"' in added.html
    assert slots(added) == {"total"}
    assert "已添加一行" in added.words


def test_after_a_refusal_what_is_mended_says_so_at_once(site: Any) -> None:
    refused = site.open("zhang", NEW).send(("_submit", "1"), category="office", lines__0__item="纸", lines__0__quantity="1")
    assert refused.errors() == ["填写采购原因"]
    still = refused.send(ASK, to=EVAL, htmx=True)
    assert slots(still) == set()
    mended = refused.send(ASK, to=EVAL, htmx=True, reason="打印")
    assert slots(mended) == {"reason"}
    assert "填写采购原因" not in mended.words


def test_it_takes_no_write_lock(site: Any) -> None:
    page = site.open("zhang", NEW)
    connection = site.composition.database.engine.raw_connection()
    try:
        connection.cursor().execute("BEGIN IMMEDIATE")
        assert page.send(ASK, to=EVAL, htmx=True, lines__0__price="1", lines__0__quantity="1").status == 200
    finally:
        connection.rollback()
        connection.close()


def test_a_stored_record_is_evaluated_only_for_who_may_change_it(site: Any, request_made: Any) -> None:
    record = request_made().rpartition("/")[2]
    page = site.open("zhang", NEW)
    assert page.send(ASK, to=f"{EVAL}?record={record}", htmx=True).status == 404  # running: nobody's to change now
    assert site.open("sun", NEW).send(ASK, to=f"{EVAL}?record={record}", htmx=True).status == 404


def test_defaults_nobody_touched_are_computed_again() -> None:
    raw = RawRecord({"a": "1", "b": "x", "lines": [{"c": "7"}, {"c": "8"}]}, {"lines": [4, 9]})
    rows = {"lines-9-c": digest(("8",)), "lines-4-c": digest(("6",)), "gone-1-c": "x"}
    posted = {"a": digest(("1",)), "b": digest(("y",)), **rows}
    assert untouched.touched(raw, posted) == {"b", "lines-4-c", "gone-1-c"}
    rest = untouched.without_untouched(raw, posted)
    assert rest == {"b": "x", "lines": [{"c": "7"}, {}]}
    assert raw["lines"] == [{"c": "7"}, {"c": "8"}]
