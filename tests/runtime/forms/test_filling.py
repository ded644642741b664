"""Filling in a new record: drawn, refused with everything kept, handed in once, kept as a draft."""

from typing import Any

import pytest

NEW = "/a/purchase/request/new"
SUBMIT, DRAFT, REFRESH = ("_submit", "1"), ("_draft", "1"), ("_refresh", "1")
VALUES = {
    "reason": "季度办公用品", "category": "office", "lines__0__item": "A4 纸", "lines__0__quantity": "10",
    "lines__0__price": "12",
}  # fmt: skip


def test_a_blank_form_has_its_fields_a_row_and_a_key(site: Any) -> None:
    page = site.open("zhang", NEW)
    names = [name for name, _ in page.controls().found]
    assert page.status == 200
    assert {"reason", "category", "needed_on", "supplier.text", "lines-0-item", "_key", "_revision", "csrf_token"} <= set(names)
    assert "total" not in names
    assert page.value("_key") != site.open("zhang", NEW).value("_key")


def test_what_is_handed_in_gets_a_number_and_says_who_is_next(site: Any) -> None:
    page = site.open("zhang", NEW).send(SUBMIT, **VALUES)
    assert page.status == 200
    assert page.said() == [f"已提交 {_number(page)}。下一步：李强（直属上级）"]
    assert "￥120.00" in page.words


def test_in_english(site: Any) -> None:
    page = site.open("zhang", NEW, "en").send(SUBMIT, **VALUES)
    assert page.said() == [f"{_number(page)} submitted. Next: 李强 (Line manager)"]


def test_a_refusal_lists_every_problem_and_keeps_every_text(site: Any) -> None:
    page = site.open("zhang", NEW).send(
        SUBMIT, category="office", needed_on="2020-01-01", supplier_dot_text="没有这家", lines__0__item="纸",
        lines__0__quantity="十", lines__0__price="-1",
    )  # fmt: skip
    assert page.status == 422
    assert "<title>错误：采购申请" in page.html
    assert page.errors() == [
        "填写采购原因", "到货日期必须是今天或以后", "供应商：没有找到“没有这家”", "第 1 行：数量要填数字",
        "第 1 行：单价不能小于 0",
    ]  # fmt: skip
    assert 'href="#f-reason"' in page.html
    typed = ("supplier.text", "lines-0-item", "lines-0-quantity", "lines-0-price", "needed_on")
    assert [page.value(name) for name in typed] == ["没有这家", "纸", "十", "-1", "2020-01-01"]


def test_a_check_of_the_app_is_told_at_its_field(site: Any) -> None:
    page = site.open("zhang", NEW).send(SUBMIT, **VALUES, needed_on="2020-01-01")
    assert page.errors() == ["到货日期必须是今天或以后"]
    assert 'href="#f-needed_on"' in page.html


def test_the_same_submission_twice_makes_one_record(site: Any) -> None:
    page = site.open("zhang", NEW)
    first = page.send(SUBMIT, **VALUES)
    again = page.send(SUBMIT, **VALUES)
    assert first.path == again.path


def test_other_content_under_the_same_key_is_offered_as_new(site: Any) -> None:
    page = site.open("zhang", NEW)
    first = page.send(SUBMIT, **VALUES)
    again = page.send(SUBMIT, **VALUES | {"reason": "另一件事"})
    assert again.status == 409
    assert "作为新的一份提交" in again.words
    assert again.value("reason") == "另一件事"
    assert again.value("_key") != page.value("_key")
    made = again.send(SUBMIT)
    assert made.status == 200
    assert made.path != first.path


def test_a_refusal_uses_up_no_key(site: Any) -> None:
    page = site.open("zhang", NEW).send(SUBMIT, **VALUES | {"reason": ""})
    assert page.status == 422
    assert page.send(SUBMIT, reason="补上").status == 200


def test_rows_come_are_copied_and_go_without_javascript(site: Any) -> None:
    page = site.open("zhang", NEW).send(("_row", "add:lines"), **VALUES)
    assert page.status == 200
    assert page.value("reason") == "季度办公用品"
    page = page.send(("_row", "copy:lines:0"), lines__1__item="硒鼓")
    items = [value for name, value in page.controls().found if name.startswith("lines-") and name.endswith("-item")]
    assert items == ["A4 纸", "A4 纸", "硒鼓"]
    page = page.send(("_row", "remove:lines:0"))
    items = [value for name, value in page.controls().found if name.startswith("lines-") and name.endswith("-item")]
    assert items == ["A4 纸", "硒鼓"]


def test_blank_rows_are_not_handed_in(site: Any) -> None:
    page = site.open("zhang", NEW).send(("_row", "add:lines"), **VALUES).send(SUBMIT)
    assert page.status == 200
    assert page.html.count('<th scope="row">') == 2  # one row and the total


def test_without_rows_the_refusal_still_shows_one_to_fill_in(site: Any) -> None:
    page = site.open("zhang", NEW).send(SUBMIT, reason="纸", category="office")
    assert page.errors() == ["明细至少填 1 行"]
    assert page.value("lines-0-item") == ""


def test_the_update_button_runs_the_rules(site: Any) -> None:
    page = site.open("zhang", NEW).send(REFRESH, **VALUES | {"category": "asset", "lines__0__quantity": "2.5"})
    assert page.status == 200
    assert "￥30.00" in page.words
    assert not page.errors()
    supplier = page.html.split('id="slot-supplier"')[1].split("</label>")[0]
    assert "选填" not in supplier


def test_a_draft_is_not_judged_and_is_taken_up_again(site: Any) -> None:
    draft = site.open("zhang", NEW).send(DRAFT, reason="以后再填")
    assert draft.said() == ["草稿已保存"]
    assert "草稿" in draft.words
    assert site.open("li", draft.path).status == 404
    edit = site.open("zhang", f"{draft.path}/edit")
    assert edit.value("reason") == "以后再填"
    kept = edit.send(DRAFT, reason="快填完了")
    assert kept.said() == ["草稿已保存"]
    refused = site.open("zhang", f"{draft.path}/edit").send(SUBMIT)
    assert refused.status == 422
    assert "选择采购类别" in refused.errors()
    done = refused.send(("_row", "add:lines")).send(SUBMIT, category="office", lines__0__item="纸", lines__0__quantity="1")
    assert done.status == 200, done.errors()
    assert "下一步：李强" in done.said()[0]


def test_files_without_javascript_stay_through_a_refusal(site: Any, file: Any) -> None:
    big = VALUES | {"lines__0__price": "9000", "reason": ""}
    page = site.open("zhang", NEW).send(SUBMIT, **big, quote_dot_upload=file("报价.pdf", b"%PDF-1.7 x"))
    assert page.errors() == ["填写采购原因"]
    assert "报价.pdf" in page.words
    made = page.send(SUBMIT, reason="服务器")
    assert made.status == 200
    assert "报价.pdf" in made.words


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [("a.txt", b"hello", "报价单：不能用“a.txt”，只收 application/pdf"), ("a.pdf", b"", "“a.pdf”是空文件，换一个")],
)
def test_a_file_that_will_not_do_is_told_at_its_field(site: Any, file: Any, name: str, content: bytes, said: str) -> None:
    page = site.open("zhang", NEW).send(SUBMIT, **VALUES, quote_dot_upload=file(name, content))
    assert page.status == 422
    assert page.errors() == [said]
    assert 'href="#f-quote"' in page.html
    assert page.value("reason") == "季度办公用品"


def test_what_a_rule_hides_is_dropped_with_notice(site: Any) -> None:
    claim = "/a/expense/claim/new"
    values = {
        "purpose": "打车", "destination": "杭州", "lines__0__spent_on": "2026-01-05", "lines__0__category": "transport",
        "lines__0__description": "打车", "lines__0__amount": "35",
    }  # fmt: skip
    page = site.open("zhang", claim)
    assert 'id="slot-destination" hidden' in page.html
    made = page.send(SUBMIT, **values)
    assert made.status == 200, made.errors()
    assert "“目的地”现在不需要填，填过的内容没有保存" in made.said()
    assert "杭州" not in made.words.replace("“目的地”", "")


def test_who_may_not_create_is_told_so(site: Any) -> None:
    assert site.open("zhang", "/a/mdm/supplier/new").status == 403
    assert site.open("zhang", "/a/mdm/nothing/new").status == 404


def test_hostile_text_stays_text(site: Any) -> None:
    page = site.open("zhang", NEW).send(SUBMIT, **VALUES | {"reason": '"><script>alert(1)</script>', "category": ""})
    assert "<script>alert" not in page.html
    assert page.value("reason") == '"><script>alert(1)</script>'


def _number(page: Any) -> str:
    import re

    return str(re.search(r"CG-2026-\d{4}", page.words)[0])  # type: ignore[index]
