"""The catalogue of sentences: every ``catalogue/*.toml`` read once, each entry in both languages."""

import logging
import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

LANGUAGES = ("zh-CN", "en")
"""The languages people read, the first being the one written first."""

STRICT = bool(os.environ.get("DOUGONG_STRICT"))
"""Whether an unknown key or a missing parameter raises KeyError; otherwise it is logged and shown as it stands."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """One sentence in both languages; ``en_one`` is the English for exactly one, where it differs."""

    zh: str
    en: str
    en_one: str = ""
    remedy: "Entry | None" = None

    def text(self, language: str, one: bool) -> str:
        """The sentence for a language, in the singular when ``one``."""
        if language == "en":
            return self.en_one if one and self.en_one else self.en
        return self.zh


def parse(text: str, source: str) -> dict[str, Entry]:
    """The entries of one catalogue file; raises ValueError naming the entry that has not both languages."""
    return {key: _entry(table, f"{source}: {key}") for key, table in tomllib.loads(text).items()}


def _entry(table: Any, place: str) -> Entry:
    parts = {"zh", "en", "en_one", "remedy"}
    if not isinstance(table, dict) or not table.get("zh") or not table.get("en") or set(table) - parts:
        raise ValueError(f"{place} needs zh and en, and knows only {', '.join(sorted(parts))}")
    remedy = _entry(table["remedy"], f"{place}.remedy") if "remedy" in table else None
    return Entry(table["zh"], table["en"], table.get("en_one", ""), remedy)


def files() -> Iterator[tuple[str, str]]:
    """Name and text of every catalogue file, in order of name."""
    folder = resources.files("dougong.words") / "catalogue"
    for path in sorted(folder.iterdir(), key=lambda each: each.name):
        if path.name.endswith(".toml"):
            yield path.name, path.read_text(encoding="utf-8")


@cache
def known() -> dict[str, Entry]:
    """All entries by key; raises ValueError when two files hold the same key."""
    found: dict[str, Entry] = {}
    for name, text in files():
        part = parse(text, name)
        if twice := found.keys() & part.keys():
            raise ValueError(f"{name}: already said elsewhere: {', '.join(sorted(twice))}")
        found |= part
    return found


def keys() -> frozenset[str]:
    """Every key there is a sentence for."""
    return frozenset(known())


def lookup(key: str) -> Entry | None:
    """The entry of a key; when there is none, KeyError where strict, else None."""
    found = known().get(key)
    if found is None:
        missing(key)
    return found


def missing(what: str) -> None:
    """Complain about a key or parameter that is not there."""
    if STRICT:
        raise KeyError(what)
    _log.error("no words for %s", what)
