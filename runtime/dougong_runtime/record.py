"""A record's own page, and the record on paper."""

from flask import Blueprint, Response

from dougong.pages import reading
from dougong.web import guards, htmx
from dougong_runtime.record_page import record_page
from dougong_runtime.record_print import print_page
from dougong_runtime.start import form_of, held_form, record_id

TEMPLATE = "runtime/record.html"


@guards.signed_in
def show(app: str, form: str, id: str) -> Response:
    """The record as this person may see it."""
    page = reading(lambda visit: record_page(visit, held_form(visit, app, form, id), record_id(id)))
    return htmx.answer(TEMPLATE, page)


@guards.signed_in
def paper(app: str, form: str, id: str) -> Response:
    """The record as it was handed in or last changed, by the form of that day."""
    page = reading(lambda visit: print_page(visit, form_of(visit, app, form), record_id(id)))
    return htmx.answer("runtime/print.html", page)


def routes(blueprint: Blueprint) -> None:
    """``/a/<app>/<form>/<id>`` and its ``/print``."""
    blueprint.add_url_rule("/a/<app>/<form>/<id>", "record", show, methods=["GET"])
    blueprint.add_url_rule("/a/<app>/<form>/<id>/print", "paper", paper, methods=["GET"])
