"""What the operators accept and give, by kinds; one table for checking, for Python and for SQL.

Blank agrees with every kind. A date plus or minus a number is a day; two days or moments apart are a number of days.
Only numbers, texts, days and moments have an order; everything else is equal or not.
"""

from collections.abc import Iterable

from dougong.formulas.functions.spec import Wants
from dougong.formulas.kinds import ANY, BOOLEAN, DATE, NUMBER, TEXT, Kind, Type, list_of

COMPARISONS = frozenset({"=", "<>", "<", ">", "<=", ">="})
_ORDERED = frozenset({Kind.NUMBER, Kind.TEXT, Kind.DATE, Kind.DATETIME, Kind.TIME, Kind.DURATION})
_DAYS = Wants.DAY.value
_OPEN = frozenset({Kind.BLANK, Kind.ANY})
EQUAL_KINDS = frozenset(set(Kind) - {Kind.LIST, Kind.FILE})


class Mismatch(Exception):
    """An operand of the wrong kind: which one (0 left, 1 right), and the kinds that would do."""

    def __init__(self, side: int, wanted: Iterable[Kind]) -> None:
        super().__init__(side)
        self.side = side
        self.wanted = frozenset(wanted)


def item(given: Type) -> Type:
    """The type of one item where a list is worked through item by item; any other type itself."""
    return (given.item or ANY) if given.kind is Kind.LIST else given


def result(operator: str, left: Type, right: Type) -> Type:
    """The type of ``left operator right``; raises Mismatch. With a list on either side, a list."""
    single = _single(operator, item(left), item(right))
    return list_of(single) if Kind.LIST in (left.kind, right.kind) else single


def _single(operator: str, left: Type, right: Type) -> Type:
    if operator in COMPARISONS:
        _comparable(operator, left.kind, right.kind)
        return BOOLEAN
    if operator == "&":
        _require((left.kind, right.kind), Wants.TEXT.value)
        return TEXT
    if operator in "+-" and (left.kind in _DAYS or right.kind in _DAYS):
        return _days(operator, left.kind, right.kind)
    _require((left.kind, right.kind), {Kind.NUMBER})
    return NUMBER


def _require(kinds: tuple[Kind, Kind], wanted: Iterable[Kind]) -> None:
    allowed = frozenset(wanted)
    for side, kind in enumerate(kinds):
        if kind not in allowed | _OPEN:
            raise Mismatch(side, allowed)


def _days(operator: str, left: Kind, right: Kind) -> Type:
    if operator == "-" and left in _DAYS and right in _DAYS:
        return NUMBER
    if operator == "-" and right in _DAYS:
        raise Mismatch(1 if left in _OPEN else 0, {Kind.NUMBER} if left in _OPEN else _DAYS)
    if left in _DAYS and right in _DAYS:
        raise Mismatch(1, {Kind.NUMBER})
    day, other = (0, right) if left in _DAYS else (1, left)
    if (left, right)[day] is Kind.DATETIME:
        raise Mismatch(day, {Kind.DATE})
    if other not in _OPEN | {Kind.NUMBER}:
        raise Mismatch(1 - day, {Kind.NUMBER})
    return DATE


def _comparable(operator: str, left: Kind, right: Kind) -> None:
    allowed = EQUAL_KINDS if operator in ("=", "<>") else _ORDERED
    _require((left, right), allowed)
    if left in _OPEN or right in _OPEN or left == right or {left, right} == _DAYS:
        return
    raise Mismatch(1, _DAYS if left in _DAYS else {left})


def united(types: Iterable[Type]) -> Type | None:
    """The one type that all of these are, blank fitting in everywhere; None when they differ."""
    whole = list(types)
    singles = [item(given) for given in whole]
    if any(single.kind is Kind.ANY for single in singles):
        return ANY
    filled = [single for single in singles if single.kind is not Kind.BLANK]
    if len({single.kind for single in filled}) > 1:
        return None
    if not filled:
        single = singles[0]
    elif len(set(filled)) == 1:
        single = filled[0]
    else:
        forms = {single.form for single in filled}
        exact = any(single.exact for single in filled)
        single = Type(filled[0].kind, filled[0].item, forms.pop() if len(forms) == 1 else None, exact)
    return list_of(single) if any(given.kind is Kind.LIST for given in whole) else single
