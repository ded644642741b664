"""The functions of the language on PostgreSQL: prepared parts in, one part out."""

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Numeric,
    Text,
    and_,
    case,
    cast,
    extract,
    false,
    func,
    literal,
    null,
    true,
)

from dougong.formulas.kinds import Kind
from dougong.formulas.sql.postgres_part import Part, any_of, blank
from dougong.formulas.values import Env

CallOf = Callable[[Env, Kind, list[Part]], Part]
_ZERO = literal(0, Numeric())


def _strict(value: ColumnElement[Any], kind: Kind) -> Part:
    return Part(value, kind, strict=True)


# -- logic ---------------------------------------------------------------------------------------------------------------
def _if(_env: Env, kind: Kind, given: list[Part]) -> Part:
    test = given[0].truth()
    then = given[1]
    otherwise = given[2] if len(given) > 2 else Part(cast(null(), then.value.type), kind)
    if then.strict and otherwise.strict:
        return _strict(case({True: then.value, False: otherwise.value}, value=test), kind)
    value = case((test, then.value), else_=otherwise.value)
    branches = case((test, _or_false(then.fails())), else_=_or_false(otherwise.fails()))
    sure = given[0].fails() is None
    if sure and then.fails() is None and otherwise.fails() is None:
        return Part(value, kind)
    return Part(value, kind, failed=branches if sure else any_of(test.is_(None), branches))


def _or_false(condition: ColumnElement[bool] | None) -> ColumnElement[bool]:
    return false() if condition is None else condition


def _all(_env: Env, kind: Kind, given: list[Part]) -> Part:
    # Products and sums instead of AND and OR: a NULL, which is an error, must not be swallowed.
    factors: list[ColumnElement[Any]] = [cast(part.truth(), Integer) for part in given]
    return _strict(reduce(lambda a, b: a * b, factors) == 1, kind)


def _any(_env: Env, kind: Kind, given: list[Part]) -> Part:
    terms: list[ColumnElement[Any]] = [cast(part.truth(), Integer) for part in given]
    return _strict(reduce(lambda a, b: a + b, terms) > 0, kind)


def _not(_env: Env, kind: Kind, given: list[Part]) -> Part:
    return _strict(given[0].truth().is_distinct_from(true()) if given[0].fails() is None else ~given[0].truth(), kind)


def _is_blank(_env: Env, kind: Kind, given: list[Part]) -> Part:
    return _strict(blank(given[0]), kind)


def _coalesce(_env: Env, kind: Kind, given: list[Part]) -> Part:
    values = [func.nullif(part.value, "") if kind is Kind.TEXT else part.value for part in given]
    value = func.coalesce(*values, type_=given[0].value.type)
    if all(part.fails() is None for part in given):
        return Part(value, kind)
    whens: list[Any] = []
    for part, found in zip(given, values, strict=True):
        if (fails := part.fails()) is not None:
            whens.append((fails, true()))
        whens.append((found.is_not(None), false()))
    return Part(value, kind, failed=case(*whens, else_=false()))


def _if_error(_env: Env, kind: Kind, given: list[Part]) -> Part:
    attempt, instead = given
    fails = attempt.fails()
    if fails is None:
        return attempt
    value = case((fails, instead.value), else_=attempt.value)
    otherwise = instead.fails()
    return Part(value, kind, failed=None if otherwise is None else and_(fails, otherwise))


# -- numbers -------------------------------------------------------------------------------------------------------------
def _sum(_env: Env, kind: Kind, given: list[Part]) -> Part:
    return _strict(
        func.dougong_bound(reduce(lambda a, b: a + b, [part.number() for part in given]), type_=Numeric()), kind
    )


def _counted(part: Part) -> ColumnElement[Any]:
    fails = part.fails()
    filled = ~blank(part)
    return case((filled if fails is None else and_(~fails, filled), _ONE), else_=_ZERO)


_ONE = literal(1, Numeric())


def _count(_env: Env, kind: Kind, given: list[Part]) -> Part:
    return _strict(reduce(lambda a, b: a + b, [_counted(part) for part in given]), kind)


def _average(env: Env, kind: Kind, given: list[Part]) -> Part:
    total = _sum(env, kind, given).value
    return _strict(func.dougong_divide(total, _count(env, kind, given).value, type_=Numeric()), kind)


def _extreme(name: str) -> CallOf:
    def call(_env: Env, kind: Kind, given: list[Part]) -> Part:
        chosen = getattr(func, name)(*[part.value for part in given], type_=given[0].value.type)
        failed = any_of(*[part.fails() for part in given])
        if kind is not Kind.NUMBER:
            return Part(chosen, kind, failed=failed)
        value = func.coalesce(chosen, _ZERO)
        return _strict(value if failed is None else case((failed, null()), else_=value), kind)

    return call


def _round(_env: Env, kind: Kind, given: list[Part]) -> Part:
    places = given[1].number() if len(given) > 1 else _ZERO
    return _strict(func.dougong_round(given[0].number(), places, type_=Numeric()), kind)


def _abs(_env: Env, kind: Kind, given: list[Part]) -> Part:
    return _strict(func.abs(given[0].number(), type_=Numeric()), kind)


# -- texts ---------------------------------------------------------------------------------------------------------------
def _len(env: Env, kind: Kind, given: list[Part]) -> Part:
    return _strict(cast(func.length(given[0].text(env)), Numeric), kind)


def _cut(name: str) -> CallOf:
    def call(env: Env, kind: Kind, given: list[Part]) -> Part:
        wanted = given[1].number() if len(given) > 1 else _ONE
        return _strict(getattr(func, name)(given[0].text(env), wanted, type_=Text()), kind)

    return call


def _concat(env: Env, kind: Kind, given: list[Part]) -> Part:
    return joined(kind, [part.text(env) for part in given])


def joined(kind: Kind, texts: list[ColumnElement[Any]]) -> Part:
    """Texts in a row, NULL when they grow too long."""
    return _strict(func.dougong_text(reduce(lambda a, b: a.op("||")(b), texts), type_=Text()), kind)


# -- days ----------------------------------------------------------------------------------------------------------------
def _field(name: str) -> CallOf:
    def call(env: Env, kind: Kind, given: list[Part]) -> Part:
        return Part(cast(extract(name, given[0].day(env)), Numeric), kind, failed=given[0].fails())

    return call


def _edate(env: Env, kind: Kind, given: list[Part]) -> Part:
    day = given[0].day(env)
    moved = func.dougong_edate(day, given[1].number(), type_=Date())
    failed = any_of(given[0].fails(), given[1].fails(), and_(day.is_not(None), moved.is_(None)))
    return Part(moved, kind, failed=failed)


def _days(env: Env, kind: Kind, given: list[Part]) -> Part:
    end, start = (part.day(env) for part in given)
    return Part(cast(end - start, Numeric), kind, failed=any_of(*[part.fails() for part in given]))


CALLS: Mapping[str, CallOf] = {
    "IF": _if, "AND": _all, "OR": _any, "NOT": _not, "ISBLANK": _is_blank, "COALESCE": _coalesce, "IFERROR": _if_error,
    "SUM": _sum, "COUNT": _count, "AVERAGE": _average, "MIN": _extreme("least"), "MAX": _extreme("greatest"),
    "ROUND": _round, "ABS": _abs, "LEN": _len, "LEFT": _cut("dougong_left"), "RIGHT": _cut("dougong_right"),
    "CONCAT": _concat, "YEAR": _field("year"), "MONTH": _field("month"), "DAY": _field("day"), "EDATE": _edate,
    "DAYS": _days,
}  # fmt: skip
