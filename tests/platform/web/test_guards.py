"""Guards: every route has one, and each lets through whom it should."""

from typing import Any

import pytest
from flask import jsonify

from dougong import web
from dougong.errors import Misconfigured
from dougong.web import guards


def view_of(guard: Any, **given: Any) -> Any:
    rule = guard(**given) if given else guard

    @rule
    def view() -> Any:
        return jsonify(writes=web.writes(), actor=web.actor().id if web.actor() else None)

    return view


def test_an_app_with_an_unguarded_route_does_not_start(make: Any) -> None:
    with pytest.raises(Misconfigured) as caught:
        make(("/bare", lambda: "hello"))
    assert caught.value.code == "web.no_guard"
    assert caught.value.params["endpoints"] == ["view0"]


def test_a_route_that_is_only_looked_at_cannot_say_that_it_writes(make: Any) -> None:
    with pytest.raises(Misconfigured) as caught:
        make(("/odd", view_of(guards.signed_in, writes=True)))
    assert caught.value.code == "web.writes_on_get"


def test_who_gets_through(make: Any, sign_in: Any) -> None:
    app = make(
        ("/open", view_of(guards.public)), ("/mine", view_of(guards.signed_in)), ("/rule", view_of(guards.admin)),
        ("/api/x", view_of(guards.token)),
    )  # fmt: skip
    nobody, zhang, li = app.test_client(), sign_in(app), sign_in(app, "li")
    assert [c.get("/open").status_code for c in (nobody, zhang, li)] == [200, 200, 200]
    assert [c.get("/mine").status_code for c in (nobody, zhang, li)] == [303, 200, 200]
    assert [c.get("/rule").status_code for c in (nobody, zhang, li)] == [303, 403, 200]
    assert [c.get("/api/x").status_code for c in (nobody, zhang, li)] == [401, 401, 401]


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer bad", "Basic good", "good"])
def test_only_a_known_bearer_token_opens_the_api(make: Any, header: str) -> None:
    client = make(("/api/x", view_of(guards.token))).test_client()
    assert client.get("/api/x", headers={"Authorization": "Bearer good"}).get_json()["actor"] == 8
    assert client.get("/api/x", headers={"Authorization": header}).status_code == 401


def test_a_dead_session_is_nobody(make: Any, sign_in: Any) -> None:
    response = sign_in(make(("/mine", view_of(guards.signed_in))), "no such").get("/mine?a=1")
    assert response.headers["Location"] == "/sign-in?next=/mine%3Fa%3D1"


def test_the_person_is_looked_up_once_and_only_where_asked_for(make: Any, sign_in: Any, sample: Any) -> None:
    client = sign_in(make(("/mine", view_of(guards.signed_in))))
    client.get("/healthz")
    client.get("/favicon.ico")
    assert sample.asked == 0
    client.get("/mine")
    assert sample.asked == 1


def test_a_request_writes_when_its_route_says_so_and_it_changes_something(make: Any) -> None:
    app = make(
        ("/both", view_of(guards.public, writes=True), ["GET", "POST"]), ("/eval", view_of(guards.public), ["POST"])
    )
    app.config["WTF_CSRF_ENABLED"] = False
    app.before_request_funcs[None] = [f for f in app.before_request_funcs[None] if f.__module__ != "dougong.web.csrf"]
    client = app.test_client()
    assert client.get("/both").get_json()["writes"] is False
    assert client.post("/both").get_json()["writes"] is True
    assert client.post("/eval").get_json()["writes"] is False
