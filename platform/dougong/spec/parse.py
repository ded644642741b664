"""The first stage: a text becomes the frozen objects of a spec, or all that is wrong with its structure."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec

from dougong.errors import Problem
from dougong.spec import findings, model
from dougong.spec.positions import Positions
from dougong.spec.reader import Document, read
from dougong.spec.upgrade import is_newer, upgrade
from dougong.spec.validator import errors
from dougong.spec.write import NotJson, written

FREE = "tests"
"""The one part whose values belong to records, so that numbers stay as they are written."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A spec as read: ``app`` whenever the document is well-formed, else the problems; and where everything stands."""

    app: model.App | None
    problems: tuple[Problem, ...]
    positions: Positions


def parse(text: str | bytes, source: str = "") -> Parsed:
    """Read a spec; ``source`` is the name of its file. Never raises on a bad one."""
    document = read(text, source)
    if not document.whole:
        return Parsed(None, document.problems, document.positions)
    return _parsed(document)


def parse_value(value: Any, source: str = "") -> Parsed:
    """The same for a document that is already plain JSON values; positions are those of its canonical text."""
    try:
        text = written(value)
    except NotJson as wrong:
        return Parsed(None, (Problem(wrong.code, "", wrong.params),), Positions("", source))
    return parse(text, source)


def _parsed(document: Document) -> Parsed:
    value, positions = document.value, document.positions
    if not isinstance(value, dict):
        problem = _problem(positions, "spec.wrong_type", findings.wrong_type(["object"], value))
        return Parsed(None, (*document.problems, problem), positions)
    if is_newer(value):
        newer = _problem(positions, "spec.newer_format", {"version": value["dougong"], "known": model.FORMAT})
        return Parsed(None, (*document.problems, newer), positions)
    value = upgrade(value)
    found = (*document.problems, *findings.problems(value, errors(value), positions))
    if found:
        return Parsed(None, found, positions)
    return _converted(value, positions)


def _converted(value: dict[str, Any], positions: Positions) -> Parsed:
    ready = {key: part if key == FREE else _exact(part) for key, part in value.items()}
    try:
        return Parsed(msgspec.convert(ready, model.App), (), positions)
    except msgspec.ValidationError as error:  # what a type judges beyond the schema; it names its place itself
        problem = _problem(positions, "spec.not_accepted", {"reason": str(error)[:200]})
        return Parsed(None, (problem,), positions)


def _exact(part: Any) -> Any:
    """Decimals in a form that options keep without losing a digit: a number where it can be one, else its text."""
    if isinstance(part, dict):
        return {key: _exact(each) for key, each in part.items()}
    if isinstance(part, list):
        return [_exact(each) for each in part]
    if isinstance(part, Decimal):
        return float(part) if Decimal(repr(float(part))) == part else format(part, "f")
    return part


def _problem(positions: Positions, code: str, params: dict[str, Any]) -> Problem:
    where = positions.of(("dougong",))
    return Problem(code, "", params, where.line, where.column, positions.source or None)
