"""The few words field types say themselves, in the reader's language, from their own catalogue file."""

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any

from dougong.fields.base import LocalText


def in_language(text: LocalText, language: str, fallback: str = "") -> str:
    """A text people wrote, in ``language`` where they wrote it so, else in any language, else ``fallback``."""
    if isinstance(text, str):
        return text or fallback
    return text.get(language) or next((each for each in text.values() if each), fallback)


def every_wording(text: LocalText) -> tuple[str, ...]:
    """The text in all the languages it was written in."""
    return (text,) if isinstance(text, str) else tuple(text.values())


def listed(parts: Iterable[str], language: str) -> str:
    """Several names as one text: joined by ``、`` or a comma."""
    return (", " if language == "en" else "、").join(parts)


def word(key: str, language: str) -> str:
    """A fixed word of the catalogue file ``fields.toml``; raises KeyError for a key that is not there."""
    entry = _catalogue()[key]
    return str(entry["en" if language == "en" else "zh"])


def type_title(type_key: str, language: str) -> str:
    """The name of a field type, such as 金额 / Money."""
    return word(f"field.type.{type_key}", language)


def type_help(type_key: str, language: str) -> str:
    """One line on what a field type is for."""
    return word(f"field.type.{type_key}.help", language)


def option_title(option: str, language: str) -> str:
    """The name of an option of a field type, such as 小数位数 / Decimals."""
    return word(f"field.option.{option}", language)


def group_title(group: str, language: str) -> str:
    """The name of a group of the field library."""
    return word(f"field.group.{group}", language)


@cache
def _catalogue() -> dict[str, Any]:
    # Words stand above this room, so its catalogue is read as data here, not through the room.
    path = resources.files("dougong") / "words" / "catalogue" / "fields.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
