"""The JSON API under ``/api/v1``: the same door and the same codes as every page."""

from flask import Blueprint, Flask

from dougong_runtime.api import decide, openapi, records, reports


def register(app: Flask) -> None:
    """Serve the API."""
    blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
    for part in (records, decide, reports, openapi):
        part.routes(blueprint)
    app.register_blueprint(blueprint)
