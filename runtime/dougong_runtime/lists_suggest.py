"""Suggestions for a filter: people, departments or records by what one types."""

from flask import Blueprint, Response, request

from dougong.errors import NotFound
from dougong.pages import reading
from dougong.records import Visit
from dougong.web import guards, htmx
from dougong_runtime.lists_target import field_of
from dougong_runtime.matches import Match, matches
from dougong_runtime.start import form_of


@guards.signed_in
def suggest(app: str, form: str, key: str) -> Response:
    """Options for the filter of one field, if the person may read it somewhere."""
    typed = request.args.get("q") or next((v for k, v in request.args.items() if k.endswith(f".{key}.in.text")), "")
    found = reading(lambda visit: _found(visit, app, form, key, typed or _typed(key)))
    return htmx.answer("runtime/list_options.html", found)


def _typed(key: str) -> str:
    """What stands in the box; htmx sends it under the box's own name."""
    return next((v for k, v in request.args.items() if k.startswith(f"f.{key}.") and k.endswith(".text")), "")


def _found(visit: Visit, app: str, form: str, key: str, typed: str) -> tuple[Match, ...]:
    live = form_of(visit, app, form)
    visit.view(live).require([key])
    field = field_of(live.form, key)
    if field is None:
        raise NotFound("lists.not_found")
    return matches(visit, field, typed)


def routes(blueprint: Blueprint) -> None:
    """``/a/<app>/<form>/suggest/<key>``."""
    blueprint.add_url_rule("/a/<app>/<form>/suggest/<key>", "list_suggest", suggest)
