"""A record's own page."""

from flask import Blueprint, Response

from dougong.pages import reading
from dougong.web import guards, htmx
from dougong_runtime.record_page import record_page
from dougong_runtime.start import form_of, record_id

TEMPLATE = "runtime/record.html"


@guards.signed_in
def show(app: str, form: str, id: str) -> Response:
    """The record as this person may see it."""
    page = reading(lambda visit: record_page(visit, form_of(visit, app, form), record_id(id)))
    return htmx.answer(TEMPLATE, page)


def routes(blueprint: Blueprint) -> None:
    """``/a/<app>/<form>/<id>``."""
    blueprint.add_url_rule("/a/<app>/<form>/<id>", "record", show, methods=["GET"])
