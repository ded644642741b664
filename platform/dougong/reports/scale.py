"""The scale of a chart: from the smallest value or zero to the largest, in steps that people count in."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

_STEPS = (1, 2, 2.5, 5, 10)
_WANTED = 4


@dataclass(frozen=True, slots=True)
class Scale:
    """From ``low`` to ``high``, zero always within, with a tick at each step."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def part(self, value: float) -> float:
        """How far along a value lies, 0 to 1."""
        return (value - self.low) / (self.high - self.low)


def scale(values: Iterable[Decimal], tight: bool = False) -> Scale:
    """A scale for these values; ``tight`` ends at the outermost values, else it ends on ticks."""
    found = [float(value) for value in values]
    low, high = min([0.0, *found]), max([0.0, *found])
    if low == high:
        high = 1.0
    if tight:
        return Scale(low, high, (0.0,))
    step = _step((high - low) / _WANTED)
    first, last = math.floor(low / step), math.ceil(high / step)
    return Scale(first * step, last * step, tuple(number * step for number in range(first, last + 1)))


def _step(least: float) -> float:
    power = 10.0 ** math.floor(math.log10(least))
    return next(power * each for each in _STEPS if power * each >= least * (1 - 1e-9))
