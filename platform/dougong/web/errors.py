"""From exception to answer: one place for statuses, and one answer in three dresses (page, htmx part, problem+json)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, jsonify, make_response, redirect, render_template, request
from flask_wtf.csrf import CSRFError  # type: ignore[import-untyped]
from werkzeug.exceptions import HTTPException

from dougong import errors
from dougong.errors import Problem
from dougong.web import choices, current, guards, htmx, log
from dougong.web import page as frame
from dougong.web.addresses import sign_in
from dougong.words import keys, remedy, say, sentence

WORDED = frozenset({400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503})
_MARKS = ("-id", "-at", ".was", ".asked", ".found")
RETRY_AFTER = 5
"""Seconds after which a busy server is asked again."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What went wrong, in the reader's language. ``problems`` holds sentence, remedy and the problem itself."""

    status: int
    code: str
    title: str
    sentence: str
    remedy: str | None
    request_id: str
    sign_in: str = ""
    problems: tuple[tuple[str, str | None, Problem], ...] = ()
    typed: tuple[str, ...] = ()
    """What the refused form held, to be copied from the page."""
    headers: Mapping[str, str] = field(default_factory=dict)


def status_of(error: BaseException) -> int:
    """The HTTP status of an exception: our own tree knows its, werkzeug its, and everything else is 500."""
    if isinstance(error, errors.DougongError):
        return error.status
    return error.code or 500 if isinstance(error, HTTPException) else 500


def fault_of(error: BaseException) -> Fault:
    """An exception as something that can be shown."""
    status, language = status_of(error), choices.language()
    general = f"web.status_{status if status in WORDED else (500 if status >= 500 else 400)}"
    code, params = _coded(error, general)
    said = Problem(code, params=params)
    return Fault(
        status=status,
        code=code,
        title=say(f"{general}_title", language),
        sentence=sentence(said, language),
        remedy=remedy(said, language) or remedy(Problem(general), language),
        request_id=current.request_id(),
        sign_in=sign_in(request.full_path.rstrip("?") if request.method == "GET" else "/") if status == 401 else "",
        problems=tuple((sentence(p, language), remedy(p, language), p) for p in getattr(error, "problems", ())),
        typed=_typed(),
        headers=_headers(error, status),
    )


def _typed() -> tuple[str, ...]:
    """The texts of a record's form that was not taken, less those that only machines read; never of any other form."""
    if request.method != "POST" or request.blueprint != "runtime":
        return ()
    try:
        said = [(name, text.strip()) for name, text in request.form.items(multi=True)]
    except HTTPException:  # what was sent could not be read at all
        return ()
    ours = ("csrf_token", "back", "at", "version", "task", "action")
    kept = [text for name, text in said if name not in ours and not name.startswith("_") and not name.endswith(_MARKS)]
    return tuple(dict.fromkeys(text for text in kept if text and text not in ("true", "false")))


def _coded(error: BaseException, general: str) -> tuple[str, Mapping[str, Any]]:
    if isinstance(error, CSRFError):
        return "web.csrf", {}
    if isinstance(error, errors.Misconfigured) or not isinstance(error, errors.DougongError):
        return general, {}  # what an installation lacks is for its log, not for its visitors
    return (error.code, error.params) if error.code in keys() else (general, {})


def _headers(error: BaseException, status: int) -> dict[str, str]:
    kept = {}
    if isinstance(error, HTTPException) and status == 405:
        kept = {name: value for name, value in error.get_headers() if name == "Allow"}
    if status in {429, 503}:
        kept["Retry-After"] = str(getattr(error, "params", {}).get("retry_after", RETRY_AFTER))
    if status == 401 and current.is_api():
        kept["WWW-Authenticate"] = "Bearer"
    return kept


def handle(error: Exception) -> Any:
    """Answer an exception in the dress the asker can read; never with a trace."""
    if isinstance(error, HTTPException) and error.code and error.code < 400:
        return error.get_response()
    fault = fault_of(error)
    if fault.status >= 500 and not isinstance(error, errors.Busy):
        log.unexpected(error)
    if current.is_api() or _is_token_route():
        return _problem(fault)
    if htmx.is_htmx():
        return _part(fault)
    if fault.status == 401 and request.method == "GET":
        return redirect(fault.sign_in, 303)
    return _page(fault)


def _is_token_route() -> bool:
    guard = current.guard()
    return guard is not None and guard.name == guards.token.name


def _problem(fault: Fault) -> Response:
    listed = [
        {"code": p.code, "at": p.at, "message": text, "remedy": mend, "line": p.line, "column": p.column}
        for text, mend, p in fault.problems
    ]
    body = {"type": "about:blank", "title": fault.title, "status": fault.status, "detail": fault.sentence}
    response = jsonify(body | {"code": fault.code, "request_id": fault.request_id, "problems": listed})
    response.status_code = fault.status
    response.mimetype = "application/problem+json"
    response.headers.extend(fault.headers)
    return response


def _part(fault: Fault) -> Response:
    """A fragment that touches nothing but the place for messages, so that what was typed stays."""
    response = htmx.keep(make_response(render_template("error_part.html", page=fault), fault.status))
    response.headers.extend(fault.headers)
    if fault.status == 401:
        htmx.trigger(response, **{"sign-in-needed": {"url": fault.sign_in}})
    return response


def _page(fault: Fault) -> Response:
    response = make_response(render_template("error.html", page=fault, chrome=_frame(fault)), fault.status)
    response.headers.extend(fault.headers)
    return response


def _frame(fault: Fault) -> frame.Chrome:
    """The usual frame with its ways on; the bare one where finding them out could fail as the request did."""
    if fault.status < 500:
        try:
            current.actor()
            return frame.chrome()
        except Exception as error:
            log.unexpected(error)
    return frame.bare()


def register(app: Flask) -> None:
    """Answer every exception of an app from here."""
    app.register_error_handler(Exception, handle)
