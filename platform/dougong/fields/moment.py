"""A moment: a day with a time, kept in UTC, read and shown on a clock."""

import random
from datetime import UTC
from typing import Any

from dougong.fields.base import Column, Desk, Field, Invalid, Raw, Reader, Stored
from dougong.fields.moments import read_moment
from dougong.formulas.kinds import DATETIME, Type


class DateTime(Field, frozen=True, kw_only=True, tag="datetime"):
    """A moment to the second. Its companion ``day`` is the day it falls on in the organisation's zone."""

    group = "basic"
    icon = "calendar-clock"
    operators = ("ge", "le", "between", "eq", "ne", "gt", "lt", "blank", "filled")

    def type(self) -> Type:
        return DATETIME

    def shape(self) -> dict[str, Any]:
        pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"
        return {"type": "string", "format": "date-time", "pattern": pattern}

    def columns(self) -> tuple[Column, ...]:
        return (Column(Stored.DATETIME), Column(Stored.DATE, "day"))

    def to_columns(self, value: Any, zone: Any) -> tuple[Any, ...]:
        return (value, value.astimezone(zone).date())

    def from_column(self, stored: Any) -> Any:
        return stored.astimezone(UTC)

    def coerce(self, raw: Raw, desk: Desk) -> Any:
        try:
            return read_moment(raw, desk.zone)
        except Invalid as wrong:
            raise self.refuse(wrong.code, **wrong.params) from None

    def to_json(self, value: Any, desk: Desk) -> Any:
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def to_raw(self, value: Any, desk: Desk) -> str | list[str]:
        local = value.astimezone(desk.zone).replace(tzinfo=None)
        return str(local.isoformat(timespec="seconds" if local.second else "minutes"))

    def to_cell(self, value: Any, desk: Desk) -> str:
        # The hour that a clock shows twice needs its offset to be read back as the same moment.
        local = value.astimezone(desk.zone)
        again = local.replace(tzinfo=desk.zone, fold=0).astimezone(UTC)
        naive = local.replace(tzinfo=None)
        if again != value:
            return str(local.isoformat(" ", "seconds"))
        return str(naive.isoformat(" ", "seconds" if naive.second else "minutes"))

    def display(self, value: Any, reader: Reader) -> str:
        return str(value.astimezone(reader.zone).strftime("%Y-%m-%d %H:%M"))

    def sample(self, random_source: random.Random) -> Raw:
        return f"2026-{random_source.randint(1, 12):02d}-{random_source.randint(1, 28):02d}T09:30:00Z"
