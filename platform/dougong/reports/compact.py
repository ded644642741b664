"""Numbers short enough for a chart: 12.8万 and 3.4亿, or 128K and 3.4M."""

from decimal import ROUND_HALF_UP, Decimal

from dougong.words import formats, say

_UNITS = {
    "zh-CN": ((Decimal(10) ** 8, "report.hundred_million"), (Decimal(10) ** 4, "report.ten_thousand")),
    "en": (
        (Decimal(10) ** 9, "report.billion"), (Decimal(10) ** 6, "report.million"), (Decimal(10) ** 3, "report.thousand"),
    ),
}  # fmt: skip
_FIGURES = 3


def compact(value: Decimal, language: str) -> str:
    """The value in three figures and the unit that makes it short; small values as they are."""
    for size, key in _UNITS.get(language, _UNITS["en"]):
        if abs(value) >= size and abs(value) >= 10_000:
            return say(key, language, number=formats.number(_three(value / size)))
    return formats.number(_three(value) if abs(value) < 1000 else value.quantize(Decimal(1), ROUND_HALF_UP))


def _three(value: Decimal) -> Decimal:
    """Three figures, but every figure before the point."""
    if not value:
        return Decimal(0)
    places = max(_FIGURES - 1 - value.adjusted(), 0)
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
