"""The runtime as a house: one blueprint with the routes of every page."""

from typing import Any

from flask import Blueprint, Flask

from dougong_runtime import (
    api,
    deciding,
    evaluating,
    export,
    files,
    forms,
    forms_edit,
    gallery,
    inbox,
    lists,
    lists_suggest,
    picking,
    preview,
    record,
    record_delete,
    report,
    workbench,
)

PAGES = (
    workbench, gallery, inbox, lists, lists_suggest, export, report, forms, evaluating, forms_edit, record, deciding,
    record_delete, files, picking, preview,
)  # fmt: skip


def register(app: Flask, composition: Any) -> None:
    """Serve every page of published apps."""
    blueprint = Blueprint("runtime", __name__, template_folder="templates")
    for page in PAGES:
        page.routes(blueprint)
    app.register_blueprint(blueprint)
    api.register(app)
