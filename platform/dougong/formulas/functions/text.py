"""Functions on texts: LEN, LEFT, RIGHT, CONCAT; a character is a code point."""

from decimal import Decimal

from dougong.formulas.functions.spec import Function, Wants, Way
from dougong.formulas.kinds import NUMBER, TEXT
from dougong.formulas.limits import bounded
from dougong.formulas.values import Failure


def _count(given: Decimal) -> int:
    count = int(given)
    if count < 0:
        raise Failure("#VALUE!", "formula.error.negative_length")
    return count


def _left(text: str, count: Decimal = Decimal(1)) -> str:
    return text[: _count(count)]


def _right(text: str, count: Decimal = Decimal(1)) -> str:
    wanted = _count(count)
    return text[-wanted:] if wanted else ""


def _concat(*texts: str) -> str:
    return bounded("".join(texts))


FUNCTIONS = (
    Function("LEN", (Wants.TEXT,), NUMBER, 1, 1, work=lambda text: Decimal(len(text))),
    Function("LEFT", (Wants.TEXT, Wants.NUMBER), TEXT, 1, 2, work=_left, may_fail=True),
    Function("RIGHT", (Wants.TEXT, Wants.NUMBER), TEXT, 1, 2, work=_right, may_fail=True),
    Function("CONCAT", (Wants.TEXT,), TEXT, 1, None, work=_concat, way=Way.ALL, may_fail=True),
)
