"""Plain JSON made part of a spec: judged by the spec's own schema, then frozen."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import msgspec

from dougong.drafts.members import Member, tag
from dougong.errors import Problem, Refused
from dougong.fields import Node
from dougong.spec import findings
from dougong.spec.model import App, Step
from dougong.spec.parse import FREE
from dougong.spec.positions import Positions
from dougong.spec.schema import composed
from dougong.spec.validator import validator


def made(owner: type[msgspec.Struct], member: Member, value: Any, place: str, item: bool = False) -> Any:
    """``value`` as what ``member`` of an ``owner`` holds, or with ``item`` one of what it holds; raises Refused with
    places under ``place``."""
    rule = _properties(owner)[member.name]
    errors = validator().evolve(schema=rule["items"] if item else rule).iter_errors(value)
    found = findings.problems(value, errors, Positions(""))
    if found:
        raise Refused(replace(each, line=None, column=None).under(place) for each in found)
    try:
        return msgspec.convert(value if place.startswith(FREE) else exact(value), member.item if item else member.type)
    except msgspec.ValidationError as error:
        raise Refused([Problem("spec.not_accepted", place, {"reason": str(error)[:200]})]) from None


def _properties(owner: type[msgspec.Struct]) -> dict[str, Any]:
    if owner is App:
        return dict(composed()["properties"])
    kind = "step" if issubclass(owner, Step) else "field" if issubclass(owner, Node) else ""
    found = composed()["$defs"][f"{kind}-{tag(owner)}" if kind else owner.__name__]
    return dict(found["properties"])


def exact(value: Any) -> Any:
    """Decimals as the options of a spec keep them, no digit lost: a number where it can be one, else its text."""
    if isinstance(value, dict):
        return {key: exact(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [exact(each) for each in value]
    if isinstance(value, Decimal):
        return float(value) if Decimal(repr(float(value))) == value else format(value, "f")
    return value
