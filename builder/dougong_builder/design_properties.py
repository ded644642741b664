"""The property panel: every property of the selected node that has words, in one order, each with its value and problems."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from msgspec import UNSET

from dougong import words
from dougong.drafts.labels import property_title
from dougong.drafts.members import alternatives, members, without_none
from dougong.errors import Problem
from dougong.fields import Field, Node, SubTable
from dougong.spec.diffing.naming import said
from dougong.spec.model import App, Form
from dougong_builder.design_canvas import place_of, within
from dougong_builder.trouble import Trouble
from dougong_builder.typed import slot

FORMULAS = frozenset({"default", "value", "show_if", "require_if", "readonly_if", "record_title"})
LONG = frozenset({"help"})
BLOCKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("", ("title", "help", "required", "options", "default")),
    ("design.block.format", (
        "show_as", "result", "decimals", "unit", "currency", "lines", "to", "search", "scope", "accept", "pattern", "reset",
        "gapless", "card_title", "placeholder", "width",
    )),
    ("design.block.limits", (
        "at_least", "at_most", "more_than", "less_than", "max_length", "min_length", "min_choices", "max_choices", "min_rows",
        "max_rows", "max_files", "max_mb", "unique",
    )),
    ("design.block.when", ("show_if", "value", "require_if", "readonly_if")),
    ("design.block.more", ("key",)),
)  # fmt: skip
RARE = frozenset({
    "more_than", "less_than", "min_length", "min_choices", "max_choices", "min_rows", "max_rows", "max_mb", "search", "scope",
    "gapless", "card_title", "placeholder", "unique", "require_if", "readonly_if", "key", "show_as", "lines", "reset", "value",
})  # fmt: skip
"""Shown at the level 常用 only where they say something."""
OTHER = {"zh-CN": "en", "en": "zh-CN"}


@dataclass(frozen=True, slots=True)
class Pick:
    """One value to choose."""

    value: str
    title: str
    on: bool


@dataclass(frozen=True, slots=True)
class OptionRow:
    """One option of a choice."""

    key: str
    place: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One property. ``kind``: words, yesno, number, pick, formula, names, text, options, key. ``other`` is a text in the
    other language; ``set`` says whether it differs from what is when nothing is said."""

    name: str
    label: str
    kind: str
    value: str = ""
    other: str = ""
    other_language: str = ""
    picks: tuple[Pick, ...] = ()
    options: tuple[OptionRow, ...] = ()
    long: bool = False
    rare: bool = False
    hint: str = ""
    faults: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Its id on the page, less the prefix."""
        return self.name.replace("_", "-")


@dataclass(frozen=True, slots=True)
class Block:
    """Properties under a heading; the first has none."""

    title: str
    rows: tuple[Row, ...]


def blocks_of(
    app: App,
    form: Form,
    at: str,
    part: Node | Form,
    language: str,
    problems: Sequence[Problem],
    trouble: Trouble | None,
) -> tuple[Block, ...]:
    """The properties of a node, or those the designer shows of the form itself (``at`` "")."""
    place = place_of(form.key, at) if at else f"forms.{form.key}"
    making = _Making(app, form, place, part, language, problems, trouble)
    wanted = members(type(part)) if at else ("title", "help")
    first, *others = BLOCKS
    computed = isinstance(part, Field) and part.computed_only  # its formula is what it is
    order = ((first[0], (*first[1], "value")), *others) if computed and "value" in wanted else BLOCKS
    told = []
    shown: set[str] = set()
    for title, names in order:
        told.append((title, [making.row(name) for name in names if name in wanted and name not in shown]))
        shown |= set(names)
    return tuple(Block(title, tuple(rows)) for title, rows in told if rows)


@dataclass(frozen=True, slots=True)
class _Making:
    app: App
    form: Form
    place: str
    part: Node | Form
    language: str
    problems: Sequence[Problem]
    trouble: Trouble | None

    def row(self, name: str) -> Row:
        label = words.title(property_title(self.part, name), self.language)
        kind, more = self._shown(name)
        hint = f"design.hint.{name}"
        rare = name in RARE and not (self._says(name) and name != "key")
        return Row(
            name=name, label=label, kind=kind, long=name in LONG, rare=rare, faults=self._faults(name),
            hint=words.say(hint, self.language) if hint in said() else "", **more,
        )  # fmt: skip

    def _says(self, name: str) -> bool:
        found = slot(self.part, name)
        return found is not None and found.now is not UNSET

    def _faults(self, name: str) -> tuple[str, ...]:
        whole = f"{self.place}.{name}"
        compiled = [
            words.sentence(each, self.language)
            for each in self.problems
            if each.at == whole or each.at.startswith((f"{whole}.", f"{whole}["))
        ]
        refused = self.trouble.problems_at(self.place, name) if self.trouble else ()
        return (*refused, *compiled)

    def _shown(self, name: str) -> tuple[str, dict[str, Any]]:
        found = slot(self.part, name)
        assert found is not None
        now = found.now if found.now is not UNSET else found.default
        typed = self.trouble.typed(self.place, name) if self.trouble else None
        if name == "options":
            return "options", {"options": self._options()}
        if found.is_text:
            return "words", self._words(name, now)
        kinds = found.kinds
        if kinds == (bool,):
            return "yesno", {"value": "true" if (typed[-1:] == ("true",) if typed is not None else now) else ""}
        value = typed[-1] if typed else _text(now)
        if name == "key":
            return "key", {"value": value}
        if picks := self._picks(name, found.type, value):
            return "pick", {"picks": picks, "value": value}
        if name in FORMULAS:
            return "formula", {"value": value}
        if any(get_origin(kind) is tuple for kind in kinds):
            return "names", {"value": value}
        return ("number" if int in [get_origin(kind) or kind for kind in kinds] else "text"), {"value": value}

    def _words(self, name: str, now: Any) -> dict[str, Any]:
        """The text in the reader's language, and in the other one where it is said."""
        other = OTHER[self.language]
        if isinstance(now, dict):
            mine, theirs = now.get(self.language, ""), now.get(other, "")
        else:
            mine, theirs = now or "", ""
        if self.trouble:
            mine = (self.trouble.typed(self.place, f"{name}.{self.language}") or (mine,))[-1]
            theirs = (self.trouble.typed(self.place, f"{name}.{other}") or (theirs,))[-1]
        return {"value": mine, "other": theirs, "other_language": other}

    def _options(self) -> tuple[OptionRow, ...]:
        several = getattr(self.part, "options", ())
        return tuple(
            OptionRow(each.key, f"{self.place}.options.{each.key}", words.title(each.title, self.language, each.key))
            for each in several
        )

    def _picks(self, name: str, kind: Any, value: str) -> tuple[Pick, ...]:
        literal = next((each for each in alternatives(without_none(kind)) if get_origin(each) is Literal), None)
        if literal is not None:
            return tuple(
                Pick(str(each), words.say(f"design.value.{name}.{str(each).replace('/', '_') or 'none'}", self.language),
                     str(each) == value)
                for each in get_args(literal)
            )  # fmt: skip
        if name == "to":
            return self._forms(value)
        if name == "card_title" and isinstance(self.part, SubTable):
            titled = [(each.key, words.title(each.title, self.language, each.key)) for each in self.part.fields]
            none = Pick("", words.say("design.value.card_title.none", self.language), not value)
            return (none, *(Pick(key, title, key == value) for key, title in titled))
        return ()

    def _forms(self, value: str) -> tuple[Pick, ...]:
        own = {
            f"{self.app.app.key}.{each.key}": words.title(each.title, self.language, each.key)
            for each in self.app.forms
        }
        known = own if value in own or not value else {value: value, **own}
        return tuple(Pick(ref, title, ref == value) for ref, title in known.items())


def _text(value: Any) -> str:
    if value is None or value is UNSET:
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(str(each) for each in value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def formula_names(form: Form, at: str, language: str) -> tuple[tuple[str, str], ...]:
    """What a formula of the node may name: key and title, first the columns beside it."""
    table = at.rpartition(".")[0]
    found: dict[str, str] = {}
    for node in within(form.fields):
        if isinstance(node, SubTable):
            columns: Mapping[str, str] = {
                (each.key if node.key == table else f"{node.key}.{each.key}"): words.title(
                    each.title, language, each.key
                )
                for each in node.fields
                if each.holds_value
            }
            found = {**columns, **found} if node.key == table else {**found, **columns}
        if node.holds_value:
            found[node.key] = words.title(node.title, language, node.key)
    return tuple(found.items())
