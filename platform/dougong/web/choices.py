"""What a person chose for this browser: language, theme, keys; kept in cookies, so that the first byte is right."""

from flask import Flask, Response, redirect, request
from werkzeug.exceptions import BadRequest

from dougong.web import current, guards
from dougong.web.addresses import local
from dougong.words import LANGUAGES

THEMES = ("system", "light", "dark")
KEYS = ("on", "off")
CHOICES = {"language": LANGUAGES, "theme": THEMES, "keys": KEYS}
YEAR = 365 * 86400


def _chosen(name: str) -> str | None:
    value = request.cookies.get(f"dougong_{name}")
    return value if value in CHOICES[name] else None


def language() -> str:
    """The reader's language: this browser's choice, else the account's, else what the browser asks for, else the
    organisation's."""
    actor = current.known_actor()
    asked = request.accept_languages.best_match(["zh-CN", "zh", "zh-Hans", "zh-TW", "zh-HK", "en"])
    wished = "zh-CN" if asked and asked.startswith("zh") else asked
    return _chosen("language") or (actor.language if actor else "") or wished or current.composition().language


def theme() -> str:
    """system, light or dark: this browser's choice, else the account's."""
    actor = current.known_actor()
    return _chosen("theme") or (actor.theme if actor else "") or "system"


def keys() -> bool:
    """Whether single letters work as shortcuts."""
    return _chosen("keys") != "off"


@guards.public
def choose() -> Response:
    """Keep the choices of a form and go back where it was sent from."""
    response = redirect(local(request.form.get("next")), 303)
    for name, allowed in CHOICES.items():
        value = request.form.get(name)
        if value is None:
            continue
        if value not in allowed:
            raise BadRequest
        secure = request.is_secure
        response.set_cookie(f"dougong_{name}", value, max_age=YEAR, samesite="Lax", httponly=True, secure=secure)
    assert isinstance(response, Response)
    return response


def register(app: Flask) -> None:
    """Serve ``POST /preferences``."""
    app.add_url_rule("/preferences", "preferences", choose, methods=["POST"])
