"""The inputs of the builder's plain forms: each knows its name, its value (as typed, or as the draft has it), its faults."""

import typing
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from dougong import words
from dougong.drafts.members import alternatives, members
from dougong.fields.base import LocalText
from dougong_builder.faults import Faults, Said
from dougong_builder.whereabouts import anchor

Typed = Mapping[str, Sequence[str]]
"""What a form that was refused held: name → values."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that can be chosen; ``hint`` stands beside it in smaller letters."""

    value: str
    title: str
    on: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One input. ``kind``: line, text (several lines), formula, number, words and sentences (one per language), pick,
    radios, yesno, many (check boxes). ``english`` is the second text of words; ``example`` what a blank one shows."""

    kind: str
    name: str
    id: str
    label: str
    value: str = ""
    english: str = ""
    choices: tuple[Choice, ...] = ()
    hint: str = ""
    example: str = ""
    faults: tuple[Said, ...] = ()

    @property
    def on(self) -> bool:
        """Whether a yes or no is yes."""
        return self.value == "true"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form about the part at ``place``: ``typed`` is what it held when it was refused, ``language`` the reader's,
    ``own`` the app's. Properties may reach inside: ``number.pattern``, ``fields.total``."""

    place: str
    part: msgspec.Struct
    language: str
    faults: Faults
    own: str = "zh-CN"
    typed: Typed | None = None

    def line(
        self,
        prop: str,
        kind: str = "line",
        label: str = "",
        hint: str = "",
        example: str = "",
        value: str | None = None,
    ) -> Entry:
        """A text as it is written: line, text, formula or number; ``value`` is shown where the part has none itself."""
        held = self._held(prop)
        own = "" if held is None else str(held) if value is None else value
        return self._entry(kind, prop, label, value=self._said(f"p.{prop}", own), hint=hint, example=example)

    def words(self, prop: str, kind: str = "words", label: str = "", hint: str = "") -> Entry:
        """A text people read, in both languages."""
        text: LocalText = self._held(prop) or ""
        both = {self.own: text} if isinstance(text, str) else text
        zh, en = (self._said(f"p.{prop}.{each}", both.get(each, "")) for each in words.LANGUAGES)
        return self._entry(kind, prop, label, value=zh, english=en, hint=hint)

    def pick(
        self, prop: str, choices: Iterable[tuple[str, str]] = (), kind: str = "pick", label: str = "", hint: str = ""
    ) -> Entry:
        """One of several: ``choices`` are pairs of value and title, those that the property's type allows when none are
        given. A value that is none of them stays one that can be kept."""
        held = self._said(f"p.{prop}", str(self._held(prop) or ""))
        listed = list(choices) or self._allowed(prop)
        if held not in (value for value, _ in listed):
            listed.append((held, held))
        made = tuple(Choice(value, title, value == held) for value, title in listed)
        return self._entry(kind, prop, label, value=held, choices=made, hint=hint)

    def yesno(self, prop: str, label: str = "", hint: str = "") -> Entry:
        """A check box."""
        on = bool(self._held(prop))
        if self.typed is not None:
            on = f"p.{prop}" in self.typed
        return self._entry("yesno", prop, label, value="true" if on else "", hint=hint)

    def key(self) -> Entry:
        """The part's key: another one renames it, and rewrites what names it."""
        own = str(getattr(self.part, "key", ""))
        return self._entry(
            "line", "key", "", value=self._said("p.key", own), hint=words.say("parts.key_hint", self.language)
        )

    def many(
        self, prop: str, choices: Iterable[tuple[str, str]] = (), label: str = "", hint: str = ""
    ) -> Entry:  # fmt: skip
        """Any of several, as check boxes; a value that is none of them stays one that can be kept."""
        held = [str(each) for each in self._held(prop) or ()]
        if self.typed is not None:
            held = list(self.typed.get(f"p.{prop}", ()))
        listed = list(choices) or self._allowed(prop)
        listed += [(each, each) for each in held if each not in (value for value, _ in listed)]
        made = tuple(Choice(value, title, value in held) for value, title in listed)
        return self._entry("many", prop, label, choices=made, hint=hint)

    def _entry(self, kind: str, prop: str, label: str, **more: Any) -> Entry:
        place = f"{self.place}.{prop}"
        label = label or words.say(f"change.property.{prop}", self.language)
        return Entry(
            kind=kind, name=f"p.{prop}", id=anchor(place), label=label, faults=self.faults.at(place), **more
        )  # fmt: skip

    def _said(self, name: str, own: str) -> str:
        """What was typed, else what the draft has."""
        if self.typed is None or name not in self.typed:
            return own
        return self.typed[name][-1]

    def _held(self, prop: str) -> Any:
        here: Any = self.part
        for name in prop.split("."):
            if here is None:
                return None
            here = here.get(name) if isinstance(here, dict) else getattr(here, name)
        return here

    def _allowed(self, prop: str) -> list[tuple[str, str]]:
        """The values that the property's type allows, with what they are called."""
        kind: Any = type(self.part)
        for name in prop.split("."):
            member = members(kind)[name]
            kind = next((each for each in alternatives(member.type) if hasattr(each, "__struct_fields__")), None)
        holder = member.item if member.holds == "names" else member.type
        values = [each for each in typing.get_args(holder) if isinstance(each, str)]
        return [(each, value_title(prop, each, self.language)) for each in values]


def value_title(prop: str, value: str, language: str) -> str:
    """What a value of a property is called."""
    return words.say(f"change.value.{prop.rpartition('.')[2]}.{value}", language)
