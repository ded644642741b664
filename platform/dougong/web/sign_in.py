"""Signing in and out: plain forms that work without JavaScript, one answer for every wrong credential."""

from dataclasses import dataclass
from typing import Protocol, cast

from flask import Flask, Response, request, session

from dougong.config import Settings
from dougong.db import Database
from dougong.errors import DougongError, Problem, Refused, TooMany
from dougong.people import sessions, signing_in
from dougong.people.actor import Actor
from dougong.web import account, choices, current, guards, htmx
from dougong.web import session as cookie
from dougong.web.addresses import local
from dougong.words import sentence


class Signing(Protocol):
    """What these pages need of the composition."""

    @property
    def database(self) -> Database: ...

    @property
    def settings(self) -> Settings: ...


@dataclass(frozen=True, slots=True)
class SignInPage:
    """The form again: where it leads, the login typed, and what was wrong ("" at first)."""

    next: str
    login: str = ""
    error: str = ""


def wired() -> Signing:
    """The composition of this request as these pages know it."""
    return cast(Signing, current.composition())


@guards.public(writes=True)
def sign_in() -> Response:
    """Show the form; when it is posted and right, start a session and go where the person wanted to go."""
    back = local(request.values.get("next"))
    if request.method == "GET":
        return htmx.see_other(back) if current.actor() else htmx.answer("sign_in.html", SignInPage(back))
    login = request.form.get("login", "")
    try:
        token = _attempt(login, request.form.get("password", ""))
    except (Refused, TooMany) as error:
        return _again(SignInPage(back, login[:64], _worded(error)), error)
    return _start(token, back)


def _attempt(login: str, password: str) -> str:
    parts = wired()
    return signing_in.sign_in(
        parts.database,
        parts.settings,
        login,
        password,
        address=request.remote_addr or "",
        agent=request.user_agent.string,
        old_token=cookie.token() or "",
    )


def _again(page: SignInPage, error: DougongError) -> Response:
    response = htmx.answer("sign_in.html", page, status=error.status)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.params["retry_after"])
    return response


def _worded(error: DougongError) -> str:
    problems = error.problems if isinstance(error, Refused) else (Problem(error.code, params=error.params),)
    return sentence(problems[0], choices.language())


def _start(token: str, back: str) -> Response:
    parts = wired()
    actor = parts.database.read(lambda tx: sessions.identify(tx, token))
    # Signing in again as oneself keeps the CSRF token, so that what another tab still holds unsent can be sent.
    if actor is None or session.get("person") != str(actor.id):
        session.clear()
    response = htmx.see_other(back)
    if actor is not None:
        session["person"] = str(actor.id)
        _choose(response, actor)
    return cookie.remember(response, token, parts.settings.session_days * 86400)


def _choose(response: Response, actor: Actor) -> None:
    """Bring the choices of the person's account to this browser."""
    account.remember_choices(response, language=actor.language, theme=actor.theme)


@guards.public(writes=True)
def sign_out() -> Response:
    """End the session; also when it had ended already."""
    token = cookie.token()
    if token:
        wired().database.write(lambda tx: sessions.end(tx, token))
    session.clear()
    return cookie.forget(htmx.see_other("/sign-in"))


def register(app: Flask, composition: Signing) -> None:
    """Serve ``/sign-in``, ``/sign-out`` and ``/account``."""
    app.add_url_rule("/sign-in", "sign_in", sign_in, methods=["GET", "POST"])
    app.add_url_rule("/sign-out", "sign_out", sign_out, methods=["POST"])
    account.register(app)
