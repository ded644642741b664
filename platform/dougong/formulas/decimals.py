"""Arithmetic on decimals as every engine does it: exact, at most 20 decimals, below 10^30, halves rounded up.

A result with more than 20 decimals is rounded to 20, a half away from zero; a result of 10^30 or more is #NUM!. The
quotient is the exact one, rounded once. Whole powers multiply step by step, each step rounded to 40 decimals.
"""

from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal

from dougong.formulas.limits import check_time
from dougong.formulas.values import Failure

PLACES = 20
DIGITS = 30
LIMIT = Decimal(10) ** DIGITS
WIDEST_POWER = 1000
ZERO = Decimal(0)
ONE = Decimal(1)
_EXACT = Context(prec=200, rounding=ROUND_HALF_UP, traps=[])
_DOWN = Context(prec=120, rounding=ROUND_DOWN, traps=[])
_STEP = Decimal(1).scaleb(-PLACES)
_POWER_STEP = Decimal(1).scaleb(-40)

exact_add = _EXACT.add
exact_subtract = _EXACT.subtract
exact_multiply = _EXACT.multiply


def parse(text: str) -> Decimal | None:
    """The number written as ``text``, or None when it is 10^30 or more or has more than 20 decimals."""
    mantissa, _, exponent = text.lower().partition("e")
    if len(mantissa) > 60 or len(exponent) > 3:
        return None
    number = Decimal(text)
    if number and (number >= LIMIT or number < _STEP):
        return None
    if _EXACT.quantize(number, _STEP) != number:
        return None
    return number if -PLACES <= int(number.as_tuple().exponent) <= 0 else _EXACT.quantize(number, ONE)


def within(number: Decimal) -> Decimal:
    """The number itself; raises Failure when it is 10^30 or more."""
    if -LIMIT < number < LIMIT:
        return number
    raise Failure("#NUM!", "formula.error.too_large")


def _tidy(number: Decimal) -> Decimal:
    """The same number without needless zeros after the point."""
    return _EXACT.add(number.normalize(_EXACT), ZERO)


def add(left: Decimal, right: Decimal) -> Decimal:
    """The sum."""
    return within(_EXACT.add(left, right))


def subtract(left: Decimal, right: Decimal) -> Decimal:
    """The difference."""
    return within(_EXACT.subtract(left, right))


def multiply(left: Decimal, right: Decimal) -> Decimal:
    """The product, rounded to 20 decimals."""
    return within(_tidy(_EXACT.quantize(_EXACT.multiply(left, right), _STEP)))


def multiply_short(left: Decimal, right: Decimal) -> Decimal:
    """The product of two numbers known to have at most 20 decimals together."""
    product = _EXACT.multiply(left, right)
    return product if -LIMIT < product < LIMIT else within(product)


def divide(left: Decimal, right: Decimal) -> Decimal:
    """The quotient: truncated far beyond the 20th decimal first, so that rounding sees the exact value."""
    if not right:
        raise Failure("#DIV/0!", "formula.error.division_by_zero")
    return within(_tidy(_EXACT.quantize(_DOWN.divide(left, right), _STEP)))


def power(base: Decimal, exponent: Decimal) -> Decimal:
    """``base ^ exponent``; zero to the power of zero is #NUM!, as is a fractional power of a negative number."""
    if not base and exponent <= 0:
        raise Failure("#NUM!" if not exponent else "#DIV/0!", "formula.error.power")
    if exponent == exponent.to_integral_value() and abs(exponent) <= WIDEST_POWER:
        raised = _whole_power(base, abs(int(exponent)))
        if exponent >= 0:
            return _tidy(_EXACT.quantize(raised, _STEP))
        return divide(ONE, raised) if raised else within(LIMIT)
    return _any_power(base, exponent)


def _whole_power(base: Decimal, times: int) -> Decimal:
    result = ONE
    for step in range(times):
        if step % 128 == 127:
            check_time()
        result = within(_EXACT.quantize(_EXACT.multiply(result, base), _POWER_STEP))
    return result


def _any_power(base: Decimal, exponent: Decimal) -> Decimal:
    whole = exponent == exponent.to_integral_value()
    if base < 0 and not whole:
        raise Failure("#NUM!", "formula.error.power")
    if not base or abs(base) == 1:
        return ONE if base >= 0 and base else (ZERO if not base else (-ONE if int(exponent) % 2 else ONE))
    check_time()
    size = _DOWN.multiply(_DOWN.log10(abs(base)), exponent)
    if size > DIGITS:
        raise Failure("#NUM!", "formula.error.too_large")
    if size < -PLACES - 1:
        return ZERO
    return within(_EXACT.quantize(_DOWN.power(base, exponent), _STEP))


def whole(number: Decimal) -> int:
    """The number without its decimals."""
    return int(number)


def rounded(number: Decimal, places: Decimal) -> Decimal:
    """Rounded to ``places`` decimals, negative ones to tens, hundreds; halves away from zero."""
    wanted = int(places)
    quantum = _QUANTA.get(wanted) or _QUANTA[PLACES if wanted > 0 else -DIGITS]
    return within(_EXACT.quantize(number, quantum))


_QUANTA = {places: Decimal(1).scaleb(-places) for places in range(-DIGITS, PLACES + 1)}


def as_text(number: Decimal) -> str:
    """Plain digits: no exponent, no needless zeros, no minus before zero."""
    if not number:
        return "0"
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
