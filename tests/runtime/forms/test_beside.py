"""What helps along the way: the tasks beside a task, a fresh row that is not wrong yet, texts of a form that was refused."""

import re
from typing import Any

from dougong_runtime.gallery_apps import icons

NEW, EVAL = "/a/purchase/request/new", "/a/purchase/request/eval"
FROM_INBOX = "?back=/inbox&at="


def beside(page: Any) -> dict[str, str]:
    """``prev`` and ``next`` → the path each leads to."""
    found = re.findall(r'rel="(prev|next)" href="([^"?]*)', page.html)
    return dict(found)


def test_tasks_of_the_inbox_lead_to_those_beside_them(site: Any, request_made: Any) -> None:
    first, second, third = (request_made() for _ in range(3))
    page = site.open("li", second + FROM_INBOX + "2")
    assert beside(page) == {"prev": first, "next": third}
    assert "第 3 件，共 4 件" in page.words
    assert beside(site.open("li", first + FROM_INBOX + "2"))["next"] == second
    assert beside(site.open("li", second)) == {}
    done = page.send(("action", "approve"))
    assert "待办还有 3 件" in done.words
    assert beside(done) == {"prev": first, "next": third}


def test_a_place_that_is_no_number_is_no_place(site: Any, request_made: Any) -> None:
    path = request_made()
    for at in ("x", "-1", "%C2%B2", ""):
        page = site.open("li", path + FROM_INBOX + at)
        assert page.status == 200
        assert beside(page) == {}


def test_a_row_that_has_just_come_is_not_wrong_yet(site: Any) -> None:
    refused = site.open("zhang", NEW).send(
        ("_submit", "1"), lines__0__item="主机", lines__0__quantity="2", lines__0__price="30"
    )
    assert refused.status == 422
    added = refused.send(("_row", "add:lines"), to=EVAL, htmx=True)
    assert "第 2 行" in added.words
    assert "第 2 行：填写" not in added.words
    begun = refused.send(("_row", "add:lines"), to=EVAL, htmx=True, lines__0__item="")
    assert "第 1 行：填写物品" in begun.words


def test_texts_of_a_refused_form_can_be_copied(site: Any) -> None:
    page = site.open("zhang", NEW).send(("_submit", "1"), to="/a/mdm/supplier/new", reason="写了很久的原因")
    assert page.status == 403
    assert "写了很久的原因" in page.words
    assert "你填的内容" in page.words


def test_an_icon_that_was_not_drawn_has_another_in_its_place() -> None:
    assert "app-window" in icons()
    assert "no-such-icon" not in icons()


def test_a_record_read_from_the_inbox_is_of_the_inbox(site: Any, request_made: Any) -> None:
    path = request_made()
    for back, way in (("", "/a/"), ("?back=/inbox", "/inbox"), ("?back=/", "/a/"), ("?back=//x", "/a/")):
        rail = re.search(r'<nav class="rail".*?</nav>', site.open("li", path + back).html, re.S)
        assert rail is not None
        assert re.findall(r'href="([^"]*)" aria-current="page"', rail[0]) == [way], back
