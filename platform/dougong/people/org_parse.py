"""An organisation file's text → frozen objects, or every problem of its structure at once."""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, cast

import msgspec
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from dougong.errors import Problem, Refused
from dougong.people.org_schema import SCHEMA, OrgFile
from dougong.spec.nearest import clipped, meant
from dougong.spec.positions import Path, Positions
from dougong.spec.reader import read

_FORMATS = FormatChecker(())
_FORMATS.checks("date", ValueError)(lambda text: not isinstance(text, str) or bool(date.fromisoformat(text)))
_VALIDATOR = Draft202012Validator(SCHEMA, format_checker=_FORMATS)


class Found:
    """Collects the problems of one file, each with its place in the text."""

    def __init__(self, source: str, positions: Positions) -> None:
        self.source = source
        self.positions = positions
        self.problems: list[Problem] = []

    def add(self, code: str, path: Path, *, key: bool = False, **params: Any) -> None:
        """One more problem, at the value at ``path``, or (``key``) at its key."""
        where = self.positions.of_key(path) if key else self.positions.of(path)
        self.problems.append(Problem(code, at(path), params, where.line, where.column, self.source))

    def refuse(self) -> None:
        """Raise Refused when there is any."""
        if self.problems:
            raise Refused(self.problems)


def at(path: Path) -> str:
    """``("people", 3, "login")`` → ``people[3].login``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def parse_org(text: str | bytes, source: str = "") -> tuple[OrgFile, Found]:
    """The file as objects, with a collector for what is yet to be found; raises Refused."""
    document = read(text, source)
    found = Found(source, document.positions)
    found.problems.extend(document.problems)
    if document.whole:
        for error in _VALIDATOR.iter_errors(document.value):
            for code, path, params in _worded(error):
                found.add(code, path, key=code == "people.org_unknown_key", **params)
    found.problems.sort(key=lambda problem: (problem.line or 0, problem.column or 0))
    found.refuse()
    return msgspec.convert(document.value, OrgFile), found


def _worded(error: ValidationError) -> Iterator[tuple[str, Path, dict[str, Any]]]:
    path: Path = tuple(error.absolute_path)
    value, rule = error.instance, cast(Any, error.validator_value)
    if error.validator == "additionalProperties":
        known = list(cast(Any, error.schema)["properties"])
        for key in sorted(set(cast(Any, value)) - set(known)):
            yield "people.org_unknown_key", (*path, key), {"name": key, **meant(key, known)}
    elif error.validator == "required":
        for key in sorted(set(rule) - set(cast(Any, value))):
            yield "people.org_missing_key", path, {"name": key}
    elif error.validator == "type":
        yield "people.org_wrong_type", path, {"expected": _types(rule)}
    else:
        yield "people.org_wrong_value", path, {"value": clipped(json.dumps(value, ensure_ascii=False, default=str))}


_TYPES = {
    "object": {"zh-CN": "对象 {…}", "en": "an object {…}"},
    "array": {"zh-CN": "数组 […]", "en": "an array […]"},
    "string": {"zh-CN": "文字", "en": "a text"},
    "boolean": {"zh-CN": "true 或 false", "en": "true or false"},
    "integer": {"zh-CN": "整数", "en": "a whole number"},
    "null": {"zh-CN": "null", "en": "null"},
}


def _types(wanted: str | Iterable[str]) -> dict[str, str]:
    names = [wanted] if isinstance(wanted, str) else list(wanted)
    return {
        "zh-CN": "或 ".join(_TYPES[name]["zh-CN"] for name in names),
        "en": " or ".join(_TYPES[name]["en"] for name in names),
    }
