"""The cards of the canvas: every node of a form as it is shown on paper, in order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dougong import words
from dougong.errors import Problem
from dougong.fields import Field, Node, Section, SubTable, children, type_title
from dougong.fields.base import LocalText
from dougong.spec.model import Form

SHOWN = 4
"""How many options a card shows."""
DRAWN = {
    "paragraph": "area", "choice": "one", "choices": "several", "yesno": "toggle", "file": "drop", "formula": "computed",
    "serial": "computed", "note": "text", "section": "none", "subtable": "none", "date": "picked", "datetime": "picked",
    "person": "picked", "department": "picked", "reference": "picked",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A node on the canvas. ``at`` names it in addresses (``total``, ``lines.price``), ``id`` in the page; ``drawn`` says how
    its control looks; ``holds`` whether other cards lie in it: ``cards``."""

    at: str
    id: str
    place: str
    parent: str
    type: str
    type_title: str
    icon: str
    key: str
    title: str
    help: str
    required: bool
    width: str
    drawn: str
    text: str
    options: tuple[str, ...]
    more: int
    marks: tuple[str, ...]
    faults: int
    holds: bool
    cards: tuple["Card", ...]


def place_of(form: str, at: str) -> str:
    """The place of a node in the spec from its name in addresses."""
    return f"forms.{form}.fields.{at}"


def at_of(form: str, place: str) -> str:
    """The name of the node at or around a place, "" for one outside the form's fields; an option's is that of its field."""
    head = f"forms.{form}.fields."
    if not place.startswith(head):
        return ""
    return place.removeprefix(head).partition("[")[0]


def node_at(form: Form, at: str) -> Node | None:
    """The node with this name."""
    table, _, column = at.rpartition(".")
    for node in within(form.fields):
        if not table and node.key == column:
            return node
        if table and isinstance(node, SubTable) and node.key == table:
            return next((each for each in node.fields if each.key == column), None)
    return None


def within(nodes: Iterable[Node]) -> Iterable[Node]:
    """All nodes, those in sections after them; columns of sub-tables left out."""
    for node in nodes:
        yield node
        if isinstance(node, Section):
            yield from within(node.fields)


def owner_of(form: Form, place: str) -> str:
    """The name of the node that a place is about: itself, or the one whose property or option it is."""
    at = at_of(form.key, place)
    first, _, rest = at.partition(".")
    node = node_at(form, first)
    if isinstance(node, SubTable) and rest:
        column = rest.partition(".")[0]
        return f"{first}.{column}" if node_at(form, f"{first}.{column}") else first
    return first


def counted(form: Form, problems: Iterable[Problem]) -> Mapping[str, int]:
    """How many problems each node has."""
    found: dict[str, int] = {}
    for problem in problems:
        if at := owner_of(form, problem.at):
            found[at] = found.get(at, 0) + 1
    return found


def cards_of(form: Form, language: str, faults: Mapping[str, int]) -> tuple[Card, ...]:
    """The cards of a form."""
    root = f"forms.{form.key}.fields"
    return tuple(card_of(root, root, node, language, faults) for node in form.fields)


def card_of(root: str, parent: str, node: Node, language: str, faults: Mapping[str, int], table: str = "") -> Card:
    """The card of a node with those in it; ``root`` is the place of the list that gives its keys."""
    at = f"{table}.{node.key}" if table else node.key
    place = f"{root}.{node.key}"
    inner = place if isinstance(node, SubTable) else root
    several = getattr(node, "options", ())
    return Card(
        at=at, id=at.replace(".", "-"), place=place, parent=parent, type=node.type_key(),
        type_title=type_title(node.type_key(), language), icon=node.icon, key=node.key,
        title=words.title(node.title, language, node.key), help=words.title(node.help, language),
        required=isinstance(node, Field) and node.required, width=getattr(node, "width", "1/1"),
        drawn=DRAWN.get(node.type_key(), "line"), text=_text(node, language),
        options=tuple(words.title(option.title, language, option.key) for option in several[:SHOWN]),
        more=max(0, len(several) - SHOWN), marks=_marks(node), faults=faults.get(at, 0),
        holds=isinstance(node, Section | SubTable),
        cards=tuple(
            card_of(inner, place, each, language, faults, node.key if isinstance(node, SubTable) else "")
            for each in children(node)
        ),
    )  # fmt: skip


def _text(node: Node, language: str) -> str:
    """What stands in the drawn control: placeholder, unit, pattern."""
    for name in ("placeholder", "unit", "currency", "pattern"):
        text: LocalText = getattr(node, name, "")
        if text:
            return words.title(text, language)
    return ""


def _marks(node: Any) -> tuple[str, ...]:
    """What else is worth knowing at a glance, as catalogue keys."""
    told = (
        ("show_if", "design.mark.shown_when"), ("require_if", "design.mark.required_when"),
        ("readonly_if", "design.mark.readonly_when"), ("value", "design.mark.computed"), ("unique", "design.mark.unique"),
    )  # fmt: skip
    return tuple(
        word for name, word in told if getattr(node, name, "") and not (name == "value" and node.computed_only)
    )


def flat(cards: Iterable[Card]) -> Iterable[Card]:
    """Cards in reading order, with those inside."""
    for card in cards:
        yield card
        yield from flat(card.cards)
