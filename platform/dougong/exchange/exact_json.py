"""JSON from outside, read without losing anything: exact numbers, no name twice, no NaN, no bottomless nesting."""

import json
from decimal import Decimal
from typing import Any

DEEPEST = 64
"""How many objects and lists may lie in each other."""


def exact_json(text: bytes) -> Any:
    """What a JSON text in UTF-8 says; a number with a point or an exponent is a Decimal. Raises ValueError for
    anything else, and for nesting deeper than DEEPEST."""
    try:
        found = json.loads(
            text.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_object
        )
    except (RecursionError, ArithmeticError) as error:
        raise ValueError("not to be read") from error
    level = [found]
    for _ in range(DEEPEST):
        level = [inner for each in level for inner in _within(each)]
        if not level:
            return found
    raise ValueError("nested too deep")


def _within(value: Any) -> Any:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name comes twice")
    return made
