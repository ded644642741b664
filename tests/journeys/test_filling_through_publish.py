"""A form is published anew while somebody fills it in: nothing that was typed is lost, whatever became of its field."""

import json
import random
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from dougong.apps import publish_files
from dougong.errors import Refused
from dougong.people.accounts import add_person
from dougong.records import read

NEW = "/a/pad/note/new"
SIMPLE = ("text", "paragraph", "number", "money", "date", "yesno", "choice", "choices", "person")
COLUMNS = ("text", "number", "money", "choice", "date", "person")
SUBMIT, REFRESH = ("_submit", "1"), ("_refresh", "1")


class Controls(HTMLParser):
    """What a browser would post of the form ``fill``, and what its inputs say."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.inside, self.select, self.area, self.text = False, "", "", ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "form":
            self.inside = given.get("id") == "fill"
        if not self.inside:
            return
        if tag == "input" and name and given.get("type") not in ("file", "submit"):
            if given.get("type") not in ("radio", "checkbox") or "checked" in given:
                self.found.append((name, value))
        elif tag == "select":
            self.select, self.text = name, ""
        elif tag == "option" and "selected" in given:
            self.text = value
        elif tag == "textarea":
            self.area, self.text = name, ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag in ("select", "textarea") and (self.select or self.area):
            self.found.append((self.select or self.area, self.text.removeprefix("\n")))
            self.select = self.area = ""


@dataclass
class Typed:
    """What a person enters: pairs to post, and for each place the texts any of which shows that it is still there."""

    posts: list[tuple[str, str]] = field(default_factory=list)
    known: dict[str, set[str]] = field(default_factory=dict)


# -- forms -------------------------------------------------------------------------------------------------------------


class Forms:
    """Random forms and random changes of them; keys and titles are never used twice."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.count = 0

    def fresh(self, stem: str) -> str:
        self.count += 1
        return f"{stem}{self.count}"

    def field(self, types: tuple[str, ...], **more: Any) -> dict[str, Any]:
        kind = self.random.choice(types)
        key = self.fresh("f")
        made = {"type": kind, "key": key, "title": f"字段{key}", **more}
        if kind in ("choice", "choices"):
            made["options"] = [{"key": (k := self.fresh("o")), "title": f"选项{k}"} for _ in range(3)]
        if kind in ("number", "money"):
            made["decimals"] = 2
        return made

    def form(self) -> list[dict[str, Any]]:
        fields = [self.field(SIMPLE) for _ in range(self.random.randint(3, 8))]
        table = {"type": "subtable", "key": self.fresh("t"), "title": "明细"}
        return [*fields, table | {"fields": [self.field(COLUMNS) for _ in range(self.random.randint(2, 4))]}]

    def changed(self, fields: list[dict[str, Any]]) -> list[dict[str, Any]]:
        fields = deepcopy(fields)
        for _ in range(self.random.randint(1, 4)):
            self.change(fields)
        return fields

    def change(self, fields: list[dict[str, Any]]) -> None:
        tables = [each for each in _flat(fields) if each["type"] == "subtable"]
        inner = bool(tables) and self.random.random() < 0.35
        holder = self.random.choice(tables)["fields"] if inner else fields
        parts = [(h, e) for h, e in _holders(holder) if e["type"] != "section"]
        if not parts:
            return
        where, part = self.random.choice(parts)
        others = [e for h, e in _holders(holder) if e is not part and e["type"] == "text"]
        move = self.random.choice(("add", "require", "remove", "rename", "retype", "options", "section", "rule", "tighten"))
        if move == "add":
            where.append(self.field(COLUMNS if inner else SIMPLE, required=self.random.random() < 0.4))
        elif move == "require":
            part["required"] = True
        elif move == "remove" and len(parts) > 1:
            where.remove(part)
        elif move == "rename":
            part["was"], part["key"] = [part["key"], *part.get("was", [])], self.fresh("r")
        elif move == "retype" and part["type"] != "subtable":
            new = self.field(COLUMNS if inner else SIMPLE)
            where[where.index(part)] = new | {"key": part["key"], "title": part["title"], "was": part.get("was", [])}
        elif move == "options" and "options" in part:
            self.options(part["options"])
        elif move == "section" and where is fields:
            where[where.index(part)] = {"type": "section", "key": self.fresh("s"), "title": "节", "fields": [part]}
        elif move == "rule" and others and part["type"] != "subtable":
            rule = self.random.choice(("show_if", "readonly_if"))
            part[rule] = f'{others[0]["key"]} {"=" if rule == "show_if" else "<>"} "never"'
        elif move == "tighten":
            part |= {"text": {"max_length": 2}, "number": {"decimals": 0}, "money": {"decimals": 0}}.get(part["type"], {})

    def options(self, options: list[dict[str, Any]]) -> None:
        if self.random.random() < 0.5 and len(options) > 1:
            options.pop(0)
        else:
            options[0] |= {"was": [options[0]["key"]], "key": self.fresh("o")}


def _holders(fields: list[dict[str, Any]]) -> Iterator[tuple[list[dict[str, Any]], dict[str, Any]]]:
    for each in fields:
        yield fields, each
        if each["type"] == "section":
            yield from _holders(each["fields"])


def _flat(fields: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return (each for _, each in _holders(fields))


def publish(site: Any, fields: list[dict[str, Any]], **more: Any) -> None:
    grant = {"key": "all", "who": "everyone", "can": ["create", "read", "edit"]}
    form = {"key": "note", "title": "便条", "fields": fields, "access": [grant], **more}
    app = {"dougong": 1, "app": {"key": "pad", "title": "本子"}, "forms": [form]}
    site.composition.database.write(lambda tx: publish_files(tx, {"pad.json": json.dumps(app).encode()}, "test"))


# -- people ------------------------------------------------------------------------------------------------------------


def entered(forms: Forms, fields: list[dict[str, Any]], rows: int = 2) -> Typed:
    """Something in nearly every field, and rows."""
    typed = Typed()
    for each in _flat(fields):
        if each["type"] == "subtable":
            typed.posts.append((each["key"], ""))
            for row in range(rows):
                typed.posts += [(f"{each['key']}-{row}-id", ""), (f"{each['key']}-{row}-at", str(row))]
                for column in each["fields"]:
                    _enter(forms, column, f"{each['key']}-{row}-{column['key']}", typed)
        elif each["type"] != "section" and forms.random.random() < 0.9:
            _enter(forms, each, each["key"], typed)
    return typed


def _enter(forms: Forms, spec: dict[str, Any], name: str, typed: Typed) -> None:
    forms.count += 1
    number, kind = forms.count, spec["type"]
    if kind in ("text", "paragraph"):
        lines = f"写 {number}\n第二行" if kind == "paragraph" else "x"
        text = forms.random.choice((f"写的{number}", str(5000 + number), lines))
        posts, known = [(name, text)], {text}
    elif kind in ("number", "money"):
        text = forms.random.choice((str(7000 + number), f"{7000 + number}.25", "不是数字"))
        posts, known = [(name, text)], {text}
    elif kind == "date":
        text = f"20{number % 80 + 10}-03-04"
        posts, known = [(name, text)], {text}
    elif kind == "yesno":
        posts, known = [(name, ""), (name, "true")], {"true", "True", "是"}
    elif kind == "choice":
        option = forms.random.choice(spec["options"])
        posts, known = [(name, option["key"])], {option["key"], option["title"]}
    elif kind == "choices":
        options = spec["options"][:2]
        posts = [(name, ""), *((name, option["key"]) for option in options)]
        known = {options[0]["key"], options[0]["title"]}
        typed.known[f"{name}+"] = {options[1]["key"], options[1]["title"]}
    else:
        posts, known = [(name, ""), (f"{name}.was", ""), (f"{name}.text", "amy")], {"amy", "Amy", "Amy (amy)"}
    typed.posts += posts
    typed.known[name] = known


def post(client: Any, html: str, button: tuple[str, str], typed: Typed | None = None, htmx: bool = False) -> Any:
    """Post a page as it is, or with what a person entered instead of its own inputs."""
    found = Controls(html).found
    mine = {name for name, _ in typed.posts} if typed else set()
    kept = [pair for pair in found if not typed or (pair[0] not in mine and pair[0].startswith(("_", "csrf_token")))]
    data = MultiDict([*kept, *(typed.posts if typed else []), button])
    headers = {"Referer": "http://localhost/", "Accept-Language": "zh-CN"}
    headers |= {"HX-Request": "true", "HX-Request-Type": "partial"} if htmx else {}
    return client.post(NEW if not htmx else "/a/pad/note/eval", data=data, headers=headers)


def lost(typed: Typed, texts: list[str]) -> dict[str, set[str]]:
    """The places of which no text says what was entered."""
    whole = [*texts, *(part for text in texts for part in re.split("[;；、]|, ", text))]
    said = {text.replace("\r\n", "\n").strip() for text in whole}
    return {place: known for place, known in typed.known.items() if not known & said}


def also_known(typed: Typed, fields: list[dict[str, Any]]) -> None:
    """Options that have another key now are known by that too."""
    every = [inner for each in _flat(fields) for inner in (each, *each.get("fields", ()))]
    for option in (option for each in every for option in each.get("options", ())):
        for known in typed.known.values():
            if known & {*option.get("was", ())}:
                known.add(option["key"])


def texts_of(page: str) -> list[str]:
    return [value for name, value in Controls(page).found if not name.startswith("_") or name == "_left.text"]


def stored_texts(site: Any, location: str) -> list[str]:
    id = int(location.rpartition("/")[2])
    amy = site.actor("amy")
    record = site.composition.read(amy, "page", lambda visit: read(visit, visit.forms.form("pad.note"), id))
    return [*_said(record.values), *(["amy"] if str(amy.id) in _said(record.values) else [])]


def _said(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [text for each in value.values() for text in _said(each)]
    if isinstance(value, list | tuple):
        return [text for each in value for text in _said(each)]
    if isinstance(value, Decimal):
        plain = value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
        return [format(plain, "f")]
    return [] if value is None else [str(value)]


@pytest.fixture
def pad(empty_site: Any) -> Any:
    """An installation with one person."""
    empty_site.composition.database.write(lambda tx: add_person(tx, "amy", "Amy", ()))
    return empty_site


def fill_through_publish(site: Any, seed: int) -> str:
    """One form filled in while it is published anew; returns how it ended."""
    forms = Forms(seed)
    fields = forms.form()
    publish(site, fields)
    client = site.client("amy")
    page = client.get(NEW).text
    typed = entered(forms, fields)
    for _ in range(20):
        try:
            publish(site, after := forms.changed(fields))
            break
        except Refused:
            continue
    also_known(typed, after)
    live = post(client, page, REFRESH, typed, htmx=True)
    assert live.status_code == 200, (seed, live.text)
    answer = post(client, page, SUBMIT, typed)
    if answer.status_code == 303:
        assert not lost(typed, stored_texts(site, answer.headers["Location"])), (seed, fields, after)
        return "stored"
    assert answer.status_code in (409, 422), (seed, answer.status_code)
    assert not lost(typed, texts_of(answer.text)), (seed, fields, after)
    again = post(client, answer.text, REFRESH)
    assert again.status_code == 200, seed
    assert not lost(typed, texts_of(again.text)), (seed, "drawn again")
    return "kept"


def test_nothing_typed_is_lost(pad: Any) -> None:
    ends = [fill_through_publish(pad, seed) for seed in range(8)]
    assert {"kept"} <= set(ends)


@pytest.mark.soak
def test_nothing_typed_is_lost_two_hundred_times(pad: Any) -> None:
    ends = [fill_through_publish(pad, seed) for seed in range(100, 300)]
    assert {"kept", "stored"} == set(ends)


def test_a_form_that_went_away_gives_back_what_was_typed(pad: Any) -> None:
    one = {"type": "text", "key": "one", "title": "One"}
    publish(pad, [one])
    client = pad.client("amy")
    posted = [*Controls(client.get(NEW).text).found, ("one", "a long story"), SUBMIT]
    other = {"key": "other", "title": "Other", "fields": [one], "access": []}
    spec = {"dougong": 1, "app": {"key": "pad", "title": "Pad"}, "forms": [other]}
    pad.composition.database.write(lambda tx: publish_files(tx, {"pad.json": json.dumps(spec).encode()}, "test"))
    answer = client.post(NEW, data=MultiDict(posted))
    assert answer.status_code == 404
    assert "a long story" in answer.text
