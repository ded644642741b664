"""Lists of records: searched, filtered, sorted and paged, all of it in the address."""

from collections.abc import Callable

from flask import Blueprint, Response, request
from werkzeug.utils import redirect

from dougong.pages import reading
from dougong.records import Visit
from dougong.web import guards, htmx
from dougong_runtime.lists_address import read_address
from dougong_runtime.lists_page import list_page
from dougong_runtime.lists_target import Target, every, stated

TEMPLATE = "runtime/list.html"
BLOCKS = {"more": "more", "totals": "totals"}


@guards.signed_in
def show(app: str, key: str) -> Response:
    """A list that the app states."""
    return _answer(lambda visit: stated(visit, app, key))


@guards.signed_in
def show_all(app: str, form: str) -> Response:
    """All records of a form."""
    return _answer(lambda visit: every(visit, app, form))


def _answer(find: Callable[[Visit], Target]) -> Response:
    asked = read_address(request.args)
    page = reading(lambda visit: list_page(visit, find(visit), asked))
    if not asked.tidy and not htmx.is_htmx():
        return _plain(page.address)
    block = BLOCKS.get(request.args.get("part", ""), "results")
    response = htmx.answer(TEMPLATE, page, block=block, status=422 if page.mistakes else 200)
    if htmx.wants_part() and block == "results":
        response.headers["HX-Push-Url"] = page.address  # inputs left blank are no part of the address
    return response


def _plain(address: str) -> Response:
    """The same page at its one address."""
    found = redirect(address, 303)
    return Response(found.get_data(), found.status_code, found.headers)


def routes(blueprint: Blueprint) -> None:
    """``/a/<app>/lists/<key>`` and ``/a/<app>/<form>/``."""
    blueprint.add_url_rule("/a/<app>/lists/<key>", "list", show)
    blueprint.add_url_rule("/a/<app>/<form>/", "records", show_all)
