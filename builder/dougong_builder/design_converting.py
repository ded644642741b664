"""Turning a field into another type: what it may become, and what it would lose."""

from dataclasses import dataclass

from dougong import words
from dougong.drafts import tree
from dougong.drafts.apply import apply
from dougong.drafts.labels import property_title
from dougong.drafts.operations import Convert
from dougong.errors import Conflict, Refused
from dougong.fields import TYPES, Node, type_title
from dougong.spec.model import App
from dougong_builder.design_library import COLUMNS

NEVER = frozenset({"section", "subtable", "note"})


@dataclass(frozen=True, slots=True)
class Conversion:
    """The type asked for; ``lost`` names what of the field the new type has no place for; ``refusal`` why it cannot be."""

    type: str
    title: str
    lost: tuple[str, ...]
    refusal: str = ""


def targets(node: Node, language: str) -> tuple[tuple[str, str], ...]:
    """The types a node may become: key and name."""
    if node.type_key() in NEVER:
        return ()
    return tuple(
        (each, type_title(each, language)) for each in TYPES if each in COLUMNS - NEVER and each != node.type_key()
    )


def conversion(app: App, place: str, type: str, language: str) -> Conversion | None:
    """What becoming ``type`` would mean; None for what is no type to become."""
    if type not in COLUMNS - NEVER:
        return None
    title = type_title(type, language)
    try:
        part = tree.at(app, tree.find(app, place))
        done = apply(app, Convert(node=place, type=type)).operation
    except Refused as refused:
        return Conversion(type, title, (), words.sentence(refused.problems[0], language))
    except Conflict as conflict:
        return Conversion(type, title, (), words.sentence(conflict, language))
    assert isinstance(done, Convert)
    lost = tuple(words.title(property_title(part, name), language) for name in done.lost)
    return Conversion(type, title, lost)
