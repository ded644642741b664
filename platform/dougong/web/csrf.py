"""Cross-site requests: every form carries a token, checked before its view; programs with a bearer token carry none."""

from flask import Flask, request
from flask_wtf.csrf import CSRFProtect  # type: ignore[import-untyped]

from dougong.web import current, guards

_protect = CSRFProtect()


def _check() -> None:
    guard = current.guard()
    if guard is None or guard.name == guards.token.name or request.method not in guards.CHANGING:
        return
    _protect.protect()


def register(app: Flask) -> None:
    """Protect every route but those for API tokens."""
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_HEADERS=["X-CSRFToken"])
    _protect.init_app(app)
    app.before_request(_check)
