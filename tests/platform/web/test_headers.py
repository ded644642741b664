"""Headers, cookies, proxies, static files, the log, and what answers before anybody signs in."""

import json
from typing import Any

import msgspec
import pytest

from dougong import web
from dougong.errors import Misconfigured
from dougong.web import assets, guards, session


@guards.public
def plain() -> str:
    return "plain"


@guards.public
def framed() -> str:
    web.allow_framing()
    return "framed"


@pytest.mark.parametrize("path", ["/plain", "/nowhere", "/healthz", "/static/x/built/app.css", "/favicon.ico"])
def test_every_response_carries_the_headers(make: Any, path: str) -> None:
    headers = make(("/plain", plain)).test_client().get(path).headers
    assert headers["Content-Security-Policy"] == (
        "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; "
        "object-src 'none'"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_only_a_route_that_says_so_may_be_framed_and_only_by_us(make: Any) -> None:
    client = make(("/plain", plain), ("/framed", framed)).test_client()
    assert "frame-ancestors 'self'" in client.get("/framed").headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in client.get("/plain").headers["Content-Security-Policy"]


def test_pages_are_not_kept_static_files_are(make: Any) -> None:
    client = make(("/plain", plain)).test_client()
    assert client.get("/plain").headers["Cache-Control"] == "no-store"
    fresh, stale = client.get(assets.asset_url("built/app.css")), client.get("/static/0123/built/app.css")
    assert "immutable" in fresh.headers["Cache-Control"]
    assert "immutable" not in stale.headers["Cache-Control"]
    assert fresh.data == stale.data
    for path in ("../pyproject.toml", "%2e%2e/pyproject.toml", "..%2fpyproject.toml", "etc/passwd", "."):
        assert client.get(f"/static/x/{path}").status_code == 404


def test_without_built_files_the_app_does_not_start(make: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr(assets, "root", lambda: tmp_path)
    with pytest.raises(Misconfigured) as caught:
        make()
    assert caught.value.code == "web.assets_missing"


@pytest.mark.parametrize("base", ["https://forms.example.com", "http://forms.example.com", ""])
def test_cookies_are_secure_where_the_address_is(make: Any, sample: Any, base: str) -> None:
    @guards.public
    def enter() -> Any:
        return session.remember(web.see_other("/"), "token", 60)

    sample.settings = msgspec.structs.replace(sample.settings, base_url=base)
    app = make(("/enter", enter), ("/nowhere", plain))
    for path in ("/enter", "/absent"):
        cookie = app.test_client().get(path).headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert ("Secure" in cookie) == base.startswith("https")


def test_forwarded_headers_are_believed_from_as_many_proxies_as_are_named(make: Any, sample: Any) -> None:
    @guards.public
    def where() -> str:
        from flask import request

        return f"{request.remote_addr} {request.scheme}"

    forwarded = {"X-Forwarded-For": "6.6.6.6, 9.9.9.9", "X-Forwarded-Proto": "https"}
    assert make(("/where", where)).test_client().get("/where", headers=forwarded).text == "127.0.0.1 http"
    sample.settings = msgspec.structs.replace(sample.settings, trusted_proxies=1)
    sample.houses.clear()
    assert make(("/where", where)).test_client().get("/where", headers=forwarded).text == "9.9.9.9 https"


def test_health_mark_and_manifest(make: Any) -> None:
    client = make().test_client()
    assert client.get("/healthz").get_json() == {"status": "ok"}
    assert client.get("/favicon.ico").mimetype == "image/svg+xml"
    manifest = client.get("/manifest.webmanifest")
    assert manifest.mimetype == "application/manifest+json"
    assert client.get(manifest.get_json()["icons"][0]["src"]).status_code == 200


def test_the_log_tells_the_route_and_nothing_that_was_typed(make: Any, sample: Any, sign_in: Any, capfd: Any) -> None:
    @guards.signed_in
    def thing(name: str) -> str:
        if name == "break":
            raise RuntimeError("typed-secret")
        return name

    sample.settings = msgspec.structs.replace(sample.settings, log_level="info")
    client = sign_in(make(("/thing/<name>", thing)))
    client.get("/thing/typed-secret?q=typed-secret")
    client.get("/thing/break")
    client.get("/healthz")
    written = capfd.readouterr().err
    lines = [json.loads(line) for line in written.splitlines() if line.startswith("{")]
    first = next(line for line in lines if line["event"] == "request")
    assert (first["route"], first["method"], first["status"], first["actor"]) == ("/thing/<name>", "GET", 200, 7)
    assert first["request"]
    assert first["ms"] >= 0
    assert [line["error"] for line in lines if line["event"] == "unexpected"] == ["RuntimeError"]
    assert len(lines) == 3
    assert "typed-secret" not in written


def test_the_way_one_is_on_is_marked(make: Any, sign_in: Any) -> None:
    @guards.signed_in
    def page() -> str:
        return " ".join(f"{item.key}:{item.current}" for item in web.chrome().nav)

    client = sign_in(make(("/apps/x", page), ("/newer", page)))
    assert "apps:True" in client.get("/apps/x").text
    assert client.get("/apps/x").text.count("True") == 1
    assert "new:False" in client.get("/newer").text
