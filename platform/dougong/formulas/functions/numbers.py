"""Functions on numbers: SUM, COUNT, AVERAGE, MIN, MAX, ROUND, ABS, COUNT_RECORDS."""

from decimal import Decimal
from typing import Any

from dougong.formulas import decimals
from dougong.formulas.functions.logic import is_blank
from dougong.formulas.functions.spec import Function, Wants, Way
from dougong.formulas.kinds import NUMBER
from dougong.formulas.values import Failure


def _sum(*items: Decimal | None) -> Decimal:
    total = decimals.ZERO
    for item in items:
        if item is not None:
            total = decimals.exact_add(total, item)
    return decimals.within(total)


def _average(*items: Decimal | None) -> Decimal:
    filled = [item for item in items if item is not None]
    if not filled:
        raise Failure("#DIV/0!", "formula.error.nothing_to_average")
    return decimals.divide(_sum(*filled), Decimal(len(filled)))


def _count(*items: Any) -> Decimal:
    return Decimal(sum(1 for item in items if not is_blank(item)))


def _least(*items: Any) -> Any:
    return min((item for item in items if item is not None), default=None)


def _most(*items: Any) -> Any:
    return max((item for item in items if item is not None), default=None)


FUNCTIONS = (
    Function("SUM", (Wants.NUMBER,), NUMBER, 1, None, work=_sum, way=Way.ALL, may_fail=True),
    Function("COUNT", (Wants.ANYTHING,), NUMBER, 1, None, work=_count, way=Way.ALL, skips_errors=True),
    Function("AVERAGE", (Wants.NUMBER,), NUMBER, 1, None, work=_average, way=Way.ALL, may_fail=True),
    Function("MIN", (Wants.ORDERED,), None, 1, None, work=_least, way=Way.ALL),
    Function("MAX", (Wants.ORDERED,), None, 1, None, work=_most, way=Way.ALL),
    Function("ROUND", (Wants.NUMBER,), NUMBER, 1, 2, work=lambda n, places=decimals.ZERO: decimals.rounded(n, places),
             may_fail=True),
    Function("ABS", (Wants.NUMBER,), NUMBER, 1, 1, work=lambda n: n.copy_abs()),
    Function("COUNT_RECORDS", (), NUMBER, 0, 0, metric_only=True),
)  # fmt: skip
