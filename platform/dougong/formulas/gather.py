"""How SUM, AND, CONCAT and their like take in arguments: the items of every list and the single values, in order."""

from collections.abc import Iterator
from typing import Any

from dougong.formulas import decimals, operators
from dougong.formulas.functions.spec import Closure, Function, Wants
from dougong.formulas.kinds import Kind, Type
from dougong.formulas.operations import Reading, text_reading
from dougong.formulas.values import Env, ErrorValue, Failure


def gathered(function: Function, result: Type, inner: list[Closure], types: list[Type]) -> Closure:
    """The work of a function over all items. Blank numbers reach it as None; a NUMBER that comes out blank is 0."""
    readings = [_reading(function, operators.item(given)) for given in types]
    lists = [given.kind is Kind.LIST for given in types]
    arguments = list(zip(inner, lists, readings, strict=True))
    number = result.kind is Kind.NUMBER
    work = function.work
    assert work is not None

    def run(values: Any, env: Env) -> Any:
        items: list[Any] = []
        for argument, many, reading in arguments:
            for item in _items(function, argument, many, values, env):
                items.append(item if reading is None else reading(item, env))
        value = work(*items)
        return decimals.ZERO if value is None and number else value

    return run


def _reading(function: Function, given: Type) -> Reading | None:
    return text_reading(given.kind) if function.wants[0] is Wants.TEXT else None


def _items(function: Function, argument: Closure, many: bool, values: Any, env: Env) -> Iterator[Any]:
    try:
        value = argument(values, env)
    except Failure:
        if function.skips_errors:
            return
        raise
    for item in (value or ()) if many else (value,):
        if item.__class__ is not ErrorValue:
            yield item
        elif not function.skips_errors:
            raise Failure.of(item)
