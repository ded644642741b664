"""Records tell the truth of their time: shown, printed and changed through add, remove, retype, rename and restore."""

import json
import re
from html import unescape
from typing import Any

import pytest

from dougong.apps import publish_files
from dougong.people.accounts import add_person

RIGHTS = {"key": "all", "who": "everyone", "can": ["create", "read", "edit"]}
FIRST = [
    {"type": "text", "key": "why", "title": "事由"},
    {"type": "text", "key": "amount", "title": "金额"},
    {"type": "text", "key": "place", "title": "地点"},
    {"type": "text", "key": "old", "title": "旧栏"},
    {"type": "subtable", "key": "lines", "title": "明细", "fields": [
        {"type": "text", "key": "item", "title": "物品"}, {"type": "text", "key": "colour", "title": "颜色"},
        {"type": "text", "key": "count", "title": "数量"},
    ]},
]  # fmt: skip
SECOND = [
    {"type": "text", "key": "why", "title": "原因"},
    {"type": "number", "key": "amount", "title": "金额", "decimals": 2},
    {"type": "text", "key": "city", "title": "城市", "was": ["place"]},
    {"type": "text", "key": "fresh", "title": "新栏"},
    {"type": "subtable", "key": "lines", "title": "明细", "fields": [
        {"type": "text", "key": "item", "title": "物品"}, {"type": "number", "key": "count", "title": "数量"},
    ]},
]  # fmt: skip
STEP = {"type": "approve", "key": "boss", "title": "主管", "who": {"people": ["bob"]}, "fields": {"old": "edit"}}
FLOW = {"key": "flow", "steps": [STEP]}
LATER = {"key": "flow", "steps": [STEP | {"fields": {}}]}
VALUES = {
    "why": "买纸", "amount": "约十二", "place": "杭州", "old": "旧内容", "lines-0-item": "纸", "lines-0-colour": "白的",
    "lines-0-count": "三包",
}  # fmt: skip


def publish(site: Any, fields: list[Any], flow: Any = None) -> None:
    form = {"key": "note", "title": "便条", "fields": fields, "access": [RIGHTS], **({"flow": flow} if flow else {})}
    app = {"dougong": 1, "app": {"key": "pad", "title": "本子"}, "forms": [form]}
    site.composition.database.write(lambda tx: publish_files(tx, {"pad.json": json.dumps(app).encode()}, "test"))


@pytest.fixture
def pad(empty_site: Any) -> Any:
    """Two people, and the first form."""
    for login in ("amy", "bob"):
        empty_site.composition.database.write(lambda tx, login=login: add_person(tx, login, login.title(), ()))
    publish(empty_site, FIRST)
    return empty_site


def client(site: Any, login: str) -> Any:
    """One browser for each person."""
    kept = site.__dict__.setdefault("browsers", {})
    return kept[login] if login in kept else kept.setdefault(login, site.client(login))


def get(site: Any, path: str, login: str = "amy") -> str:
    answer = client(site, login).get(path, headers={"Accept-Language": "zh-CN"})
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def post(site: Any, path: str, page: str, login: str = "amy", **values: Any) -> Any:
    """Post with what a page carries along hidden, and these values."""
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page))
    data = {name: unescape(value) for name, value in hidden.items()} | values
    return client(site, login).post(path, data=data, headers={"Referer": "http://localhost/", "Accept-Language": "zh-CN"})


def handed_in(site: Any, **values: str) -> str:
    """The path of a new record."""
    page = get(site, "/a/pad/note/new")
    answer = post(site, "/a/pad/note/new", page, _submit="1", **(VALUES | values))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def pairs(page: str) -> dict[str, str]:
    """Title → value of everything a page tells in pairs."""
    found = re.findall(r'<div class="pair[^"]*"><dt>(.*?)</dt><dd[^>]*>(.*?)</dd>', page, re.S)
    return {unescape(title): unescape(re.sub("<[^>]+>", "", value)).strip() for title, value in found}


def earlier(page: str) -> dict[str, str]:
    """The pairs of the block of earlier fields."""
    block = re.search(r'<section class="earlier".*?</section>', page, re.S)
    return pairs(block[0]) if block else {}


def test_a_finished_record_is_shown_by_the_form_of_today_and_tells_the_rest(pad: Any) -> None:
    told, plain = handed_in(pad), handed_in(pad, amount="12.5", **{"lines-0-count": "3"})
    assert earlier(get(pad, told)) == {}
    publish(pad, SECOND)
    page = get(pad, told)
    assert {"原因": "买纸", "城市": "杭州"}.items() <= pairs(page).items()
    assert earlier(page) == {
        "旧栏": "旧内容", "金额": "约十二", "明细 第 1 行 · 颜色": "白的", "明细 第 1 行 · 数量": "三包",
    }  # fmt: skip
    assert earlier(get(pad, plain)) == {"旧栏": "旧内容", "明细 第 1 行 · 颜色": "白的"}
    assert pairs(get(pad, plain))["金额"] == "12.50"


def test_on_paper_it_is_as_it_was_handed_in(pad: Any) -> None:
    told = handed_in(pad)
    publish(pad, SECOND)
    paper = get(pad, f"{told}/print")
    assert {"事由": "买纸", "金额": "约十二", "地点": "杭州", "旧栏": "旧内容"}.items() <= pairs(paper).items()
    assert "白的" in paper
    assert "原来的字段" not in paper
    assert "rail" not in paper
    assert f'href="{told}/print"' in get(pad, told)


def test_what_is_restored_is_in_its_field_again(pad: Any) -> None:
    told = handed_in(pad)
    publish(pad, SECOND)
    publish(pad, [each | {"was": ["city"]} if each["key"] == "place" else each for each in FIRST])
    page = get(pad, told)
    assert {"事由": "买纸", "金额": "约十二", "地点": "杭州", "旧栏": "旧内容"}.items() <= pairs(page).items()
    assert earlier(page) == {}


def test_a_finished_record_is_changed_under_the_form_of_today(pad: Any) -> None:
    told = handed_in(pad)
    publish(pad, SECOND)
    page = get(pad, f"{told}/edit")
    assert 'name="city"' in page
    assert 'name="old"' not in page
    saved = post(pad, f"{told}/edit", page, city="上海", amount="13", _submit="1")
    assert saved.status_code == 303, saved.text
    page = get(pad, told)
    assert {"城市": "上海", "金额": "13.00"}.items() <= pairs(page).items()
    assert earlier(page)["旧栏"] == "旧内容"
    assert "金额" not in earlier(page)
    assert pairs(get(pad, f"{told}/print"))["城市"] == "上海"


def test_a_running_record_is_shown_and_decided_under_its_own_form(pad: Any) -> None:
    publish(pad, FIRST, FLOW)
    told = handed_in(pad)
    publish(pad, SECOND, LATER)
    page = get(pad, told, "bob")
    assert {"事由": "买纸", "金额": "约十二", "地点": "杭州"}.items() <= pairs(page).items()
    assert (earlier(page), 'name="old"' in page) == ({}, True)
    done = post(pad, f"{told}/decide", page, "bob", action="approve", old="主管写的")
    assert done.status_code == 303, done.text
    page = get(pad, told)
    assert {"原因": "买纸", "城市": "杭州"}.items() <= pairs(page).items()
    assert earlier(page)["旧栏"] == "主管写的"
    assert pairs(get(pad, f"{told}/print"))["旧栏"] == "主管写的"


def test_a_returned_record_is_mended_under_its_own_form(pad: Any) -> None:
    publish(pad, FIRST, FLOW)
    told = handed_in(pad)
    page = get(pad, told, "bob")
    assert post(pad, f"{told}/decide", page, "bob", action="return", comment="写清楚").status_code == 303
    publish(pad, SECOND, LATER)
    page = get(pad, f"{told}/edit")
    assert 'name="old"' in page
    live = post(pad, f"/a/pad/note/eval?record={told.rpartition('/')[2]}", page, old="x")
    assert live.status_code == 200
    saved = post(pad, f"{told}/edit", page, _submit="1", **(VALUES | {"old": "写清楚了", "amount": "十三"}))
    assert saved.status_code == 303, saved.text
    assert {"金额": "十三", "旧栏": "写清楚了"}.items() <= pairs(get(pad, told)).items()


def test_who_may_not_read_a_field_is_not_told_what_it_said(pad: Any) -> None:
    told = handed_in(pad)
    narrow = RIGHTS | {"read": ["why", "amount", "city", "lines"], "edit": ["why"]}
    publish(pad, SECOND)
    assert "旧内容" in get(pad, told)
    form = {"key": "note", "title": "便条", "fields": SECOND, "access": [narrow | {"read": ["why", "city"]}]}
    app = {"dougong": 1, "app": {"key": "pad", "title": "本子"}, "forms": [form]}
    pad.composition.database.write(lambda tx: publish_files(tx, {"pad.json": json.dumps(app).encode()}, "test"))
    page = get(pad, told)
    assert "约十二" not in page
    assert "白的" not in page or "明细" in page
