"""A purchase from the blank form to the seal, told in a real browser: on a phone and on a desktop, in both languages, light
and dark, with JavaScript and without."""

import re
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest

pytestmark = pytest.mark.browser

SIZES = {
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    "desk": {"viewport": {"width": 1366, "height": 768}},
}  # fmt: skip
FACTORS = (("phone", "desk"), ("zh-CN", "en"), ("light", "dark"), (True, False))
PAIRS = (
    ("phone", "zh-CN", "light", True), ("phone", "en", "dark", False), ("desk", "zh-CN", "dark", False),
    ("desk", "en", "light", False), ("desk", "en", "dark", True),
)  # fmt: skip
"""Five runs in which every two choices meet; all sixteen are the soak's."""

SAID = {
    "zh-CN": {
        "summary": "有 3 处需要修改", "missing": "填写采购原因", "error": "错误：", "quote": "选择报价单",
        "next": "下一步：李强", "returned": "已退回给提交人", "approved": "已同意", "done": "已办理完成", "sealed": "已通过",
        "words": "填写意见",
    },
    "en": {
        "summary": "3 things to correct", "missing": "Enter Reason", "error": "Error:", "quote": "Choose Quote",
        "next": "Next: 李强", "returned": "Returned to the submitter", "approved": "Approved", "done": "Completed",
        "sealed": "Approved", "words": "Enter a comment",
    },
}  # fmt: skip
PDF = {"name": "报价单.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 quote"}
NEW = "/a/purchase/request/new"


@dataclass
class Way:
    """How one run looks at the site."""

    site: Any
    browser: Any
    axe: str
    size: str
    language: str
    theme: str
    scripted: bool

    @property
    def said(self) -> dict[str, str]:
        return SAID[self.language]

    def person(self, login: str) -> Any:
        """A page of this person; it fails on anything the console complains about but an answer of 4xx."""
        context = self.site.signed_in(
            self.browser, login, locale=self.language, java_script_enabled=self.scripted, **SIZES[self.size]
        )
        for name, value in (("language", self.language), ("theme", self.theme)):
            context.add_cookies([{"name": f"dougong_{name}", "value": value, "url": self.site.url}])
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.complaints = []
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("console", lambda each: self._heard(page, each))
        return page

    def _heard(self, page: Any, message: Any) -> None:
        if message.type in ("error", "warning") and "status of 4" not in message.text:
            page.complaints.append(message.text)

    def press(self, page: Any, selector: str) -> None:
        """Press a button that leads to a new answer."""
        with page.expect_navigation():
            page.click(selector)

    def sound(self, page: Any) -> None:
        """Nothing complained, nothing sticks out sideways, and axe finds nothing."""
        assert page.complaints == []
        if not self.scripted:
            return
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        # all of it at once: what lies half under a bar that stays is too small a target only until one scrolls
        size = page.viewport_size
        page.set_viewport_size(size | {"height": page.evaluate("document.documentElement.scrollHeight") + 200})
        page.evaluate(self.axe)
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        found = page.evaluate("tags => axe.run({runOnly: tags})", tags)
        page.set_viewport_size(size)
        assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found["violations"]] == []

    def settled(self, page: Any) -> None:
        """Wait until the rules have answered what was typed."""
        if self.scripted:
            page.wait_for_timeout(400)
            page.wait_for_load_state("networkidle")


def the_whole_way(way: Way) -> None:
    """张敏 asks, 李强 returns and agrees, the committee and the CFO agree, 陈静 orders, the seal is red."""
    submitter = way.person("zhang")
    submitter.goto(NEW)
    way.sound(submitter)
    refused(way, submitter)
    fill(way, submitter)
    way.press(submitter, "[name=_submit]")
    assert way.said["next"] in submitter.inner_text("#toasts")
    assert re.search(r"CG-\d{4}-\d{4}", submitter.inner_text(".top h1"))
    path = submitter.url.removeprefix(way.site.url).partition("?")[0]
    way.sound(submitter)
    returned_and_mended(way, submitter, path)
    for login in ("li", "guo", "sun", "zhao", "wang"):
        approve(way, login, path)
    order(way, path)
    submitter.goto(path)
    assert way.said["sealed"] in submitter.inner_text(".seal")
    assert "张敏" in submitter.inner_text(".steps")
    assert "买哪一款" in submitter.inner_text(".steps")
    assert submitter.locator("[name=action][value=withdraw]").count() == 0
    way.sound(submitter)


def refused(way: Way, page: Any) -> None:
    """Nothing is filled in: the summary has focus and leads to each field."""
    way.press(page, "[name=_submit]")
    assert way.said["summary"] in page.inner_text("#errors")
    assert way.said["missing"] in page.inner_text("#errors")
    assert page.title().startswith(way.said["error"])
    if way.scripted:
        assert page.evaluate("document.activeElement.id") == "errors"
    page.click("#errors a[href='#f-reason']")
    assert page.evaluate("document.activeElement.id") == "f-reason" if way.scripted else True
    way.sound(page)


def fill(way: Way, page: Any) -> None:
    """Two rows, a total over 50,000, the quote that this asks for."""
    page.fill("#f-reason", "会议室投影设备")
    page.check("input[name=category][value=office]")
    page.fill("#f-lines-0-item", "投影仪")
    if way.scripted:
        page.press("#f-lines-0-item", "Enter")  # goes on, and hands nothing in
        assert page.evaluate("document.activeElement.id") == "f-lines-0-quantity"
    page.fill("#f-lines-0-quantity", "8")
    page.fill("#f-lines-0-price", "6,500元")
    add_row(way, page)
    page.fill("#f-lines-1-item", "支架")
    page.fill("#f-lines-1-quantity", "8")
    page.fill("#f-lines-1-price", "125.5")
    way.settled(page)
    if way.scripted:
        page.locator("#slot-total", has_text="53,004.00").wait_for()
        assert page.input_value("#f-lines-1-price") == "125.5"
        way.sound(page)
    way.press(page, "[name=_submit]")
    assert page.inner_text("#errors li") == way.said["quote"]
    assert page.input_value("#f-lines-1-item") == "支架"
    page.set_input_files("#f-quote", PDF)
    if way.scripted:
        page.wait_for_selector("#f-quote-list input:checked")
        assert "报价单.pdf" in page.inner_text("#f-quote-list")
        way.settled(page)


def add_row(way: Way, page: Any) -> None:
    """In place with JavaScript, where one goes on typing in the new row; through a new answer without."""
    button = "[name=_row][value='add:lines']"
    if not way.scripted:
        way.press(page, button)
        assert page.input_value("#f-lines-0-item") == "投影仪"
        return
    page.evaluate("window.here = true")
    page.click(button)
    page.wait_for_selector("#f-lines-1-item")
    page.wait_for_selector("#f-lines-1-item:focus")
    assert page.evaluate("window.here")


def returned_and_mended(way: Way, submitter: Any, path: str) -> None:
    """A return needs words; then the submitter changes and resubmits."""
    page = way.person("li")
    page.goto(path)
    way.sound(page)
    way.press(page, "[name=action][value=return]")
    assert way.said["words"] in page.inner_text("#errors")
    page.fill("#comment", "买哪一款？写清型号")
    way.press(page, "[name=action][value=return]")
    assert way.said["returned"] in page.inner_text("#toasts")
    page.context.close()
    submitter.goto(path)
    assert "买哪一款" in submitter.inner_text(".steps")
    way.press(submitter, f"a[href='{path}/edit']")
    submitter.fill("#f-lines-0-item", "投影仪 EB-X06")
    way.settled(submitter)
    way.press(submitter, "[name=_submit]")
    assert way.said["next"] in submitter.inner_text("#toasts")


def approve(way: Way, login: str, path: str) -> None:
    """One tap."""
    page = way.person(login)
    page.goto(path)
    assert "投影仪 EB-X06" in page.inner_text("main")
    way.press(page, "[name=action][value=approve]")
    assert way.said["approved"] in page.inner_text("#toasts")
    assert page.locator("[name=action][value=approve]").count() == 0
    page.context.close()


def order(way: Way, path: str) -> None:
    """The buyer picks the supplier and completes."""
    page = way.person("chen")
    page.goto(path)
    assert page.locator("#f-reason").count() == page.locator("dd#f-reason").count()
    box = page.locator("[name='supplier.text']")
    if way.scripted:
        box.press_sequentially("云栈")
        page.wait_for_selector("#f-supplier-options [data-label*=云栈]:only-of-type")
        box.press("ArrowDown")
        box.press("Enter")
        assert "北京云栈" in box.input_value()
        way.settled(page)
        way.sound(page)
    else:
        box.fill("GYS-0013")
    way.press(page, "[name=action][value=done]")
    assert way.said["done"] in page.inner_text("#toasts")
    assert "北京云栈信息技术有限公司" in page.inner_text("main")
    page.context.close()


@pytest.mark.parametrize("chosen", PAIRS, ids=lambda chosen: "-".join(map(str, chosen)))
def test_from_the_blank_form_to_the_seal(site: Any, chromium: Any, axe: str, chosen: tuple[Any, ...]) -> None:
    the_whole_way(Way(site, chromium, axe, *chosen))


@pytest.mark.soak
@pytest.mark.parametrize("chosen", list(product(*FACTORS)), ids=lambda chosen: "-".join(map(str, chosen)))
def test_from_the_blank_form_to_the_seal_every_way(site: Any, chromium: Any, axe: str, chosen: tuple[Any, ...]) -> None:
    the_whole_way(Way(site, chromium, axe, *chosen))
