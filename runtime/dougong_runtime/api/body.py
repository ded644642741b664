"""Reading a request of the API: a JSON object, exact numbers, known names only."""

from collections.abc import Iterable
from typing import Any

from flask import request
from werkzeug.exceptions import UnsupportedMediaType

from dougong.errors import Problem, Refused
from dougong.exchange.exact_json import exact_json

MOST_VALUES = 1000
"""Names in ``values``: twice what a form may have."""

MOST_BYTES = 4 << 20
"""Of a body: a record of thousands of rows, and far more than a person would type."""


def json_object(known: Iterable[str]) -> dict[str, Any]:
    """The request's JSON object; raises Refused for anything else, for names twice and for names not ``known``."""
    only(request.args, ())
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    request.max_content_length = MOST_BYTES
    try:
        body = exact_json(request.get_data(cache=False))
    except ValueError as error:
        raise Refused([Problem("api.not_json")]) from error
    if not isinstance(body, dict):
        raise Refused([Problem("api.not_an_object")])
    only(body, known)
    return body


def only(given: Iterable[str], known: Iterable[str]) -> None:
    """Raise Refused naming names that mean nothing here."""
    allowed = set(known)
    unknown = [name for name in given if name not in allowed][:20]
    if unknown:
        raise Refused(Problem("api.unknown_name", name[:100], {"name": name[:100]}) for name in unknown)


def values_of(body: dict[str, Any]) -> dict[str, Any]:
    """``values`` of a body: an object of field keys."""
    values = body.get("values")
    if not isinstance(values, dict):
        raise Refused([Problem("api.values_needed", "values")])
    if len(values) > MOST_VALUES:
        raise Refused([Problem("api.too_many_values", "values", {"most": MOST_VALUES})])
    return values


def flag_of(body: dict[str, Any], name: str) -> bool:
    """``true`` or ``false`` under a name of a body; absent is false."""
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise Refused([Problem("api.flag_needed", name)])
    return value


def version_of(raw: Any) -> int:
    """A version the caller saw, as a number or its text."""
    text = str(raw) if isinstance(raw, int | str) and not isinstance(raw, bool) else ""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Refused([Problem("api.version_needed", "version")])
    return int(text)
