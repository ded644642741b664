"""The builder as a house: one blueprint with the routes of every page."""

from typing import Any

from flask import Blueprint, Flask

from dougong_builder import (
    design,
    form_access,
    form_flow,
    form_rules,
    history_page,
    importing,
    lists,
    new_app,
    operating,
    problems,
    publishing,
    publishing_done,
    settings,
    versions,
)

PAGES: tuple[Any, ...] = (
    operating, design, history_page, new_app, importing, form_access, form_flow, form_rules, lists, problems, settings,
    publishing, publishing_done, versions,
)  # fmt: skip


def register(app: Flask, composition: Any) -> None:
    """Serve the pages in which apps are built."""
    blueprint = Blueprint("builder", __name__, template_folder="templates")
    for page in PAGES:
        page.routes(blueprint)
    app.register_blueprint(blueprint)
