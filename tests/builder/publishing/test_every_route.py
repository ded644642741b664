"""Every route of the builder: nobody but builders comes in, and nothing that is posted to one is an error of the server."""

import json
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest

FILLED = {"app": "tiny", "form": "note", "key": "notes", "number": 1, "id": "1", "list": "notes", "step": "boss"}
ODD = (
    "", "0", "-1", "9" * 30, "true", "null", "[]", "{}", "~", "..", "forms", "forms.", "forms.note", "forms.note.fields",
    "forms.note.fields.text", "forms.note.fields.kind.options.a", "forms.note.flow.steps", "forms.note.access.all.can",
    "app", "app.key", "app.title", "tests.needs_text", "lists", "roles", "note", "text", "字" * 300, "\x00", "\ud800",
    "a" * 49, "<b>", "'; DROP TABLE app; --", "{title}", "title", "fields", "options", "key", "was", "was.0", "fields.0.key",
    "p.title", "up", "out", "choice", "subtable", "section", "reference", "formula", "1e400", '{"zh-CN": 5}',
)  # fmt: skip
OPERATIONS = ("add", "bulk_add", "copy", "restore", "set", "move", "convert", "delete", "rename", "nothing")
MEMBERS = (
    "place", "property", "value", "before", "after", "was_after", "parent", "node", "nodes", "type", "title", "key", "values",
    "content", "lines", "types", "planted", "known", "now", "was_parent", "lost", "changes", "exact",
)  # fmt: skip


def addresses(shop: Any) -> Iterator[tuple[str, str]]:
    """Method and address of every route that builders have."""
    urls = shop.app.url_map.bind("localhost")
    for rule in shop.app.url_map.iter_rules():
        if rule.endpoint.startswith("builder.") or rule.rule.endswith("/preview"):
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                yield method, urls.build(rule.endpoint, {name: FILLED[name] for name in rule.arguments}, method=method)


def test_only_builders_come_in(shop: Any) -> None:
    found = list(addresses(shop))
    assert len(found) > 30
    zhang, nobody = shop.client("zhang"), shop.app.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', zhang.get("/account").text)
    assert token
    for method, path in found:
        sent = {"csrf_token": token[1]} if method == "POST" else {}
        assert zhang.open(path, method=method, data=sent or None).status_code == 403, (method, path)
        for headers in ({}, {"HX-Request": "true"}):
            answer = nobody.open(path, method=method, headers=headers)
            at_the_door = answer.status_code in (302, 303) and "/sign-in" in answer.headers["Location"]
            # without a session there is no token either, and that is asked for first
            assert at_the_door or answer.status_code in (400, 401, 403), (method, path, answer.status_code)
    assert shop.number() == 1
    assert shop.get("/history").status_code < 500


@pytest.mark.parametrize("seed", range(1))
def test_no_posted_form_is_an_error_of_the_server(shop: Any, seed: int) -> None:
    """Odd texts in every field a page may post, to every route that takes a form."""
    draw = random.Random(seed)
    names = (
        "op", "place", "property", "value", "value.en", "parent", "after", "type", "title", "key", "node", "nodes", "by",
        "lines", "step", "base_rev", "token", "back", "screen", "do", "_has", "p.title", "p.key", "p.options.a.title", "p.",
        "operation", "rev", "base", "note", "choice", "at", "number", "force", "name", "types", "text", "rows", "file", "agree",
    )  # fmt: skip
    posts = [path for method, path in addresses(shop) if method == "POST"]
    for path in posts * 2:
        fields = {name: draw.choice(ODD).replace("\ud800", "\ufffd") for name in draw.sample(names, 9)}
        if draw.random() < 0.7:
            fields["op"] = draw.choice((*OPERATIONS, "save", "goto"))
        answer = _posted(shop, path, fields)
        assert answer.status_code < 500, (path, fields)


def _posted(shop: Any, path: str, fields: dict[str, str]) -> Any:
    client = shop.client("xu")
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account").text)
    assert token
    return client.post(path, data={"csrf_token": token[1], **fields})


def odd(draw: random.Random, depth: int = 0) -> Any:
    """A JSON value nobody expects."""
    kind = draw.random()
    if kind < 0.55 or depth > 2:
        return draw.choice((*ODD, 0, -1, 10**30, True, None, 1.5))
    if kind < 0.75:
        return [odd(draw, depth + 1) for _ in range(draw.randrange(3))]
    members = ("key", "type", "title", "fields", "options", "place", "parent", "after", "content", "member", "to", "who", "can")
    return {draw.choice(members): odd(draw, depth + 1) for _ in range(draw.randrange(4))}


@pytest.mark.parametrize("seed", range(1))
def test_no_operation_is_an_error_of_the_server(shop: Any, seed: int) -> None:
    """Operations as JSON with members of every kind; afterwards the draft can still be opened and undone."""
    draw = random.Random(seed)
    for _ in range(60):
        said = {name: odd(draw) for name in draw.sample(MEMBERS, draw.randrange(1, 7))}
        if draw.random() < 0.8:
            said |= {name: draw.choice(ODD) for name in ("place", "parent", "node", "type", "property") if name in said}
        text = json.dumps({"op": draw.choice(OPERATIONS), **said})
        answer = shop.post("/op", operation=text, screen="design:note", back="/apps/tiny/forms/note/design")
        assert answer.status_code < 500, text
    for path in ("/forms/note/design", "/history", "/publish", "/settings", "/problems", "/lists"):
        assert shop.get(path).status_code in (200, 303, 404), path
    for _ in range(3):
        assert shop.post("/op", op="undo", screen="design:note").status_code < 500
