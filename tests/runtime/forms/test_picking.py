"""Finding people, departments and records for a field, only for who may fill it in, and only what they may see."""

import re
from typing import Any

SUPPLIER = "/pick/record/mdm/supplier?for=purchase.request.supplier"


def options(answer: Any) -> list[tuple[str, str]]:
    return re.findall(r'role="option"[^>]* data-key="([^"]*)" data-label="([^"]*)"', answer.text)


def pick(site: Any, login: str, path: str) -> Any:
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "Accept-Language": "zh-CN"}
    return site.client(login).get(path, headers=headers)


def test_records_are_found_by_what_the_field_searches_in(site: Any) -> None:
    for asked in ("云栈", "GYS-0013", "gys-0013"):
        found = options(pick(site, "zhang", f"{SUPPLIER}&q={asked}"))
        assert [label for _, label in found] == ["GYS-0013 北京云栈信息技术有限公司"], asked
    assert len(options(pick(site, "zhang", SUPPLIER))) == 20
    assert "没有结果" in pick(site, "zhang", f"{SUPPLIER}&q=没有这家").text


def test_what_is_typed_in_the_box_is_taken_under_its_own_name(site: Any) -> None:
    answer = pick(site, "zhang", f"{SUPPLIER}&supplier.text=云栈")
    assert len(options(answer)) == 1
    assert "<html" not in answer.text


def test_a_picked_key_is_what_the_form_takes(site: Any) -> None:
    [(key, label)] = options(pick(site, "zhang", f"{SUPPLIER}&q=云栈"))
    made = site.open("zhang", "/a/purchase/request/new").send(
        ("_submit", "1"), reason="云", category="asset", lines__0__item="云主机", lines__0__quantity="1", supplier=key,
        supplier_dot_text=label, supplier_dot_was=label,
    )  # fmt: skip
    assert made.status == 200, made.errors()
    assert label in made.words


def test_without_htmx_it_is_a_page(site: Any) -> None:
    page = site.open("zhang", f"{SUPPLIER}&q=云栈&back=/a/purchase/request/new")
    assert page.status == 200
    assert "查找供应商" in page.words
    assert 'href="/a/purchase/request/new"' in page.html
    assert "北京云栈信息技术有限公司" in page.words
    assert 'href="//evil' not in site.open("zhang", f"{SUPPLIER}&back=//evil.example").html


def test_only_for_a_field_one_may_fill_in_and_of_that_kind(site: Any) -> None:
    for path, status in [
        ("/pick/record/mdm/customer?for=purchase.request.supplier", 404),
        ("/pick/record/mdm/supplier?for=purchase.request.reason", 404),
        ("/pick/record/mdm/supplier", 404),
        ("/pick/person?for=purchase.request.supplier", 404),
        ("/pick/department?for=purchase.request.nothing", 404),
    ]:
        assert pick(site, "zhang", path).status_code == status, path


def test_nobody_signed_in_finds_nothing(site: Any) -> None:
    assert site.app.test_client().get(SUPPLIER, headers={"HX-Request": "true"}).status_code == 401


def test_hostile_questions_are_only_questions(site: Any) -> None:
    for asked in ('"', "' OR 1=1 --", "*", "AND", "%", "f0:x", "\\"):
        assert pick(site, "zhang", f"{SUPPLIER}&q={asked}").status_code == 200, asked
