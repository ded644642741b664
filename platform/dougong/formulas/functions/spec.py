"""What a function of the language is: its arguments, its result, and how it works on single values."""

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dougong.formulas.kinds import Kind, Type

Work = Callable[..., Any]
"""Takes the arguments as their ``Wants`` prepared them, gives a canonical value; raises Failure."""

Closure = Callable[[Any, Any], Any]
"""A compiled node: ``(values, env) → value``; raises Failure."""


class Wants(enum.Enum):
    """What an argument must be, and what the function then receives.

    NUMBER: a Decimal, blank is 0. TEXT: a str; numbers, booleans, dates are written out, blank is "". BOOLEAN: a bool, blank is
    False. DAY: a date or None; a moment gives its day in the organisation's zone. VALUE: anything, as it is. LIST: a list.
    """

    NUMBER = frozenset({Kind.NUMBER})
    TEXT = frozenset({Kind.TEXT, Kind.NUMBER, Kind.BOOLEAN, Kind.DATE, Kind.DATETIME})
    BOOLEAN = frozenset({Kind.BOOLEAN})
    DAY = frozenset({Kind.DATE, Kind.DATETIME})
    ORDERED = frozenset({Kind.NUMBER, Kind.DATE, Kind.DATETIME})
    VALUE = frozenset(set(Kind) - {Kind.LIST})
    ANYTHING = frozenset(Kind)


class Way(enum.Enum):
    """How a function meets lists: EACH works item by item, ALL takes the items of every list as its arguments."""

    EACH = "each"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Function:
    """One function. ``wants`` names its arguments in turn, the last one for all further ones; ``most`` None: any number.

    ``result`` is the type of what it gives; None: the type its arguments from ``unites`` on agree on. ``work`` computes it;
    a function that may leave arguments alone has ``lazy`` instead, which joins their closures. ``skips_errors``: an
    error in a list is passed over. ``may_fail`` tells whether good arguments can still give an error.
    """

    name: str
    wants: tuple[Wants, ...]
    result: Type | None
    least: int
    most: int | None
    work: Work | None = None
    lazy: Callable[[tuple[Closure, ...]], Closure] | None = None
    way: Way = Way.EACH
    unites: int = 0
    skips_errors: bool = False
    may_fail: bool = False
    clock: bool = False
    metric_only: bool = False

    def want(self, index: int) -> Wants:
        """What the argument at ``index`` must be."""
        return self.wants[min(index, len(self.wants) - 1)]
