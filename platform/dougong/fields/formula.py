"""A value that is only ever computed."""

from typing import Annotated, Any, Literal

from msgspec import Meta

from dougong.fields.base import Column, Desk, Field, LocalText, Raw, Reader
from dougong.fields.date import Date
from dougong.fields.moment import DateTime
from dougong.fields.number import Number
from dougong.fields.text import Text
from dougong.fields.yesno import YesNo
from dougong.formulas.kinds import Type


class Formula(Field, frozen=True, kw_only=True, tag="formula"):
    """A computed value: its formula is its ``value``, and ``result`` says of which kind it is. In everything else it is
    as the field type of that kind. ``decimals`` and ``unit`` apply to a number."""

    result: Literal["text", "number", "date", "datetime", "boolean"] = "number"
    decimals: Annotated[int, Meta(ge=0, le=9)] = 2
    unit: LocalText = ""

    group = "computed"
    icon = "function-square"
    operators = ("eq", "ne", "blank", "filled")
    computed_only = True

    def plain(self) -> Field:
        """The field type whose values it has."""
        named: dict[str, Any] = {"key": self.key, "title": self.title}
        match self.result:
            case "text":
                return Text(**named, max_length=10_000)
            case "number":
                return Number(**named, decimals=self.decimals, unit=self.unit)
            case "date":
                return Date(**named)
            case "datetime":
                return DateTime(**named)
            case _:
                return YesNo(**named)

    def type(self) -> Type:
        return self.plain().type()

    def shape(self) -> dict[str, Any]:
        return self.plain().shape()

    def columns(self) -> tuple[Column, ...]:
        return self.plain().columns()

    def coerce(self, raw: Raw, desk: Desk) -> Any:
        return self.plain().coerce(raw, desk)

    def to_columns(self, value: Any, zone: Any) -> tuple[Any, ...]:
        return self.plain().to_columns(value, zone)

    def from_column(self, stored: Any) -> Any:
        return self.plain().from_column(stored)

    def to_json(self, value: Any, desk: Desk) -> Any:
        return self.plain().to_json(value, desk)

    def to_raw(self, value: Any, desk: Desk) -> str | list[str]:
        return self.plain().to_raw(value, desk)

    def to_cell(self, value: Any, desk: Desk) -> str:
        return self.plain().to_cell(value, desk)

    def display(self, value: Any, reader: Reader) -> str:
        return self.plain().display(value, reader)
