"""What a page is made from: a record as typed and as understood, what the rules say of it, and who looks."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from dougong.errors import Problem
from dougong.fields import Field, Node, children
from dougong.forms.bind import RawRecord
from dougong.spec.compiled import CompiledForm


@dataclass(frozen=True, slots=True)
class Rights:
    """Top-level keys this person may read and set here; None: all of them."""

    read: AbstractSet[str] | None = None
    edit: AbstractSet[str] | None = None

    def may_read(self, path: str) -> bool:
        """Whether the field, or the sub-table it is in, is shown at all."""
        return self.read is None or path.partition(".")[0] in self.read

    def may_edit(self, path: str) -> bool:
        """Whether it is drawn as an input."""
        return self.edit is None or path.partition(".")[0] in self.edit


@dataclass(frozen=True, slots=True)
class FormState:
    """A record on its way to the page. Places are ``total``, ``lines[0].item``, and the keys of sections and notes.

    ``raw`` is what was typed (empty on a fresh page); ``values`` the canonical values after the rules, sub-tables as
    lists of rows; ``shown``, ``required``, ``readonly`` are places; ``problems`` stand at places.
    """

    raw: RawRecord
    values: Mapping[str, Any]
    shown: AbstractSet[str]
    required: AbstractSet[str] = frozenset()
    readonly: AbstractSet[str] = frozenset()
    problems: Sequence[Problem] = ()
    rights: Rights = field(default_factory=Rights)


def _nowhere(_: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a form's inputs find things: options of a picker and uploads by field path, a file by its id."""

    suggest: Callable[[str], str] = _nowhere
    upload: Callable[[str], str] = _nowhere
    file: Callable[[str], str] = _nowhere


def shown_places(
    form: CompiledForm, raw: RawRecord, values: Mapping[str, Any], hidden: AbstractSet[str] = frozenset()
) -> frozenset[str]:
    """Every place of a form with these rows, less the hidden ones: what ``FormState.shown`` wants where only the hidden
    places are known."""
    found = {*form.fields, *_layout(form.tree())}
    for table, columns in form.rows.items():
        count = max(len(raw.get(table) or ()), len(values.get(table) or ()))
        found |= {f"{table}[{index}].{key}" for index in range(count) for key in columns}
    return frozenset(found - hidden)


def _layout(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        if not isinstance(node, Field):
            yield node.key
            yield from _layout(children(node))
