"""Values of a formula as bound parameters, in the form in which each engine stores them."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from sqlalchemy import ColumnElement, false, literal, true

from dougong.formulas import decimals
from dougong.formulas.kinds import Kind
from dougong.formulas.operations import COMPARE
from dougong.formulas.sql import columns_raw, wire

LARGEST = 2**63 - 1


class Literals:
    """Literals of one dialect."""

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect

    def of(self, value: Any, kind: Kind) -> ColumnElement[Any]:
        """A canonical value (None: NULL) of ``kind``; a number on SQLite is decimal text here, see ``scaled``."""
        if self.dialect == "sqlite":
            value = wire.encoded(value)
            return literal(value, columns_raw.sql_type(Kind.TEXT if kind is Kind.NUMBER else kind, "sqlite"))
        return literal(value, columns_raw.sql_type(kind, self.dialect))

    def scaled(self, symbol: str, expr: ColumnElement[Any], value: Decimal, scale: int) -> ColumnElement[bool]:
        """``expr symbol value`` for a column that holds integers times ``10**scale``: exact, and by its index."""
        exact = decimals.exact_multiply(value, Decimal(10) ** scale) if abs(value) < 10**20 else value
        low, high = int(exact.to_integral_value(ROUND_FLOOR)), int(exact.to_integral_value(ROUND_CEILING))
        if not -LARGEST <= low <= high <= LARGEST:
            return true() if COMPARE[symbol](0, value) else false()
        if low == high:
            compared: ColumnElement[bool] = COMPARE[symbol](expr, low)  # type: ignore[assignment]
            return compared
        if symbol in ("=", "<>"):
            return false() if symbol == "=" else true()
        return expr > low if symbol in (">", ">=") else expr < high
