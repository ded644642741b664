"""The pages for signing in and for one's account, over HTTP, without JavaScript, with CSRF as in production."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from dougong import clock
from dougong.config import Settings
from dougong.db import Database
from dougong.people import sessions, tokens
from dougong.people.accounts import set_password
from dougong.people.actor import Actor
from dougong.people.tables import person
from dougong.web import chrome, create_app, guards, sign_in
from dougong.web.session import COOKIE

PASSWORD = "correct horse battery"
SHANGHAI = ZoneInfo("Asia/Shanghai")


@guards.signed_in
def home() -> str:
    """A page that shows its reader's language."""
    return render_template_string("{{ say('people.sign_in') }}", chrome=chrome())


@guards.signed_in(writes=True)
def effect() -> str:
    """A form of another page."""
    return "done"


def house(app: Flask, composition: Any) -> None:
    """Two pages of a house."""
    app.add_url_rule("/", "home", home)
    app.add_url_rule("/effect", "effect", effect, methods=["POST"])


@dataclass
class Composed:
    """A composition with people in it."""

    database: Database
    settings: Settings
    houses: list[Callable[[Flask, Any], None]] = field(default_factory=lambda: [house, sign_in.register])
    organisation: str = ""
    language: str = "zh-CN"
    zone: ZoneInfo = SHANGHAI

    def identify(self, session_token: str | None) -> Actor | None:
        return sessions.recognise(self.database, session_token) if session_token else None

    def identify_bearer(self, token: str) -> Actor | None:
        return tokens.recognise(self.database, token)


@pytest.fixture
def app(org: Database, settings: Settings, zhang: int) -> Flask:
    return create_app(Composed(org, settings), settings)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def csrf(response: TestResponse) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', response.get_data(as_text=True))
    assert found, response.get_data(as_text=True)[:2000]
    return found[1]


def post(client: FlaskClient, url: str, page: str = "/sign-in", **data: str) -> TestResponse:
    """Open the page, then post a form with its token."""
    return client.post(url, data={"csrf_token": csrf(client.get(page)), **data})


def enter(client: FlaskClient, login: str = "zhang", password: str = PASSWORD, next: str = "/") -> TestResponse:
    return post(client, "/sign-in", login=login, password=password, next=next)


def token_of(client: FlaskClient) -> str:
    cookie = client.get_cookie(COOKIE)
    return cookie.value if cookie else ""


def test_who_is_not_signed_in_is_led_there_and_back(client: FlaskClient) -> None:
    led = client.get("/?a=1")
    assert (led.status_code, led.location) == (303, "/sign-in?next=/%3Fa%3D1")
    page = client.get(led.location)
    assert page.status_code == 200
    assert 'name="next" value="/?a=1"' in page.get_data(as_text=True)
    done = enter(client, next="/?a=1")
    assert (done.status_code, done.location) == (303, "/?a=1")
    assert client.get("/").status_code == 200


def test_the_form_helps_password_managers_and_lets_paste(client: FlaskClient) -> None:
    body = client.get("/sign-in").get_data(as_text=True)
    assert 'autocomplete="username"' in body
    assert 'autocomplete="current-password"' in body
    assert "onpaste" not in body
    assert 'autocomplete="off"' not in body


@pytest.mark.parametrize(
    "next",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/%0a\n/x", "\t//evil", "", "x"],
)  # fmt: skip
def test_it_never_leads_outside(client: FlaskClient, next: str) -> None:
    done = enter(client, next=next)
    assert (done.status_code, done.location) == (303, "/")
    again = client.get("/sign-in", query_string={"next": next})
    assert (again.status_code, again.location) == (303, "/")


def test_the_cookie_is_for_the_server_alone(client: FlaskClient) -> None:
    header = next(each for each in enter(client).headers.getlist("Set-Cookie") if each.startswith(COOKIE))
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    assert "Path=/" in header


def test_a_new_token_with_every_sign_in_none_accepted_from_outside(app: Flask, client: FlaskClient) -> None:
    client.set_cookie(COOKIE, "planted")
    enter(client)
    first = token_of(client)
    assert first not in ("", "planted")
    other = app.test_client()
    other.set_cookie(COOKIE, first)
    assert other.get("/sign-in").status_code == 303
    assert post(client, "/sign-out", "/account").location == "/sign-in"
    assert token_of(client) == ""
    client.set_cookie(COOKIE, first)
    assert client.get("/").status_code == 303


def test_every_wrong_credential_gets_one_answer(app: Flask, org: Database, zhang: int) -> None:
    stored = select(person.c.password_hash).where(person.c.id == zhang).scalar_subquery()
    gone = update(person).where(person.c.login == "sun").values(password_hash=stored, active=False)
    org.write(lambda tx: tx.conn.execute(gone))
    bodies = set()
    for login, password in (("zhang", "wrong"), ("nobody", "wrong"), ("zhou", ""), ("sun", PASSWORD), ("system", "x")):
        client = app.test_client()
        response = enter(client, login, password)
        assert response.status_code == 422
        assert token_of(client) == ""
        body = response.get_data(as_text=True).replace(f'name="login" value="{login}"', "")
        assert password not in body or password in ("x", "")
        bodies.add(body.replace(csrf(response), ""))
    assert len(bodies) == 1
    assert "账号或密码不对" in bodies.pop()


def test_a_lock_is_429_with_words_and_a_time(client: FlaskClient) -> None:
    for _ in range(5):
        assert enter(client, password="wrong").status_code == 422
    response = enter(client)
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 60
    assert "1 分钟后再试" in response.get_data(as_text=True)


def test_hostile_text_is_shown_as_text(client: FlaskClient) -> None:
    response = enter(client, login='"><script>x</script>', password="wrong", next='/"><script>')
    assert b"<script>x" not in response.data
    assert b'"><script>' not in response.data


def test_without_its_csrf_token_nothing_happens(client: FlaskClient) -> None:
    client.get("/sign-in")
    assert client.post("/sign-in", data={"login": "zhang", "password": PASSWORD}).status_code == 400
    assert token_of(client) == ""
    enter(client)
    assert client.post("/sign-out").status_code == 400
    assert client.get("/").status_code == 200


def test_signing_in_again_as_oneself_lets_another_tab_send_what_it_holds(app: Flask, org: Database) -> None:
    client = app.test_client()
    enter(client)
    held = csrf(client.get("/account"))
    client.delete_cookie(COOKIE)
    waiting = client.post("/effect", data={"csrf_token": held}, headers={"HX-Request": "true"})
    assert waiting.status_code == 401
    assert b"<form" not in waiting.data
    enter(client)
    assert client.post("/effect", data={"csrf_token": held}).data == b"done"


def test_signing_in_as_somebody_else_or_after_signing_out_does_not(
    app: Flask, org: Database, settings: Settings, id_of: Any
) -> None:
    set_password(org, settings, id_of("zhou"), PASSWORD)
    client = app.test_client()
    enter(client)
    held = csrf(client.get("/account"))
    client.delete_cookie(COOKIE)
    enter(client, "zhou")
    assert client.post("/effect", data={"csrf_token": held}).status_code == 400
    held = csrf(client.get("/account"))
    post(client, "/sign-out", "/account")
    enter(client, "zhou")
    assert client.post("/effect", data={"csrf_token": held}).status_code == 400


def test_signing_out_twice_is_no_error(client: FlaskClient) -> None:
    enter(client)
    token = csrf(client.get("/account"))
    assert client.post("/sign-out", data={"csrf_token": token}).status_code == 303
    assert post(client, "/sign-out").status_code == 303
    assert client.get("/account").status_code == 303


def test_the_account_is_for_those_signed_in(client: FlaskClient) -> None:
    assert client.get("/account").location == "/sign-in?next=/account"
    for path in ("password", "preferences", "sessions/end-others", "sessions/1/end", "tokens/1/end"):
        assert post(client, f"/account/{path}").status_code == 401


def test_changing_the_password_over_http(app: Flask, client: FlaskClient) -> None:
    enter(client)
    other = app.test_client()
    enter(other)
    before = token_of(client)

    def change(old: str, new: str, again: str) -> TestResponse:
        return post(client, "/account/password", "/account", old=old, new=new, again=again)

    for given, id, words in (
        (("wrong", "another fine phrase", "another fine phrase"), "old", "当前密码不对"),
        ((PASSWORD, "short", "short"), "new", "至少要 10 个字符"),
        ((PASSWORD, "another fine phrase", "another fine phrasf"), "again", "不一样"),
    ):
        response = change(*given)
        assert response.status_code == 422
        body = response.get_data(as_text=True)
        assert f'id="{id}-error">' in body
        assert words in body
        assert given[1] not in body
    done = change(PASSWORD, "another fine phrase", "another fine phrase")
    assert (done.status_code, done.location) == (303, "/account")
    assert "密码已修改" in client.get("/account").get_data(as_text=True)
    assert token_of(client) != before
    assert other.get("/account").status_code == 303
    fresh = app.test_client()
    assert enter(fresh, password=PASSWORD).status_code == 422
    assert enter(fresh, password="another fine phrase").status_code == 303


def test_devices_are_listed_and_ended(app: Flask, client: FlaskClient) -> None:
    agent = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140 Safari/537.36 Edg/140"
    other, third = app.test_client(), app.test_client()
    for each in (client, other, third):
        each.environ_base["HTTP_USER_AGENT"] = agent if each is other else "odd <b>"
        enter(each)
    body = client.get("/account").get_data(as_text=True)
    assert body.count("Edge · Windows") == 1
    assert body.count("未知设备") == 2
    assert "本机" in body
    ids = re.findall(r"/account/sessions/(\d+)/end", body)
    assert len(ids) == 2
    assert post(client, f"/account/sessions/{ids[0]}/end", "/account").status_code == 303
    assert post(client, f"/account/sessions/{ids[0]}/end", "/account").status_code == 404
    assert post(client, f"/account/sessions/{10**30}/end", "/account").status_code == 404
    assert sorted(each.get("/account").status_code for each in (other, third)) == [200, 303]
    assert post(client, "/account/sessions/end-others", "/account").status_code == 303
    assert [each.get("/account").status_code for each in (client, other, third)] == [200, 303, 303]


def test_nobody_ends_anothers_device_or_token(app: Flask, org: Database, settings: Settings, id_of: Any) -> None:
    zhou = id_of("zhou")
    org.write(lambda tx: (sessions.create(tx, zhou, settings), tokens.create(tx, zhou)))
    (device,) = org.read(lambda tx: sessions.list_of(tx, zhou))
    (token,) = org.read(lambda tx: tokens.tokens_of(tx, zhou))
    client = app.test_client()
    enter(client)
    assert post(client, f"/account/sessions/{device.id}/end", "/account").status_code == 404
    assert post(client, f"/account/tokens/{token.id}/end", "/account").status_code == 404
    assert len(org.read(lambda tx: sessions.list_of(tx, zhou))) == 1
    assert len(org.read(lambda tx: tokens.tokens_of(tx, zhou))) == 1


def test_tokens_are_listed_without_the_token_and_ended(client: FlaskClient, org: Database, zhang: int) -> None:
    token = org.write(lambda tx: tokens.create(tx, zhang, "nightly"))
    enter(client)
    body = client.get("/account").get_data(as_text=True)
    assert "nightly" in body
    assert token not in body
    (id,) = re.findall(r"/account/tokens/(\d+)/end", body)
    assert post(client, f"/account/tokens/{id}/end", "/account").status_code == 303
    assert org.read(lambda tx: tokens.tokens_of(tx, zhang)) == ()


def test_language_and_look_go_with_the_person(app: Flask, client: FlaskClient) -> None:
    enter(client)
    assert post(client, "/account/preferences", "/account", language="en", theme="dark").status_code == 303
    assert "My account" in client.get("/account").get_data(as_text=True)
    other = app.test_client()
    assert 'lang="zh-CN"' in other.get("/sign-in").get_data(as_text=True)
    enter(other)
    body = other.get("/account").get_data(as_text=True)
    assert 'lang="en" data-theme="dark"' in body
    assert '<option value="dark" selected>' in body
    assert post(client, "/account/preferences", "/account", language="fr", theme="pink").status_code == 422
    assert post(client, "/account/preferences", "/account", language="", theme="system").status_code == 303
    assert 'lang="zh-CN"' in client.get("/account").get_data(as_text=True)


def test_an_idle_session_leads_to_signing_in(client: FlaskClient) -> None:
    enter(client)
    with clock.held(clock.now() + timedelta(hours=12, minutes=1)):
        assert client.get("/account").location == "/sign-in?next=/account"
