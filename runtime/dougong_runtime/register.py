"""The runtime as a house: one blueprint with the routes of every page."""

from typing import Any

from flask import Blueprint, Flask

from dougong_runtime import api, deciding, evaluating, files, forms, forms_edit, picking, record, record_delete

PAGES = (forms, evaluating, forms_edit, record, deciding, record_delete, files, picking)


def register(app: Flask, composition: Any) -> None:
    """Serve every page of published apps."""
    blueprint = Blueprint("runtime", __name__, template_folder="templates")
    for page in PAGES:
        page.routes(blueprint)
    app.register_blueprint(blueprint)
    api.register(app)
