"""A day of the calendar, without a time and without a zone."""

import datetime
import random
from collections.abc import Iterable
from typing import Any

from dougong.errors import Problem
from dougong.fields.base import Column, Desk, Field, Invalid, Raw, Reader, Stored
from dougong.fields.moments import read_day
from dougong.formulas.kinds import DATE, Type


class Date(Field, frozen=True, kw_only=True, tag="date"):
    """A day; ``at_least`` and ``at_most`` are the first and last that may be given."""

    at_least: datetime.date | None = None
    at_most: datetime.date | None = None

    group = "basic"
    icon = "calendar"
    operators = ("eq", "ge", "le", "between", "ne", "gt", "lt", "blank", "filled")

    def problems(self) -> Iterable[Problem]:
        if self.at_least and self.at_most and self.at_least > self.at_most:
            yield Problem("field.limits_crossed", "at_most", {"title": self.title or self.key})

    def type(self) -> Type:
        return DATE

    def shape(self) -> dict[str, Any]:
        return {"type": "string", "format": "date", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}

    def columns(self) -> tuple[Column, ...]:
        return (Column(Stored.DATE),)

    def coerce(self, raw: Raw, desk: Desk) -> Any:
        try:
            day = read_day(raw)
        except Invalid as wrong:
            raise self.refuse(wrong.code, **wrong.params) from None
        if day and self.at_least and day < self.at_least:
            raise self.refuse("field.date_too_early", limit=self.at_least)
        if day and self.at_most and day > self.at_most:
            raise self.refuse("field.date_too_late", limit=self.at_most)
        return day

    def to_json(self, value: Any, desk: Desk) -> Any:
        return value.isoformat()

    def display(self, value: Any, reader: Reader) -> str:
        return str(value.isoformat())

    def sample(self, random_source: random.Random) -> Raw:
        first = self.at_least or (self.at_most or datetime.date(2026, 12, 31)) - datetime.timedelta(days=300)
        last = self.at_most or first + datetime.timedelta(days=300)
        return (first + datetime.timedelta(days=random_source.randint(0, (last - first).days))).isoformat()
