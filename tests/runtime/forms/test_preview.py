"""A draft's form tried out: drawn as it will be, its rules alive, nothing stored."""

import json
import time
from typing import Any

import pytest

from dougong.drafts.editing import operate
from dougong.drafts.operations import Add, Set
from dougong.drafts.store import discard, new_draft, open_draft, rev_of
from dougong.spec.parse import parse

PREVIEW = "/a/purchase/request/preview"
TRY, REFRESH = ("_submit", "1"), ("_refresh", "1")
GOOD = {
    "reason": "办公", "category": "office", "lines__0__item": "纸", "lines__0__quantity": "2", "lines__0__price": "3",
}  # fmt: skip


@pytest.fixture
def edited(site: Any) -> Any:
    """``edited(operation, …)`` changes the draft of the purchase app."""

    def change(*operations: Any, app: str = "purchase") -> None:
        person = site.actor("xu").id

        def work(tx: Any) -> None:
            open_draft(tx, app, person)
            for each in operations:
                operate(tx, app, each, person, rev_of(tx, app))

        site.composition.database.write(work)

    return change


def drafted(site: Any, fields: list[Any], **more: Any) -> None:
    """A draft of an app that was never published, with one form."""
    form = {"key": "one", "title": "新表", "fields": fields} | more
    spec = {"dougong": 1, "app": {"key": "fresh", "title": "新"}, "forms": [form]}
    found = parse(json.dumps(spec))
    assert found.app is not None, found.problems
    app = found.app
    site.composition.database.write(lambda tx: new_draft(tx, app, site.actor("xu").id))


def add(type: str, title: str, key: str, **values: Any) -> Add:
    return Add(parent="forms.request.fields", type=type, title=title, key=key, values=values)


def test_builders_only_and_framed_by_us_only(site: Any) -> None:
    page = site.open("xu", PREVIEW)
    assert page.status == 200
    assert page.response.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in page.response.headers["Content-Security-Policy"]
    assert site.open("zhang", PREVIEW).status == 403
    assert site.open("zhang", "/a/purchase/request/new").response.headers["X-Frame-Options"] == "DENY"


def test_the_draft_is_drawn_and_what_people_use_is_not(site: Any, edited: Any) -> None:
    assert "新字段甲" not in site.open("xu", PREVIEW).html
    edited(add("text", "新字段甲", "fresh", required=True))
    page = site.open("xu", PREVIEW)
    assert "新字段甲" in page.html
    assert "rail" not in page.html
    assert "新字段甲" not in site.open("zhang", "/a/purchase/request/new").html


def test_trying_judges_and_stores_nothing(site: Any, edited: Any) -> None:
    edited(add("text", "新字段甲", "fresh", required=True))
    count = lambda: site.open("admin", "/a/purchase/lists/all").words.count("PR-")  # noqa: E731
    before = count()
    page = site.open("xu", PREVIEW).send(TRY, **GOOD)
    assert page.status == 422
    assert page.errors() == ["填写新字段甲"]
    assert page.value("reason") == "办公"
    done = page.send(TRY, fresh="有了")
    assert done.status == 200
    assert "可以提交" in done.words
    assert done.value("fresh") == "有了"
    assert count() == before
    assert done.response.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_rows_and_rules_without_and_with_scripts(site: Any, edited: Any) -> None:
    edited(add("text", "为什么贵", "why", show_if="total > 100"))
    page = site.open("xu", PREVIEW).send(("_row", "add:lines"), **GOOD)
    assert "lines-1-item" in dict(page.controls().found)
    more = page.send(REFRESH, lines__0__price="100")
    assert 'id="slot-why" hidden' not in more.html
    assert 'id="slot-why" hidden' in page.html
    live = page.send(REFRESH, htmx=True, lines__0__price="100")
    assert live.status == 200
    assert 'id="slot-why"' in live.html
    assert "<html" not in live.html


def test_a_form_never_published_and_one_with_problems(site: Any) -> None:
    drafted(site, [
        {"type": "text", "key": "name", "title": "名称", "required": True},
        {"type": "formula", "key": "sum", "title": "错的", "value": "nothing + 1", "result": "number"},
        {"type": "reference", "key": "other", "title": "别的", "to": "fresh.one"},
        {"type": "reference", "key": "buy", "title": "采购单", "to": "purchase.request"},
        {"type": "person", "key": "who", "title": "谁"}, {"type": "file", "key": "photo", "title": "照片", "required": True},
    ])  # fmt: skip
    page = site.open("xu", "/a/fresh/one/preview")
    assert page.status == 200
    assert "名称" in page.words
    refused = page.send(TRY, other_dot_text="什么", who_dot_text="zhang")
    assert refused.errors() == ["填写名称", "别的：没有找到“什么”", "选择照片"]
    tried = refused.send(TRY, name="一", other_dot_text="")
    assert tried.errors() == ["选择照片"]


def test_a_picker_of_a_draft_offers_what_is_published(site: Any) -> None:
    drafted(site, [
        {"type": "reference", "key": "other", "title": "别的", "to": "fresh.one"},
        {"type": "person", "key": "who", "title": "谁"},
    ])  # fmt: skip
    people = site.open("xu", "/pick/person?for=fresh.one.who&draft=1&q=zhang")
    assert people.status == 200
    assert "zhang" in people.words
    nothing = site.open("xu", "/pick/record/fresh/one?for=fresh.one.other&draft=1")
    assert (nothing.status, "没有" in nothing.words or "0" in nothing.words) == (200, True)
    assert site.open("zhang", "/pick/person?for=fresh.one.who&draft=1").status == 403


def test_a_file_is_looked_at_and_not_kept(site: Any, file: Any) -> None:
    drafted(site, [{"type": "file", "key": "photo", "title": "照片", "required": True, "accept": ["image/*"]}])
    page = site.open("xu", "/a/fresh/one/preview")
    bad = page.send(TRY, photo_dot_upload=file("a.txt", b"x"))
    assert bad.status == 422
    good = page.send(TRY, photo_dot_upload=file("a.png", b"\x89PNG"))
    assert (good.status, "可以提交" in good.words) == (200, True)
    assert good.send(TRY).status == 200
    assert not list(site.composition.settings.data.joinpath("files").rglob("*.part"))


def test_no_draft_shows_what_is_published(site: Any, edited: Any) -> None:
    edited(add("text", "新字段甲", "fresh"))
    site.composition.database.write(lambda tx: discard(tx, "purchase", None))
    page = site.open("xu", PREVIEW)
    assert (page.status, "新字段甲" in page.html) == (200, False)


def test_two_hundred_fields_are_quick(site: Any) -> None:
    drafted(site, [{"type": "text", "key": f"f{i}", "title": f"字段 {i}"} for i in range(200)])
    site.open("xu", "/a/fresh/one/preview")
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        assert site.open("xu", "/a/fresh/one/preview").status == 200
        taken.append(time.perf_counter() - start)
    assert min(taken) < 0.15


def test_a_change_is_seen_at_once(site: Any, edited: Any) -> None:
    edited(Set(place="forms.request.fields.reason", property="title", value={"zh-CN": "理由一", "en": "Why"}))
    assert "理由一" in site.open("xu", PREVIEW).words
    edited(Set(place="forms.request.fields.reason", property="title", value={"zh-CN": "理由二", "en": "Why"}))
    assert "理由二" in site.open("xu", PREVIEW).words
    assert "Why" in site.open("xu", PREVIEW, "en").words
