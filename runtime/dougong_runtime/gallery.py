"""The apps that are open to a person: all of them, one of them, and every form to fill in."""

from flask import Blueprint, Response
from werkzeug.utils import redirect

from dougong.errors import Forbidden
from dougong.pages import reading
from dougong.records import Visit
from dougong.web import guards, htmx
from dougong_runtime.app_of import app_of
from dougong_runtime.gallery_apps import AppCard, app_card, open_apps
from dougong_runtime.gallery_making import gallery


@guards.signed_in
def show() -> Response:
    """Every app, and for who builds apps the drafts and the ways to begin one."""
    return htmx.answer("runtime/gallery.html", reading(gallery))


@guards.signed_in
def new() -> Response:
    """Every form that may be filled in, by app."""
    return htmx.answer("runtime/gallery_new.html", reading(_fillable))


def _fillable(visit: Visit) -> tuple[AppCard, ...]:
    return tuple(card for card in open_apps(visit) if card.forms)


@guards.signed_in
def home(app: str) -> Response:
    """One app: forms to fill in, lists, reports."""

    def found(visit: Visit) -> AppCard:
        card = app_card(visit, app_of(visit, app))
        if not card.forms and not card.lists:
            raise Forbidden("apps.not_open")
        return card

    return htmx.answer("runtime/app.html", reading(found))


@guards.signed_in
def above() -> Response:
    """One level above every app are all of them."""
    found = redirect("/apps", 303)
    return Response(found.get_data(), found.status_code, found.headers)


def routes(blueprint: Blueprint) -> None:
    """``/apps``, ``/new``, ``/a/`` and ``/a/<app>/``."""
    blueprint.add_url_rule("/apps", "apps", show)
    blueprint.add_url_rule("/new", "new_any", new)
    blueprint.add_url_rule("/a/", "above_apps", above)
    blueprint.add_url_rule("/a/<app>/", "app", home)
