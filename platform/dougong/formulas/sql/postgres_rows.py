"""SUM, COUNT, AVERAGE, MIN and MAX over rows on PostgreSQL."""

from typing import Any

from sqlalchemy import ColumnElement, Numeric, case, cast, false, func, literal, null

from dougong.formulas.kinds import Kind
from dougong.formulas.sql.postgres_part import Part

_ZERO = literal(0, Numeric())


def reduced(function: str, row: Part) -> Part:
    """The reduction of one value per row; an error in any row is the error of all, except that COUNT passes it over."""
    if function == "COUNT":
        counted = func.nullif(row.answer(), "") if row.kind is Kind.TEXT else row.answer()
        return Part(cast(func.count(counted), Numeric), Kind.NUMBER, strict=True)
    fails = row.fails()
    failed = None if fails is None else func.coalesce(func.bool_or(fails), false())
    if function in ("MIN", "MAX") and row.kind is not Kind.NUMBER:
        return Part((func.min if function == "MIN" else func.max)(row.value), row.kind, failed=failed)
    value = _number(function, row.value)
    return Part(value if failed is None else case((failed, null()), else_=value), Kind.NUMBER, strict=True)


def _number(function: str, value: ColumnElement[Any]) -> ColumnElement[Any]:
    if function in ("MIN", "MAX"):
        return func.coalesce((func.min if function == "MIN" else func.max)(value), _ZERO)
    total = func.dougong_bound(func.coalesce(func.sum(value), _ZERO), type_=Numeric())
    if function == "SUM":
        return total
    return func.dougong_divide(total, cast(func.count(value), Numeric), type_=Numeric())
