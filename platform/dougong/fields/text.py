"""One line of text."""

import random
from collections.abc import Iterable
from typing import Annotated, Any, ClassVar

from msgspec import Meta

from dougong.errors import Problem
from dougong.fields.base import Column, Desk, Field, LocalText, Raw, Stored, plain
from dougong.formulas.fold import fold
from dougong.formulas.kinds import TEXT, Type

_OUTER = "\u200b\u200c\u200d\u2060\ufeff"
_BREAKS = "\r\n\v\f\x85\u2028\u2029\t"
_TO_SPACE = str.maketrans(dict.fromkeys(_BREAKS, " "))


def stripped(text: str) -> str:
    """The text without outer white space, U+3000 and characters of no width included."""
    before = ""
    while text != before:
        before, text = text, text.strip().strip(_OUTER)
    return text


class Words(Field, frozen=True, kw_only=True):
    """What one line and several lines of text share."""

    max_length: Annotated[int, Meta(ge=1, le=100_000)] = 200
    min_length: Annotated[int, Meta(ge=0)] = 0
    placeholder: LocalText = ""

    group = "basic"
    operators: ClassVar[tuple[str, ...]] = ("contains", "eq", "ne", "starts", "in", "blank", "filled")
    searchable = True

    def problems(self) -> Iterable[Problem]:
        if self.min_length > self.max_length:
            yield Problem("field.limits_crossed", "min_length", {"title": self.title or self.key})

    def type(self) -> Type:
        return TEXT

    def shape(self) -> dict[str, Any]:
        return {"type": "string", "minLength": max(1, self.min_length), "maxLength": self.max_length}

    def columns(self) -> tuple[Column, ...]:
        return (Column(Stored.TEXT), Column(Stored.TEXT, "fold"))

    def to_columns(self, value: Any, zone: Any) -> tuple[Any, ...]:
        return (value, fold(value))

    def tidy(self, text: str) -> str:
        """The text as it is kept."""
        raise NotImplementedError

    def coerce(self, raw: Raw, desk: Desk) -> Any:
        text = plain(raw)  # no breaks, nothing without width, no white space but blanks: nothing to tidy
        if text is None:
            text = stripped(self.tidy(self.one_text(raw) or ""))
            if not text:
                return None
        if len(text) > self.max_length:
            raise self.refuse("field.too_long", most=self.max_length, count=len(text))
        if len(text) < self.min_length:
            raise self.refuse("field.too_short", least=self.min_length, count=len(text))
        return text


class Text(Words, frozen=True, kw_only=True, tag="text"):
    """One line of text; a line break becomes a space."""

    icon = "text-cursor-input"

    def tidy(self, text: str) -> str:
        return text.replace("\r\n", " ").translate(_TO_SPACE)

    def sample(self, random_source: random.Random) -> Raw:
        return random_source.choice(("季度补充", "A4 paper", "会议室", "第 3 批", "Second floor")).ljust(
            self.min_length, "。"
        )[: self.max_length]
