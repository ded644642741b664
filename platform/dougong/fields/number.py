"""A number with a stated count of decimals, exact."""

import random
from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from msgspec import Meta

from dougong.errors import Problem
from dougong.fields import exact
from dougong.fields.base import Column, Desk, Field, Invalid, LocalText, Raw, Reader, Stored
from dougong.fields.exact import DIGITS, Limit, bound
from dougong.fields.wording import every_wording, in_language
from dougong.formulas.kinds import Kind, Type

YUAN = ("¥", "CNY", "RMB", "人民币", "元", "圆")


class Quantity(Field, frozen=True, kw_only=True):
    """What numbers and money share: decimals and limits. Both ends of a limit are judged after rounding."""

    decimals: Annotated[int, Meta(ge=0, le=9)] = 0
    at_least: Limit | None = None
    more_than: Limit | None = None
    at_most: Limit | None = None
    less_than: Limit | None = None

    group = "basic"
    operators: ClassVar[tuple[str, ...]] = ("eq", "ne", "ge", "le", "gt", "lt", "between", "in", "blank", "filled")

    def problems(self) -> Iterable[Problem]:
        low = [bound(limit) for limit in (self.at_least, self.more_than) if limit is not None]
        high = [bound(limit) for limit in (self.at_most, self.less_than) if limit is not None]
        if low and high and max(low) > min(high):
            place = "at_most" if self.at_most is not None else "less_than"
            yield Problem("field.limits_crossed", place, {"title": self.title or self.key})

    def type(self) -> Type:
        return Type(Kind.NUMBER, scale=self.decimals)

    def shape(self) -> dict[str, Any]:
        fraction = rf"\.[0-9]{{{self.decimals}}}" if self.decimals else ""
        return {"type": "string", "pattern": rf"^-?[0-9]{{1,{DIGITS - self.decimals}}}{fraction}$"}

    def columns(self) -> tuple[Column, ...]:
        return (Column(Stored.EXACT, scale=self.decimals),)

    def from_column(self, stored: Any) -> Any:
        return exact.fit(Decimal(stored), self.decimals)

    def signs(self, desk: Desk) -> tuple[str, ...]:
        """Currency signs and units that may stand around the digits."""
        raise NotImplementedError

    def coerce(self, raw: Raw, desk: Desk) -> Any:
        try:
            typed = exact.plain_number(raw)
            if typed is None:
                text = exact.number_text(raw)
                if text is None:
                    return None
                typed = exact.read(text, self.signs(desk))
            value = exact.fit(typed, self.decimals)
        except Invalid as wrong:
            raise self.refuse(wrong.code, **wrong.params) from None
        self._judge(value)
        if value != typed:
            title = self.title or self.key
            desk.notice("field.rounded", title=title, decimals=self.decimals, value=format(value, "f"))
        return value

    def _judge(self, value: Decimal) -> None:
        if self.at_least is not None and value < bound(self.at_least):
            raise self.refuse("field.at_least", limit=bound(self.at_least))
        if self.more_than is not None and value <= bound(self.more_than):
            raise self.refuse("field.more_than", limit=bound(self.more_than))
        if self.at_most is not None and value > bound(self.at_most):
            raise self.refuse("field.at_most", limit=bound(self.at_most))
        if self.less_than is not None and value >= bound(self.less_than):
            raise self.refuse("field.less_than", limit=bound(self.less_than))

    def to_json(self, value: Any, desk: Desk) -> Any:
        return format(value, "f")

    def display(self, value: Any, reader: Reader) -> str:
        return exact.grouped(value, self.decimals)

    def sample(self, random_source: random.Random) -> Raw:
        step = Decimal(1).scaleb(-self.decimals)
        low = max([bound(x) for x in (self.at_least, self.more_than) if x is not None], default=None)
        high = min([bound(x) for x in (self.at_most, self.less_than) if x is not None], default=None)
        low = low + step if low is not None else (min(Decimal(1), high - 100) if high is not None else Decimal(1))
        high = high - step if high is not None else low + 100
        return format(exact.fit(low + (max(high, low) - low) * random_source.randrange(101) / 100, self.decimals), "f")


class Number(Quantity, frozen=True, kw_only=True, tag="number"):
    """A number; ``unit`` is written behind it where people read it."""

    unit: LocalText = ""

    icon = "hash"

    def signs(self, desk: Desk) -> tuple[str, ...]:
        return (*every_wording(self.unit), *YUAN)

    def display(self, value: Any, reader: Reader) -> str:
        return f"{exact.grouped(value, self.decimals)} {in_language(self.unit, reader.language)}".strip()
