"""Choosing a person, a department or a record without scripts: look it up, choose among what was found, go on."""

import json
import re
from html import unescape
from typing import Any

import pytest

from dougong.apps import publish_files

SUBMIT = ("_submit", "1")
PAGE = "/a/pick/one/new"


@pytest.fixture
def one(site: Any) -> Any:
    """A form with every kind of picker, also in rows."""
    fields = [
        {"type": "person", "key": "who", "title": "谁", "required": True},
        {"type": "department", "key": "where", "title": "部门"},
        {"type": "reference", "key": "supplier", "title": "供应商", "to": "mdm.supplier"},
        {"type": "text", "key": "note", "title": "备注"},
        {"type": "subtable", "key": "lines", "title": "明细", "min_rows": 1, "fields": [
            {"type": "person", "key": "helper", "title": "帮手"}, {"type": "text", "key": "what", "title": "做什么"},
        ]},
    ]  # fmt: skip
    grant = {"key": "all", "who": "everyone", "can": ["create", "read", "edit"]}
    form = {"key": "one", "title": "挑选", "fields": fields, "access": [grant]}
    app = {"dougong": 1, "app": {"key": "pick", "title": "挑选"}, "forms": [form]}
    site.composition.database.write(lambda tx: publish_files(tx, {"pick.json": json.dumps(app).encode()}, "test"))
    return site


def offered(page: Any, name: str) -> list[tuple[str, str]]:
    found = re.findall(rf'name="{re.escape(name)}\.found" value="([^"]*)".*?<bdi>(.*?)</bdi>', page.html)
    return [(key, unescape(label)) for key, label in found]


def test_a_person_is_looked_up_chosen_and_stored(one: Any) -> None:
    page = one.open("zhang", PAGE)
    assert set(page.offers("_find")) == {"who", "where", "supplier", "lines-0-helper"}
    found = page.send(("_find", "who"), who_dot_text="z", note="别丢", lines__0__what="搬")
    assert found.status == 200
    assert ("zhou", "周婷 · zhou") in offered(found, "who")
    assert len(offered(found, "who")) > 1
    assert (found.value("note"), found.value("lines-0-what"), found.value("who.text")) == ("别丢", "搬", "z")
    assert found.errors() == []
    made = found.send(SUBMIT, who_dot_found="zhou")
    assert made.status == 200, made.errors()
    assert "周婷" in made.words


def test_one_match_is_chosen_already_and_none_says_so(one: Any) -> None:
    found = one.open("zhang", PAGE).send(("_find", "supplier"), supplier_dot_text="云栈")
    [(key, label)] = offered(found, "supplier")
    assert label == "GYS-0013 北京云栈信息技术有限公司"
    assert found.value("supplier.found") == key
    none = found.send(("_find", "where"), where_dot_text="没有的部门")
    assert "没有找到“没有的部门”" in none.words
    assert none.value("supplier") == key  # what was chosen on the page before has been taken
    assert none.value("supplier.text") == label


def test_in_a_row_and_again_with_other_words(one: Any) -> None:
    page = one.open("zhang", PAGE).send(("_row", "add:lines"), lines__0__what="一", note="好")
    found = page.send(("_find", "lines-1-helper"), lines__1__helper_dot_text="z")
    assert offered(found, "lines-1-helper")
    assert not offered(found, "lines-0-helper")
    other = found.send(("_find", "lines-1-helper"), lines__1__helper_dot_found="zhou", lines__1__helper_dot_text="l")
    assert ("li", "李强 · li") in offered(other, "lines-1-helper")
    made = other.send(SUBMIT, who_dot_text="zhang", lines__1__helper_dot_found="li", lines__1__what="二")
    assert made.status == 200, made.errors()
    assert "李强" in made.words


def test_words_typed_after_looking_up_count(one: Any) -> None:
    found = one.open("zhang", PAGE).send(("_find", "who"), who_dot_text="z")
    made = found.send(SUBMIT, who_dot_found="zhou", who_dot_text="wang", lines__0__what="一")
    assert "王芳" in made.words
    assert "周婷" not in made.words


def test_what_nobody_may_fill_in_is_not_looked_up(one: Any) -> None:
    page = one.open("zhang", PAGE)
    for name in ("note", "nothing", "lines-9-helper", "lines", ""):
        again = page.send(("_find", name))
        assert again.status == 200
        assert ".found" not in again.html
