"""Several of several options."""

import random
import re
from collections.abc import Iterable
from typing import Annotated, Any

from msgspec import Meta

from dougong.errors import Problem
from dougong.fields.base import Column, Desk, Raw, Reader, Stored
from dougong.fields.choice import Optional
from dougong.fields.wording import listed
from dougong.formulas.kinds import EXACT_TEXT, Type, list_of

_BETWEEN = re.compile(r"[;；,，、\r\n]+")


class Choices(Optional, frozen=True, kw_only=True, tag="choices"):
    """Several of its options, kept in the order of the options, each once."""

    min_choices: Annotated[int, Meta(ge=0)] = 0
    max_choices: Annotated[int, Meta(ge=1)] | None = None

    icon = "square-check"
    operators = ("contains", "in", "blank", "filled")
    sortable = False
    multiple = True

    def problems(self) -> Iterable[Problem]:
        yield from super().problems()
        if self.max_choices is not None and self.min_choices > self.max_choices:
            yield Problem("field.limits_crossed", "max_choices", {"title": self.title or self.key})

    def type(self) -> Type:
        return list_of(EXACT_TEXT)

    def shape(self) -> dict[str, Any]:
        most = {} if self.max_choices is None else {"maxItems": self.max_choices}
        items = {"type": "string", "enum": self.keys()}
        return {"type": "array", "items": items, "uniqueItems": True, "minItems": max(1, self.min_choices), **most}

    def columns(self) -> tuple[Column, ...]:
        return (Column(Stored.KEYS),)

    def to_columns(self, value: Any, zone: Any) -> tuple[Any, ...]:
        return (f",{','.join(value)},",)

    def from_column(self, stored: Any) -> Any:
        return tuple(key for key in stored.split(",") if key)

    def coerce(self, raw: Raw, desk: Desk) -> Any:
        picked = {self.chosen(text) for text in self._texts(raw)}
        if not picked:
            return None
        if len(picked) < self.min_choices:
            raise self.refuse("field.too_few_choices", least=self.min_choices)
        if self.max_choices is not None and len(picked) > self.max_choices:
            raise self.refuse("field.too_many_choices", most=self.max_choices)
        return tuple(key for key in self.keys() if key in picked)

    def _texts(self, raw: Raw) -> list[str]:
        if isinstance(raw, list | tuple):
            if len(raw) > 10_000:
                raise self.refuse("field.too_many_choices", most=self.max_choices or len(self.options))
            return [text for each in raw if (text := self.one_text(each))]
        text = self.one_text(raw)
        if text is None:
            return []
        if len(text) <= 1000 and self.find(text) is not None:  # a title may hold a comma itself
            return [text]
        return [part.strip() for part in _BETWEEN.split(text) if part.strip()]

    def to_json(self, value: Any, desk: Desk) -> Any:
        return list(value)

    def to_raw(self, value: Any, desk: Desk) -> str | list[str]:
        return list(value)

    def display(self, value: Any, reader: Reader) -> str:
        return listed((self.option_title(key, reader.language) for key in value), reader.language)

    def sample(self, random_source: random.Random) -> Raw:
        if not self.options:
            return None
        most = min(self.max_choices or 3, len(self.options))
        return random_source.sample(self.keys(), random_source.randint(min(max(1, self.min_choices), most), most))
