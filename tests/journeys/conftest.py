"""A whole installation for journeys: the demo organisation with every shipped app and its data, copied for each test."""

import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dougong.compose import Composition, compose
from dougong.config import Settings
from dougong.db import upgrade
from dougong.demo import install_demo
from dougong.people import sessions
from dougong.people.accounts import find_person
from dougong.people.actor import Actor, load_actor
from dougong.web import create_app
from dougong.web.session import COOKIE

SECRET = "a secret of tests only, forty letters long"


@dataclass
class Site:
    """An installation of its own: clients signed in as anybody, and a real server when a browser needs one."""

    composition: Composition
    _app: Flask | None = None
    _server: subprocess.Popen[bytes] | None = None
    _url: str = ""
    passwords: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def app(self) -> Flask:
        """The Flask app, with CSRF as in production."""
        if self._app is None:
            self._app = create_app(self.composition, self.composition.settings)
        return self._app

    def actor(self, login: str) -> Actor:
        """The person with this login."""
        return self.composition.database.read(lambda tx: load_actor(tx, find_person(tx, login)))

    def token(self, login: str) -> str:
        """A browser session of this person."""
        id, settings = self.actor(login).id, self.composition.settings
        return self.composition.database.write(lambda tx: sessions.create(tx, id, settings))

    def client(self, login: str = "") -> FlaskClient:
        """A test client, signed in when a login is given."""
        client = self.app.test_client()
        if login:
            client.set_cookie(COOKIE, self.token(login))
        return client

    @property
    def url(self) -> str:
        """The address of a real server over this installation, started on first asking."""
        if self._server is None:
            self._start()
        return self._url

    def _start(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        settings = self.composition.settings
        env = {
            "DOUGONG_DATA": str(settings.data), "DOUGONG_DATABASE": settings.database, "DOUGONG_SECRET": SECRET,
            "DOUGONG_ARGON2_TIME_COST": "1", "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8",
        }  # fmt: skip
        command = [sys.executable, "-m", "dougong.cli", "serve", "--port", str(port), "--workers", "1"]
        self._server = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._url = f"http://127.0.0.1:{port}"
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{self._url}/healthz", timeout=2).read()
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the server did not start")

    def stop(self) -> None:
        """Stop the server and let go of the database."""
        if self._server is not None:
            self._server.terminate()
            try:
                self._server.wait(10)
            except subprocess.TimeoutExpired:
                self._server.kill()
                self._server.wait()
        self.composition.database.engine.dispose()

    def signed_in(self, browser: Any, login: str, **options: Any) -> Any:
        """A browser context (playwright) of this person on this site."""
        context = browser.new_context(base_url=self.url, **options)
        cookie = {"name": COOKIE, "value": self.token(login), "url": self.url, "httpOnly": True, "sameSite": "Lax"}
        context.add_cookies([cookie])
        return context


def _settings(folder: Path, database: str = "") -> Settings:
    return Settings(data=folder, database=database, secret=SECRET, argon2_time_cost=1)


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an installed demo on SQLite; made once, only ever copied."""
    folder = tmp_path_factory.mktemp("demo")
    composition = compose(_settings(folder))
    upgrade(composition.database.engine)
    install_demo(composition, lambda _: None, "zh-CN")
    composition.database.engine.dispose()
    return folder


@pytest.fixture
def site(demo_folder: Path, tmp_path: Path) -> Iterator[Site]:
    """The demo on SQLite, this test's own copy."""
    folder = tmp_path / "data"
    shutil.copytree(demo_folder, folder)
    made = Site(compose(_settings(folder)))
    yield made
    made.stop()


@pytest.fixture
def empty_site(engine_url: str, tmp_path: Path) -> Iterator[Site]:
    """An installation without apps or people, on SQLite and on PostgreSQL."""
    composition = compose(_settings(tmp_path / "data", engine_url))
    upgrade(composition.database.engine)
    made = Site(composition)
    yield made
    made.stop()
