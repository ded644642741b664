"""Who may reach a route, and whether it writes: every view names its guard, or the app refuses to start."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar, overload

from flask import Flask, g, request

from dougong.errors import Forbidden, Misconfigured, SignInNeeded
from dougong.web import current

P = ParamSpec("P")
R = TypeVar("R")
View = Callable[P, R]
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True, slots=True)
class Guard:
    """What stands at a route: the guard's name, and whether the route writes when it is posted to."""

    name: str
    writes: bool


class Rule:
    """A decorator that lets a request through when its check does not raise; used bare or with ``writes=True``."""

    def __init__(self, name: str, check: Callable[[], None]) -> None:
        self.name = name
        self._check = check

    @overload
    def __call__(self, view: Callable[P, R]) -> Callable[P, R]: ...

    @overload
    def __call__(self, *, writes: bool) -> Callable[[Callable[P, R]], Callable[P, R]]: ...

    def __call__(self, view: Callable[P, R] | None = None, *, writes: bool = False) -> Any:
        if view is None:
            return lambda late: self._guarded(late, writes)
        return self._guarded(view, writes)

    def _guarded(self, view: Callable[P, R], writes: bool) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            self._check()
            return view(*args, **kwargs)

        guarded.guard = Guard(self.name, writes)  # type: ignore[attr-defined]
        return guarded


def _nobody() -> None:
    """Let everyone through."""


def _person() -> None:
    if current.actor() is None:
        raise SignInNeeded("web.sign_in_needed")


def _admin() -> None:
    _person()
    actor = current.actor()
    if actor is None or not actor.is_admin:
        raise Forbidden("web.admins_only")


def _builder() -> None:
    _person()
    actor = current.actor()
    if actor is None or not actor.is_builder:
        raise Forbidden("web.builders_only")


def _bearer() -> None:
    """Only a token will do: a cookie would let other sites' pages act here."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    g.actor = current.composition().identify_bearer(token.strip()) if scheme.lower() == "bearer" and token else None
    if g.actor is None:
        raise SignInNeeded("web.token_needed")


public = Rule("public", _nobody)
"""Everyone, signed in or not."""
signed_in = Rule("signed_in", _person)
"""Whoever is signed in."""
admin = Rule("admin", _admin)
"""Administrators."""
builder = Rule("builder", _builder)
"""Whoever may build apps."""
token = Rule("token", _bearer)
"""Programs with an API token; no CSRF token is asked."""


def listed(app: Flask) -> dict[str, Guard | None]:
    """The guard of every endpoint of an app."""
    return {end: getattr(view, "guard", None) for end, view in app.view_functions.items()}


def require(app: Flask) -> None:
    """Raise Misconfigured when a route has no guard, or says that it writes on being looked at."""
    guards = listed(app)
    if bare := sorted(end for end, guard in guards.items() if guard is None):
        raise Misconfigured("web.no_guard", endpoints=bare)
    for rule in app.url_map.iter_rules():
        guard = guards[rule.endpoint]
        if guard and guard.writes and not CHANGING & (rule.methods or set()):
            raise Misconfigured("web.writes_on_get", endpoint=rule.endpoint)
