"""A composition of two people and a house of sample routes, with no database behind it."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from dougong import web
from dougong.config import Settings
from dougong.web import NavItem, guards, session


@dataclass(frozen=True)
class Person:
    id: int
    name: str
    is_admin: bool = False
    language: str = ""
    theme: str = ""


ZHANG, LI = Person(7, "张敏"), Person(8, "Li Qiang", True, "en", "dark")
SHANGHAI = ZoneInfo("Asia/Shanghai")
NAV = (
    NavItem("tasks", "web.nav_tasks", "/", "inbox", badge=12),
    NavItem("apps", "web.nav_apps", "/apps", "layout-grid"),
    NavItem("new", "web.nav_new", "/new", "plus", main=True, desktop=False),
    NavItem("mine", "web.nav_started", "/mine", "send"),
    NavItem("me", "web.nav_me", "/me", "user"),
)


@dataclass
class Sample:
    settings: Settings
    houses: list[Callable[[Flask, Any], None]] = field(default_factory=list)
    organisation: str = ""
    language: str = "zh-CN"
    zone: ZoneInfo = SHANGHAI
    asked: int = 0

    def identify(self, session_token: str | None) -> Person | None:
        self.asked += 1
        return {"zhang": ZHANG, "li": LI}.get(session_token or "")

    def identify_bearer(self, token: str) -> Person | None:
        return LI if token == "good" else None


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, secret="x" * 40, max_upload_mb=1, log_level="error")


@pytest.fixture
def sample(settings: Settings) -> Sample:
    return Sample(settings, [lambda app, _: web.navigation(app, lambda actor: NAV)])


@pytest.fixture
def make(sample: Sample) -> Callable[..., Flask]:
    """An app with more views: ``make(("/path", view), ("/path", view, ["POST"]))``; a view is its own endpoint."""

    def made(*routes: Any) -> Flask:
        def house(app: Flask, composition: Any) -> None:
            for number, (path, view, *methods) in enumerate(routes):
                app.add_url_rule(path, f"view{number}", view, methods=methods[0] if methods else None)

        sample.houses.append(house)
        return web.create_app(sample, sample.settings)

    return made


def signed_in(app: Flask, who: str = "zhang") -> FlaskClient:
    client = app.test_client()
    client.set_cookie(session.COOKIE, who)
    return client


@pytest.fixture
def sign_in() -> Callable[..., FlaskClient]:
    return signed_in


def raising(error: BaseException, guard: Any = guards.public) -> Callable[[], Any]:
    """A view that raises."""

    @guard
    def view() -> Any:
        raise error

    return view


def page_of(source: str, guard: Any = guards.signed_in) -> Callable[[], str]:
    """A view that draws a template."""

    @guard
    def view() -> str:
        return render_template_string(source, chrome=web.chrome(), page=None)

    return view


@pytest.fixture
def live() -> Iterator[Callable[[Flask], str]]:
    """Serve an app on a free loopback port; gives its address."""
    servers = []

    def start(app: Flask) -> str:
        server = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
