"""An organisation file's text → frozen objects, or every problem of its structure at once."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any, cast

import msgspec
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from dougong.errors import Problem, Refused
from dougong.people.nearest import nearest
from dougong.people.org_schema import SCHEMA, OrgFile

Path = tuple[str | int, ...]
Place = Callable[[Path], tuple[int, int] | None]

_FORMATS = FormatChecker(())
_FORMATS.checks("date", ValueError)(lambda text: not isinstance(text, str) or bool(date.fromisoformat(text)))
_VALIDATOR = Draft202012Validator(SCHEMA, format_checker=_FORMATS)


class Found:
    """Collects the problems of one file, each with its place in the text where that is known."""

    def __init__(self, source: str, place: Place) -> None:
        self.source = source
        self.place = place
        self.problems: list[Problem] = []

    def add(self, code: str, path: Path, **params: Any) -> None:
        """One more problem, at ``path``."""
        line, column = self.place(path) or (None, None)
        self.problems.append(Problem(code, at(path), params, line, column, self.source))

    def refuse(self) -> None:
        """Raise Refused when there is any."""
        if self.problems:
            raise Refused(self.problems)


def at(path: Path) -> str:
    """``("people", 3, "login")`` → ``people[3].login``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def parse_org(text: str, source: str = "") -> tuple[OrgFile, Found]:
    """The file as objects, with a collector for what is yet to be found; raises Refused."""
    document = _load(text.removeprefix("\ufeff"), source)
    found = Found(source, lambda path: None)
    for error in sorted(_VALIDATOR.iter_errors(document), key=lambda each: [str(p) for p in each.absolute_path]):
        for code, path, params in _worded(error):
            found.add(code, path, **params)
    found.refuse()
    return msgspec.convert(document, OrgFile), found


def _load(text: str, source: str) -> Any:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in keys if keys.count(key) > 1)
            raise Refused([Problem("people.org_key_twice", twice, {"key": twice}, source=source)])
        return found

    def constant(name: str) -> Any:
        raise ValueError(name)

    try:
        return json.loads(text, object_pairs_hook=unique, parse_constant=constant)
    except json.JSONDecodeError as error:
        problem = Problem("people.org_not_json", "", {"reason": error.msg}, error.lineno, error.colno, source)
    except (ValueError, RecursionError) as error:
        problem = Problem("people.org_not_json", "", {"reason": str(error)[:100]}, source=source)
    raise Refused([problem])


def _worded(error: ValidationError) -> Iterator[tuple[str, Path, dict[str, Any]]]:
    path: Path = tuple(error.absolute_path)
    value, rule = error.instance, cast(Any, error.validator_value)
    if error.validator == "additionalProperties":
        known = list(cast(Any, error.schema)["properties"])
        for key in sorted(set(cast(Any, value)) - set(known)):
            yield "people.org_unknown_key", (*path, key), {"key": key, "nearest": nearest(key, known)}
    elif error.validator == "required":
        for key in sorted(set(rule) - set(cast(Any, value))):
            yield "people.org_missing_key", path, {"key": key}
    elif error.validator == "type":
        yield "people.org_wrong_type", path, {"expected": _types(rule)}
    else:
        yield "people.org_wrong_value", path, {"value": json.dumps(value, ensure_ascii=False)[:60]}


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
