"""Several lines of text."""

import random
import re
from typing import Annotated

from msgspec import Meta

from dougong.fields.base import Raw
from dougong.fields.text import Words

_BREAK = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")


class Paragraph(Words, frozen=True, kw_only=True, tag="paragraph"):
    """Several lines of text; line breaks are kept as ``\\n``. ``lines`` is the height of its box."""

    max_length: Annotated[int, Meta(ge=1, le=100_000)] = 10_000
    lines: Annotated[int, Meta(ge=2, le=40)] = 4

    icon = "align-left"
    operators = ("contains", "blank", "filled")
    sortable = False

    def tidy(self, text: str) -> str:
        return _BREAK.sub("\n", text)

    def sample(self, random_source: random.Random) -> Raw:
        text = random_source.choice(("用途说明。\n按月结算。", "For the new office.\nPlease deliver before noon."))
        return text.ljust(self.min_length, "。")[: self.max_length]
