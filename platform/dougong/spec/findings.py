"""What the JSON Schema refuses, told as problems: each with its place, its line and a way out."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from jsonschema.exceptions import ValidationError

from dougong.errors import Problem
from dougong.spec import model
from dougong.spec.nearest import clipped, meant
from dougong.spec.places import place
from dougong.spec.positions import Path, Positions
from dougong.spec.schema import DATE
from dougong.words import LANGUAGES, say

Finding = tuple[Path, str, dict[str, Any], bool]
"""Path, code, parameters, and whether the key rather than the value is to blame."""

_JSON_TYPES = {
    dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", type(None): "null",
}  # fmt: skip
_LIMITS = {
    "minLength": "spec.too_short", "minItems": "spec.too_short", "minProperties": "spec.too_short",
    "maxLength": "spec.too_long", "maxItems": "spec.too_long", "maxProperties": "spec.too_long",
    "minimum": "spec.too_small", "maximum": "spec.too_big",
}  # fmt: skip


def problems(document: Any, errors: Iterable[ValidationError], positions: Positions) -> list[Problem]:
    """Every error as problems, in the order of the text."""
    result: dict[tuple[str, Path, str], Problem] = {}
    for error in errors:
        for path, code, params, at_key in _findings(error):
            where = positions.of_key(path) if at_key else positions.of(path)
            named = place(document, path)
            one = Problem(code, named, params, where.line, where.column, positions.source or None)
            result.setdefault((code, path, str(params.get("key", ""))), one)
    return sorted(result.values(), key=lambda problem: (problem.line or 0, problem.column or 0))


def _findings(error: Any) -> Iterator[Finding]:
    path: Path = tuple(error.absolute_path)
    rule = str(error.validator)
    if rule in _LIMITS:
        yield path, _LIMITS[rule], {"limit": error.validator_value, "value": clipped(_shown(error.instance))}, False
    elif rule in _SPECIAL:
        yield from _SPECIAL[rule](error, path)
    else:
        yield path, "spec.not_accepted", {"reason": clipped(error.message)}, False


def _unknown(error: Any, path: Path) -> Iterator[Finding]:
    known = error.schema.get("properties", {})
    for key in error.instance:
        if key not in known:
            yield (*path, key), "spec.unknown_key", {"key": clipped(key), **meant(key, known)}, True


def _missing(error: Any, path: Path) -> Iterator[Finding]:
    for key in error.validator_value:
        if key not in error.instance:
            yield (*path, key), "spec.missing_key", {"key": key}, False


def _type(error: Any, path: Path) -> Iterator[Finding]:
    wanted = error.validator_value
    yield path, "spec.wrong_type", wrong_type([wanted] if isinstance(wanted, str) else wanted, error.instance), False


def _one_of(error: Any, path: Path) -> Iterator[Finding]:
    value, allowed = error.instance, error.validator_value
    allowed = [str(each) for each in (allowed if error.validator == "enum" else [allowed])]
    if path[-1:] == ("type",) and value in ("subtable", "section") and "text" in allowed:
        yield path, "spec.nested_subtable", {"type": value}, False
        return
    params = {"value": clipped(_shown(value)), **meant(str(value) if isinstance(value, str) else "", allowed)}
    yield path, "spec.not_one_of", params, False


def _pattern(error: Any, path: Path) -> Iterator[Finding]:
    code = {model.KEY: "spec.bad_key", DATE: "spec.bad_date"}.get(error.validator_value, "spec.pattern")
    yield path, code, {"value": clipped(error.instance), "pattern": error.validator_value}, False


def _format(error: Any, path: Path) -> Iterator[Finding]:
    yield path, "spec.bad_date", {"value": clipped(error.instance)}, False


_SPECIAL: dict[str, Callable[[Any, Path], Iterator[Finding]]] = {
    "additionalProperties": _unknown,
    "required": _missing,
    "type": _type,
    "enum": _one_of,
    "const": _one_of,
    "pattern": _pattern,
    "format": _format,
}


def wrong_type(wanted: Iterable[str], value: Any) -> dict[str, Any]:
    """The parameters of ``spec.wrong_type``: the JSON types that would do and that of the value, as people call them."""
    names = [_called(each) for each in wanted]
    either = {language: say("json.or", language).join(each[language] for each in names) for language in LANGUAGES}
    return {"wanted": either, "found": _called(_JSON_TYPES.get(type(value), "number"))}


def _called(name: str) -> dict[str, str]:
    return {language: say(f"json.{name}", language) for language in LANGUAGES}


def _shown(value: Any) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)
