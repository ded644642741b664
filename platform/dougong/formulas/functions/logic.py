"""Functions that decide: IF, AND, OR, NOT, ISBLANK, COALESCE, IFERROR."""

from typing import Any

from dougong.formulas.functions.spec import Closure, Function, Wants, Way
from dougong.formulas.kinds import BOOLEAN
from dougong.formulas.values import Failure


def is_blank(value: Any) -> bool:
    """Nothing, an empty text or an empty list."""
    return value is None or value in ("", [], ())


def _if(arguments: tuple[Closure, ...]) -> Closure:
    test, then = arguments[0], arguments[1]
    if len(arguments) == 2:
        return lambda values, env: then(values, env) if test(values, env) else None
    otherwise = arguments[2]
    return lambda values, env: then(values, env) if test(values, env) else otherwise(values, env)


def _if_error(arguments: tuple[Closure, ...]) -> Closure:
    attempt, instead = arguments

    def run(values: Any, env: Any) -> Any:
        try:
            return attempt(values, env)
        except Failure:
            return instead(values, env)

    return run


def _is_blank(arguments: tuple[Closure, ...]) -> Closure:
    (argument,) = arguments

    def run(values: Any, env: Any) -> bool:
        try:
            return is_blank(argument(values, env))
        except Failure:
            return False

    return run


def _coalesce(arguments: tuple[Closure, ...]) -> Closure:
    def run(values: Any, env: Any) -> Any:
        for argument in arguments:
            value = argument(values, env)
            if not is_blank(value):
                return value
        return None

    return run


FUNCTIONS = (
    Function("IF", (Wants.BOOLEAN, Wants.VALUE), None, 2, 3, lazy=_if, unites=1),
    Function("AND", (Wants.BOOLEAN,), BOOLEAN, 1, None, work=lambda *given: all(given), way=Way.ALL),
    Function("OR", (Wants.BOOLEAN,), BOOLEAN, 1, None, work=lambda *given: any(given), way=Way.ALL),
    Function("NOT", (Wants.BOOLEAN,), BOOLEAN, 1, 1, work=lambda given: not given),
    Function("ISBLANK", (Wants.ANYTHING,), BOOLEAN, 1, 1, lazy=_is_blank),
    Function("COALESCE", (Wants.VALUE,), None, 1, None, lazy=_coalesce),
    Function("IFERROR", (Wants.VALUE,), None, 2, 2, lazy=_if_error),
)
