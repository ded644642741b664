"""Saying things: a key and its parameters, or a problem, as a sentence in a language."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from dougong.fields.base import LocalText
from dougong.words import formats
from dougong.words.entries import Entry, lookup, missing

_PLACE = re.compile(r"\{\{|\}\}|\{(\w+)\}")


class Coded(Protocol):
    """Anything with a code and the parameters of its sentence: a Problem, an error, an Invalid."""

    @property
    def code(self) -> str: ...

    @property
    def params(self) -> Mapping[str, Any]: ...


def say(key: str, language: str, /, **params: Any) -> str:
    """The sentence of ``key``. A parameter that is a text per language is shown in ``language``, several are listed,
    and English takes its singular when ``n`` or ``count`` is 1. An unknown key is shown as it stands (see STRICT)."""
    entry = lookup(key)
    return key if entry is None else _fill(entry, language, params)


def sentence(problem: Coded, language: str) -> str:
    """What is wrong, as a sentence."""
    return say(problem.code, language, **problem.params)


def remedy(problem: Coded, language: str) -> str | None:
    """How to mend it, where the catalogue knows."""
    entry = lookup(problem.code)
    return _fill(entry.remedy, language, problem.params) if entry and entry.remedy else None


def title(text: LocalText, language: str, fallback: str = "") -> str:
    """A text people wrote, in ``language`` where they wrote it so, else in any language, else ``fallback``."""
    if isinstance(text, str):
        return text or fallback
    return text.get(language) or next((each for each in text.values() if each), fallback)


def _fill(entry: Entry, language: str, params: Mapping[str, Any]) -> str:
    one = params.get("n", params.get("count")) == 1

    def put(match: re.Match[str]) -> str:
        name = match[1]
        if name is None:
            return match[0][0]
        if name not in params:
            missing(f"{{{name}}} in {entry.en!r}")
            return match[0]
        return shown(params[name], language)

    return _PLACE.sub(put, entry.text(language, one))


def shown(value: Any, language: str) -> str:
    """A parameter as it stands in a sentence."""
    if isinstance(value, Mapping):
        return title(dict(value), language)
    if isinstance(value, list | tuple | set | frozenset):
        ordered = sorted(value) if isinstance(value, set | frozenset) else value
        return ("、" if language != "en" else ", ").join(shown(each, language) for each in ordered)
    if isinstance(value, Decimal | float):
        return formats.number(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return formats.day(value)
    return "" if value is None else str(value)
