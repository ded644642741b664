"""One part of a formula on PostgreSQL: its value, and whether it is an error, kept apart because a blank is no error."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Numeric,
    Text,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    null,
    or_,
    type_coerce,
)

from dougong.formulas.kinds import Kind
from dougong.formulas.values import Env


@dataclass(frozen=True, slots=True)
class Part:
    """``value`` is NULL when blank. ``strict``: it is never blank, and NULL means an error; otherwise ``failed`` (None: never)
    tells an error, whatever the value then is."""

    value: ColumnElement[Any]
    kind: Kind
    strict: bool = False
    failed: ColumnElement[bool] | None = None

    def fails(self) -> ColumnElement[bool] | None:
        """The condition of being an error, never NULL; None when it never is."""
        return self.value.is_(None) if self.strict else self.failed

    def answer(self) -> ColumnElement[Any]:
        """The value, NULL for an error."""
        return self.value if self.failed is None else case((self.failed, null()), else_=self.value)

    def _sure(self, filled: ColumnElement[Any]) -> ColumnElement[Any]:
        return filled if self.failed is None else case((self.failed, null()), else_=filled)

    def number(self) -> ColumnElement[Any]:
        """Never blank (0), NULL for an error."""
        return self.value if self.strict else self._sure(func.coalesce(self.value, literal(0, Numeric())))

    def truth(self) -> ColumnElement[Any]:
        """Never blank (false), NULL for an error."""
        return self.value if self.strict else self._sure(func.coalesce(self.value, false()))

    def text(self, env: Env) -> ColumnElement[Any]:
        """Written out; never blank (""), NULL for an error."""
        written = self._written(env)
        return written if self.strict else self._sure(func.coalesce(written, ""))

    def _written(self, env: Env) -> ColumnElement[Any]:
        match self.kind:
            case Kind.NUMBER:
                return func.dougong_number_text(self.value, type_=Text())
            case Kind.BOOLEAN:
                return case((self.value.is_(None), null()), (self.value, "TRUE"), else_="FALSE")
            case Kind.DATE:
                return func.to_char(self.value, "YYYY-MM-DD")
            case Kind.DATETIME:
                return func.to_char(func.timezone(env.zone.key, self.value), "YYYY-MM-DD HH24:MI")
        return type_coerce(self.value, Text())

    def day(self, env: Env) -> ColumnElement[Any]:
        """A moment as its day in the zone; a day as it is."""
        return cast(func.timezone(env.zone.key, self.value), Date) if self.kind is Kind.DATETIME else self.value


def any_of(*conditions: ColumnElement[bool] | None) -> ColumnElement[bool] | None:
    """One of the conditions there are, or None when there is none."""
    there = [condition for condition in conditions if condition is not None]
    return or_(*there) if there else None


def blank(part: Part) -> ColumnElement[bool]:
    """Whether a part is blank: never for an error."""
    if part.strict:
        return func.coalesce(part.value == "", false()) if part.kind is Kind.TEXT else false()
    empty: ColumnElement[bool] = part.value.is_(None)
    if part.kind is Kind.TEXT:
        empty = or_(empty, part.value == "")
    return empty if part.failed is None else and_(part.failed.is_(False), empty)
