"""From nothing to the first record in a browser: counted, with and without JavaScript, and every page sound."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

SPECS = Path(__file__).resolve().parents[2] / "app_specs"
LINES = "用车事由*\n出发日期*\n人数\n车型：轿车/商务车/大巴*\n预计费用(元)"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROW = {"viewport": {"width": 320, "height": 700}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1366, "height": 768}}
SMALL = """() => [...document.querySelectorAll('a, button, input:not([type=hidden]), select, textarea, summary')]
  .filter((each) => each.checkVisibility({ visibilityProperty: true }) &&
    !each.closest('svg, .vh') && !each.matches('.skip, .vh'))
  .map((each) => [each, (each.closest('label') || each).getBoundingClientRect()])
  .filter(([each, box]) => box.width > 0 && (box.width < 43.5 || box.height < 43.5))
  .filter(([each]) => getComputedStyle(each).display !== 'inline')
  .map(([each, box]) => `${each.outerHTML.slice(0, 90)} ${box.width} × ${box.height}`)"""


class Hands:
    """A page on which every click, text and choice of a person is counted."""

    def __init__(self, page: Any) -> None:
        self.page, self.actions = page, 0

    def click(self, what: str) -> None:
        self.actions += 1
        self.page.locator(what).first.click()

    def fill(self, what: str, text: str) -> None:
        self.actions += 1
        self.page.fill(what, text)


def browsing(site: Any, browser: Any, language: str = "zh-CN", theme: str = "light", **options: Any) -> Any:
    """A page of the builder xu."""
    context = site.signed_in(browser, "xu", locale=language, **options)
    for name, value in (("language", language), ("theme", theme)):
        context.add_cookies([{"name": f"dougong_{name}", "value": value, "url": site.url}])
    context.set_default_timeout(15_000)
    return context.new_page()


def to_first_record(page: Any) -> int:
    """Gallery, blank app, five fields, publish, first record; how many actions it took."""
    page.goto("/apps")
    hands = Hands(page)
    hands.click("a[href='/apps/new']")
    hands.fill("#f-title", "用车申请")
    hands.fill("#f-lines", LINES)
    hands.click("#new button.pri")
    page.wait_for_url("**/forms/yongcheshenqing/design*")
    hands.click("a[href='/apps/yongcheshenqing/publish']")
    hands.click("form[action='/apps/yongcheshenqing/publish'] button.pri")
    page.wait_for_url("**/publish/done/1")
    hands.click("a[href='/a/yongcheshenqing/yongcheshenqing/new']")
    hands.fill("#f-yongcheshiyou", "去客户现场")
    hands.fill("[name=chufariqi]", "2026-12-01")
    hands.fill("#f-renshu", "3")
    hands.click("label.choice:has-text('商务车')")
    hands.fill("#f-yujifeiyong", "350")
    hands.click("button[name=_submit]")
    page.wait_for_url(re.compile(r"/a/yongcheshenqing/yongcheshenqing/[0-9a-z]+"))
    return hands.actions


def test_fourteen_actions_lead_from_nothing_to_the_first_record(site: Any, chromium: Any) -> None:
    page = browsing(site, chromium, **DESK)
    assert to_first_record(page) <= 14
    page.goto("/a/yongcheshenqing/lists/all")
    assert "去客户现场" in page.inner_text("main")
    page.context.close()


def uploaded(page: Any, data: bytes) -> None:
    """Choose a file and go on."""
    page.goto("/apps/import")
    page.set_input_files("#f-file", {"name": "expense.json", "mimeType": "application/json", "buffer": data})
    page.click("#choose button.pri")
    page.wait_for_url("**/apps/import/*")


def mended_and_in(page: Any) -> None:
    """A file with two errors, both put right, brought in as a new app."""
    good = (SPECS / "expense.json").read_bytes()
    uploaded(
        page,
        good.replace(b'"type": "money"', b'"type": "moeny"', 1).replace(b'"required": true', b'"requird": true', 1),
    )
    assert len(re.findall(r"expense\.json:\d+:\d+", page.inner_text("main"))) == 2
    line = page.locator(".mend input").first
    line.fill(line.input_value().replace("requird", "required"))
    page.click("button:has-text('保存改动')")
    page.click("button:has-text('改成 money')")
    page.wait_for_url("**/match")
    page.check("input[value=new]")
    page.fill("#f-key", "claims")
    page.click("form button.pri")
    assert "12 个里通过 12 个" in page.inner_text("main")
    page.click("form button.pri")
    page.wait_for_url("**/done?app=claims")
    page.click("a[href='/apps/claims/forms/claim/design']")
    assert page.locator("h1").inner_text()


def test_all_of_it_works_without_javascript(site: Any, chromium: Any) -> None:
    page = browsing(site, chromium, java_script_enabled=False, **DESK)
    page.goto("/apps/new")
    page.fill("#f-title", "用车")
    page.fill("#f-lines", "人数\n备注")
    page.click("button[value=check]")
    page.select_option(".guesses select >> nth=0", "text")
    page.click("button[value=check]")
    assert page.input_value(".guesses select >> nth=0") == "text"
    assert to_first_record(page) <= 14
    mended_and_in(page)
    page.context.close()


def test_types_are_shown_while_one_types_and_no_letter_is_lost(site: Any, chromium: Any) -> None:
    page = browsing(site, chromium, **DESK)
    page.goto("/apps/new", wait_until="networkidle")
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    slow = {"offline": False, "latency": 300, "downloadThroughput": -1, "uploadThroughput": -1}
    wire.send("Network.emulateNetworkConditions", slow)
    page.focus("#f-lines")
    typed = "Amount\nStart date\nRemarks"
    for at, letter in enumerate(typed):
        page.keyboard.type(letter)
        page.wait_for_timeout(330 if at % 8 == 7 else 40)
    assert page.input_value("#f-lines") == typed
    page.locator(".guesses input[value=Remarks]").wait_for(state="attached")
    assert [each.split("（")[0] for each in page.locator(".guesses select option:first-child").all_inner_texts()] == [
        "金额", "日期", "多行文本",
    ]  # fmt: skip
    third = page.locator(".guesses select").nth(2)
    third.focus()
    with page.expect_response(lambda each: "kind=text" in (each.request.post_data or "")):
        third.select_option("text")
    assert page.evaluate("document.activeElement.tagName") == "SELECT"
    page.focus("#f-lines")
    page.keyboard.press("Control+Home")
    page.keyboard.type("Days\n")
    page.locator(".guesses > li").nth(3).wait_for()
    assert [page.locator(".guesses select").nth(at).input_value() for at in range(4)] == ["", "", "", "text"]
    page.context.close()


def faults(page: Any, axe: str) -> list[str]:
    """What axe finds, what sticks out sideways, what is too small for a finger."""
    shown = page.viewport_size
    wide = page.evaluate("document.documentElement.scrollWidth")
    found = [f"{page.url}: {wide} wide"] if wide > shown["width"] else []
    if shown["width"] < 721:
        found += page.evaluate(SMALL)
    page.set_viewport_size(shown | {"height": page.evaluate("document.documentElement.scrollHeight") + 200})
    page.evaluate(axe)
    result = page.evaluate("tags => axe.run({runOnly: tags})", TAGS)
    page.set_viewport_size(shown)
    return found + [
        f"{page.url} {each['id']}: {[node['target'] for node in each['nodes']]}" for each in result["violations"]
    ]


def sound(page: Any, axe: str) -> list[str]:
    """What is wrong with any page on the way of a new app and of a file."""
    wrong = []
    for address in ("/apps", "/apps/new?start=ledger", "/apps/new/purchase", "/apps/import"):
        page.goto(address, wait_until="networkidle")
        wrong += faults(page, axe)
    page.goto("/apps/new")
    page.fill("#f-lines", "a=b\n" + LINES)
    page.click("#new button.pri")
    page.locator("#errors").wait_for()
    wrong += faults(page, axe)
    value = json.loads((SPECS / "expense.json").read_text())
    value["roles"].append({"key": "extra", "titel": "x"})
    uploaded(page, json.dumps(value, indent=2).encode())
    wrong += faults(page, axe)
    page.click("button[name=fix]")
    page.wait_for_url("**/match")
    wrong += faults(page, axe)
    page.click("main form button.pri")
    page.wait_for_url("**/trial*")
    wrong += faults(page, axe)
    page.click("main form button.pri")
    page.wait_for_url("**/done*")
    wrong += faults(page, axe)
    page.goto("/apps")
    return wrong + faults(page, axe)


@pytest.mark.parametrize(
    ("language", "theme", "size"),
    [("en", "dark", NARROW), pytest.param("zh-CN", "light", DESK, marks=pytest.mark.soak)],
    ids=["narrow", "desk"],
)
def test_every_page_is_sound(
    site: Any, chromium: Any, axe: str, language: str, theme: str, size: dict[str, Any]
) -> None:
    page = browsing(site, chromium, language, theme, **size)
    assert sound(page, axe) == []
    page.context.close()
