"""What is known about the request being answered: its composition, person, guard and id."""

import secrets
from typing import Any, cast

from flask import current_app, g, request

from dougong.web.composition import Actor, Composition
from dougong.web.session import token

KEY = "dougong"


def composition() -> Composition:
    """What this app was made with."""
    return cast(Composition, current_app.extensions[KEY])


def actor() -> Actor | None:
    """Whoever is signed in, looked up once per request, on first asking; a token's person on API routes."""
    if "actor" not in g:
        g.actor = composition().identify(token())
    return cast("Actor | None", g.actor)


def known_actor() -> Actor | None:
    """Whoever is signed in as far as already looked up; asks nobody, for error pages and logs."""
    return cast("Actor | None", g.get("actor"))


def guard() -> Any:
    """The guard of the view this request reached, or None when it reached none."""
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "guard", None)


def writes() -> bool:
    """Whether this request is one that its route declared as writing."""
    rule = guard()
    return bool(rule and rule.writes) and request.method not in {"GET", "HEAD", "OPTIONS"}


def is_api() -> bool:
    """Whether the answer is for a program rather than a person."""
    return request.path.startswith("/api/")


def request_id() -> str:
    """The short id under which this request stands in the log; made here, never taken from the request."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(5)
    return cast(str, g.request_id)
