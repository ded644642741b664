"""The pages of a form that changes, in a browser: a draft tried out, a page told while open, what is left, what was, paper."""

import json
from typing import Any

import pytest

from dougong.apps import publish_files

pytestmark = pytest.mark.browser

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = [
    ({"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "color_scheme": "dark"}, "en"),
    ({"viewport": {"width": 1366, "height": 768}}, "zh-CN"),
]
ROWS = {"type": "subtable", "key": "lines", "title": "明细", "min_rows": 1}
FIRST: list[Any] = [
    {"type": "text", "key": "why", "title": "事由"}, {"type": "paragraph", "key": "old", "title": "说明"},
    {"type": "text", "key": "amount", "title": "预算"}, {"type": "person", "key": "who", "title": "同行"},
    ROWS | {"fields": [{"type": "text", "key": "item", "title": "物品"}, {"type": "text", "key": "hue", "title": "颜色"}]},
]  # fmt: skip
SECOND: list[Any] = [
    FIRST[0], {"type": "money", "key": "amount", "title": "预算"}, FIRST[3],
    ROWS | {"fields": [{"type": "text", "key": "item", "title": "物品"}]},
]  # fmt: skip
TYPED = {"why": "开会", "old": "第一天到", "amount": "约三千", "lines-0-item": "样品", "lines-0-hue": "红"}


def publish(site: Any, fields: list[Any]) -> None:
    grant = {"key": "all", "who": "everyone", "can": ["create", "read", "edit"]}
    form = {"key": "note", "title": "便条", "fields": fields, "access": [grant]}
    app = {"dougong": 1, "app": {"key": "pad", "title": "本子"}, "forms": [form]}
    site.composition.database.write(lambda tx: publish_files(tx, {"pad.json": json.dumps(app).encode()}, "test"))


def sound(page: Any, axe: str) -> None:
    """Nothing that axe finds with the whole page in sight, nothing that sticks out."""
    shown = page.viewport_size
    assert page.evaluate("document.documentElement.scrollWidth") <= shown["width"], page.url
    page.set_viewport_size(shown | {"height": page.evaluate("document.documentElement.scrollHeight") + 200})
    page.evaluate(axe)
    result = page.evaluate("tags => axe.run({runOnly: tags})", TAGS)
    page.set_viewport_size(shown)
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in result["violations"]] == [], page.url


def fill(page: Any) -> None:
    page.goto("/a/pad/note/new")
    for name, value in TYPED.items():
        page.fill(f"[name={name}]", value)


@pytest.mark.parametrize("look", [LOOKS[0], pytest.param(LOOKS[1], marks=pytest.mark.soak)], ids=["phone", "desk"])
def test_a_form_changes_while_it_is_filled_in(site: Any, chromium: Any, axe: str, look: Any) -> None:
    options, language = look
    publish(site, FIRST)
    page = site.signed_in(chromium, "xu", locale=language, **options).new_page()
    page.goto("/a/purchase/request/preview")
    sound(page, axe)
    with page.expect_navigation():
        page.click("[name=_submit]")
    sound(page, axe)

    fill(page)
    publish(site, SECOND)
    page.fill("[name=why]", "开会两天")
    page.wait_for_selector("#renewed .alert")
    assert page.evaluate("document.activeElement.name") == "why"
    sound(page, axe)
    with page.expect_navigation():
        page.click("#renewed [name=_refresh]")
    left = page.locator("[name='_left.text']").evaluate_all("all => all.map(each => each.value)")
    assert left == ["第一天到", "约三千", "红"]
    assert page.input_value("[name=why]") == "开会两天"
    sound(page, axe)
    page.fill("[name=amount]", "3000")
    page.wait_for_timeout(500)
    with page.expect_navigation():
        page.click("[name=_submit]")
    assert "开会两天" in page.inner_text("main")

    publish(site, FIRST)
    fill(page)
    with page.expect_navigation():
        page.click("[name=_submit]")
    publish(site, SECOND)
    page.reload()
    assert "约三千" in page.inner_text(".earlier")
    sound(page, axe)
    with page.expect_navigation():
        page.click(".sheet-foot a")
    assert "第一天到" in page.inner_text("main")
    sound(page, axe)


def test_looking_somebody_up_without_scripts(site: Any, chromium: Any) -> None:
    publish(site, FIRST)
    page = site.signed_in(chromium, "zhang", java_script_enabled=False, locale="zh-CN").new_page()
    page.goto("/a/pad/note/new")
    page.fill("[name=why]", "开会")
    page.fill("[name=lines-0-item]", "样品")
    page.fill("[name='who.text']", "z")
    page.click("[name=_find][value=who]")
    page.get_by_label("周婷").check()
    page.click("[name=_submit]")
    assert "周婷" in page.inner_text("main")
