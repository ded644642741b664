"""Raw texts of a page as plain values of a property: the member's type says how each is read.

A text that is not what the type wants stays the text it is: the spec's own schema words what is wrong with it.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import NoneType
from typing import Any, Literal, get_args, get_origin

import msgspec
from msgspec import UNSET

from dougong.drafts.members import Member, alternatives, is_part, members, without_none
from dougong.words import LANGUAGES

TRUE = frozenset({"true", "1", "on", "yes"})
ALL = "*"
"""Among the values of a list that may be absent: all of them, so that the property itself is absent."""
Part = msgspec.Struct | type[msgspec.Struct]
"""A part, or the kind of one that is about to be made."""
_BETWEEN = re.compile(r"[\r\n,，、;；]+")


@dataclass(frozen=True, slots=True)
class Slot:
    """A property, perhaps inside another (``card.title``): its type, what it is when absent, what it is now (UNSET:
    absent), both as plain JSON."""

    name: str
    type: Any
    default: Any
    now: Any

    @property
    def kinds(self) -> tuple[Any, ...]:
        """The types it may be, None left out."""
        return tuple(kind for kind in alternatives(self.type) if kind is not NoneType)

    @property
    def is_text(self) -> bool:
        """Whether people read it, in one language or several."""
        return str in self.kinds and any(get_origin(kind) is dict for kind in self.kinds)


def slot(part: Part, name: str) -> Slot | None:
    """The property of a part; None when it has none of this name."""
    first, _, rest = name.partition(".")
    member = members(part if isinstance(part, type) else type(part)).get(first)
    if member is None:
        return None
    kind, default, now = member.type, member.default, UNSET if isinstance(part, type) else member.plain(part)
    while rest:
        inner = _inner(kind, rest)
        if inner is None:
            return None
        step, rest, kind, default = inner
        now = now.get(step, UNSET) if isinstance(now, dict) else UNSET
    return Slot(name, kind, default, now)


def _inner(kind: Any, rest: str) -> tuple[str, str, Any, Any] | None:
    """One step inside: its name, what is left of the way, its type and default. A free name may hold dots."""
    for each in alternatives(without_none(kind)):
        if is_part(each):
            step, _, more = rest.partition(".")
            member: Member | None = members(each).get(step)
            return (step, more, member.type, member.default) if member else None
        if get_origin(each) is dict and not (get_args(each)[1] is str and rest in LANGUAGES):
            inner = get_args(each)[1]
            step, _, more = rest.partition(".") if is_part(inner) else (rest, "", "")
            return step, more, inner, None  # a free name: left blank, it goes
    return None


def value_of(slot: Slot, raw: Sequence[str], by_language: Mapping[str, str], language: str) -> Any:
    """The plain value that was typed, UNSET where nothing was and nothing has to be. ``by_language`` are the texts that
    came for a language each; ``language`` is the one a text of no language is in where the property has several."""
    if slot.is_text:
        return _local(slot, raw, by_language, language)
    kinds = slot.kinds
    if any(get_origin(kind) is tuple for kind in kinds):
        return _several(slot, raw)
    text = raw[-1].replace("\r\n", "\n").strip() if raw else ""
    if kinds == (bool,):
        return text.lower() in TRUE
    if not text:
        return "" if slot.default is UNSET or slot.default == "" else UNSET
    return _one(kinds, text)


def _one(kinds: Sequence[Any], text: str) -> Any:
    """A number, an object, a word or text."""
    bare = [get_origin(kind) or kind for kind in kinds]
    if any(is_part(kind) or kind is dict for kind in bare):
        return _whom(text) if str in bare or Literal in bare else _object(text)
    if int in bare or float in bare:
        return _number(text, float in bare)
    return text


def _number(text: str, fraction: bool) -> Any:
    plain = text.replace(",", "").replace("，", "").replace(" ", "")
    if re.fullmatch(r"[+-]?[0-9]{1,15}", plain):
        return int(plain)
    return float(plain) if fraction and re.fullmatch(r"[+-]?[0-9]{1,9}\.[0-9]{1,6}", plain) else plain


def _object(text: str) -> Any:
    """An object written as JSON; other text as it is."""
    if text[:1] in "{[":
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def _whom(text: str) -> Any:
    """``everyone``, an object as JSON, or a way and a name: ``role:cfo``, ``people:a,b``, ``supervisor_of:submitter:2``."""
    if text[:1] == "{" or ":" not in text:
        return _object(text)
    way, _, name = text.partition(":")
    if way == "people":
        return {"people": [each.strip() for each in _BETWEEN.split(name) if each.strip()]}
    name, _, level = name.partition(":")
    return {way: name} | ({"level": _number(level, False)} if level else {})


def _several(slot: Slot, raw: Sequence[str]) -> Any:
    """A list: several values, or one with a line or a comma for each; JSON where it holds objects."""
    if len(raw) == 1 and raw[0].strip()[:1] in ("[", "{"):
        return _object(raw[0].strip())
    found = [each.strip() for text in raw for each in _BETWEEN.split(text) if each.strip()]
    if ALL in found:
        return UNSET
    return found


def _local(slot: Slot, raw: Sequence[str], by_language: Mapping[str, str], language: str) -> Any:
    """A text in one language or several: what came for a language replaces that one only."""
    now = slot.now if isinstance(slot.now, str | dict) else ""
    texts = {name: text.replace("\r\n", "\n").strip() for name, text in by_language.items() if name in LANGUAGES}
    if not texts:
        text = raw[-1].replace("\r\n", "\n").strip() if raw else ""
        if isinstance(now, str):
            return text
        texts = {language: text}
    before = {language: now} if isinstance(now, str) else dict(now)
    kept = {name: text for name, text in (before | texts).items() if text}
    ordered = {name: kept[name] for name in LANGUAGES if name in kept}
    if len(set(ordered.values())) == 1 and (len(ordered) == 1 or isinstance(now, str)):
        return next(iter(ordered.values()))
    return ordered or ""


def grouped(part: Part, given: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, list[str], dict[str, str]]]:
    """What came for a part, one property at a time: its name, its texts, its texts by language. ``title.en`` is a language
    of ``title``."""
    found: dict[str, tuple[list[str], dict[str, str]]] = {}
    for name, texts in given.items():
        outer, _, last = name.rpartition(".")
        whole = slot(part, outer) if last in LANGUAGES and outer else None
        if whole is not None and whole.is_text:
            found.setdefault(outer, ([], {}))[1][last] = texts[-1] if texts else ""
        else:
            found.setdefault(name, ([], {}))[0].extend(texts)
    for name, (raw, by_language) in found.items():
        yield name, raw, by_language


def typed(part: Part, name: str, raw: Sequence[str], by_language: Mapping[str, str], language: str) -> Any:
    """``value_of`` for a property by name; of one that there is not, the text (the operation then says so)."""
    found = slot(part, name)
    return value_of(found, raw, by_language, language) if found else "\n".join(raw)
