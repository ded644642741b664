"""What is asked for before anybody signs in: health, the mark, the manifest. None of it needs the database."""

from flask import Flask, Response, jsonify

from dougong.web import assets, current, guards


@guards.public
def healthz() -> Response:
    """Say that this process answers."""
    return jsonify(status="ok")


@guards.public
def favicon() -> Response:
    """The mark, under the address browsers guess."""
    response = assets.file("brand/mark.svg")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


@guards.public
def manifest() -> Response:
    """What a phone needs to put the platform on its home screen."""
    name = current.composition().organisation or "斗拱 Dougong"
    icon = {"src": assets.asset_url("brand/mark.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    colours = {"theme_color": "#165c6b", "background_color": "#f7f7f4"}
    body = {"name": name, "short_name": name[:12], "start_url": "/", "display": "standalone", "icons": [icon]}
    response = jsonify(body | colours)
    response.mimetype = "application/manifest+json"
    return response


def register(app: Flask) -> None:
    """Serve them."""
    app.add_url_rule("/healthz", "healthz", healthz)
    app.add_url_rule("/favicon.ico", "favicon", favicon)
    app.add_url_rule("/manifest.webmanifest", "manifest", manifest)
