"""The demo served by the runtime alone, asked as a program asks: with a token, in JSON, on both databases."""

import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from dougong.apps import publish_files
from dougong.compose import Composition, compose
from dougong.config import Settings
from dougong.db import upgrade
from dougong.demo import install_demo
from dougong.people import tokens
from dougong.people.accounts import find_person
from dougong.web import create_app
from dougong_runtime.register import register

SECRET = "a secret of tests only, forty letters long"
SPECS = Path(__file__).resolve().parents[2] / "specs"
CLAIM = {
    "purpose": "展会", "trip": False,
    "lines": [{"spent_on": "2026-01-05", "category": "meals", "description": "工作餐", "amount": "88.50"}],
}  # fmt: skip


@dataclass
class Api:
    """The API of one installation. ``ask`` answers with the response, whose ``json`` is what came back."""

    composition: Composition
    client: FlaskClient
    tokens: dict[str, str] = field(default_factory=dict)

    def token(self, login: str) -> str:
        if login not in self.tokens:
            make = self.composition.database.write
            self.tokens[login] = make(lambda tx: tokens.create(tx, find_person(tx, login), "tests"))
        return self.tokens[login]

    def ask(self, method: str, path: str, body: Any = None, login: str = "zhang", **headers: str) -> Any:
        """``body`` is sent as JSON, bytes as they are."""
        given = {"Authorization": f"Bearer {self.token(login)}", "Accept-Language": "en"} if login else {}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        started = time.perf_counter()
        kind = None if data is None else given.pop("Content-Type", "application/json")
        response: Any = self.client.open(f"/api/v1{path}", method=method, data=data, headers=given, content_type=kind)
        response.seconds = time.perf_counter() - started
        return response

    def create(self, form: str, values: Any, login: str = "zhang", **headers: str) -> Any:
        return self.ask("POST", f"/apps/{form.replace('.', '/')}/records", {"values": values}, login, **headers)


def codes(response: Any) -> set[tuple[str, str]]:
    """The problems of an answer as (place, code)."""
    return {(each["at"], each["code"]) for each in response.json["problems"]}


def made(folder: Path, database: str = "") -> Composition:
    composition = compose(Settings(data=folder, database=database, secret=SECRET, argon2_time_cost=1))
    upgrade(composition.database.engine)
    return composition


def furnish(composition: Composition) -> None:
    """The demo, and a form of every field type."""
    install_demo(composition, lambda _: None, "zh-CN")
    spec = {"everything.json": (SPECS / "everything.json").read_bytes()}
    composition.database.write(lambda tx: publish_files(tx, spec, "command"))


def served(composition: Composition) -> Api:
    # the runtime alone: a builder may be installed or not
    composition.__dict__["houses"] = [register]
    return Api(composition, create_app(composition, composition.settings).test_client())


@pytest.fixture(scope="session")
def api_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a furnished installation on SQLite; only ever copied."""
    folder = tmp_path_factory.mktemp("api-demo")
    composition = made(folder)
    furnish(composition)
    composition.database.engine.dispose()
    return folder


@pytest.fixture
def api(api_folder: Path, tmp_path: Path) -> Iterator[Api]:
    """An installation of this test alone, on SQLite."""
    shutil.copytree(api_folder, tmp_path / "data")
    composition = made(tmp_path / "data")
    yield served(composition)
    composition.database.engine.dispose()


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def either(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """An installation on each database, shared by the tests of a module."""
    folder = tmp_path_factory.mktemp("api-either")
    if request.param == "sqlite":
        source: Path = request.getfixturevalue("api_folder")
        shutil.copytree(source, folder, dirs_exist_ok=True)
        composition = made(folder)
    else:
        url: str = request.getfixturevalue("pg_url")
        request.getfixturevalue("emptied_once")(url)
        composition = made(folder, url)
        furnish(composition)
    yield served(composition)
    composition.database.engine.dispose()


@pytest.fixture(scope="session")
def emptied_once() -> Any:
    """Empties a PostgreSQL database."""
    from sqlalchemy import create_engine, text

    def empty(url: str) -> None:
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        engine.dispose()

    return empty
