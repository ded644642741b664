"""A small installation with one published app and two people who build, as browsers without a script and as htmx."""

import html
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
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
from dougong.people.actor import load_actor
from dougong.spec.model import App
from dougong.web import create_app
from dougong.web.session import COOKIE

SPEC: dict[str, Any] = {
    "dougong": 1,
    "app": {"key": "shop", "title": {"zh-CN": "采购", "en": "Purchasing"}},
    "roles": [{"key": "cfo", "title": "财务"}],
    "forms": [
        {
            "key": "request", "title": "申请",
            "fields": [
                {"key": "basic", "type": "section", "title": "基本", "fields": [
                    {"key": "reason", "type": "text", "title": {"zh-CN": "原因", "en": "Reason"}, "required": True},
                    {"key": "category", "type": "choice", "title": "类别", "options": [
                        {"key": "office", "title": "办公"}, {"key": "asset", "title": "资产"}]},
                ]},
                {"key": "lines", "type": "subtable", "title": "明细", "fields": [
                    {"key": "item", "type": "text", "title": "物品"},
                    {"key": "price", "type": "money", "title": "单价"}]},
                {"key": "total", "type": "money", "title": "合计", "at_least": 1},
            ],
            "access": [{"key": "all", "who": "everyone", "can": ["create", "read"], "read": ["reason", "total"]}],
        }
    ],
}  # fmt: skip
SECRET = "a secret of tests only, forty letters long"
DESIGN = "/apps/shop/forms/request/design"
FIELDS = "forms.request.fields"


def _settings(folder: Path) -> Settings:
    return Settings(data=folder, secret=SECRET, argon2_time_cost=1)


@pytest.fixture(scope="session")
def shop_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder; only ever copied."""
    folder = tmp_path_factory.mktemp("shop")
    made = compose(_settings(folder))
    upgrade(made.database.engine)

    def people(tx: Any) -> None:
        ensure_system(tx)
        for login, name in (("xu", "徐杰"), ("li", "李强"), ("zhang", "张敏")):
            add_person(tx, login, name, builder=login != "zhang")
        publish_files(tx, {"shop.json": json.dumps(SPEC).encode()}, "command")

    made.database.write(people)
    made.database.engine.dispose()
    return folder


@dataclass
class Shop:
    """The installation and browsers of its people."""

    composition: Composition
    app: Flask
    clients: dict[str, FlaskClient] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def client(self, login: str) -> FlaskClient:
        if login not in self.clients:
            database, settings = self.composition.database, self.composition.settings
            id = database.read(lambda tx: load_actor(tx, find_person(tx, login))).id
            token = database.write(lambda tx: sessions.create(tx, id, settings))
            self.clients[login] = self.app.test_client()
            self.clients[login].set_cookie(COOKIE, token)
        return self.clients[login]

    def get(self, address: str = DESIGN, login: str = "xu", htmx: bool = False) -> Any:
        return self.client(login).get(address, headers={"HX-Request": "true"} if htmx else {})

    def op(self, login: str = "xu", htmx: bool = False, screen: str = "design:request", **said: Any) -> Any:
        """Ask for a change; ``p__title`` stands for ``p.title``."""
        if login not in self.tokens:
            found = re.search(r'name="csrf_token" value="([^"]+)"', self.get("/account", login).text)
            assert found
            self.tokens[login] = found[1]
        fields = {name.replace("__", "."): value for name, value in said.items()}
        data = {"csrf_token": self.tokens[login], "screen": screen, "back": DESIGN, **fields}
        return self.client(login).post("/apps/shop/op", data=data, headers={"HX-Request": "true"} if htmx else {})

    def draft(self) -> Draft:
        return self.composition.database.read(lambda tx: find_draft(tx, "shop"))

    def spec(self) -> App:
        return self.draft().spec

    def order(self) -> list[str]:
        """The keys of the form's fields in reading order, those inside after a slash."""
        found: list[str] = []
        for node in self.spec().forms[0].fields:
            found.append(node.key)
            found += [f"{node.key}/{inner.key}" for inner in getattr(node, "fields", ())]
        return found


@pytest.fixture
def shop(shop_folder: Path, tmp_path: Path) -> Iterator[Shop]:
    """The installation, this test's own copy."""
    folder = tmp_path / "data"
    shutil.copytree(shop_folder, folder)
    made = compose(_settings(folder))
    yield Shop(made, create_app(made, made.settings))
    made.database.engine.dispose()


@pytest.fixture
def text() -> Any:
    """The text people read of an answer."""
    return lambda answer: re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.text)))
