"""Yes/no answers in the engine's own terms wherever a column stands against a value or another column, so that indexes serve.

Every condition built here is TRUE or FALSE, never NULL, and FALSE for an error. What has no plain form goes to the
dialect's ``whole`` way.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, literal, not_, or_, true

from dougong.formulas import operators
from dougong.formulas.fold import fold
from dougong.formulas.kinds import Kind
from dougong.formulas.operations import BLANK_AS, COMPARE, compared_kind
from dougong.formulas.sql import columns_raw, days, support
from dougong.formulas.sql.columns import Columns, SqlColumn
from dougong.formulas.sql.constant import constant, is_constant
from dougong.formulas.sql.literals import Literals
from dougong.formulas.sql.rows import source_of
from dougong.formulas.tree import Call, Chain, Name, Node
from dougong.formulas.values import Env, ErrorValue

Condition = ColumnElement[bool]
_FLIPPED = {"=": "=", "<>": "<>", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


class Conditions:
    """Builds the condition of a yes/no node. ``whole`` gives the never-NULL condition of a node without a plain form."""

    def __init__(self, columns: Columns, env: Env, dialect: str, whole: Callable[[Node], Condition]) -> None:
        self.columns = columns
        self.env = env
        self.dialect = dialect
        self.whole = whole
        self.literals = Literals(dialect)

    def truth(self, node: Node) -> Condition:
        """The condition under which ``node`` is TRUE, as opposed to FALSE, blank or an error."""
        if is_constant(node):
            return true() if constant(node, self.env) is True else false()
        if isinstance(node, Name):
            found = columns_raw.raw(columns_raw.column(node, self.columns), node, self.dialect)
            return and_(found.is_not(None), found == (1 if self.dialect == "sqlite" else true()))
        plain = self._call(node) if isinstance(node, Call) else self._comparison(node)
        return self.whole(node) if plain is None else plain

    def _call(self, node: Call) -> Condition | None:
        safe = not support.may_fail(node)
        match node.name:
            case "AND":  # an error makes AND an error, so false: as if the part that fails were false
                return and_(*[self.truth(argument) for argument in node.arguments])
            case "OR" if safe:
                return or_(*[self.truth(argument) for argument in node.arguments])
            case "NOT" if safe:
                return not_(self.truth(node.arguments[0]))
            case "ISBLANK" if isinstance(node.arguments[0], Name):
                return self._blank(node.arguments[0])
        return None

    def _blank(self, name: Name) -> Condition:
        if name.type.kind is Kind.LIST and name.type.form is not None:
            source = source_of(name, name.path, self.columns)
            return not_(exists(literal(1)).select_from(source.select_from).where(source.where))
        found = columns_raw.raw(columns_raw.column(name, self.columns), name, self.dialect)
        if name.type.kind is Kind.TEXT:
            return or_(found.is_(None), found == "")
        if name.type.kind is Kind.LIST:
            return or_(found.is_(None), found.in_(["", ",", ",,"]))
        return found.is_(None)

    # -- comparisons -------------------------------------------------------------------------------------------------
    def _comparison(self, node: Node) -> Condition | None:
        if not (isinstance(node, Chain) and len(node.operands) == 2 and node.operators[0] in operators.COMPARISONS):
            return None
        left, right = node.operands
        symbol = node.operators[0]
        if isinstance(right, Name) and is_constant(left):
            left, right, symbol = right, left, _FLIPPED[symbol]
        if not isinstance(left, Name) or Kind.LIST in (left.type.kind, right.type.kind):
            return None
        if is_constant(right):
            return self._against_value(symbol, left, right)
        return self._against_column(symbol, left, right) if isinstance(right, Name) else None

    def _against_value(self, symbol: str, name: Name, other: Node) -> Condition | None:
        value = constant(other, self.env)
        if isinstance(value, ErrorValue):
            return false()
        kind = compared_kind(name.type, other.type)
        found = columns_raw.column(name, self.columns)
        expr = columns_raw.raw(found, name, self.dialect)
        blank = BLANK_AS.get(kind)
        if value is None and blank is None:
            return {"=": expr.is_(None), "<>": expr.is_not(None)}.get(symbol, false())
        if value is None:
            value = blank
        if name.type.kind is Kind.DATETIME and kind is Kind.DATE:
            return self._moment_against_day(symbol, expr, value)
        exact = name.type.exact or other.type.exact
        if other.type.kind is Kind.DATETIME and kind is Kind.DATE:
            value = self.env.local(value).date()
        return self._with_blank(symbol, expr, blank, value, self._plain(symbol, found, expr, kind, value, exact), exact)

    def _with_blank(
        self, symbol: str, expr: ColumnElement[Any], blank: Any, value: Any, plain: Condition, exact: bool
    ) -> Condition:
        """The comparison, with the rows where the column is blank put on the side where blank belongs."""
        if blank is None:
            holds = symbol == "<>"
        elif isinstance(blank, str) and not exact:
            holds = COMPARE[symbol](blank, fold(value))
        else:
            holds = COMPARE[symbol](blank, value)
        return or_(plain, expr.is_(None)) if holds else and_(plain, expr.is_not(None))

    def _plain(
        self, symbol: str, found: SqlColumn, expr: ColumnElement[Any], kind: Kind, value: Any, exact: bool
    ) -> Condition:
        if kind is Kind.NUMBER and self.dialect == "sqlite":
            return self.literals.scaled(symbol, expr, value, found.scale or 0)
        if kind is Kind.TEXT:
            value = value if exact else fold(value)
            expr = expr if exact else self._folded(found, expr)
            if self.dialect != "sqlite":
                expr = expr.collate("C")
        compared: Condition = COMPARE[symbol](expr, self.literals.of(value, kind))  # type: ignore[assignment]
        return compared

    def _folded(self, found: SqlColumn, expr: ColumnElement[Any]) -> ColumnElement[Any]:
        return found.fold if found.fold is not None else func.dougong_fold(expr)

    def _moment_against_day(self, symbol: str, expr: ColumnElement[Any], day: Any) -> Condition | None:
        stretch = days.bounds(day, self.env)
        if stretch is None:
            return None
        start, end = (self.literals.of(moment, Kind.DATETIME) for moment in stretch)
        filled = expr.is_not(None)
        match symbol:
            case "=":
                return and_(filled, expr >= start, expr < end)
            case "<>":
                return or_(expr.is_(None), expr < start, expr >= end)
            case "<":
                return and_(filled, expr < start)
            case "<=":
                return and_(filled, expr < end)
            case ">":
                return and_(filled, expr >= end)
        return and_(filled, expr >= start)

    def _against_column(self, symbol: str, left: Name, right: Name) -> Condition | None:
        kind = compared_kind(left.type, right.type)
        if left.type.kind is not right.type.kind:
            return None
        sides = [columns_raw.column(name, self.columns) for name in (left, right)]
        first, second = (
            columns_raw.raw(side, name, self.dialect) for side, name in zip(sides, (left, right), strict=True)
        )
        if kind is Kind.NUMBER and self.dialect == "sqlite" and (sides[0].scale or 0) != (sides[1].scale or 0):
            return None  # bringing them to one scale could overflow 64 bits
        if kind is Kind.TEXT and not (left.type.exact or right.type.exact):
            first, second = self._folded(sides[0], first), self._folded(sides[1], second)
        if kind is Kind.TEXT and self.dialect != "sqlite":
            first, second = first.collate("C"), second.collate("C")
        if kind in BLANK_AS:
            blank = 0 if self.dialect == "sqlite" and kind is not Kind.TEXT else BLANK_AS[kind]
            compared: Condition = COMPARE[symbol](func.coalesce(first, blank), func.coalesce(second, blank))  # type: ignore[assignment]
            return compared
        if symbol in ("=", "<>"):
            return first.is_not_distinct_from(second) if symbol == "=" else first.is_distinct_from(second)
        ordered: Condition = COMPARE[symbol](first, second)  # type: ignore[assignment]
        return and_(first.is_not(None), second.is_not(None), ordered)
