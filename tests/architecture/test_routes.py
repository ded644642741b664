"""Routes: every one names its guard, and whoever reads this list sees all that is open to everyone."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from dougong.config import Settings
from dougong.web import create_app, guards

OPEN = {"static", "preferences", "healthz", "favicon", "manifest", "sign_in", "sign_out"}
"""What the web itself leaves open to everyone."""


class Bare:
    """A composition of no house."""

    organisation, language, zone = "", "en", ZoneInfo("UTC")
    houses: tuple[Any, ...] = ()

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def identify(self, session_token: str | None) -> None:
        return None

    def identify_bearer(self, token: str) -> None:
        return None


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    settings = Settings(data=tmp_path, secret="x" * 40, log_level="error")
    return create_app(Bare(settings), settings)


def test_every_route_has_a_guard(app: Flask) -> None:
    listed = guards.listed(app)
    assert [end for end, guard in listed.items() if guard is None] == []
    assert {end for end, guard in listed.items() if guard and guard.name == "public"} == OPEN
