"""Reading a request of the API: a JSON object, exact numbers, known names only."""

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from flask import request
from werkzeug.exceptions import UnsupportedMediaType

from dougong.errors import Problem, Refused


def json_object(known: Iterable[str]) -> dict[str, Any]:
    """The request's JSON object; raises Refused for anything else, for names twice and for names not ``known``."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    try:
        body = json.loads(
            request.get_data(cache=False), parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_object
        )
    except (ValueError, RecursionError, ArithmeticError) as error:
        raise Refused([Problem("api.not_json")]) from error
    if not isinstance(body, dict):
        raise Refused([Problem("api.not_an_object")])
    only(body, known)
    return body


def only(given: Iterable[str], known: Iterable[str]) -> None:
    """Raise Refused naming every name that means nothing here."""
    allowed = set(known)
    unknown = [name for name in given if name not in allowed]
    if unknown:
        raise Refused(Problem("api.unknown_name", name[:100], {"name": name[:100]}) for name in unknown)


def values_of(body: dict[str, Any]) -> dict[str, Any]:
    """``values`` of a body: an object of field keys."""
    values = body.get("values")
    if not isinstance(values, dict):
        raise Refused([Problem("api.values_needed", "values")])
    return values


def version_of(raw: Any) -> int:
    """A version the caller saw, as a number or its text."""
    text = str(raw)
    if isinstance(raw, bool) or not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Refused([Problem("api.version_needed", "version")])
    return int(text)


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name comes twice")
    return made
