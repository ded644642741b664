"""Changing a stored record: only what may be changed is an input, and two people lose nothing to each other."""

import re
from typing import Any

import pytest

SAVE = ("_submit", "1")


@pytest.fixture
def supplier(site: Any) -> str:
    """The path of a supplier that two people may change; its keeper's login is ``site.keeper``."""
    from dougong.people.directory import Directory
    from dougong.records import Visit
    from dougong.records.listing import Query, rows

    def first(visit: Visit) -> int | None:
        live = visit.forms.form("mdm.supplier")
        if not visit.view(live).may("edit"):
            return None
        return rows(visit, Query(live, columns=(), limit=1)).rows[0].id

    people = site.composition.database.read(lambda tx: Directory(tx).search_people("", 100))
    for one in people:
        id = site.composition.read(site.actor(one.login), "page", first)
        if id is not None and f"/a/mdm/supplier/{id}/edit" in site.open(one.login, f"/a/mdm/supplier/{id}").html:
            site.keeper = one.login
            return f"/a/mdm/supplier/{id}"
    raise AssertionError("nobody keeps suppliers")


def test_a_finished_record_is_corrected(site: Any, supplier: str) -> None:
    edit = site.open(site.keeper, f"{supplier}/edit")
    assert edit.status == 200
    assert "存草稿" not in edit.words
    saved = edit.send(SAVE, name="云栈改名有限公司")
    assert saved.said() == ["已保存"]
    assert "云栈改名有限公司" in saved.words


def test_the_later_of_two_keeps_both_when_they_touch_different_fields(site: Any, supplier: str) -> None:
    mine, theirs = site.open(site.keeper, f"{supplier}/edit"), site.open(site.keeper, f"{supplier}/edit")
    theirs.send(SAVE, name="对方改的名字")
    late = mine.send(SAVE, **{_other(mine): "我改的"})
    assert late.status == 409
    assert "改过这条记录" in late.words
    assert late.value("name") == "对方改的名字"
    assert late.value(_other(mine)) == "我改的"
    done = late.send(SAVE)
    assert done.status == 200
    assert "对方改的名字" in done.words
    assert "我改的" in done.words


@pytest.mark.parametrize("choice", ["mine", "theirs"])
def test_a_field_both_changed_is_chosen_between(site: Any, supplier: str, choice: str) -> None:
    mine, theirs = site.open(site.keeper, f"{supplier}/edit"), site.open(site.keeper, f"{supplier}/edit")
    theirs.send(SAVE, name="对方的名字")
    late = mine.send(SAVE, name="我的名字")
    assert late.status == 409
    assert late.value("name") == "我的名字"
    assert "对方的名字" in late.words
    assert late.value("_take.name") == "mine"
    done = late.send(SAVE, _take_dot_name=choice)
    assert done.status == 200, done.errors()
    name = {"mine": "我的名字", "theirs": "对方的名字"}[choice]
    assert name in done.words


def test_a_refused_change_keeps_its_text_and_its_version(site: Any, supplier: str) -> None:
    edit = site.open(site.keeper, f"{supplier}/edit")
    refused = edit.send(SAVE, name="")
    assert refused.status == 422
    assert refused.value("_version") == edit.value("_version")
    assert refused.send(SAVE, name="补上的名字").said() == ["已保存"]


def test_only_what_may_be_changed_is_an_input(site: Any, request_made: Any) -> None:
    path = request_made()
    site.open("li", path).send(("action", "approve"))
    page = site.open("chen", f"{path}/edit")
    names = {name for name, _ in page.controls().found}
    assert "supplier.text" in names
    assert not names & {"reason", "category", "lines", "lines-0-item", "quote"}
    assert "服务器" in page.words


def test_a_field_not_theirs_is_refused_however_it_is_sent(site: Any, request_made: Any) -> None:
    path = request_made()
    site.open("li", path).send(("action", "approve"))
    page = site.open("chen", f"{path}/edit").send(SAVE, reason="偷偷改")
    assert page.status == 422
    assert page.errors() == ["你不能填写“采购原因”"]
    assert site.open("zhang", f"{path}/edit").status == 403


def _other(page: Any) -> str:
    """A text field beside the name."""
    names = [name for name, _ in page.controls().found if not name.startswith("_")]
    return str(next(name for name in names if name in ("contact", "address", "note", "remark", "phone", "bank")))


def test_both_sides_of_a_clash_are_called_by_name(site: Any, request_made: Any) -> None:
    path = request_made()
    site.open("li", path).send(("action", "approve"))
    mine, theirs = site.open("chen", f"{path}/edit"), site.open("huang", f"{path}/edit")
    theirs.send(SAVE, supplier_dot_text="GYS-0013")
    late = mine.send(SAVE, supplier_dot_text="GYS-0025")
    assert late.status == 409
    assert "黄蕾改过这条记录" in late.words
    assert re.search(r"你填的 GYS-0025 [^#]*对方改的 GYS-0013 北京云栈信息技术有限公司", late.words)
