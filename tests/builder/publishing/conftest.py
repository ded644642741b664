"""A small installation with one app, its pages as a builder and others see them."""

import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dougong.apps import Registry, publish_files
from dougong.compose import Composition, compose
from dougong.config import Settings
from dougong.db import Tx, upgrade
from dougong.drafts import editing, store
from dougong.drafts.operations import AnyOperation
from dougong.people import sessions
from dougong.people.accounts import add_person, ensure_system, find_person
from dougong.people.actor import Actor, load_actor
from dougong.records import Create, write
from dougong.web import create_app
from dougong.web.session import COOKIE

KEY = "tiny"
SPEC: Mapping[str, Any] = {
    "dougong": 1,
    "app": {"key": KEY, "title": {"zh-CN": "小应用", "en": "Tiny"}},
    "forms": [
        {
            "key": "note", "title": {"zh-CN": "便条", "en": "Note"}, "number": {"pattern": "N-{000}"},
            "record_title": "text",
            "fields": [
                {"key": "text", "type": "text", "title": {"zh-CN": "内容", "en": "Text"}, "required": True},
                {"key": "count", "type": "text", "title": {"zh-CN": "份数", "en": "Copies"}},
                {"key": "kind", "type": "choice", "title": {"zh-CN": "类别", "en": "Kind"},
                 "options": [{"key": "a", "title": "甲"}, {"key": "b", "title": "乙"}]},
            ],
            "access": [{"key": "all", "who": "everyone", "can": ["create", "read", "edit", "delete", "export"]}],
        }
    ],
    "tests": [
        {"key": "needs_text", "title": {"zh-CN": "内容必填", "en": "Needs a text"}, "form": "note", "values": {"kind": "b"},
         "expect": {"errors": ["text"]}}
    ],
}  # fmt: skip
FIELDS = "forms.note.fields"


@dataclass
class Shop:
    """An installation with the people admin, xu and ma (who build) and zhang (who does not)."""

    composition: Composition
    _clients: dict[str, FlaskClient] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.app = create_app(self.composition, self.composition.settings)

    def actor(self, login: str) -> Actor:
        return self.composition.database.read(lambda tx: load_actor(tx, find_person(tx, login)))

    def client(self, login: str) -> FlaskClient:
        if login not in self._clients:
            client = self.app.test_client()
            actor, settings = self.actor(login), self.composition.settings
            token = self.composition.database.write(lambda tx: sessions.create(tx, actor.id, settings))
            client.set_cookie(COOKIE, token)
            client.set_cookie("dougong_language", "en")
            self._clients[login] = client
        return self._clients[login]

    def get(self, path: str, login: str = "xu", **more: Any) -> TestResponse:
        return self.client(login).get(f"/apps/{KEY}{path}", **more)

    def post(self, path: str, login: str = "xu", **fields: Any) -> TestResponse:
        """Post with a token of its own page."""
        client = self.client(login)
        token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account").text)
        assert token is not None
        return client.post(f"/apps/{KEY}{path}", data={"csrf_token": token[1], **fields})

    def edit(self, *operations: AnyOperation, login: str = "xu") -> None:
        """Change the draft."""
        person = self.actor(login).id

        def work(tx: Tx) -> None:
            draft = store.open_draft(tx, KEY, person)
            for each in operations:
                draft = editing.operate(tx, KEY, each, person, draft.rev).draft

        self.composition.database.write(work)

    def publish_file(self, change: Callable[[dict[str, Any]], object], note: str = "") -> None:
        """Publish the present spec with a change, as from the command line."""

        def work(tx: Tx) -> None:
            spec = json.loads(Registry(tx).text(KEY)) if KEY in Registry(tx).numbers else json.loads(json.dumps(SPEC))
            change(spec)
            publish_files(tx, {"tiny.json": json.dumps(spec).encode()}, "command", note)

        self.composition.database.write(work)

    def number(self) -> int:
        return self.composition.database.read(lambda tx: Registry(tx).numbers[KEY])

    def draft(self) -> store.Draft:
        return self.composition.database.read(lambda tx: store.find_draft(tx, KEY))

    def text(self, number: int = 0) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.composition.database.read(lambda tx: Registry(tx).text(KEY, number)))
        return found

    def record(self, **values: Any) -> None:
        """Store a record."""
        work = lambda visit: write(visit, visit.forms.form(f"{KEY}.note"), [Create(values)])  # noqa: E731
        self.composition.write(self.actor("zhang"), "page", work)

    def publish(self, **more: Any) -> TestResponse:
        """Press the button of the publish page as it is now."""
        page = self.get("/publish").text
        shown = dict(re.findall(r'name="(rev|base)" value="(\d+)"', page))
        return self.post("/publish", **shown | more)


def settings(folder: Path) -> Settings:
    return Settings(data=folder, secret="x" * 40, argon2_time_cost=1, log_level="error")


@pytest.fixture(scope="session")
def first_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the installation; made once, only ever copied."""
    folder = tmp_path_factory.mktemp("shop")
    composition = compose(settings(folder))
    upgrade(composition.database.engine)

    def people(tx: Tx) -> None:
        ensure_system(tx)
        add_person(tx, "admin", "管理员", (), admin=True)
        add_person(tx, "xu", "徐杰", (), builder=True)
        add_person(tx, "ma", "马超", (), builder=True)
        add_person(tx, "zhang", "张敏", ())

    composition.database.write(people)
    Shop(composition).publish_file(lambda spec: None)
    composition.database.engine.dispose()
    return folder


@pytest.fixture
def shop(first_shop: Path, tmp_path: Path) -> Iterator[Shop]:
    """The installation, the app published as revision 1; this test's own copy."""
    folder = tmp_path / "data"
    shutil.copytree(first_shop, folder)
    made = Shop(compose(settings(folder)))
    yield made
    made.composition.database.engine.dispose()
