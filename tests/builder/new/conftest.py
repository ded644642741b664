"""A small installation with the builder's house: admin, xu who builds apps, zhang who does not; nothing published."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dougong.apps import publish_files
from dougong.compose import Composition, compose
from dougong.config import Settings
from dougong.db import upgrade
from dougong.drafts.store import Draft, find_draft
from dougong.people import sessions
from dougong.people.accounts import add_person, ensure_system, find_person
from dougong.people.actor import Actor, load_actor
from dougong.spec.model import App
from dougong.web import create_app
from dougong.web.session import COOKIE

SPECS = Path(__file__).resolve().parents[3] / "app_specs"


@dataclass
class House:
    """An installation and browsers of its people."""

    composition: Composition
    app: Flask
    clients: dict[str, FlaskClient] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def actor(self, login: str) -> Actor:
        return self.composition.database.read(lambda tx: load_actor(tx, find_person(tx, login)))

    def client(self, login: str) -> FlaskClient:
        if login not in self.clients:
            id, settings = self.actor(login).id, self.composition.settings
            token = self.composition.database.write(lambda tx: sessions.create(tx, id, settings))
            self.clients[login] = self.app.test_client()
            self.clients[login].set_cookie(COOKIE, token)
        return self.clients[login]

    def get(self, path: str, login: str = "xu") -> Any:
        return self.client(login).get(path)

    def post(self, path: str, login: str = "xu", htmx: bool = False, **said: Any) -> Any:
        """Post a form with a token that any page of ours gives."""
        headers = {"HX-Request": "true"} if htmx else {}
        data = {"csrf_token": self.token(login), **said}
        return self.client(login).post(path, data=data, headers=headers, content_type="multipart/form-data")

    def token(self, login: str) -> str:
        """What a form of this person must carry."""
        if login not in self.tokens:
            found = re.search(r'name="csrf_token" value="([^"]+)"', self.get("/account", login).text)
            assert found
            self.tokens[login] = found[1]
        return self.tokens[login]

    def upload(self, data: bytes, name: str = "app.json", login: str = "xu", **said: Any) -> Any:
        """Choose a file."""
        return self.post("/apps/import", login, file=(BytesIO(data), name), **said)

    def large(self, data: bytes) -> Any:
        """Choose a file of many bytes; the body is written here, as the test client would leave its own file open."""
        head = '--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n' + self.token("xu")
        head += '\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="x.json"\r\n\r\n'
        body = head.encode() + data + b"\r\n--b--\r\n"
        return self.client("xu").post("/apps/import", data=body, content_type="multipart/form-data; boundary=b")

    def draft(self, app: str) -> Draft:
        return self.composition.database.read(lambda tx: find_draft(tx, app))

    def spec(self, app: str) -> App:
        return self.draft(app).spec

    def publish(self, *keys: str) -> None:
        """Publish shipped apps."""
        texts = {f"{key}.json": shipped(key) for key in keys}
        self.composition.database.write(lambda tx: publish_files(tx, texts, "command"))


def shipped(key: str) -> bytes:
    """The file of a shipped app."""
    return (SPECS / f"{key}.json").read_bytes()


def words(response: Any) -> str:
    """The text people read."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", response.text)))


@pytest.fixture(name="words")
def words_of() -> Any:
    return words


@pytest.fixture(name="shipped")
def shipped_file() -> Any:
    return shipped


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    yield from opened(tmp_path, "")


@pytest.fixture
def any_house(tmp_path: Path, engine_url: str) -> Iterator[House]:
    """One on each engine."""
    yield from opened(tmp_path, engine_url)


def opened(folder: Path, database: str) -> Iterator[House]:
    """The installation in a folder, over a database of its own or the one that is given."""
    settings = Settings(data=folder, database=database, secret="x" * 40, argon2_time_cost=1)
    composition = compose(settings)
    upgrade(composition.database.engine)

    def people(tx: Any) -> None:
        ensure_system(tx)
        add_person(tx, "admin", "管理员", (), admin=True)
        add_person(tx, "xu", "徐杰", (), builder=True)
        add_person(tx, "zhang", "张敏", ())

    composition.database.write(people)
    yield House(composition, create_app(composition, settings))
    composition.database.engine.dispose()
