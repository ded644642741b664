"""The publish page: what it says before, what keeps it from publishing, what it does, and the way back."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from dougong import clock
from dougong.drafts import store
from dougong.drafts.operations import Add, BulkAdd, Convert, Delete, Set
from dougong.errors import NotFound
from dougong.spec.parse import parse
from dougong_builder import publishing_trials

FIELDS = "forms.note.fields"


def longer(length: int) -> Set:
    return Set(place=f"{FIELDS}.text", property="max_length", value=length)


def plain(page: str) -> str:
    """The text of a page's main part."""
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def test_only_builders_come_here(shop: Any) -> None:
    for path in ("/publish", "/versions", "/versions/1", "/versions/1/file", "/versions/1/restore", "/publish/done/1"):
        assert shop.get(path, "zhang").status_code == 403
        assert shop.get(path, "ma").status_code == (200)
    for path in ("/publish", "/publish/merge", "/publish/undo", "/versions/1/restore"):
        assert shop.post(path, "zhang").status_code == 403


def test_without_a_change_there_is_nothing_to_publish(shop: Any) -> None:
    page = shop.get("/publish")
    assert page.status_code == 200
    assert "There is nothing to publish" in page.text
    assert 'name="note"' not in page.text
    assert shop.client("xu").get("/apps/nothing/publish").status_code == 404


def test_changes_effects_and_tests_are_told_first(shop: Any) -> None:
    shop.record(text="one", count="12", kind="a")
    shop.record(text="two", count="a dozen", kind="b")
    shop.edit(
        Convert(node=f"{FIELDS}.count", type="number"), Delete(nodes=(f"{FIELDS}.kind.options.a",)),
        BulkAdd(parent=FIELDS, lines=("Where",)),
    )  # fmt: skip
    page = shop.get("/publish").text
    text = plain(page)
    assert "Added field “Where”" in text
    assert "Removed option “甲”" in text
    assert "1 test passed" in text
    assert re.search(r"Converts values.*“Copies”.*Needs attention", text), "the gravest first"
    assert "a dozen" in text
    assert "does not convert" in text
    radios = re.findall(r'name="choice\.([^"]+)" value="([^"]+)"( checked)?', page)
    assert {place for place, _, _ in radios} == {f"{FIELDS}.count", f"{FIELDS}.kind.options.a"}
    checked = [(place, key) for place, key, on in radios if on]
    assert len(checked) == 2, "each has its default"
    assert all(next(key for place, key, _ in radios if place == at) == chosen for at, chosen in checked)
    assert shop.number() == 1, "looking changes nothing"


def test_publishing_ends_the_draft_and_keeps_the_note(shop: Any) -> None:
    shop.edit(longer(50))
    done = shop.publish(note="  Shorter texts  ")
    assert done.status_code == 303
    assert done.location == "/apps/tiny/publish/done/2"
    assert shop.number() == 2
    assert shop.text()["forms"][0]["fields"][0]["max_length"] == 50
    with pytest.raises(NotFound):
        shop.draft()
    versions = plain(shop.get("/versions").text)
    assert "Version 2 In use 徐杰" in versions
    assert "Shorter texts" in versions
    page = shop.get("/publish/done/2").text
    assert "Version 2 is published" in page
    for way in ("/a/tiny/", "/a/tiny/note/new", "/apps/tiny/versions"):
        assert f'href="{way}"' in page


def test_the_choice_made_is_what_happens(shop: Any) -> None:
    shop.record(text="one", kind="a")
    shop.edit(Delete(nodes=(f"{FIELDS}.kind.options.a",)))
    page = shop.get("/publish").text
    radios = re.findall(r'name="(choice\.[^"]+)" value="([^"]+)"', page)
    mapping = next((name, key) for name, key in radios if key.endswith("b"))
    assert shop.publish(**{mapping[0]: mapping[1]}).status_code == 303
    options = shop.text()["forms"][0]["fields"][2]["options"]
    assert [(each["key"], each.get("was")) for each in options] == [("b", ["a"])]


def test_a_choice_that_stops_and_one_that_does_not_exist(shop: Any) -> None:
    shop.record(text="two", count="a dozen")
    shop.edit(Convert(node=f"{FIELDS}.count", type="number"))
    for key in ("cancel", "nonsense"):
        again = shop.publish(note="kept", **{f"choice.{FIELDS}.count": key})
        assert again.status_code == 422
        assert 'id="errors"' in again.text
        assert ">kept</textarea>" in again.text, "what was typed stays"
    assert f'name="choice.{FIELDS}.count" value="cancel"' in again.text
    assert shop.number() == 1


def test_a_draft_with_problems_is_not_published(shop: Any) -> None:
    shop.edit(Add(parent="lists", key="all", title="All", values={"form": "note", "columns": ["text", "nobody"]}))
    page = shop.get("/publish").text
    assert "1 thing to correct first" in page
    assert "list “All” · Columns" in page
    assert "Correct the problems to publish" in page
    assert "the tests run after that" in page
    assert "Publish version" not in page
    assert shop.publish().status_code == 422
    assert shop.number() == 1


def test_a_red_test_keeps_it_from_being_published(shop: Any) -> None:
    shop.edit(Set(place=f"{FIELDS}.text", property="required", value=False))
    page = shop.get("/publish").text
    assert "1 failed, 0 passed" in page
    assert "Needs a text" in page
    assert "errors: wanted [&#34;text&#34;], got []" in page
    assert "Publish version" not in page
    assert shop.publish().status_code == 422
    assert shop.number() == 1


def test_the_same_specs_are_tried_once(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[object] = []
    real = publishing_trials.run_tests
    monkeypatch.setattr(publishing_trials, "run_tests", lambda *given: runs.append(given) or real(*given))
    shop.edit(longer(71))
    assert shop.get("/publish").status_code == shop.get("/publish").status_code == 200
    assert shop.publish().status_code == 303
    assert len(runs) == 1
    shop.edit(longer(72))
    shop.get("/publish")
    assert len(runs) == 2


def test_a_draft_changed_while_it_was_looked_at(shop: Any) -> None:
    shop.edit(longer(50))
    shown = dict(re.findall(r'name="(rev|base)" value="(\d+)"', shop.get("/publish").text))
    shop.edit(longer(60), login="ma")
    again = shop.post("/publish", note="mine", **shown)
    assert again.status_code == 409
    assert "The draft was changed while you were looking" in again.text
    assert ">mine</textarea>" in again.text
    assert "60" in plain(again.text)
    assert shop.number() == 1
    assert shop.publish().status_code == 303


def test_pressed_twice_it_is_published_once(shop: Any) -> None:
    shop.edit(longer(50))
    shown = dict(re.findall(r'name="(rev|base)" value="(\d+)"', shop.get("/publish").text))
    first, second = shop.post("/publish", **shown), shop.post("/publish", **shown)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location == "/apps/tiny/publish/done/2"
    assert shop.number() == 2


def test_nobody_publishes_without_a_token(shop: Any) -> None:
    shop.edit(longer(50))
    for path in ("/publish", "/publish/undo", "/publish/merge", "/versions/1/restore"):
        assert (
            shop.client("xu").post(f"/apps/tiny{path}", data={"rev": "1", "base": "1", "number": "2"}).status_code
            == 400
        )
    assert shop.number() == 1


# -- taking it back ---------------------------------------------------------------------------------------------------
def test_taken_back_within_a_minute(shop: Any) -> None:
    shop.edit(longer(50))
    shop.publish()
    page = shop.get("/publish/done/2").text
    assert 'action="/apps/tiny/publish/undo"' in page
    assert re.search(r"(59|60|58) seconds left", page)
    back = shop.post("/publish/undo", number="2")
    assert (back.status_code, back.location) == (303, "/apps/tiny/publish")
    assert shop.number() == 3, "a new version from the old spec"
    assert "max_length" not in shop.text()["forms"][0]["fields"][0]
    assert shop.draft().spec.forms[0].fields[0].max_length == 50, "the changes are in a draft again"
    assert "the same as version 1" in plain(shop.get("/versions").text)
    again = shop.get("/publish")
    assert "Longest" in again.text
    assert "Publish version 4" in again.text
    assert shop.publish().location == "/apps/tiny/publish/done/4"


def test_after_a_minute_it_is_too_late(shop: Any) -> None:
    shop.edit(longer(50))
    shop.publish()
    with clock.held(clock.now() + timedelta(seconds=61)):
        page = shop.get("/publish/done/2").text
        assert "/publish/undo" not in page
        assert "The time to take it back is over" in page
        part = shop.get("/publish/done/2", headers={"HX-Request": "true"}).text
        assert "<html" not in part
        assert "hx-get" not in part, "it asks no more"
        late = shop.post("/publish/undo", number="2")
    assert late.status_code == 409
    assert "can no longer be taken back" in late.text
    assert shop.number() == 2


def test_the_page_asks_again_while_there_is_time(shop: Any) -> None:
    shop.edit(longer(50))
    shop.publish()
    part = shop.get("/publish/done/2", headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert 'hx-get="/apps/tiny/publish/done/2"' in part
    assert "csrf_token" in part


def test_what_cannot_be_taken_back(shop: Any) -> None:
    assert shop.post("/publish/undo", number="1").status_code == 409, "nothing was before it"
    assert "/publish/undo" not in shop.get("/publish/done/1").text
    shop.edit(longer(50))
    shop.publish()
    shop.publish_file(lambda spec: spec["app"].update(help="x"))
    assert shop.post("/publish/undo", number="2").status_code == 409, "it is no longer what people use"
    page = shop.get("/publish/done/2").text
    assert "People now use version 3" in page
    assert shop.get("/publish/done/9").status_code == 404
    assert shop.post("/publish/undo", number="x").status_code == 409
    assert shop.number() == 3


def test_a_new_draft_is_not_overwritten_by_taking_back(shop: Any) -> None:
    shop.edit(longer(50))
    shop.publish()
    shop.edit(longer(90), login="ma")
    back = shop.post("/publish/undo", number="2")
    assert back.location == "/apps/tiny/versions"
    assert shop.draft().spec.forms[0].fields[0].max_length == 90
    assert shop.number() == 3


def test_the_first_publish_of_a_new_app(shop: Any) -> None:
    spec = shop.text()
    spec["app"]["key"] = "fresh"
    app = parse(json.dumps(spec)).app
    shop.composition.database.write(lambda tx: store.new_draft(tx, app, shop.actor("xu").id))
    client = shop.client("xu")
    assert "Nothing has been published yet" in client.get("/apps/fresh/versions").text
    page = client.get("/apps/fresh/publish").text
    assert "First publish" in page
    assert "Publish version 1" in page
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    done = client.post("/apps/fresh/publish", data={"csrf_token": token[1], "rev": "0", "base": "0"})
    assert done.location == "/apps/fresh/publish/done/1"
    assert client.get("/a/fresh/note/new").status_code == 200
    page = client.get("/apps/fresh/publish/done/1").text
    assert "/publish/undo" not in page, "there is nothing before it"
