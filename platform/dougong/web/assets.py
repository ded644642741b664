"""Static files: found in a checkout or a wheel, addressed by the hash of them all, so that browsers may keep them."""

import gzip
import hashlib
import mimetypes
import os.path
import re
from functools import cache
from pathlib import Path

from flask import Flask, Response, abort, request
from werkzeug.security import safe_join

from dougong.errors import Misconfigured
from dougong.web import guards

NEEDED = ("built/app.css", "built/app.js", "built/builder.css", "built/builder.js", "built/icons.svg", "vendor/htmx.min.js")
YEAR = 365 * 86400


@cache
def root() -> Path:
    """The folder of static files: inside the package in a wheel, at the top of a checkout."""
    here = Path(__file__).resolve()
    inside = here.parents[1] / "static"
    return inside if inside.is_dir() else here.parents[3] / "static"


def require() -> None:
    """Raise Misconfigured, naming the command, when the built files are absent."""
    if absent := [name for name in NEEDED if not (root() / name).is_file()]:
        raise Misconfigured("web.assets_missing", files=absent)


@cache
def fingerprint() -> str:
    """One hash of every file's name and content: relative addresses between them then stay right."""
    total = hashlib.sha256()
    for path in sorted(each for each in root().rglob("*") if each.is_file()):
        total.update(str(path.relative_to(root()).as_posix()).encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:12]


@cache
def icons() -> frozenset[str]:
    """The names of the icons in the sprite."""
    return frozenset(re.findall(r'<symbol id="([^"]+)"', (root() / "built/icons.svg").read_text(encoding="utf-8")))


def asset_url(name: str) -> str:
    """The address of a static file, such as ``built/app.css``; it changes when any of them changes."""
    return f"/static/{fingerprint()}/{name}"


@cache
def _content(name: str, mark: str) -> tuple[bytes, bytes]:
    """A file as it is and packed; kept in memory, as there are few and they are small."""
    plain = (root() / name).read_bytes()
    return plain, gzip.compress(plain, mtime=0)


def file(name: str) -> Response:
    """A response with a static file, packed where the browser can unpack it; 404 when there is none."""
    path = safe_join(str(root()), name)
    if path is None or not os.path.isfile(path):  # unlike Path.is_file, False for a name no file system could hold
        abort(404)
    plain, packed = _content(name, fingerprint())
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    response = Response(plain, mimetype=kind)
    if len(packed) < len(plain):
        response.vary.add("Accept-Encoding")
        if request.accept_encodings["gzip"]:
            response.set_data(packed)
            response.content_encoding = "gzip"
    return response


@guards.public
def serve(mark: str, name: str) -> Response:
    """A static file. Under an older mark it is still served, but asked for again next time."""
    response = file(name)
    fresh = mark == fingerprint()
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable" if fresh else "no-cache"
    return response


def register(app: Flask) -> None:
    """Serve the static files."""
    require()
    app.add_url_rule("/static/<mark>/<path:name>", "static", serve)
