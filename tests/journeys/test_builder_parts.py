"""In a browser: a form gets a rule, a flow, a grant and a list by plain forms; every page of it is sound in every look."""

import importlib.util
import re
import sys
from itertools import product
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

_SPEC = importlib.util.spec_from_file_location("every_screen", Path(__file__).with_name("test_every_screen.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
screens = importlib.util.module_from_spec(_SPEC)
sys.modules[_SPEC.name] = screens
_SPEC.loader.exec_module(screens)

FORM = "/apps/purchase/forms/request"
PAGES = (
    f"{FORM}/rules?at=checks.future", f"{FORM}/flow?at=manager", f"{FORM}/flow?at=amount", f"{FORM}/access?at=order",
    "/apps/purchase/lists", "/apps/purchase/lists/all", "/apps/purchase/settings", "/apps/purchase/settings?delete=roles.buyer",
    "/apps/purchase/problems?uses=forms.request.fields.total", "/apps/mdm/forms/supplier/flow", "/apps/purchase/discarded",
)  # fmt: skip
WIDE = tuple(
    page for page in PAGES if "flow?at=manager" in page or "access" in page or "/all" in page or "uses" in page
)
"""Those that a desktop lays out in another way."""


@pytest.mark.parametrize(
    ("pages", "look"),
    [(PAGES, ("narrow", "en", "dark")), pytest.param(WIDE, ("desk", "zh-CN", "light"), marks=pytest.mark.soak)],
    ids=["narrow", "desk"],
)
def test_every_plain_page_is_sound(
    site: Any, chromium: Any, axe: str, pages: tuple[str, ...], look: tuple[str, str, str]
) -> None:
    assert screens.crawl(site, chromium, axe, {"xu": pages}, *look) == []


@pytest.mark.soak
@pytest.mark.parametrize("look", list(product(screens.SIZES, ("zh-CN", "en"), ("light", "dark"))), ids="-".join)
def test_every_plain_page_is_sound_in_every_look(
    site: Any, chromium: Any, axe: str, look: tuple[str, str, str]
) -> None:
    assert screens.crawl(site, chromium, axe, {"xu": PAGES}, *look) == []


@pytest.mark.parametrize("scripts", [True, False], ids=["script", "noscript"])
def test_a_module_is_set_up_by_plain_forms_alone(site: Any, chromium: Any, scripts: bool) -> None:
    context = site.signed_in(
        chromium, "xu", locale="en", java_script_enabled=scripts, viewport={"width": 390, "height": 844}
    )
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto("/apps/mdm/forms/supplier/rules")
    _checked(page)
    _flowing(page)
    _granted(page)
    _listed(page)
    page.goto("/apps/mdm/problems")
    assert page.get_by_role("heading", name="No problems, ready to publish").is_visible()
    context.close()


def _checked(page: Any) -> None:
    """A check with a mistake in its formula, told at once and mended."""
    page.get_by_label("The condition that must hold").fill("LEN(name) > ")
    page.get_by_label("The message when it does not").fill("Give its whole name")
    page.get_by_role("button", name="Add check").click()
    row = page.locator("li.item", has_text="Give its whole name")
    test = row.get_by_label("Condition")
    assert test.get_attribute("aria-invalid") == "true"
    assert row.locator(".err").first.is_visible()
    test.fill("LEN(name) > 1")
    row.get_by_role("button", name="Save").click()
    row = page.locator("li.item", has_text="Give its whole name")
    assert row.locator(".err").count() == 0


def _flowing(page: Any) -> None:
    """A flow of two steps, the second with a right of its own, put before the first by keyboard."""
    page.get_by_role("link", name="Flow", exact=True).click()
    page.get_by_role("button", name="Add a flow").click()
    plus = page.get_by_label("Add a step after “Line manager”")
    plus.focus()
    plus.press("Enter")
    page.locator("details[open] > .plus-kinds").get_by_role("button", name="handling").click()
    assert "?at=handle" in page.url
    panel = page.locator("#step")
    panel.get_by_label("English").fill("Register")
    panel.get_by_label("Who acts").select_option(label="Submitter")
    panel.get_by_text("Rights on fields in this step").click()
    panel.get_by_label("Full name", exact=True).select_option("read")
    panel.get_by_role("button", name="Save").click()
    assert page.locator("#flow\\.steps\\.handle-card").get_by_text("own rights on 1 field").is_visible()
    up = page.get_by_role("button", name="Move “Register” up")
    up.focus()
    up.press("Enter")
    page.wait_for_url("**/flow#*")
    titles = page.locator(".step-title strong").all_inner_texts()
    assert titles == ["Register", "Line manager"]


def _granted(page: Any) -> None:
    """A grant for the department head, of two fields."""
    page.get_by_role("link", name="Access", exact=True).click()
    page.get_by_role("button", name="Everyone can read").click()
    panel = page.locator("#grant")
    panel.get_by_label("Who").select_option(label="Head of the submitter’s department")
    panel.get_by_label("delete").check()
    panel.get_by_label("Rows").fill("created_by = ME()")
    panel.get_by_role("button", name="Save").click()
    sentence = "Head of the submitter’s department can read, delete the records they created"
    assert page.get_by_role("heading", name=sentence).is_visible()


def _listed(page: Any) -> None:
    """A list with two columns, the newest first."""
    page.get_by_role("link", name="Lists", exact=True).click()
    page.get_by_label("Title").fill("Fresh suppliers")
    page.get_by_role("button", name="Add list").click()
    for title in ("Full name", "Submitted at"):
        page.get_by_label("Add a column").select_option(label=title)
        page.locator("#columns").get_by_role("button", name="Add").click()
    page.get_by_label("Then sort by").select_option(label="Submitted at")
    page.locator("#sort").get_by_role("button", name="Add").click()
    page.get_by_role("button", name="Rising").click()
    assert page.get_by_role("button", name="Falling").is_visible()
    assert page.locator("th[scope=col]").all_inner_texts() == ["Full name", "Submitted at"]


def test_what_was_typed_in_one_form_is_kept_when_another_is_sent(site: Any, chromium: Any) -> None:
    context = site.signed_in(chromium, "xu", locale="en")
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto(f"{FORM}/rules")
    page.get_by_label("Number pattern").fill("Q{YY}/{000}")
    assert re.fullmatch(r"Q\d\d/001", page.locator("[data-example]").inner_text())
    page.get_by_label("Number pattern").fill("Q{")
    assert page.locator("[data-example]").inner_text() == "—"
    page.get_by_label("Number pattern").fill("CG-{YYYY}-{0000}")
    page.get_by_label("Record title").fill("reason")
    page.get_by_label("New status").fill("Paid")
    page.locator("#statuses").get_by_role("button", name="Add").click()
    page.wait_for_url("**/rules?at=statuses.paid*")
    assert page.get_by_label("Record title").input_value() == "reason"
    page.goto(f"{FORM}/flow?at=manager")
    page.locator("#step").get_by_label("one after another").check()
    page.get_by_role("link", name="By amount").click()
    page.wait_for_url("**/flow?at=amount*")
    assert page.locator("#flow\\.steps\\.manager-card").get_by_text("one after another").is_visible()
    page.goto(f"{FORM}/rules?at=statuses.paid")
    page.locator("#statuses\\.paid").get_by_label("Key").fill("Not A Key")
    page.get_by_role("link", name="Flow", exact=True).click()
    page.wait_for_url("**/op")  # it was not taken: the page says so, with what was typed
    assert page.locator("#statuses\\.paid").get_by_label("Key").input_value() == "Not A Key"
    context.close()
