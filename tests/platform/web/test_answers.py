"""One URL, two sizes; where to go after a POST; CSRF; what a person chose for this browser."""

import re
from typing import Any

import pytest
from flask import Response
from jinja2 import ChoiceLoader, DictLoader, UndefinedError

from dougong import web
from dougong.web import addresses, guards, htmx

PAGE = """{% extends "base.html" %}{% block title %}T{% endblock %}
{% block main %}<ul id="rows">{% block rows %}<li>{{ page.word }}{% endblock %}</ul>
{% block foot %}<p>foot{% endblock %}{% endblock %}"""
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@guards.public
def listing() -> Response:
    return web.answer("list.html", {"word": "<b>"}, ("rows", "foot"))


@guards.public(writes=True)
def act() -> Response:
    web.tell("已保存")
    return web.see_other("/list")


@pytest.fixture
def app(make: Any) -> Any:
    app = make(("/list", listing), ("/act", act, ["POST"]))
    app.jinja_env.loader = ChoiceLoader([DictLoader({"list.html": PAGE}), app.jinja_env.loader])
    return app


def token(client: Any) -> str:
    found = re.search(r'data-csrf="([^"]+)"', client.get("/list").text)
    assert found
    return found[1]


def test_the_page_or_the_part(app: Any) -> None:
    client = app.test_client()
    assert "<html" in client.get("/list").text
    assert client.get("/list", headers=HTMX).text == "<li>&lt;b&gt;<p>foot"
    assert "<html" in client.get("/list", headers={"HX-Request": "true", "HX-Request-Type": "full"}).text
    assert "<html" in client.get("/list", headers=HTMX | {"HX-History-Restore-Request": "true"}).text
    for headers in ({}, HTMX):
        assert "HX-Request" in client.get("/list", headers=headers).headers["Vary"]


def test_after_a_post_one_goes_on(app: Any) -> None:
    client = app.test_client()
    plain = client.post("/act", data={"csrf_token": token(client)})
    assert (plain.status_code, plain.headers["Location"]) == (303, "/list")
    assert "已保存" in client.get("/list").text
    assert "已保存" not in client.get("/list").text
    part = client.post("/act", headers=HTMX | {"X-CSRFToken": token(client)})
    assert (part.status_code, part.headers["HX-Redirect"]) == (204, "/list")
    assert "已保存" not in client.get("/list", headers=HTMX).text, "a part must not use up what the page is to say"
    assert "已保存" in client.get("/list").text


def test_a_form_without_its_token_does_nothing(app: Any) -> None:
    client = app.test_client()
    for data in ({}, {"csrf_token": "made up"}):
        response = client.post("/act", data=data)
        assert response.status_code == 400
        assert "web.csrf" in response.text
    stolen = token(app.test_client())
    assert client.post("/act", data={"csrf_token": stolen}).status_code == 400


def test_a_program_with_a_token_needs_no_csrf(make: Any) -> None:
    @guards.token(writes=True)
    def change() -> str:
        return "done"

    client = make(("/api/x", change, ["POST"])).test_client()
    assert client.post("/api/x", headers={"Authorization": "Bearer good"}).text == "done"


def test_choices_are_kept_and_one_comes_back(app: Any) -> None:
    client = app.test_client()
    assert 'lang="zh-CN" data-theme="system"' in client.get("/list").text
    sent = {"csrf_token": token(client), "language": "en", "theme": "dark", "keys": "off", "next": "/list?a=1"}
    response = client.post("/preferences", data=sent)
    assert (response.status_code, response.headers["Location"]) == (303, "/list?a=1")
    page = client.get("/list").text
    assert 'lang="en" data-theme="dark"' in page
    assert "data-keys" not in page
    wrong = client.post("/preferences", data={"csrf_token": token(client), "theme": "plaid"})
    assert wrong.status_code == 400


def test_what_an_account_chose_comes_before_what_the_browser_asks(make: Any, sign_in: Any) -> None:
    @guards.signed_in
    def look() -> str:
        return f"{web.chrome().language} {web.chrome().theme}"

    client = sign_in(make(("/look", look)), "li")
    assert client.get("/look", headers={"Accept-Language": "zh"}).text == "en dark"
    client.set_cookie("dougong_language", "zh-CN")
    client.set_cookie("dougong_theme", "light")
    assert client.get("/look").text == "zh-CN light"


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("en-GB,en;q=0.9", "en"),
        ("zh-TW", "zh-CN"),
        ("zh", "zh-CN"),
        ("fr", "zh-CN"),
        ("fr,en;q=0.5", "en"),
        ("", "zh-CN"),
    ],
)
def test_the_browser_s_language_is_the_first_guess(app: Any, asked: str, language: str) -> None:
    assert f'lang="{language}"' in app.test_client().get("/list", headers={"Accept-Language": asked}).text


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/a\n/b",
        "/\t/x.example",
        "",
        None,
    ],
)
def test_addresses_that_lead_elsewhere_lead_home(address: str | None) -> None:
    assert addresses.local(address) == "/"
    assert addresses.local("/a/b?c=/d#e") == "/a/b?c=/d#e"


def test_templates_complain_about_what_they_were_not_given(app: Any) -> None:
    with app.test_request_context("/"), pytest.raises(UndefinedError):
        app.jinja_env.from_string("{{ absent }}").render()


def test_events_for_the_browser_are_ascii(app: Any) -> None:
    with app.test_request_context("/", headers={"HX-Source": "form#f-1"}):
        assert htmx.source() == "f-1"
        assert htmx.trigger(Response(), toast={"text": "已保存"}).headers["HX-Trigger"].isascii()
