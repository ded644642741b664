"""The one module that reads the headers of htmx and words answers to it: one URL, two sizes."""

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, current_app, flash, make_response, render_template, request
from flask_htmx import HTMX  # type: ignore[import-untyped]
from werkzeug.utils import redirect

from dougong.web import page as frame

_htmx = HTMX()


def is_htmx() -> bool:
    """Whether htmx asked; a history restore wants the whole page, as anybody else."""
    return bool(_htmx) and not _htmx.history_restore_request


def wants_part() -> bool:
    """Whether htmx asked for a part of a page; ``full`` means it will swap the body or select for itself."""
    return is_htmx() and request.headers.get("HX-Request-Type") != "full"


def source() -> str:
    """The id of the element the request came from, or ""; htmx sends it as ``tag#id``."""
    return request.headers.get("HX-Source", "").partition("#")[2]


def answer(
    template: str, page: Any, block: str | Iterable[str] | None = None, status: int = 200, **more: Any
) -> Response:
    """The page, or the named block (or blocks, in order) of it when htmx asked for a part.

    The template receives ``page`` (a frozen object), ``chrome`` and whatever is in ``more``.
    """
    values = {"page": page, **more}
    if block is not None and wants_part():
        return make_response(blocks(template, [block] if isinstance(block, str) else block, values), status)
    return make_response(render_template(template, chrome=frame.chrome(), **values), status)


def blocks(template: str, names: Iterable[str], values: dict[str, Any]) -> str:
    """Named Jinja blocks of a template, rendered one after another."""
    found = current_app.jinja_env.get_or_select_template(template)
    current_app.update_template_context(values)
    context = found.new_context({"chrome": frame.bare(), **values})
    return "".join(piece for name in names for piece in found.blocks[name](context))


def see_other(url: str) -> Response:
    """Go on to another page after a POST: 303, or for htmx a full load of it, so that a page never lands in a slot."""
    url = quote(url, safe="/:?#[]@!$&'()*+,;=%~")  # a part of it may be what somebody else wrote
    if is_htmx():
        response = Response(status=204)
        response.headers["HX-Redirect"] = url
        return response
    plain = redirect(url, 303)
    return Response(plain.get_data(), plain.status_code, plain.headers)


def tell(sentence: str, tone: str = "ok") -> None:
    """Say a sentence on the next page that is shown: ok, info, warn or bad."""
    flash(sentence, tone)


def trigger(response: Response, **events: Any) -> Response:
    """Let events happen in the browser after the answer: ``trigger(response, toast={"text": …, "tone": "ok"})``."""
    response.headers["HX-Trigger"] = json.dumps(events)
    return response


def keep(response: Response) -> Response:
    """Leave the target as it is; only out-of-band parts are put in."""
    response.headers["HX-Reswap"] = "none"
    return response


def register(app: Flask) -> None:
    """Make ``htmx`` known to an app."""
    _htmx.init_app(app)
