"""Errors: one status each, in the dress the asker can read, in words, without a trace."""

from typing import Any

import pytest
from flask import abort

from dougong import errors
from dougong.errors import Problem
from dougong.web import guards

SECRET = "sqlite:///secret.db"
CASES = [
    (errors.Refused([Problem("web.csrf", "lines[0].price"), Problem("web.admins_only")]), 422),
    (errors.Forbidden("web.admins_only"), 403),
    (errors.NotFound("record.no_such"), 404),
    (errors.Conflict("record.stale"), 409),
    (errors.TooLarge("x.y"), 413),
    (errors.TooMany("x.y", retry_after=60), 429),
    (errors.Busy("db.busy"), 503),
    (errors.Misconfigured("x.y", what=SECRET), 500),
    (RuntimeError(SECRET), 500),
    (KeyError(SECRET), 500),
]


def raising(error: BaseException, guard: Any = guards.public) -> Any:
    @guard
    def view() -> Any:
        raise error

    return view


@pytest.mark.parametrize(("error", "status"), CASES, ids=lambda value: getattr(type(value), "__name__", ""))
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_error_in_every_dress(make: Any, error: Exception, status: int, language: str) -> None:
    client = make(("/page", raising(error)), ("/api/it", raising(error))).test_client()
    client.set_cookie("dougong_language", language)
    page, api = client.get("/page"), client.get("/api/it")
    part = client.get("/page", headers={"HX-Request": "true"})
    assert [page.status_code, part.status_code, api.status_code] == [status] * 3
    assert api.mimetype == "application/problem+json"
    body = api.get_json()
    assert body["status"] == status
    assert body["request_id"] == api.headers["X-Request-ID"]
    assert body["detail"] in page.text.replace("&#39;", "'")
    assert page.headers["X-Request-ID"] in page.text
    assert part.headers["HX-Reswap"] == "none", "an error must not wipe out what was typed"
    assert 'id="toasts" hx-swap-oob="beforeend"' in part.text
    for response in (page, part, api):
        assert SECRET not in response.text
        assert "Traceback" not in response.text


def test_all_problems_are_listed(make: Any) -> None:
    client = make(("/page", raising(CASES[0][0])), ("/api/it", raising(CASES[0][0]))).test_client()
    assert "lines[0].price" in client.get("/page").text
    listed = client.get("/api/it").get_json()["problems"]
    assert [(p["code"], p["at"]) for p in listed] == [("web.csrf", "lines[0].price"), ("web.admins_only", "")]
    assert all(p["message"] and p["remedy"] for p in listed)


def test_when_to_try_again(make: Any) -> None:
    client = make(("/many", raising(CASES[5][0])), ("/busy", raising(CASES[6][0]))).test_client()
    assert client.get("/many").headers["Retry-After"] == "60"
    assert client.get("/busy").headers["Retry-After"] == "5"


def test_unknown_addresses_methods_and_sizes(make: Any) -> None:
    @guards.public(writes=True)
    def take() -> str:
        abort(418)

    @guards.token(writes=True)
    def swallow() -> str:
        from flask import request

        return str(len(request.get_data()))

    client = make(("/take", take, ["POST"]), ("/api/take", swallow, ["POST"])).test_client()
    assert client.get("/nowhere").status_code == 404
    assert client.get("/api/nowhere").get_json()["code"] == "web.status_404"
    assert client.get("/take").status_code == 405
    assert "POST" in client.get("/take").headers["Allow"]
    huge = client.post("/api/take", data=b"x" * (3 << 20), headers={"Authorization": "Bearer good"})
    assert huge.status_code == 413


def test_the_pages_of_failures_ask_the_database_nothing(make: Any, sample: Any, sign_in: Any) -> None:
    def broken(*_: Any) -> Any:
        raise errors.Busy("db.busy")

    client = sign_in(make(("/mine", raising(RuntimeError(), guards.signed_in))))
    sample.identify = broken
    for path, status in (("/mine", 503), ("/nowhere", 404)):
        response = client.get(path)
        assert response.status_code == status
        assert "</html>" in response.text


def test_a_session_that_ended(make: Any) -> None:
    client = make(("/mine", raising(RuntimeError(), guards.signed_in))).test_client()
    page = client.get("/mine")
    assert (page.status_code, page.headers["Location"]) == (303, "/sign-in?next=/mine")
    part = client.get("/mine", headers={"HX-Request": "true"})
    assert part.status_code == 401
    assert "sign-in-needed" in part.headers["HX-Trigger"]
    assert "<form" not in part.text, "never a sign-in page inside a fragment"
