"""The operators at work on single values in Python: ``(left, right, env) → value``, chosen once by the kinds at hand.

Blank is 0 in arithmetic and "" in ``&``. ``=`` takes blank as 0, "" or FALSE beside a number, text or yes/no; a blank day,
moment, person, department or record equals only a blank. ``<``, ``>``, ``<=``, ``>=`` with a blank day or moment are FALSE;
with numbers and texts blank is again 0 and "". Day arithmetic with a blank day is blank.
"""

import operator
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from dougong.formulas import decimals
from dougong.formulas.fold import fold
from dougong.formulas.functions.dates import days_between, plus_days
from dougong.formulas.kinds import Kind, Type
from dougong.formulas.limits import bounded
from dougong.formulas.operators import COMPARISONS
from dougong.formulas.values import Env

Operation = Callable[[Any, Any, Env], Any]
Reading = Callable[[Any, Env], Any]
BLANK_AS: dict[Kind, Any] = {Kind.NUMBER: decimals.ZERO, Kind.TEXT: "", Kind.BOOLEAN: False}
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge,
}  # fmt: skip
_ARITHMETIC: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": decimals.add, "-": decimals.subtract, "*": decimals.multiply, "/": decimals.divide, "^": decimals.power,
}  # fmt: skip
_DAY_MICROSECONDS = Decimal(86_400_000_000)


def operation(symbol: str, left: Type, right: Type, short: bool = False) -> Operation:
    """The work of ``left symbol right``; ``short``: a product known to need no rounding."""
    if symbol in COMPARISONS:
        return comparison(symbol, left, right)
    if symbol == "&":
        return _joining(left, right)
    if left.kind in (Kind.DATE, Kind.DATETIME) or right.kind in (Kind.DATE, Kind.DATETIME):
        return _day_arithmetic(symbol, left.kind, right.kind)
    work = arithmetic(symbol, short)
    zero = decimals.ZERO
    return lambda a, b, _env: work(zero if a is None else a, zero if b is None else b)


def arithmetic(symbol: str, short: bool = False) -> Callable[[Decimal, Decimal], Decimal]:
    """The work of an operator on two numbers, neither of them blank."""
    return decimals.multiply_short if short and symbol == "*" else _ARITHMETIC[symbol]


# -- comparing -----------------------------------------------------------------------------------------------------------
def compared_kind(left: Type, right: Type) -> Kind:
    """The kind in which two sides meet; a day and a moment meet as days."""
    kinds = {left.kind, right.kind} - {Kind.BLANK, Kind.ANY}
    if kinds == {Kind.DATE, Kind.DATETIME}:
        return Kind.DATE
    return kinds.pop() if kinds else Kind.BLANK


def comparison(symbol: str, left: Type, right: Type) -> Operation:
    """The work of a comparison."""
    kind = compared_kind(left, right)
    test = COMPARE[symbol]
    blank = BLANK_AS.get(kind)
    if kind is Kind.TEXT and not (left.exact or right.exact):
        return lambda a, b, _env: test(fold(a or ""), fold(b or ""))
    if kind is Kind.DATE and Kind.DATETIME in (left.kind, right.kind):
        return _mixed_days(symbol, day_reading(left.kind), day_reading(right.kind))
    if blank is not None:
        return lambda a, b, _env: test(blank if a is None else a, blank if b is None else b)
    return lambda a, b, _env: _with_blanks(symbol, a, b)


def _mixed_days(symbol: str, left: Reading, right: Reading) -> Operation:
    return lambda a, b, env: _with_blanks(symbol, left(a, env), right(b, env))


def _with_blanks(symbol: str, left: Any, right: Any) -> bool:
    if left is None or right is None:
        return {"=": left is right, "<>": left is not right}.get(symbol, False)
    return COMPARE[symbol](left, right)


# -- days ----------------------------------------------------------------------------------------------------------------
def day_reading(kind: Kind) -> Reading:
    """Reads a value of ``kind`` as a day: a moment is its day in the organisation's zone."""
    if kind is Kind.DATETIME:
        return lambda moment, env: None if moment is None else env.local(moment).date()
    return lambda day, _env: day


def _day_arithmetic(symbol: str, left: Kind, right: Kind) -> Operation:
    if left is Kind.DATETIME and right is Kind.DATETIME:
        return lambda a, b, _env: _moments_apart(a, b)
    if symbol == "-" and right in (Kind.DATE, Kind.DATETIME):
        end, start = day_reading(left), day_reading(right)
        return lambda a, b, env: days_between(end(a, env), start(b, env))
    if symbol == "-":
        return lambda day, number, _env: plus_days(day, (number or decimals.ZERO).copy_negate())
    if left is Kind.DATE:
        return lambda day, number, _env: plus_days(day, number or decimals.ZERO)
    return lambda number, day, _env: plus_days(day, number or decimals.ZERO)


def _moments_apart(end: datetime | None, start: datetime | None) -> Decimal | None:
    if end is None or start is None:
        return None
    gone = end - start
    microseconds = (gone.days * 86_400 + gone.seconds) * 1_000_000 + gone.microseconds
    return decimals.divide(Decimal(microseconds), _DAY_MICROSECONDS)


# -- texts ---------------------------------------------------------------------------------------------------------------
def text_reading(kind: Kind) -> Reading:
    """Reads a value of ``kind`` as text: plain digits, TRUE or FALSE, ``2026-03-02``, ``2026-03-02 09:00`` in the zone."""
    write: dict[Kind, Callable[[Any, Env], str]] = {
        Kind.TEXT: lambda text, _env: text,
        Kind.NUMBER: lambda number, _env: decimals.as_text(number),
        Kind.BOOLEAN: lambda flag, _env: "TRUE" if flag else "FALSE",
        Kind.DATE: lambda day, _env: date.isoformat(day),
        Kind.DATETIME: lambda moment, env: env.local(moment).replace(tzinfo=None).isoformat(" ", "minutes"),
    }
    chosen = write.get(kind, write[Kind.TEXT])
    return lambda value, env: "" if value is None else chosen(value, env)


def _joining(left: Type, right: Type) -> Operation:
    if left.kind is Kind.TEXT and right.kind is Kind.TEXT:
        return lambda a, b, _env: bounded((a or "") + (b or ""))
    before, after = text_reading(left.kind), text_reading(right.kind)
    return lambda a, b, env: bounded(before(a, env) + after(b, env))
