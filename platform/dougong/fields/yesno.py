"""Yes or no; blank is neither."""

import random
from typing import Any

from dougong.fields.base import Column, Desk, Field, Raw, Reader, Stored
from dougong.fields.wording import word
from dougong.formulas.kinds import BOOLEAN, Type

_YES = frozenset({"true", "1", "yes", "y", "on", "是", "对", "有", "√", "✓", "✔", "☑"})
_NO = frozenset({"false", "0", "no", "n", "off", "否", "错", "无", "×", "✗", "✘", "☐"})


class YesNo(Field, frozen=True, kw_only=True, tag="yesno"):
    """Yes or no."""

    group = "basic"
    icon = "toggle-right"
    operators = ("eq", "blank", "filled")

    def type(self) -> Type:
        return BOOLEAN

    def shape(self) -> dict[str, Any]:
        return {"type": "boolean"}

    def columns(self) -> tuple[Column, ...]:
        return (Column(Stored.BOOLEAN),)

    def coerce(self, raw: Raw, desk: Desk) -> Any:
        text = self.one_text(raw)
        if text is None:
            return None
        said = text.lower()
        if said in _YES or said in _NO:
            return said in _YES
        raise self.refuse("field.not_yes_or_no")

    def from_column(self, stored: Any) -> Any:
        return bool(stored)

    def to_raw(self, value: Any, desk: Desk) -> str | list[str]:
        return "true" if value else "false"

    def display(self, value: Any, reader: Reader) -> str:
        return word("field.yes" if value else "field.no", reader.language)

    def sample(self, random_source: random.Random) -> Raw:
        return random_source.choice((True, False))
