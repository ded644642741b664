"""A running number beside the record's own."""

from collections.abc import Iterable
from typing import Any, Literal

from dougong.errors import Problem
from dougong.fields.base import Column, Desk, Field, Raw, Stored
from dougong.formulas.fold import fold
from dougong.formulas.kinds import TEXT, Type


class Serial(Field, frozen=True, kw_only=True, tag="serial"):
    """A running number, given on submit. In ``pattern`` ``{YYYY} {YY} {MM} {DD}`` stand for the day and one run of zeros
    such as ``{0000}`` for the number; ``reset`` says when it starts again; ``gapless`` that none may be skipped."""

    pattern: str = "{0000}"
    reset: Literal["never", "year", "month", "day"] = "never"
    gapless: bool = False

    group = "computed"
    icon = "binary"
    operators = ("contains", "eq", "ne", "starts", "in", "blank", "filled")
    searchable = True
    computed_only = True

    def problems(self) -> Iterable[Problem]:
        if sum(part.strip("0") == "" and part != "" for part in _placeholders(self.pattern)) != 1:
            yield Problem("field.serial_pattern", "pattern", {"title": self.title or self.key})

    def type(self) -> Type:
        return TEXT

    def shape(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": 255}

    def columns(self) -> tuple[Column, ...]:
        return (Column(Stored.KEY), Column(Stored.TEXT, "fold"))

    def to_columns(self, value: Any, zone: Any) -> tuple[Any, ...]:
        return (value, fold(value))

    def coerce(self, raw: Raw, desk: Desk) -> Any:
        text = self.one_text(raw)
        if text is not None and len(text) > 255:
            raise self.refuse("field.too_long", most=255, count=len(text))
        return text


def _placeholders(pattern: str) -> list[str]:
    """What stands between braces."""
    return [part.partition("}")[0] for part in pattern.split("{")[1:] if "}" in part]
