"""A form published anew while its page is open: the page is told, nothing is lost, what has no place is kept to copy."""

import json
import re
from io import BytesIO
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage

from dougong.apps import publish_files
from dougong.people.accounts import find_person
from dougong.people.actor import load_actor
from dougong.records import Create, Update, write
from dougong_runtime import forms

NEW = "/a/pad/note/new"
SUBMIT, REFRESH = ("_submit", "1"), ("_refresh", "1")
RIGHTS = {"key": "all", "who": "everyone", "can": ["create", "read", "edit"]}
FIRST: list[Any] = [
    {"type": "text", "key": "why", "title": "事由"},
    {"type": "text", "key": "old", "title": "旧栏", "default": '"默认"'},
    {"type": "choice", "key": "kind", "title": "类别", "options": [{"key": "a", "title": "甲"}, {"key": "b", "title": "乙"}]},
    {"type": "text", "key": "size", "title": "大小"},
    {"type": "file", "key": "quote", "title": "报价"},
    {"type": "subtable", "key": "lines", "title": "明细", "fields": [
        {"type": "text", "key": "item", "title": "物品"}, {"type": "text", "key": "colour", "title": "颜色"},
    ]},
]  # fmt: skip
VALUES = {"why": "买纸", "lines__0__item": "纸", "lines__0__colour": "白的"}


def upload(name: str) -> FileStorage:
    return FileStorage(BytesIO(b"x"), name)


def changed(*keys: str, **changes: Any) -> list[Any]:
    """The first form less the fields ``keys``, with others changed."""
    return [each | changes.get(each["key"], {}) for each in FIRST if each["key"] not in keys]


@pytest.fixture
def publish(site: Any) -> Any:
    def go(fields: list[Any], **more: Any) -> None:
        form = {"key": "note", "title": "便条", "fields": fields, "access": [RIGHTS], **more}
        app = {"dougong": 1, "app": {"key": "pad", "title": "本子"}, "forms": [form]}
        site.composition.database.write(lambda tx: publish_files(tx, {"pad.json": json.dumps(app).encode()}, "test"))

    go(FIRST)
    return go


def left(page: Any) -> dict[str, str]:
    found = page.controls().found
    titles, texts = ([value for name, value in found if name == f"_left.{part}"] for part in ("title", "text"))
    return dict(zip(titles, texts, strict=True))


def opened(site: Any) -> Any:
    return site.open("zhang", NEW).send(("_row", "add:lines"))


def test_what_fits_wholly_is_stored_at_once(site: Any, publish: Any) -> None:
    page = opened(site)
    publish(changed(why={"key": "cause", "was": ["why"], "title": "原因"}))
    made = page.send(SUBMIT, **VALUES)
    assert made.status == 200
    assert "买纸" in made.words
    assert "原因" in made.words


def test_what_has_no_place_is_shown_once_and_kept_until_it_is_stored(site: Any, publish: Any) -> None:
    page = opened(site)
    publish(changed("old", kind={"options": [{"key": "b", "title": "乙"}]}, size={"type": "number"}))
    kept = page.send(SUBMIT, **VALUES, old="我写的", kind="a", size="很大")
    assert kept.status == 409
    assert "表单在你填写时更新了" in kept.words
    assert "不再需要：旧栏。 有改动：类别、大小。" in kept.words
    assert left(kept) == {"旧栏": "我写的", "类别": "甲", "大小": "很大"}
    assert kept.value("why") == "买纸"
    assert kept.value("size") == "很大"
    again = kept.send(SUBMIT)
    assert again.status == 422
    assert again.errors() == ["大小要填数字"]
    assert left(again) == left(kept)
    made = again.send(SUBMIT, size="3")
    assert made.status == 200, made.errors()
    assert "买纸" in made.words


def test_defaults_nobody_changed_are_not_something_typed(site: Any, publish: Any) -> None:
    page = opened(site)
    publish(changed("old"))
    assert page.send(SUBMIT, **VALUES).status == 200


def test_rows_and_the_buttons_of_rows(site: Any, publish: Any) -> None:
    page = opened(site)
    table = FIRST[-1]
    publish([*FIRST[:-1], table | {"key": "goods", "was": ["lines"], "fields": [
        {"type": "text", "key": "thing", "title": "东西", "was": ["item"]},
    ]}])  # fmt: skip
    more = page.send(("_row", "copy:lines:0"), **VALUES)
    assert more.status == 200
    assert [more.value(name) for name in ("goods-0-thing", "goods-1-thing")] == ["纸", "纸"]
    assert left(more) == {"明细 第 1 行 · 颜色": "白的"}


def test_new_rules_apply_and_say_so(site: Any, publish: Any) -> None:
    page = opened(site)
    publish([*FIRST, {"type": "text", "key": "more", "title": "新栏", "required": True}])
    told = page.send(SUBMIT, **VALUES)
    assert (told.status, told.errors()) == (422, ["填写新栏"])
    assert "新增：新栏。" in told.words
    assert told.send(SUBMIT, more="有").status == 200


def test_what_a_new_rule_hides_is_kept_to_copy(site: Any, publish: Any) -> None:
    page = opened(site)
    publish(changed(size={"show_if": 'why = "别的"'}))
    kept = page.send(SUBMIT, **VALUES, size="很大")
    assert (kept.status, left(kept)) == (409, {"大小": "很大"})


def test_files_come_along(site: Any, publish: Any, file: Any) -> None:
    page = opened(site)
    publish(changed("quote"))
    kept = page.send(SUBMIT, **VALUES, quote_dot_upload=file("报价.txt", b"x"))
    assert (kept.status, left(kept)) == (409, {"报价": "报价.txt"})
    moved = opened(site)
    publish([*changed("quote"), {"type": "file", "key": "offer", "title": "新报价"}])
    publish([*changed("quote"), {"type": "file", "key": "bid", "title": "新报价", "was": ["offer"]}])
    assert moved.send(SUBMIT, **VALUES).status == 200


def test_a_renamed_file_field_takes_the_file(site: Any, publish: Any, file: Any) -> None:
    page = opened(site)
    publish(changed(quote={"key": "offer", "was": ["quote"]}))
    made = page.send(SUBMIT, **VALUES, quote_dot_upload=file("报价.txt", b"x"))
    assert made.status == 200
    assert "报价.txt" in made.words


def test_a_file_sent_ahead_for_a_field_that_is_gone(site: Any, publish: Any, file: Any) -> None:
    page = opened(site)
    url = page.html.split('data-upload="')[1].split('"')[0].replace("&amp;", "&")
    publish(changed("quote"))
    for where, status in ((url, 201), (url.replace("quote", "nothing"), 404)):
        data = {"file": file("a.txt", b"x"), "csrf_token": page.value("csrf_token")}
        sent = site.client("zhang").post(where, data=data, headers={"Referer": "http://localhost/"})
        assert sent.status_code == status


def test_the_open_page_goes_on_and_is_told_once(site: Any, publish: Any) -> None:
    page = opened(site)
    publish(changed("old", size={"show_if": 'why = "别的"'}))
    live = page.send(REFRESH, to="/a/pad/note/eval", htmx=True, **VALUES)
    assert live.status == 200
    assert "表单刚刚更新了" in live.html
    revision = live.html.split('name="_renewed" value="')[1].split('"')[0]
    again = page.send(REFRESH, to="/a/pad/note/eval", htmx=True, **VALUES, _renewed=revision)
    assert "表单刚刚更新了" not in again.html
    fresh = page.send(("_refresh", "new"), **VALUES)
    assert 'name="old"' not in fresh.html
    assert "表单在你填写时更新了" in fresh.words


def test_a_draft_is_not_kept_while_something_would_be_lost(site: Any, publish: Any) -> None:
    page = opened(site)
    publish(changed("old"))
    kept = page.send(("_draft", "1"), **VALUES, old="我写的")
    assert (kept.status, left(kept)) == (409, {"旧栏": "我写的"})
    assert "草稿已保存" in kept.send(("_draft", "1")).said()


def test_changing_a_record_only_what_was_typed_counts(site: Any, publish: Any) -> None:
    made = opened(site).send(SUBMIT, **VALUES, old="存着的", size="中")
    page = site.open("zhang", f"{made.path}/edit")
    publish(changed("old", size={"type": "number"}))
    saved = page.send(SUBMIT, why="改了")
    assert saved.status == 200, saved.errors()
    assert "改了" in saved.words
    assert "存着的" in saved.words  # among the fields of earlier forms
    page = site.open("zhang", f"{made.path}/edit")
    publish(changed("old", "size"))
    kept = page.send(SUBMIT, size="44")
    assert (kept.status, left(kept)) == (409, {"大小": "44"})


def test_a_form_with_another_key_is_found_by_the_old_address(site: Any, publish: Any) -> None:
    page = opened(site)
    publish(FIRST, key="memo", was=["note"])
    made = page.send(SUBMIT, **VALUES)
    assert made.status == 200
    assert "/a/pad/memo/" in made.path


def test_nothing_is_said_of_a_change_elsewhere(site: Any, publish: Any) -> None:
    page = opened(site)
    spec = {"key": "other", "title": "别的", "fields": FIRST, "access": [RIGHTS]}
    form = {"key": "note", "title": "便条", "fields": FIRST, "access": [RIGHTS]}
    app = {"dougong": 1, "app": {"key": "pad", "title": "本子"}, "forms": [form, spec]}
    site.composition.database.write(lambda tx: publish_files(tx, {"pad.json": json.dumps(app).encode()}, "test"))
    refused = page.send(REFRESH, **VALUES)
    assert "更新" not in refused.words.replace("更新表单", "")


def test_a_publish_between_reading_and_storing(site: Any, publish: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    page, writing, tries = opened(site), forms.writing, []

    def late(work: Any) -> Any:
        tries.append(1)
        if len(tries) == 1:
            publish(changed("old", why={"key": "cause", "was": ["why"]}))
        return writing(work)

    monkeypatch.setattr(forms, "writing", late)
    kept = page.send(SUBMIT, **VALUES, old="我写的", quote_dot_upload=upload("a.txt"))
    assert (kept.status, left(kept), kept.value("cause")) == (409, {"旧栏": "我写的"}, "买纸")
    assert "a.txt" in kept.words
    made = kept.send(SUBMIT)
    assert made.status == 200
    assert "a.txt" in made.words


def test_files_of_a_running_approval_are_opened_under_any_key(site: Any, publish: Any) -> None:
    """Its form keeps a field that was renamed, or taken away, and so do its readers; files attached by it are found too."""
    flow = {"key": "flow", "steps": [{"key": "boss", "type": "approve", "who": {"supervisor_of": "submitter"}}]}
    two = [*FIRST, {"type": "file", "key": "more", "title": "附件"}]
    publish(two, flow=flow)
    token = site.open("zhang", NEW).value("csrf_token")

    def sent(field: str) -> str:
        data = {"file": upload(f"{field}.txt"), "csrf_token": token}
        answer = site.client("zhang").post(f"/files?for=pad.note.{field}&name={field}", data=data)
        return re.search(r'value="([0-9a-f]{32})"', answer.text)[1]  # type: ignore[index]

    ids = [sent("quote"), sent("more"), sent("quote")]

    def writing(work: Any) -> Any:
        composition = site.composition
        actor = composition.database.read(lambda tx: load_actor(tx, find_person(tx, "zhang")))
        return composition.write(actor, "page", lambda v: work(v, v.forms.form("pad.note")))

    values = {"why": "x", "quote": ids[:1], "more": ids[1:2]}
    made = writing(lambda v, live: write(v, live, [Create(values)]))[0]
    renamed = [*changed("quote"), {"type": "file", "key": "paper", "title": "报价", "was": ["quote"]}]
    publish(renamed, flow=flow)
    writing(lambda v, live: write(v, live, [Update(made.id, 1, {"paper": [ids[0], ids[2]]})]))
    assert [site.open("zhang", f"/files/{id}").status for id in ids] == [200, 200, 200]
    assert [site.open("sun", f"/files/{id}").status for id in ids] == [200, 200, 200], "everybody reads these"
    mine = [{"key": "own", "who": "submitter", "can": ["create", "read", "edit"]}]
    publish(renamed, flow=flow, access=mine)
    assert [site.open("sun", f"/files/{id}").status for id in ids] == [404, 404, 404]
