"""Who holds which token: anything but a living one is 401 with the way in, on every address of the API."""

from datetime import timedelta
from typing import Any

import pytest

from dougong import clock
from dougong.people import sessions, tokens
from dougong.people.accounts import disable, find_person
from dougong.web.session import COOKIE

PLACES = (
    ("GET", "/apps/expense/claim/records"), ("POST", "/apps/expense/claim/records"),
    ("GET", "/apps/expense/claim/records/1"), ("PATCH", "/apps/expense/claim/records/1"),
    ("DELETE", "/apps/expense/claim/records/1"), ("POST", "/apps/expense/claim/records/1/decide"),
    ("GET", "/apps/expense/reports/by_month"), ("GET", "/openapi.json"),
)  # fmt: skip


def refused(answer: Any) -> None:
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json["code"] == "web.token_needed"


@pytest.mark.parametrize(("method", "path"), PLACES)
def test_no_token_no_answer(api: Any, method: str, path: str) -> None:
    refused(api.ask(method, path, login=""))


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Bearer x", "Basic emhhbmc6eA==", "Bearer dg_", "Bearer dg_" + "a" * 43, "dg_x",
     "Bearer " + "x" * 20000, "Bearer dg_é", "Bearer ' OR 1=1 --"],
)  # fmt: skip
def test_garbage_is_no_token(api: Any, header: str) -> None:
    refused(api.ask("GET", PLACES[0][1], login="", Authorization=header))


def test_a_token_ends(api: Any) -> None:
    write = api.composition.database.write
    past = write(lambda tx: tokens.create(tx, find_person(tx, "zhang"), expires_at=clock.now() - timedelta(seconds=1)))
    refused(api.ask("GET", PLACES[0][1], login="", Authorization=f"Bearer {past}"))
    held = api.token("zhang")
    assert api.ask("GET", PLACES[0][1], login="", Authorization=f"bearer {held}").status_code == 200
    write(lambda tx: disable(tx, find_person(tx, "zhang")))
    refused(api.ask("GET", PLACES[0][1]))


def test_a_browser_s_session_opens_nothing_here(api: Any) -> None:
    settings = api.composition.settings
    token = api.composition.database.write(lambda tx: sessions.create(tx, find_person(tx, "zhang"), settings))
    api.client.set_cookie(COOKIE, token)
    refused(api.ask("GET", PLACES[0][1], login=""))
    refused(api.ask("GET", PLACES[0][1], login="", Authorization=f"Bearer {token}"))


def test_a_token_opens_no_page(api: Any) -> None:
    answer = api.client.get("/a/expense/claim/new", headers={"Authorization": f"Bearer {api.token('zhang')}"})
    assert answer.status_code in (303, 401)
