"""Plain JSON values as canonical text: two spaces, no ASCII escapes, a line break at the end."""

import json
import math
from decimal import Decimal
from typing import Any

from dougong.spec.reader import LONGEST_NUMBER, MOST_LEVELS


class NotJson(Exception):
    """A value that no JSON text can hold; ``code`` and ``params`` are those of a Problem."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params


def written(value: Any) -> str:
    """The text of ``value``; raises NotJson."""
    parts: list[str] = []
    _put(value, parts, 0)
    return "".join(parts) + "\n"


def _put(value: Any, parts: list[str], level: int) -> None:
    if isinstance(value, dict):
        _put_members([(f"{_text(key)}: ", each) for key, each in value.items()], "{}", parts, level)
    elif isinstance(value, list | tuple):
        _put_members([("", each) for each in value], "[]", parts, level)
    else:
        parts.append(_scalar(value))


def _put_members(members: list[tuple[str, Any]], brackets: str, parts: list[str], level: int) -> None:
    if level >= MOST_LEVELS:
        raise NotJson("spec.too_deep", levels=MOST_LEVELS)
    if not members:
        parts.append(brackets)
        return
    indent = "  " * (level + 1)
    for index, (name, value) in enumerate(members):
        parts.append(f"{brackets[0] if index == 0 else ','}\n{indent}{name}")
        _put(value, parts, level + 1)
    parts.append(f"\n{'  ' * level}{brackets[1]}")


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, float) and math.isfinite(value):
        return repr(value)
    if isinstance(value, Decimal) and value.is_finite():
        return str(value)
    if isinstance(value, int) and value.bit_length() < 8 * LONGEST_NUMBER:
        return str(value)
    if isinstance(value, int):
        raise NotJson("spec.number_too_long", most=LONGEST_NUMBER)
    raise NotJson("spec.not_json", found=type(value).__name__)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise NotJson("spec.not_json", found=type(value).__name__)
    return json.dumps(value, ensure_ascii=False)
