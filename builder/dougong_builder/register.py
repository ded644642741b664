"""The builder as a house: one blueprint with the routes of every page."""

from typing import Any

from flask import Blueprint, Flask

PAGES: tuple[Any, ...] = ()


def register(app: Flask, composition: Any) -> None:
    """Serve the pages in which apps are built."""
    blueprint = Blueprint("builder", __name__, template_folder="templates")
    for page in PAGES:
        page.routes(blueprint)
    app.register_blueprint(blueprint)
