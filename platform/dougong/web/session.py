"""The session cookie: it holds one opaque token; who it is for is known to the session table only."""

from typing import TypedDict

from flask import Response, current_app, request

COOKIE = "dougong_session"


class Shape(TypedDict):
    """How the cookie is kept."""

    secure: bool
    httponly: bool
    samesite: str
    path: str


def token() -> str | None:
    """The token this browser sent."""
    return request.cookies.get(COOKIE)


def remember(response: Response, token: str, seconds: int) -> Response:
    """Hand the browser its session token, for ``seconds``."""
    response.set_cookie(COOKIE, token, max_age=seconds, **_shape())
    return response


def forget(response: Response) -> Response:
    """Take the session token back, and everything the browser kept for this address."""
    response.delete_cookie(COOKIE, **_shape())
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _shape() -> Shape:
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    return {"secure": secure, "httponly": True, "samesite": "Lax", "path": "/"}
