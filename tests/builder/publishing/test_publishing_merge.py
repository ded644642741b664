"""Somebody else published meanwhile: the two are brought together, and where both changed the same, a side is chosen."""

import re
from typing import Any

from dougong.drafts import editing
from dougong.drafts.operations import Set

TEXT = "forms.note.fields.text"


def text(property: str, value: Any) -> Set:
    return Set(place=TEXT, property=property, value=value)


def first(spec: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = spec["forms"][0]["fields"][0]
    return found


def rev(shop: Any) -> str:
    return str(shop.draft().rev)


def test_what_differs_elsewhere_comes_together(shop: Any) -> None:
    shop.edit(text("max_length", 50))
    shop.publish_file(lambda spec: first(spec).update(help="new"), "hot fix")
    page = shop.get("/publish").text
    assert "Version 2 was published from a file" in page
    assert "can simply be brought together" in page
    assert "Publish version" not in page
    assert "Longest" in page
    assert "new" in page
    done = shop.post("/publish/merge", rev=rev(shop))
    assert (done.status_code, done.location) == (303, "/apps/tiny/publish")
    draft = shop.draft()
    assert draft.base_revision == 2
    assert (draft.spec.forms[0].fields[0].help, draft.spec.forms[0].fields[0].max_length) == ("new", 50)
    page = shop.get("/publish").text
    assert "Publish version 3" in page
    assert "hot fix" not in page
    assert shop.publish().location == "/apps/tiny/publish/done/3"
    assert first(shop.text())["help"] == "new"


def test_a_clash_needs_a_side(shop: Any) -> None:
    shop.edit(text("max_length", 50), text("title", {"zh-CN": "事由", "en": "Why"}))
    shop.publish_file(lambda spec: first(spec).update(max_length=60, title={"zh-CN": "原因", "en": "Why"}))
    page = shop.get("/publish").text
    names = set(re.findall(r'name="(side\.[^"]+)"', page))
    assert names == {f"side.{TEXT}.max_length", f"side.{TEXT}.title"}
    assert "checked" not in page, "nobody decides for them"
    again = shop.post("/publish/merge", rev=rev(shop), **{f"side.{TEXT}.title": "theirs"})
    assert again.status_code == 422
    assert again.text.count('class="err"') == 1
    assert re.search(r'<a href="#clash-\d">Choose a side: [^<]*Longest', again.text)
    assert re.search(rf'name="side\.{re.escape(TEXT)}\.title" value="theirs" checked', again.text), (
        "what was chosen stays"
    )
    sides = {f"side.{TEXT}.title": "theirs", f"side.{TEXT}.max_length": "mine"}
    assert shop.post("/publish/merge", rev=rev(shop), **sides).status_code == 303
    field = shop.draft().spec.forms[0].fields[0]
    assert (field.title, field.max_length) == ({"zh-CN": "原因", "en": "Why"}, 50)


def test_steps_can_still_be_undone_after_it(shop: Any) -> None:
    shop.edit(text("max_length", 50))
    shop.publish_file(lambda spec: first(spec).update(help="new"))
    shop.post("/publish/merge", rev=rev(shop))
    person = shop.actor("xu").id
    shop.composition.database.write(lambda tx: editing.undo(tx, "tiny", person))
    field = shop.draft().spec.forms[0].fields[0]
    assert field.max_length != 50
    assert field.help == "new"


def test_a_draft_changed_meanwhile_is_looked_at_again(shop: Any) -> None:
    shop.edit(text("max_length", 50))
    shop.publish_file(lambda spec: first(spec).update(help="new"))
    old = rev(shop)
    shop.edit(text("max_length", 70), login="ma")
    again = shop.post("/publish/merge", rev=old)
    assert again.status_code == 409
    assert "The draft has just been changed" in again.text
    assert shop.draft().base_revision == 1
    assert shop.post("/publish/merge", rev="x").status_code == 409


def test_publishing_what_is_behind_is_refused(shop: Any) -> None:
    shop.edit(text("max_length", 50))
    shown = dict(re.findall(r'name="(rev|base)" value="(\d+)"', shop.get("/publish").text))
    shop.publish_file(lambda spec: first(spec).update(max_length=60))
    late = shop.post("/publish", **shown)
    assert late.status_code == 409
    assert "side." in late.text
    assert first(shop.text())["max_length"] == 60


def test_a_draft_nobody_changed_goes_along(shop: Any) -> None:
    shop.get("/publish")
    assert shop.draft().base_revision == 1
    shop.publish_file(lambda spec: first(spec).update(max_length=60))
    page = shop.get("/publish").text
    assert "There is nothing to publish" in page
    assert shop.draft().base_revision == 2
    assert shop.post("/publish/merge", rev="0").status_code == 303, "there is nothing to bring together"
