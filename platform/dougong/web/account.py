"""One's own account: password, signed-in devices, access tokens, language and look."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, cast

from flask import Flask, Response, request

from dougong.config import Settings
from dougong.db import Database, Tx
from dougong.errors import NotFound, Refused, TooMany
from dougong.people import preferences, sessions, signing_in, tokens
from dougong.people.actor import Actor
from dougong.people.devices import device
from dougong.people.sessions import Session
from dougong.people.tokens import Token
from dougong.web import choices, current, guards, htmx
from dougong.web import session as cookie
from dougong.words import say, sentence

ID = "<int(max=9223372036854775807):id>"


class Accounts(Protocol):
    """What these pages need of the composition."""

    @property
    def database(self) -> Database: ...

    @property
    def settings(self) -> Settings: ...


@dataclass(frozen=True, slots=True)
class AccountPage:
    """``errors`` maps an input of the password form to its sentence; ``devices`` pairs a sign-in with its name."""

    login: str
    name: str
    devices: tuple[tuple[Session, str], ...]
    tokens: tuple[Token, ...]
    language: str
    theme: str
    errors: Mapping[str, str] = field(default_factory=dict)


def _wired() -> tuple[Database, Settings, Actor]:
    parts = cast(Accounts, current.composition())
    return parts.database, parts.settings, cast(Actor, current.actor())


def _page(errors: Mapping[str, str] | None = None, status: int = 200) -> Response:
    database, _, actor = _wired()

    def work(tx: Tx) -> tuple[tuple[Session, ...], tuple[Token, ...]]:
        return sessions.list_of(tx, actor.id, cookie.token() or ""), tokens.tokens_of(tx, actor.id)

    living, owned = database.read(work)
    devices = tuple((each, device(each.agent)) for each in living)
    page = AccountPage(actor.login, actor.name, devices, owned, actor.language, actor.theme, errors or {})
    return htmx.answer("account.html", page, status=status)


@guards.signed_in
def show() -> Response:
    """The account."""
    return _page()


@guards.signed_in(writes=True)
def change_password() -> Response:
    """A new password on proof of the old one; every other sign-in ends."""
    database, settings, actor = _wired()
    old, new = request.form.get("old", ""), request.form.get("new", "")
    language, address = choices.language(), request.remote_addr or ""
    if new != request.form.get("again", ""):
        return _page({"again": say("people.password_repeat", language)}, 422)
    try:
        fresh = signing_in.change_password(
            database, settings, actor.id, old, new, token=cookie.token() or "", address=address
        )
    except Refused as error:
        return _page({problem.at: sentence(problem, language) for problem in error.problems}, 422)
    except TooMany as error:
        response = _page({"old": sentence(error, language)}, 429)
        response.headers["Retry-After"] = str(error.params["retry_after"])
        return response
    return cookie.remember(_done("people.password_changed"), fresh, settings.session_days * 86400)


@guards.signed_in(writes=True)
def end_session(id: int) -> Response:
    """Sign one of one's devices out."""
    database, _, actor = _wired()
    if not database.write(lambda tx: sessions.end_one(tx, actor.id, id)):
        raise NotFound("people.no_such_session")
    return _done("people.session_ended")


@guards.signed_in(writes=True)
def end_others() -> Response:
    """Sign every other device out."""
    database, _, actor = _wired()
    token = cookie.token() or ""
    database.write(lambda tx: sessions.end_all(tx, actor.id, but=token))
    return _done("people.others_ended")


@guards.signed_in(writes=True)
def end_token(id: int) -> Response:
    """End one of one's access tokens."""
    database, _, actor = _wired()
    if not database.write(lambda tx: tokens.end_token(tx, actor.id, id)):
        raise NotFound("people.token_unknown")
    return _done("people.token_ended")


@guards.signed_in(writes=True)
def choose() -> Response:
    """Keep language and look, for this browser and every one signed in from later."""
    database, _, actor = _wired()
    language, theme = request.form.get("language", ""), request.form.get("theme", "")
    database.write(lambda tx: preferences.choose(tx, actor.id, language, theme))
    response = _done("people.saved")
    for name, value in (("language", language), ("theme", theme)):
        if not value:
            response.delete_cookie(f"dougong_{name}")
    return remember_choices(response, language=language, theme=theme)


def remember_choices(response: Response, **chosen: str) -> Response:
    """Bring choices to the browser, those made ("" is none), where every page reads them."""
    for name, value in chosen.items():
        if value in choices.CHOICES[name]:
            secure = request.is_secure
            response.set_cookie(
                f"dougong_{name}", value, max_age=choices.YEAR, samesite="Lax", httponly=True, secure=secure
            )
    return response


def _done(key: str) -> Response:
    htmx.tell(say(key, choices.language()))
    return htmx.see_other("/account")


def register(app: Flask) -> None:
    """Serve ``/account`` and what is done there."""
    app.add_url_rule("/account", "account", show)
    app.add_url_rule("/account/password", "account_password", change_password, methods=["POST"])
    app.add_url_rule(f"/account/sessions/{ID}/end", "account_end_session", end_session, methods=["POST"])
    app.add_url_rule("/account/sessions/end-others", "account_end_others", end_others, methods=["POST"])
    app.add_url_rule(f"/account/tokens/{ID}/end", "account_end_token", end_token, methods=["POST"])
    app.add_url_rule("/account/preferences", "account_preferences", choose, methods=["POST"])
