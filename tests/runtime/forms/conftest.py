"""The demo served by the runtime alone, and people who fill in its pages as a browser without JavaScript does."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage, MultiDict

from dougong.compose import Composition, compose
from dougong.config import Settings
from dougong.db import upgrade
from dougong.demo import install_demo
from dougong.people import sessions
from dougong.people.accounts import find_person
from dougong.people.actor import load_actor
from dougong.web import create_app
from dougong.web.session import COOKIE
from dougong_runtime.register import register

SECRET = "a secret of tests only, forty letters long"
HOME = "http://localhost/"


class Controls(HTMLParser):
    """What a browser would post of one form: names and values, less buttons and files."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.form, self.inside = form, False
        self.found: list[tuple[str, str]] = []
        self.buttons: list[tuple[str, str]] = []
        self.select = self.area = ""
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.inside = given.get("id") == self.form
        ours = self.inside or given.get("form") == self.form
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "button" and ours and name:
            self.buttons.append((name, value))
        if not self.inside:
            return
        if tag == "input" and name and given.get("type") not in ("file", "submit", "button"):
            if given.get("type") not in ("radio", "checkbox") or "checked" in given:
                self.found.append((name, value))
        elif tag == "select":
            self.select, self.text = name, ""
        elif tag == "option" and self.select and "selected" in given:
            self.text = value
        elif tag == "textarea":
            self.area, self.text = name, ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "select" and self.select:
            self.found.append((self.select, self.text))
            self.select = ""
        elif tag == "textarea" and self.area:
            self.found.append((self.area, self.text.removeprefix("\n")))
            self.area = ""


@dataclass
class Page:
    """An answer, and the form on it."""

    client: FlaskClient
    response: Any
    path: str
    language: str

    @property
    def status(self) -> int:
        return int(self.response.status_code)

    @property
    def html(self) -> str:
        return str(self.response.text)

    @property
    def words(self) -> str:
        """The text people read, tags and double blanks gone."""
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", self.html)))

    def controls(self, form: str = "") -> Controls:
        name = form or ("fill" if 'id="fill"' in self.html else "decide" if 'id="decide"' in self.html else "delete")
        parser = Controls(name)
        parser.feed(self.html)
        return parser

    def value(self, name: str) -> str:
        return dict(self.controls().found)[name]

    def offers(self, name: str) -> list[str]:
        """The values of the buttons of this name."""
        return [value for each, value in self.controls().buttons if each == name]

    def errors(self) -> list[str]:
        summary = re.search(r'class="errsum".*?</div>', self.html, re.S)
        return [unescape(text) for text in re.findall(r"<li>(?:<a[^>]*>)?(.*?)(?:</a>)?</li>", summary[0])] if summary else []

    def said(self) -> list[str]:
        """The messages that go by."""
        found = re.findall(r'class="toast[^>]*><div class="grow"><p class="lab">(.*?)</p>', self.html)
        return [unescape(text) for text in found]

    def send(self, button: tuple[str, str], follow: bool = True, to: str = "", htmx: bool = False, **changes: Any) -> "Page":
        """Press a button with some values changed (``__`` in a name stands for ``-``, ``_dot_`` for a dot)."""
        names = {name.replace("_dot_", ".").replace("__", "-"): value for name, value in changes.items()}
        posted: MultiDict[str, Any] = MultiDict(
            (name, value) for name, value in self.controls().found if name not in names
        )
        for name, value in names.items():
            for each in value if isinstance(value, list) else [value]:
                if each is not None:
                    posted.add(name, each)
        posted.add(*button)
        headers = {"Accept-Language": self.language, "Referer": HOME} | (HTMX if htmx else {})
        path = to or _action(self)
        response = self.client.post(path, data=posted, headers=headers)
        if response.status_code == 303 and follow:
            return _get(self.client, response.headers["Location"], self.language)
        return Page(self.client, response, path, self.language)


HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


def _action(page: Page) -> str:
    return unescape(re.findall(r'<form id="(?:fill|decide|delete)"[^>]* action="([^"]*)"', page.html)[0])


def _get(client: FlaskClient, path: str, language: str) -> Page:
    return Page(client, client.get(path, headers={"Accept-Language": language}, buffered=True), path, language)


def upload(name: str, content: bytes) -> FileStorage:
    return FileStorage(BytesIO(content), name)


@dataclass
class Site:
    """An installed demo: people who open pages."""

    composition: Composition
    app: Flask
    clients: dict[str, FlaskClient] = field(default_factory=dict)

    def client(self, login: str) -> FlaskClient:
        if login not in self.clients:
            database, settings = self.composition.database, self.composition.settings
            id = database.read(lambda tx: find_person(tx, login))
            client = self.app.test_client()
            client.set_cookie(COOKIE, database.write(lambda tx: sessions.create(tx, id, settings)))
            self.clients[login] = client
        return self.clients[login]

    def open(self, login: str, path: str, language: str = "zh-CN") -> Page:
        return _get(self.client(login), path, language)

    def actor(self, login: str) -> Any:
        return self.composition.database.read(lambda tx: load_actor(tx, find_person(tx, login)))


def _composed(folder: Path) -> Composition:
    composition = compose(Settings(data=folder, secret=SECRET, argon2_time_cost=1))
    composition.__dict__["houses"] = [register]
    return composition


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    composition = _composed(folder)
    upgrade(composition.database.engine)
    install_demo(composition, lambda _: None, "zh-CN")
    composition.database.engine.dispose()
    return folder


@pytest.fixture
def site(installed: Path, tmp_path: Path) -> Iterator[Site]:
    shutil.copytree(installed, tmp_path / "data")
    composition = _composed(tmp_path / "data")
    yield Site(composition, create_app(composition, composition.settings))
    composition.database.engine.dispose()


@pytest.fixture
def file() -> Any:
    return upload


@pytest.fixture
def request_made(site: Site) -> Any:
    """``request_made()``: a purchase request handed in by zhang, whose supervisor is li; gives its path."""

    def make(**changes: Any) -> str:
        page = site.open("zhang", NEW)
        line = {"lines__0__item": "主机", "lines__0__quantity": "2", "lines__0__price": "300"}
        made = page.send(("_submit", "1"), **({"reason": "服务器", "category": "other"} | line | changes))
        assert made.status == 200, made.errors()
        return made.path

    return make


NEW = "/a/purchase/request/new"
