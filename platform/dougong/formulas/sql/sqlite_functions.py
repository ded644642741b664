"""The functions a formula needs on SQLite, registered on every connection; they run the Python back end itself.

``dougong_fold(text)``, ``dougong_formula(text, names, env, final, values…)``, ``dougong_decimal(integer, scale)``,
``dougong_joined(billions, rest, scale)`` and the aggregate ``dougong_reduce(function, kind, value)``.
"""

import sqlite3
from decimal import Decimal
from functools import lru_cache
from typing import Any

from dougong.formulas import decimals, evaluate
from dougong.formulas.check import Check
from dougong.formulas.fold import fold
from dougong.formulas.functions import FUNCTIONS
from dougong.formulas.functions.spec import Closure
from dougong.formulas.kinds import Kind
from dougong.formulas.parse import parse
from dougong.formulas.sql import wire
from dougong.formulas.tree import Node
from dougong.formulas.values import ErrorValue, Failure

BILLION = 10**9


def register_sqlite(dbapi_connection: sqlite3.Connection) -> None:
    """Give a new SQLite connection the formula functions; call it on connect."""
    define = dbapi_connection.create_function
    define("dougong_fold", 1, lambda text: None if text is None else fold(text), deterministic=True)
    define("dougong_decimal", 2, _decimal, deterministic=True)
    define("dougong_joined", 3, _joined, deterministic=True)
    define("dougong_formula", -1, _formula, deterministic=True)
    dbapi_connection.create_aggregate("dougong_reduce", 3, _Reduce)  # type: ignore[arg-type]


def _decimal(number: int | None, scale: int) -> str | None:
    return None if number is None else decimals.as_text(Decimal(number).scaleb(-scale))


def _joined(billions: int | None, rest: int | None, scale: int) -> str:
    """A sum kept in two integers, neither of which can overflow, as decimal text; of no rows it is 0."""
    whole = Decimal((billions or 0) * BILLION + (rest or 0))
    return decimals.as_text(decimals.exact_multiply(whole, Decimal(1).scaleb(-scale)))


@lru_cache(maxsize=1024)
def _compiled(text: str, names: str) -> tuple[Closure, bool, tuple[tuple[str, Kind, int | None], ...]]:
    scope, readings = wire.read_names(names)
    parsed = parse(text)
    assert isinstance(parsed, Node), parsed
    check = Check(text, scope)
    root = check.typed(parsed)
    assert not check.problems, check.problems
    return evaluate.closure(root), root.type.kind is Kind.BOOLEAN, readings


def _formula(text: str, names: str, env: str, final: int, *given: Any) -> Any:
    """Evaluate a part of a formula over one row; ``final``: an error becomes NULL, a blank yes/no becomes 0."""
    run, boolean, readings = _compiled(text, names)
    values = {name: wire.decoded(raw, kind, scale) for (name, kind, scale), raw in zip(readings, given, strict=True)}
    try:
        value = run(values, wire.read_env(env))
    except Failure as failure:
        value = None if final else failure.error
    if final and boolean:
        return int(bool(value))
    return wire.encoded(value)


class _Reduce:
    """One of SUM, COUNT, AVERAGE, MIN, MAX over computed values."""

    def __init__(self) -> None:
        self.items: list[Any] = []
        self.function = ""
        self.kind = Kind.BLANK

    def step(self, function: str, kind: str, value: Any) -> None:
        self.function, self.kind = function, Kind(kind)
        if value is not None:
            self.items.append(wire.decoded(value, self.kind, None))

    def finalize(self) -> Any:
        function = FUNCTIONS.get(self.function)
        if function is None:  # no rows at all: the caller knows what that means
            return None
        errors = [item for item in self.items if isinstance(item, ErrorValue)]
        if errors and not function.skips_errors:
            return wire.encoded(errors[0])
        assert function.work is not None
        try:
            value = function.work(*[item for item in self.items if not isinstance(item, ErrorValue)])
        except Failure as failure:
            value = failure.error
        return wire.encoded(decimals.ZERO if value is None and self.kind is Kind.NUMBER else value)
