"""Exact decimals from what people type, paste and send: digits, groups, signs, currency; never a binary float."""

import math
import re
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache, lru_cache
from typing import Annotated

from msgspec import Meta

from dougong.fields.base import Invalid, Raw, as_text

DIGITS = 18
"""Digits a stored number has in all, before and after its point."""
WIDE = Context(prec=900)

Limit = (
    Annotated[int, Meta(ge=-(10**18), le=10**18)]
    | Annotated[float, Meta(ge=-1e18, le=1e18)]
    | Annotated[str, Meta(pattern=r"^-?[0-9]{1,18}(\.[0-9]{1,18})?$")]
)
"""A bound of a spec, kept as it was written so that it is dumped as it was written; ``bound`` reads it exactly."""

_HALF_WIDTH = str.maketrans("０１２３４５６７８９．，＋－−￥", "0123456789.,+--¥")
_NUMBER = re.compile(r"([+-]?)(\d+|\d{1,3}(?:,\d{3})+)?(?:\.(\d+))?", re.ASCII)
_PLAIN = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_LONGEST = 400


@lru_cache(maxsize=1000, typed=True)
def bound(limit: int | float | str) -> Decimal:
    """The exact decimal of a limit: 0.1 is one tenth."""
    return Decimal(str(limit))


def number_text(raw: Raw) -> str | None:
    """The text of a raw number: a JSON number in plain digits, so that it is judged exactly as its text would be."""
    if isinstance(raw, bool):
        raise Invalid("field.not_a_number")
    if isinstance(raw, int) and raw.bit_length() > 256:
        raise Invalid("field.too_many_digits", digits=DIGITS)
    if isinstance(raw, float | Decimal):
        return _plain(raw)
    return as_text(raw)


def _plain(raw: float | Decimal) -> str:
    if not (math.isfinite(raw) if isinstance(raw, float) else raw.is_finite()):
        raise Invalid("field.not_a_number")
    exact = Decimal(repr(raw)) if isinstance(raw, float) else raw
    if exact and not -350 < exact.adjusted() < 80:
        raise Invalid("field.too_many_digits", digits=DIGITS)
    return format(exact, "f")


def plain_number(raw: Raw) -> Decimal | None:
    """The number of a text of digits and a point alone; None for everything else, which ``read`` judges."""
    if type(raw) is str and len(raw) <= _LONGEST and _PLAIN.fullmatch(raw):
        return Decimal(raw)
    return None


def read(text: str, around: tuple[str, ...] = ()) -> Decimal:
    """The number a text says: ``12,000``, ``￥12,000.00元``, full-width digits. ``around`` are the currency signs and
    units that may stand before or behind it. Raises Invalid for anything else: an exponent, a percent, NaN."""
    if len(text) > _LONGEST:
        raise Invalid("field.not_a_number")
    bare = _without(text.translate(_HALF_WIDTH), tuple(each.translate(_HALF_WIDTH) for each in around))
    match = _NUMBER.fullmatch(bare)
    if match is None or not (match[2] or match[3]):
        raise Invalid("field.not_a_number")
    return Decimal(f"{match[1]}{(match[2] or '0').replace(',', '')}.{match[3] or '0'}")


def _without(text: str, around: tuple[str, ...]) -> str:
    """The text less one sign before it and one behind it; a minus may stand before the sign."""
    minus = "-" if text.startswith("-") else ""
    bare = text[len(minus) :].strip()
    lower = bare.lower()
    for sign in around:
        if sign and lower.startswith(sign.lower()):
            bare = bare[len(sign) :].strip()
            break
    lower = bare.lower()
    for sign in around:
        if sign and lower.endswith(sign.lower()):
            bare = bare[: -len(sign)].strip()
            break
    return minus + bare


def fit(value: Decimal, decimals: int) -> Decimal:
    """The value rounded half up to ``decimals``; raises Invalid when it has more digits than are kept."""
    step, limit = _size(decimals)
    rounded = value.quantize(step, ROUND_HALF_UP, WIDE)
    if not -limit < rounded < limit:
        raise Invalid("field.too_many_digits", digits=DIGITS - decimals)
    return rounded if rounded else rounded.copy_abs()


@cache
def _size(decimals: int) -> tuple[Decimal, Decimal]:
    """The last decimal kept, and the first number that has too many digits."""
    return Decimal(1).scaleb(-decimals), Decimal(10) ** (DIGITS - decimals)


def grouped(value: Decimal, decimals: int) -> str:
    """``1,284.50``: every decimal of the field, thousands grouped."""
    rounded = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, WIDE)
    return f"{rounded if rounded else rounded.copy_abs():,f}"
