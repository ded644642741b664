"""The PostgreSQL back end: every node as exact NUMERIC, date and text expressions, errors kept apart from blanks."""

from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Numeric, and_, case, cast, extract, false, func, null, true

from dougong.formulas import operators
from dougong.formulas.decimals import ONE
from dougong.formulas.kinds import Kind
from dougong.formulas.operations import COMPARE, compared_kind
from dougong.formulas.sql import columns_raw, support
from dougong.formulas.sql.columns import Columns
from dougong.formulas.sql.conditions import Condition, Conditions
from dougong.formulas.sql.constant import constant, is_constant
from dougong.formulas.sql.literals import Literals
from dougong.formulas.sql.postgres_calls import CALLS, joined
from dougong.formulas.sql.postgres_part import Part, any_of
from dougong.formulas.sql.postgres_rows import reduced
from dougong.formulas.sql.rows import rows_of
from dougong.formulas.tree import Call, Chain, Name, Node, Signs
from dougong.formulas.values import Env, ErrorValue

_DAYS = (Kind.DATE, Kind.DATETIME)
_DAY_MICROSECONDS = 86_400_000_000


class Postgres:
    """One formula over columns as PostgreSQL expressions."""

    def __init__(self, columns: Columns, env: Env) -> None:
        self.columns = columns
        self.env = env
        self.literals = Literals("postgresql")

    def answer(self, root: Node) -> ColumnElement[Any]:
        """The whole formula; see ``Formula.sql``."""
        if root.type.kind is Kind.BOOLEAN:
            return self.truth(root)
        value = self.part(root).answer()
        return func.trim_scale(value, type_=Numeric()) if root.type.kind is Kind.NUMBER else value

    def truth(self, node: Node) -> Condition:
        """A never-NULL condition."""
        return self._conditions().truth(node)

    def _conditions(self) -> Conditions:
        return Conditions(self.columns, self.env, "postgresql", self._whole)

    def _whole(self, node: Node) -> Condition:
        return func.coalesce(self.part(node).truth(), false())

    def part(self, node: Node) -> Part:
        """A node as value and error."""
        kind = operators.item(node.type).kind
        if is_constant(node):
            return self._constant(node, kind)
        if support.asks_list(node):
            return Part(self.truth(node), kind, strict=True)
        if support.reduces(node):
            return self._reduced(node)
        match node:
            case Name():
                return Part(columns_raw.raw(columns_raw.column(node, self.columns), node, "postgresql"), kind)
            case Signs():
                return self._signs(node)
            case Chain():
                return self._chain(node)
            case Call():
                return CALLS[node.name](self.env, kind, [self.part(argument) for argument in node.arguments])
        raise AssertionError(node)

    def _constant(self, node: Node, kind: Kind) -> Part:
        value = constant(node, self.env)
        if isinstance(value, ErrorValue):
            return Part(cast(null(), columns_raw.sql_type(kind, "postgresql")), kind, failed=true())
        return Part(self.literals.of(value, kind), kind, strict=value is not None)

    def _reduced(self, node: Node) -> Part:
        assert isinstance(node, Call)
        rows = rows_of(node, self.columns)
        if node.name == "COUNT_RECORDS" or rows.counted:
            return Part(rows.scalar(cast(func.count(), Numeric)), Kind.NUMBER, strict=True)
        found = reduced(node.name, Postgres(rows.columns, self.env).part(node.arguments[0]))
        failed = None if found.failed is None else rows.scalar(found.failed)
        return Part(rows.scalar(found.value), found.kind, found.strict, failed)

    def _signs(self, node: Signs) -> Part:
        number = self.part(node.operand).number()
        if node.signs[0] == "%":
            factor = self.literals.of(ONE.scaleb(-2 * len(node.signs)), Kind.NUMBER)
            return Part(func.dougong_bound(number * factor, type_=Numeric()), Kind.NUMBER, strict=True)
        return Part(-number if node.signs.count("-") % 2 else number, Kind.NUMBER, strict=True)

    # -- operators ---------------------------------------------------------------------------------------------------
    def _chain(self, node: Chain) -> Part:
        current, type_ = self.part(node.operands[0]), operators.item(node.operands[0].type)
        for symbol, operand in zip(node.operators, node.operands[1:], strict=True):
            right_type = operators.item(operand.type)
            right = self.part(operand)
            if symbol in operators.COMPARISONS:
                exact = type_.exact or right_type.exact
                current = self._compared(symbol, current, right, compared_kind(type_, right_type), exact)
            elif symbol == "&":
                current = joined(Kind.TEXT, [current.text(self.env), right.text(self.env)])
            elif type_.kind in _DAYS or right_type.kind in _DAYS:
                current = self._day_arithmetic(symbol, current, right)
            else:
                current = Part(self._arithmetic(symbol, current.number(), right, operand), Kind.NUMBER, strict=True)
            type_ = operators.result(symbol, type_, right_type)
        return current

    def _arithmetic(self, symbol: str, left: ColumnElement[Any], right: Part, operand: Node) -> ColumnElement[Any]:
        if symbol == "^":
            return func.dougong_power(left, cast(support.whole_exponent(operand), Integer), type_=Numeric())
        number = right.number()
        if symbol == "/":
            return func.dougong_divide(left, number, type_=Numeric())
        computed = {"+": left + number, "-": left - number, "*": left * number}[symbol]
        return func.dougong_bound(computed, type_=Numeric())

    def _day_arithmetic(self, symbol: str, left: Part, right: Part) -> Part:
        if left.kind is Kind.DATETIME and right.kind is Kind.DATETIME:
            micros = cast(extract("epoch", left.value - right.value), Numeric) * 1_000_000
            days = func.dougong_divide(micros, cast(_DAY_MICROSECONDS, Numeric), type_=Numeric())
            return Part(days, Kind.NUMBER, failed=any_of(left.fails(), right.fails()))
        if symbol == "-" and right.kind in _DAYS:
            apart = cast(left.day(self.env) - right.day(self.env), Numeric)
            return Part(apart, Kind.NUMBER, failed=any_of(left.fails(), right.fails()))
        day, other = (right, left) if right.kind is Kind.DATE else (left, right)
        number = other.number()
        moved = func.dougong_plus_days(day.value, -number if symbol == "-" else number, type_=Date())
        failed = any_of(day.fails(), other.fails(), and_(day.value.is_not(None), moved.is_(None)))
        return Part(moved, Kind.DATE, failed=failed)

    def _compared(self, symbol: str, left: Part, right: Part, kind: Kind, exact: bool) -> Part:
        match kind:
            case Kind.NUMBER:
                return Part(COMPARE[symbol](left.number(), right.number()), Kind.BOOLEAN, strict=True)  # type: ignore[arg-type]
            case Kind.BOOLEAN:
                return Part(COMPARE[symbol](left.truth(), right.truth()), Kind.BOOLEAN, strict=True)  # type: ignore[arg-type]
            case Kind.TEXT:
                first, second = left.text(self.env), right.text(self.env)
                if not exact:
                    first, second = func.dougong_fold(first), func.dougong_fold(second)
                return Part(COMPARE[symbol](first.collate("C"), second.collate("C")), Kind.BOOLEAN, strict=True)  # type: ignore[arg-type]
        mixed = kind is Kind.DATE
        first, second = (left.day(self.env), right.day(self.env)) if mixed else (left.value, right.value)
        return self._compared_places(symbol, first, second, any_of(left.fails(), right.fails()))

    def _compared_places(
        self, symbol: str, left: ColumnElement[Any], right: ColumnElement[Any], failed: Condition | None
    ) -> Part:
        """Days, moments, people: a blank equals a blank only, and is neither before nor after anything."""
        if symbol in ("=", "<>"):
            outcome = left.is_not_distinct_from(right) if symbol == "=" else left.is_distinct_from(right)
        else:
            outcome = func.coalesce(COMPARE[symbol](left, right), false())
        value = outcome if failed is None else case((failed, null()), else_=outcome)
        return Part(value, Kind.BOOLEAN, strict=True)
