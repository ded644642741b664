"""Publishing in a browser: read, choose, publish, take back; two builders at once; versions and a restore; without scripts
the same; every page sound in both sizes."""

import json
from typing import Any

import pytest

from dougong.apps import Registry, publish_files
from dougong.drafts import editing, store
from dougong.drafts.operations import Add, AnyOperation, BulkAdd, Convert, Delete, Set

pytestmark = pytest.mark.browser
APP, HERE = "purchase", "/apps/purchase"
REASON = "forms.request.fields.reason"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1366, "height": 768}}


def edit(site: Any, *operations: AnyOperation) -> None:
    """Change the draft as 徐杰."""
    person = site.actor("xu").id

    def work(tx: Any) -> None:
        draft = store.open_draft(tx, APP, person)
        for each in operations:
            draft = editing.operate(tx, APP, each, person, draft.rev).draft

    site.composition.database.write(work)


def publish_elsewhere(site: Any, **properties: Any) -> None:
    """Somebody publishes from a file: other properties of the reason."""

    def work(tx: Any) -> None:
        spec = json.loads(Registry(tx).text(APP))
        spec["forms"][0]["fields"][0]["fields"][0].update(properties)
        publish_files(tx, {"purchase.json": json.dumps(spec).encode()}, "command", "hot fix")

    site.composition.database.write(work)


def spec(site: Any) -> Any:
    return site.composition.database.read(lambda tx: Registry(tx).app(APP).compiled.spec)


def page_of(
    site: Any, browser: Any, scripts: bool = True, language: str = "en", theme: str = "light", **size: Any
) -> Any:
    context = site.signed_in(browser, "xu", locale=language, java_script_enabled=scripts, **(size or DESK))
    for name, value in (("language", language), ("theme", theme)):
        context.add_cookies([{"name": f"dougong_{name}", "value": value, "url": site.url}])
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page


def faults(page: Any, axe: str) -> list[str]:
    """What axe finds with the whole page in sight, and what sticks out sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    found = [f"{wide} wide"] if wide > page.viewport_size["width"] else []
    for each in page.query_selector_all("details:not([open]) > summary"):
        each.click()
    shown = page.viewport_size
    page.set_viewport_size(shown | {"height": page.evaluate("document.documentElement.scrollHeight") + 200})
    page.evaluate(axe)
    result = page.evaluate("tags => axe.run({runOnly: tags})", TAGS)
    page.set_viewport_size(shown)
    found += [f"{each['id']}: {[node['target'] for node in each['nodes']]}" for each in result["violations"]]
    return [f"{page.url}: {each}" for each in found + page.complaints]


def test_publish_take_back_and_publish_again(site: Any, chromium: Any) -> None:
    place = BulkAdd(parent="forms.request.fields", lines=("到货地点",))
    edit(site, place, Set(place=REASON, property="max_length", value=90))
    page = page_of(site, chromium)
    page.goto(f"{HERE}/publish")
    assert "到货地点" in page.inner_text("main")
    page.fill("#note", "Where to")
    page.get_by_role("button", name="Publish version 2").click()
    page.wait_for_url("**/publish/done/2")
    page.get_by_role("button", name="Take it back").click()
    page.wait_for_url(f"**{HERE}/publish")
    assert "taken back" in page.inner_text("#toasts")
    assert spec(site).forms[0].fields[0].fields[0].max_length == 200
    page.get_by_role("button", name="Publish version 4").click()
    page.wait_for_url("**/publish/done/4")
    left = page.inner_text("#undoing .hint")
    page.wait_for_function("said => document.querySelector('#undoing .hint').innerText !== said", arg=left)
    page.get_by_role("link", name="Try filling in").click()
    page.wait_for_url("**/a/purchase/request/new")
    assert "到货地点" in page.inner_text("main")
    assert page.complaints == []
    page.context.close()


def test_without_scripts_two_versions_become_one(site: Any, chromium: Any) -> None:
    edit(site, Set(place=REASON, property="max_length", value=90), Set(place=REASON, property="help", value="mine"))
    publish_elsewhere(site, max_length=60)
    page = page_of(site, chromium, scripts=False, **PHONE)
    page.goto(f"{HERE}/publish")
    page.get_by_role("button", name="Bring together").click()
    page.locator("#errors a").click()
    assert page.url.endswith("#clash-1")
    page.get_by_text("Take the published one: 60").click()
    page.get_by_role("button", name="Bring together").click()
    page.get_by_role("button", name="Publish version 3").click()
    page.get_by_role("link", name="Versions").click()
    page.get_by_role("link", name="Changes 3").click()
    assert "mine" in page.inner_text("main")
    page.goto(f"{HERE}/versions/1/restore")
    page.get_by_role("button", name="Restore as version 4").click()
    assert page.url.endswith("/publish/done/4")
    page.get_by_role("button", name="Take it back").click()
    page.goto(f"{HERE}/versions")
    assert "Version 5" in page.inner_text("main")
    field = spec(site).forms[0].fields[0].fields[0]
    assert (field.max_length, field.help) == (60, "mine")
    with page.expect_download() as got:
        page.get_by_role("link", name="Download 5").click()
    assert got.value.suggested_filename == "Purchasing-v5.json"
    page.context.close()


def test_every_page_is_sound(site: Any, chromium: Any, axe: str) -> None:
    edit(site, Set(place=REASON, property="max_length", value=90))
    publish_elsewhere(site, max_length=60, help="x")
    desk = page_of(site, chromium, language="zh-CN", **DESK)
    phone = page_of(site, chromium, theme="dark", **PHONE)
    wrong = []
    phone.goto(f"{HERE}/publish")  # behind
    phone.locator(".merge button.pri").click()
    wrong += faults(phone, axe)
    site.composition.database.write(lambda tx: store.discard(tx, APP, site.actor("xu").id))
    edit(
        site, Delete(nodes=("forms.request.fields.category.options.asset",)),
        Convert(node="forms.request.fields.lines.item", type="number"),
        BulkAdd(parent="forms.request.fields", lines=("a*", "b")),
        Add(parent="lists", key="odd", title="Odd", values={"form": "request", "columns": ["nobody"]}),
    )  # fmt: skip
    desk.goto(f"{HERE}/publish")  # with problems
    wrong += faults(desk, axe)
    edit(site, Delete(nodes=("lists.odd",)))
    pages = (
        (phone, "publish"),
        (desk, "publish/done/2"),
        (phone, "versions"),
        (phone, "versions/2"),
        (desk, "versions/1/restore"),
    )
    for page, path in pages:
        page.goto(f"{HERE}/{path}")  # publish: with red tests, samples and choices
        wrong += faults(page, axe)
    desk.context.close()
    phone.context.close()
    assert wrong == []
