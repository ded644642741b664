"""The field library: every type in its group, and where a new field of it goes from what is selected."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from dougong.drafts.members import kinds_of, members
from dougong.fields import TYPES, Section, SubTable, group_title, type_help, type_title
from dougong.spec.model import Form
from dougong_builder.design_canvas import node_at, place_of, within

HOLDERS = ("section", "subtable")
KEYS = {"number": "quantity"}
"""The keys that new fields begin with where the type itself is the name of something else."""
COLUMNS = frozenset(kinds_of(members(SubTable)["fields"]))
"""The types that may stand in a sub-table."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of the library; ``do`` adds one behind what is selected."""

    type: str
    key: str
    title: str
    help: str
    icon: str
    in_table: bool
    do: str
    sought: str


@dataclass(frozen=True, slots=True)
class Group:
    """Types that belong together."""

    title: str
    kinds: tuple[Kind, ...]


def library(form: Form, at: str, language: str) -> tuple[Group, ...]:
    """The groups in the order of the types."""
    found: dict[str, list[Kind]] = {}
    for type, kind in TYPES.items():
        found.setdefault(kind.group, []).append(_kind(form, at, type, kind.icon, language))
    return tuple(Group(group_title(group, language), tuple(kinds)) for group, kinds in found.items())


def _kind(form: Form, at: str, type: str, icon: str, language: str) -> Kind:
    title = type_title(type, language)
    parent, after = goes(form, at, type)
    said = [("op", "add"), ("type", type), ("title", title), ("key", KEYS.get(type, type)), ("parent", parent)]
    said += [("after", after)] if after is not None else []
    sought = " ".join(
        (title, type_title(type, "zh-CN"), type_title(type, "en"), type, type_help(type, language))
    ).lower()
    return Kind(
        type, KEYS.get(type, type), title, type_help(type, language), icon, type in COLUMNS, urlencode(said), sought
    )


def goes(form: Form, at: str, type: str) -> tuple[str, str | None]:
    """The list and neighbour of a new node: inside what is selected when it holds others, else behind it, else behind what
    is around it; last when nothing is selected."""
    root = f"forms.{form.key}.fields"
    node = node_at(form, at) if at else None
    if node is None:
        return root, None
    if isinstance(node, Section | SubTable) and _takes(node, type):
        return place_of(form.key, at), None
    return next(
        ((place, after) for place, after, takes in _around(form, at) if takes is None or _takes(takes, type)),
        (root, None),
    )


def _takes(holder: Section | SubTable, type: str) -> bool:
    return type in COLUMNS if isinstance(holder, SubTable) else type != "section"


def _around(form: Form, at: str) -> Iterator[tuple[str, str, Section | SubTable | None]]:
    """The lists around a node from within, each with the key to go behind and who holds it (None: the form)."""
    table, _, key = at.rpartition(".")
    if table:
        holder = node_at(form, table)
        assert isinstance(holder, SubTable)
        yield place_of(form.key, table), key, holder
        key = table
    while True:
        section = next(
            (
                each
                for each in within(form.fields)
                if isinstance(each, Section) and key in [one.key for one in each.fields]
            ),
            None,
        )
        if section is None:
            break
        yield place_of(form.key, section.key), key, section
        key = section.key
    yield f"forms.{form.key}.fields", key, None
