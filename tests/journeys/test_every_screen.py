"""Every main page as several people see it: sound for assistive technology, whole on the narrowest phone, in one language,
light on the wire, large enough for fingers, and never in the way of somebody who types."""

import json
import re
from itertools import product
from typing import Any

import pytest
from sqlalchemy import inspect, text

pytestmark = pytest.mark.browser

NEW, CLAIM = "/a/purchase/request/new", "/a/expense/claim/new"
LISTS, REPORTS = "/a/purchase/lists", "/a/purchase/reports"
Screens = dict[str, tuple[str, ...]]
SCREENS: Screens = {
    "": ("/sign-in",),
    "zhang": ("/", "/inbox", "/apps", "/new", "/mine", "/mine?stage=ended", "/account", "/a/purchase/", NEW, CLAIM, "/nowhere"),
    "chen": ("inbox:1", "/a/mdm/supplier/new", "/a/mdm/lists/suppliers"),
    "wang": (f"{LISTS}/all", f"{LISTS}/all?q=no+such+thing", f"{REPORTS}/by_month", f"{REPORTS}/by_supplier"),
    "gao": ("/a/mdm/supplier/new",),
}  # fmt: skip
"""Login → addresses; ``inbox:1`` is the first task of the inbox."""
APP = "/apps/purchase"
REQUEST = f"{APP}/forms/request"
BUILDER: Screens = {
    "xu": (
        "/apps", "/apps/new?start=ledger", "/apps/new/purchase", "/apps/import", f"{REQUEST}/design",
        f"{REQUEST}/design?at=category&level=all", f"{REQUEST}/rules", f"{REQUEST}/flow", f"{REQUEST}/flow?at=cfo",
        f"{REQUEST}/access", f"{APP}/lists", f"{APP}/lists/all", f"{APP}/settings", f"{APP}/problems", f"{APP}/history",
        f"{APP}/publish", f"{APP}/versions",
    ),
}  # fmt: skip
SHARE: Screens = {
    "xu": (f"{REQUEST}/design?at=category", f"{REQUEST}/flow?at=cfo", f"{REQUEST}/access", f"{APP}/lists/all")
}
"""Those of the builder that the quick suite looks at; the soak looks at all."""
WIDE = {"zhang": ("/", NEW), "chen": ("inbox:1",), "wang": (f"{LISTS}/all", f"{REPORTS}/by_month")}
"""Those that a desktop lays out in another way."""

SIZES = {
    "narrow": {"viewport": {"width": 320, "height": 700}, "has_touch": True, "is_mobile": True},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    "desk": {"viewport": {"width": 1366, "height": 768}},
}  # fmt: skip
LOOKS = ((SCREENS | SHARE, "narrow", "en", "dark"), (WIDE, "desk", "zh-CN", "light"))
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CJK = re.compile(r"[\u3400-\u9fff]+")
OURS = ("app", "publish", "flow_version", "revision", "spec")
"""Parts of the names of tables that hold apps, not what people entered."""

WORDS = """() => {
  const said = [document.title, document.body.innerText];
  for (const each of document.querySelectorAll('[aria-label], [title], [placeholder]'))
    for (const name of ['aria-label', 'title', 'placeholder']) said.push(each.getAttribute(name) || '');
  return said.join('\\n');
}"""
SMALL = """() => [...document.querySelectorAll('a, button, input:not([type=hidden]), select, textarea, summary')]
  .filter((each) => each.checkVisibility({ visibilityProperty: true }) && !each.closest('svg, .vh') && !each.matches('.skip'))
  .map((each) => [each, (each.closest('label') || each).getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.width < 43.5 || box.height < 43.5))
  .filter(([each]) => getComputedStyle(each).display !== 'inline')
  .map(([each, box]) => `${each.outerHTML.slice(0, 90)} ${box.width} × ${box.height}`)"""


def opened(site: Any, browser: Any, login: str, size: str, language: str, theme: str) -> Any:
    """A page of this person, or of a stranger; what the console complains about is kept in ``complaints``."""
    options = SIZES[size] | {"locale": language}
    context = (
        site.signed_in(browser, login, **options) if login else browser.new_context(base_url=site.url, **options)
    )  # fmt: skip
    for name, value in (("language", language), ("theme", theme)):
        context.add_cookies([{"name": f"dougong_{name}", "value": value, "url": site.url}])
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("console", lambda each: page.complaints.append(each.text) if _is_complaint(each) else None)
    return page


def _is_complaint(message: Any) -> bool:
    return message.type in ("error", "warning") and "status of 4" not in message.text


def go(page: Any, address: str) -> None:
    """Open an address, or the task of the inbox that it names."""
    if not address.startswith("inbox:"):
        page.goto(address)
        return
    page.goto("/inbox")
    with page.expect_navigation():
        page.locator(".worklist a").nth(int(address.removeprefix("inbox:")) - 1).click()


def entered(site: Any) -> str:
    """Everything people entered, as one text."""
    with site.composition.database.engine.connect() as connection:
        tables = [name for name in inspect(connection).get_table_names() if not any(each in name for each in OURS)]
        rows = [row for name in tables for row in connection.execute(text(f'SELECT * FROM "{name}"'))]
    cells = [cell for row in rows for cell in row if isinstance(cell, str)]
    # names in several languages are stored as JSON with every letter beyond ASCII escaped
    return "\n".join(cells) + "\n".join(str(json.loads(cell)) for cell in cells if cell[:1] == "{" and cell[-1:] == "}")


def faults(page: Any, axe: str, size: str) -> list[str]:
    """What axe finds with the whole page in sight, what sticks out sideways, what is too small for a finger."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    found = [f"{wide} wide"] if wide > page.viewport_size["width"] else []
    if size != "desk":
        found += page.evaluate(SMALL)
    shown = page.viewport_size
    page.set_viewport_size(shown | {"height": page.evaluate("document.documentElement.scrollHeight") + 200})
    page.evaluate(axe)
    result = page.evaluate("tags => axe.run({runOnly: tags})", TAGS)
    page.set_viewport_size(shown)
    found += [f"{each['id']}: {[node['target'] for node in each['nodes']]}" for each in result["violations"]]
    return found + page.complaints


def crawl(
    site: Any, browser: Any, axe: str, screens: Screens, size: str, language: str, theme: str
) -> list[str]:  # fmt: skip
    """These screens in one look; gives what is wrong, with the person and the address."""
    wrong, known = [], entered(site) + "中文" + site.composition.organisation
    for login, addresses in screens.items():
        page = opened(site, browser, login, size, language, theme)
        for address in addresses:
            go(page, address)
            here = faults(page, axe, size)
            page.complaints.clear()
            if language == "en":
                here += [f"not English: {run}" for run in set(CJK.findall(page.evaluate(WORDS))) if run not in known]
            wrong += [f"{login} {address}: {each}" for each in here]
        page.context.close()
    return wrong


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(look[1:]))
def test_every_screen_is_sound(site: Any, chromium: Any, axe: str, look: tuple[Screens, str, str, str]) -> None:
    assert crawl(site, chromium, axe, *look) == []


@pytest.mark.soak
@pytest.mark.parametrize("look", list(product(SIZES, ("zh-CN", "en"), ("light", "dark"))), ids="-".join)
def test_every_screen_is_sound_in_every_look(site: Any, chromium: Any, axe: str, look: tuple[str, str, str]) -> None:
    assert crawl(site, chromium, axe, SCREENS | BUILDER, *look) == []


BUDGETS = (
    ("zhang", NEW, 60, 8), ("wang", f"{LISTS}/all", 80, 10), ("chen", "inbox:1", 60, 8),
    ("wang", f"{REPORTS}/by_month", 110, 12),
)  # fmt: skip
"""Login, address, kilobytes, requests."""


def cold(page: Any, address: str) -> list[int]:
    """The bytes on the wire of each request of a page, with nothing kept from before."""
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.clearBrowserCache")
    page.goto("about:blank")
    weights: list[int] = []
    wire.on("Network.loadingFinished", lambda event: weights.append(event["encodedDataLength"]))
    page.goto(address, wait_until="networkidle")
    return weights


def test_cold_pages_are_light(site: Any, chromium: Any) -> None:
    for login, address, kilobytes, requests in BUDGETS:
        page = opened(site, chromium, login, "phone", "zh-CN", "light")
        go(page, address)
        weights = cold(page, page.url)
        assert 4 <= len(weights) <= requests, address
        assert sum(weights) <= kilobytes * 1024, (address, weights)
        page.context.close()


def typing(site: Any, browser: Any) -> tuple[Any, Any, list[str]]:
    """The blank request, its wire, and the evaluations it asks for."""
    page = opened(site, browser, "zhang", "desk", "zh-CN", "light")
    page.goto(NEW, wait_until="networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/eval" in request.url else None)
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    return page, wire, asked


def test_nothing_typed_is_lost_while_the_rules_answer_late(site: Any, chromium: Any) -> None:
    page, wire, asked = typing(site, chromium)
    slow = {"offline": False, "latency": 400, "downloadThroughput": -1, "uploadThroughput": -1}
    wire.send("Network.emulateNetworkConditions", slow)
    told = {
        "#f-reason": "abcdefghijklmnop",
        "#f-lines-0-item": "ponmlkjihgfedcba",
        "#f-lines-0-price": "123456789012.345",
    }
    for field, typed in told.items():
        page.focus(field)
        for at, letter in enumerate(typed):
            page.keyboard.type(letter)
            page.wait_for_timeout(340 if at % 5 == 4 else 60)  # long enough for an answer to fall between two letters
        assert page.input_value(field) == typed
        assert page.evaluate("'#' + document.activeElement.id") == field
    page.wait_for_timeout(900)
    assert {field: page.input_value(field) for field in told} == told
    assert len(asked) >= 6
    assert page.complaints == []
    page.context.close()


def test_one_word_of_an_input_method_is_one_question(site: Any, chromium: Any) -> None:
    page, wire, asked = typing(site, chromium)
    page.focus("#f-reason")
    for letters in ("n", "ni", "nih", "niha", "nihao"):
        wire.send(
            "Input.imeSetComposition", {"text": letters, "selectionStart": len(letters), "selectionEnd": len(letters)}
        )
        page.wait_for_timeout(320)
    assert asked == []
    wire.send("Input.insertText", {"text": "你好"})
    page.wait_for_timeout(900)
    assert page.input_value("#f-reason") == "你好"
    assert len(asked) == 1
    page.context.close()
