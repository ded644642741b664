"""One of several options."""

import random
from collections.abc import Iterable
from functools import cached_property
from typing import Annotated, Any, Literal

from msgspec import Meta

from dougong.errors import Problem
from dougong.fields.base import Column, Desk, Field, Option, Raw, Reader, Stored, plain
from dougong.fields.wording import every_wording, in_language
from dougong.formulas.fold import fold
from dougong.formulas.kinds import EXACT_TEXT, Type


class Optional(Field, frozen=True, kw_only=True, dict=True):
    """What one choice and several share: options, each known by its key or by its title in any language."""

    options: Annotated[tuple[Option, ...], Meta(max_length=2000)] = ()

    group = "choice"

    def problems(self) -> Iterable[Problem]:
        if not self.options:
            yield Problem("field.no_options", "options", {"title": self.title or self.key})
        seen: set[str] = set()
        for index, option in enumerate(self.options):
            if option.key in seen:
                yield Problem("field.option_twice", f"options[{index}].key", {"option": option.key})
            seen.add(option.key)

    def keys(self) -> list[str]:
        """The keys of its options, in order."""
        return [option.key for option in self.options]

    def option(self, key: str) -> Option | None:
        """The option with this key."""
        return next((option for option in self.options if option.key == key), None)

    def option_title(self, key: str, language: str) -> str:
        """The title of an option, or its key where it has none or is gone."""
        option = self.option(key)
        return in_language(option.title, language, key) if option else key

    def find(self, text: str) -> str | None:
        """The key meant by a key, a title or an earlier key; None when there is none, or two."""
        keys, titled, was = self._meanings
        if text in keys:
            return text
        found = titled.get(fold(text)) or was.get(text, ())
        return found[0] if len(found) == 1 else None

    @cached_property
    def _meanings(self) -> tuple[frozenset[str], dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
        """The keys; folded title → the keys it means; earlier key → the keys it means."""
        titled: dict[str, dict[str, None]] = {}
        was: dict[str, dict[str, None]] = {}
        for option in self.options:
            for title in every_wording(option.title):
                if title:
                    titled.setdefault(fold(title), {})[option.key] = None
            for earlier in option.was:
                was.setdefault(earlier, {})[option.key] = None
        keys = frozenset(option.key for option in self.options)
        return keys, {k: tuple(v) for k, v in titled.items()}, {k: tuple(v) for k, v in was.items()}

    def chosen(self, text: str) -> str:
        """The key meant by a text; raises Invalid."""
        if len(text) <= 1000 and (key := self.find(text)) is not None:
            return key
        raise self.refuse("field.not_an_option", given=text[:60])


class Choice(Optional, frozen=True, kw_only=True, tag="choice"):
    """One of several options. ``show_as`` overrides how it is drawn."""

    show_as: Literal["", "radios", "select"] = ""

    icon = "circle-dot"
    operators = ("in", "eq", "ne", "blank", "filled")

    def type(self) -> Type:
        return EXACT_TEXT

    def shape(self) -> dict[str, Any]:
        return {"type": "string", "enum": self.keys()}

    def columns(self) -> tuple[Column, ...]:
        return (Column(Stored.KEY),)

    def coerce(self, raw: Raw, desk: Desk) -> Any:
        text = plain(raw) or self.one_text(raw)
        return None if text is None else self.chosen(text)

    def display(self, value: Any, reader: Reader) -> str:
        return self.option_title(value, reader.language)

    def sample(self, random_source: random.Random) -> Raw:
        return random_source.choice(self.keys()) if self.options else None
