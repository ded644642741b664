"""Lists, workbench, apps and reports over HTTP, on the demo."""

import csv
import io
import re
from html import unescape
from typing import Any

import pytest

WIDE = """document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
  .filter((each) => each.getBoundingClientRect().right > innerWidth + 1 && each.checkVisibility())
  .map((each) => `${each.tagName} ${each.className}`)"""
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


def text(client: Any, url: str, status: int = 200, **more: Any) -> str:
    answer = client.get(url, **more)
    assert answer.status_code == status, url
    return answer.get_data(as_text=True)


def rows(page: str) -> list[str]:
    return re.findall(r"<tr data-item>", page)


def test_every_page_is_there_for_everybody(site: Any) -> None:
    for login in ("wang", "sun"):
        client = site.client(login)
        for url in ("/", "/inbox", "/mine", "/mine?stage=ended", "/apps", "/new", "/a/purchase/", "/a/mdm/", "/a/expense/",
                    "/a/purchase/lists/mine", "/a/purchase/request/", "/a/mdm/lists/materials"):  # fmt: skip
            assert "<h1" in text(client, url)
    assert site.client().get("/").status_code == 303


def test_paging_reaches_every_record_once_with_and_without_a_script(site: Any) -> None:
    client = site.client("wang")
    for part, headers in (("", {}), ("&part=more", HTMX)):
        url, seen = "/a/purchase/lists/all?sort=-total", list[str]()
        for _ in range(5):
            page = text(client, url, headers=headers if seen else {})
            seen += re.findall(r'href="/a/purchase/request/(\d+)\?', page)[::2]
            more = re.search(r'href="(/a/purchase/lists/all\?[^"]*after=[^"]+)"', page)
            if more is None:
                break
            url = unescape(more[1]) + part
        counted = re.search(r"共 (\d+) 条", text(client, "/a/purchase/lists/all"))
        assert counted
        assert len(seen) == len(set(seen)) == int(counted[1]) > 50


def test_filters_narrow_and_chips_take_them_away(site: Any) -> None:
    client = site.client("wang")
    page = text(client, "/a/purchase/lists/all?f.category.in=office&f.total.ge=2000&sort=total")
    assert "采购类别：办公用品" in page
    assert 'href="/a/purchase/lists/all?f.total.ge=2000&amp;sort=total"' in page
    assert 'aria-sort="ascending"' in page
    totals = [float(each.replace(",", "")) for each in re.findall(r'<td class="num"><bdi>￥([\d,.]+)', page)]
    assert totals
    assert totals == sorted(totals)
    assert min(totals) >= 2000


def test_mistakes_are_told_and_unknown_parameters_refused(site: Any) -> None:
    client = site.client("wang")
    page = text(client, "/a/purchase/lists/all?f.total.ge=many", 422)
    assert not rows(page)
    assert "many" in page
    text(client, "/a/purchase/lists/all?bogus=1", 400)
    text(client, "/a/purchase/lists/all?source=bogus", 400)
    text(client, "/a/purchase/lists/bogus", 404)
    text(client, "/a/purchase/lists/all?after=bogus", 422)
    answer = client.get("/a/purchase/lists/all?q=&f.total.ge=")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/a/purchase/lists/all")


def test_htmx_gets_the_part_and_the_address_without_blanks(site: Any) -> None:
    answer = site.client("wang").get("/a/purchase/lists/all?q=纸&f.total.ge=", headers=HTMX)
    page = answer.get_data(as_text=True)
    assert page.strip().startswith('<div id="list"')
    assert answer.headers["HX-Push-Url"] == "/a/purchase/lists/all?q=%E7%BA%B8"
    assert "HX-Request" in answer.headers["Vary"]


def test_export_holds_what_the_list_holds_and_needs_the_right(site: Any) -> None:
    client = site.client("wang")
    found = client.get("/a/purchase/lists/all.csv?f.category.in=office&sort=total")
    body = found.get_data().decode("utf-8")
    assert body.startswith("\ufeff")
    table = list(csv.reader(io.StringIO(body[1:])))
    assert "no-store" in found.headers["Cache-Control"]
    page = text(client, "/a/purchase/lists/all?f.category.in=office&sort=total")
    assert len(table) - 1 == len(rows(page)) > 5
    assert len({len(row) for row in table}) == 1
    text(site.client("zhang"), "/a/purchase/lists/all.csv", 403)
    assert ".csv" not in text(site.client("zhang"), "/a/purchase/lists/all")


def test_numbers_of_a_report_lead_to_their_records(site: Any) -> None:
    client = site.client("wang")
    page = text(client, "/a/purchase/reports/by_category")
    counts = re.findall(r'<td class="num"><a href="([^"]+)">(\d+)</a></td>', page)
    assert len(counts) >= 3
    for url, count in counts:
        assert f"共 {count} 条" in text(client, unescape(url))
    links = re.findall(r'<a href="([^"]+)" aria-label', page)
    assert links
    for url in links:
        text(client, unescape(url))


def test_a_report_for_a_period_and_as_a_file(site: Any) -> None:
    client = site.client("wang")
    page = text(client, "/a/purchase/reports/by_month?f.created_at.ge=2026-02-01&f.created_at.le=2026-03-31")
    assert re.findall(r'<th scope="row"><bdi>([^<]+)', page) == ["2026-02", "2026-03"]
    body = client.get("/a/purchase/reports/by_month.csv?f.created_at.ge=2026-02-01&f.created_at.le=2026-03-31")
    table = list(csv.reader(io.StringIO(body.get_data().decode("utf-8-sig"))))
    assert [row[0] for row in table[1:]] == ["2026-02", "2026-03", "合计"]
    text(client, "/a/purchase/reports/bogus", 404)
    text(client, "/a/purchase/reports/by_month?f.created_at.ge=soonish", 422)


def test_suggestions_are_for_fields_one_may_read(site: Any) -> None:
    client = site.client("wang")
    assert "wang" in text(client, "/a/purchase/request/suggest/created_by?f.created_by.in.text=wang")
    assert "<li" in text(client, "/a/purchase/request/suggest/supplier?q=")
    text(client, "/a/purchase/request/suggest/total?q=1", 404)


@pytest.mark.browser
@pytest.mark.parametrize("size", [(390, 844), (1366, 768)])
def test_nothing_is_out_of_reach_in_a_browser(site: Any, chromium: Any, axe: str, size: tuple[int, int]) -> None:
    context = site.signed_in(chromium, "wang", viewport={"width": size[0], "height": size[1]}, bypass_csp=True)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    for url in ("/", "/apps", "/a/mdm/", "/a/purchase/lists/all?f.category.in=asset", "/a/purchase/reports/by_month",
                "/a/mdm/reports/customers_by_region"):  # fmt: skip
        page.goto(url)
        assert page.evaluate(WIDE) == [], url
        page.evaluate(axe)
        found = page.evaluate("axe.run().then(r => r.violations.map(v => v.id))")
        assert found == [], url
    page.goto("/a/purchase/lists/all")
    page.get_by_role("searchbox").press_sequentially("复印纸", delay=20)
    page.wait_for_url("**/lists/all?q=*")
    page.get_by_role("status").filter(has_text=re.compile("共|record")).first.wait_for()
    assert page.get_by_role("searchbox").input_value() == "复印纸"
    assert said == []
    context.close()


def test_what_every_record_has_is_not_asked_for_as_blank(site: Any) -> None:
    page = text(site.client("wang"), "/a/purchase/lists/all?f.status.in=running&f.supplier.blank=1")
    assert 'name="f.status.in"' in page
    assert "f.status.blank" not in page
    assert "f.supplier.blank" in page
