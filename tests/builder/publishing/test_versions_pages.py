"""The versions of an app: who made which, what differs, the file, and an old one published again."""

import json
import re
from typing import Any

from dougong.drafts.operations import BulkAdd, Delete, Rename, Set

FIELDS = "forms.note.fields"


def first(spec: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = spec["forms"][0]["fields"][0]
    return found


def plain(page: str) -> str:
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def changed(shop: Any) -> None:
    """Version 2: one field changed, one gone, one new, one under another key."""
    shop.edit(
        Set(place=f"{FIELDS}.text", property="max_length", value=50), Delete(nodes=(f"{FIELDS}.count",)),
        BulkAdd(parent=FIELDS, lines=("Where",)), Rename(node=f"{FIELDS}.kind", key="sort"),
    )  # fmt: skip
    assert shop.publish(note="Tidied").status_code == 303


def test_the_list(shop: Any) -> None:
    changed(shop)
    shop.publish_file(lambda spec: first(spec).update(help="x"), "by command")
    text = plain(shop.get("/versions").text)
    third, second, one = re.split(r"Version \d ", text)[1:]
    assert third.startswith("In use From a file")
    assert "1 change ·" in third
    assert "by command" in third
    assert second.startswith("徐杰")
    assert "6 changes · 1 form · 3 fields" in second
    assert "Tidied" in second
    assert "The first version · 1 form" in one
    assert text.count("In use") == 1
    assert "Older versions" not in text


def test_a_long_list_goes_on(shop: Any) -> None:
    for length in range(60, 82):
        shop.publish_file(lambda spec, length=length: first(spec).update(max_length=length))  # type: ignore[misc]
    page = shop.get("/versions").text
    assert page.count('class="card"') == 20
    assert "Version 4<" in page
    older = re.search(r'href="(/apps/tiny/versions\?before=\d+)"', page)
    assert older is not None
    more = shop.client("xu").get(older[1]).text
    assert [f"Version {n}<" in more for n in (4, 3, 2, 1)] == [False, True, True, True]
    assert 'href="/apps/tiny/versions?before=' not in more


def test_forms_side_by_side(shop: Any) -> None:
    changed(shop)
    page = shop.get("/versions/2").text
    rows = dict(re.findall(r'<tr class="(\w*) d0">(.*?)</tr>', page, re.S))
    assert {"changed", "removed", "renamed", "added"} <= rows.keys()
    assert "Longest" in rows["changed"]
    assert "Copies" in rows["removed"].split('class="nowadays"')[0]
    assert "absent" in rows["removed"].split('class="nowadays"')[1]
    assert "Where" in rows["added"].split('class="nowadays"')[1]
    assert all(key in rows["renamed"] for key in (">kind<", ">sort<"))
    assert "Version 1 → version 2" in plain(page)
    assert "&#34;key&#34;: &#34;tiny&#34;" in page, "the file is there too"


def test_against_another_version(shop: Any) -> None:
    changed(shop)
    shop.publish_file(lambda spec: first(spec).update(max_length=70))
    page = shop.get("/versions/1").text
    assert "with=3" in page
    against = plain(shop.get("/versions/1?with=3").text)
    assert "Version 1 → version 3" in against
    assert "70" in against
    assert "Nothing differs" in plain(shop.get("/versions/2?with=2").text)
    for wrong in ("/versions/9", "/versions/0", "/versions/2?with=9"):
        assert shop.get(wrong).status_code == 404, wrong
    assert shop.client("xu").get("/apps/none/versions").status_code == 404


def test_any_version_as_a_file(shop: Any) -> None:
    changed(shop)
    shop.client("xu").set_cookie("dougong_language", "zh-CN")
    for number in (1, 2):
        file = shop.get(f"/versions/{number}/file")
        assert json.loads(file.data) == shop.text(number)
        said = file.headers["Content-Disposition"]
        assert f'filename="tiny-v{number}.json"' in said
        assert f"filename*=UTF-8''%E5%B0%8F%E5%BA%94%E7%94%A8-v{number}.json" in said
        assert file.mimetype == "application/json"
    assert shop.get("/versions/7/file").status_code == 404


def test_restoring_is_publishing_again(shop: Any) -> None:
    shop.record(text="one", count="12", kind="a")
    changed(shop)
    page = shop.get("/versions/1/restore").text
    text = plain(page)
    assert "Version 2 → version 3" in text
    assert "Added field “Copies”" in text
    assert "Removed field “Where”" in text
    assert ">Version 1 restored</textarea>" in page
    assert shop.number() == 2
    done = shop.post("/versions/1/restore", base="2", note="Back")
    assert (done.status_code, done.location) == (303, "/apps/tiny/publish/done/3")
    keys = [each["key"] for each in shop.text()["forms"][0]["fields"]]
    assert keys == ["text", "count", "kind"]
    assert "Back" in plain(shop.get("/versions").text)
    assert "says the same as the one in use" in shop.get("/versions/3/restore").text


def test_restoring_what_was_looked_at_before_somebody_published(shop: Any) -> None:
    changed(shop)
    shop.publish_file(lambda spec: first(spec).update(help="x"))
    late = shop.post("/versions/1/restore", base="2", note="Back")
    assert late.status_code == 409
    assert "Version 3 was published meanwhile" in late.text
    assert ">Back</textarea>" in late.text
    assert shop.number() == 3
    assert shop.post("/versions/9/restore", base="3").status_code == 404
    assert shop.post("/versions/1/restore", base="x").status_code == 409


def test_a_draft_survives_a_restore(shop: Any) -> None:
    changed(shop)
    shop.edit(Set(place=f"{FIELDS}.text", property="max_length", value=33))
    shop.post("/versions/1/restore", base="2")
    assert shop.draft().spec.forms[0].fields[0].max_length == 33
    assert "Bring the two together" in shop.get("/publish").text
