"""What a form's template is given: frozen page objects, every text already in the reader's language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from dougong.forms.parts import AnySlot, Foot, Head, Slot

Mode = Literal["fill", "show"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSlots:
    """One row: ``index`` in the names of the page, ``position`` from 0, ``id`` of the stored row or ""."""

    index: int
    position: int
    row_id: str
    head: Head
    cells: tuple[Slot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSlots:
    """A sub-table: its heading, its columns' titles, its rows, and totals where it has some."""

    name: str
    head: Head
    columns: tuple[str, ...]
    rows: tuple[RowSlots, ...]
    foot: Foot | None
    editable: bool
    may_add: bool

    kind: ClassVar[str] = "table"


Part = Slot | TableSlots | Head


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionSlots:
    """A section: its heading (None for the fields before the first one) and what is in it."""

    head: Head | None
    parts: "tuple[Part | SectionSlots, ...]"

    kind: ClassVar[str] = "section"


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorLink:
    """One sentence of the error summary; ``href`` is empty where there is nothing to go to."""

    href: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage:
    """A form to draw."""

    title: str
    help: str
    mode: Mode
    language: str
    sections: tuple[SectionSlots, ...]
    errors: tuple[ErrorLink, ...]

    def slots(self) -> Iterator[AnySlot]:
        """Everything that has a wrapper ``slot-<name>`` of its own, in drawing order."""
        for section in self.sections:
            yield from _section_slots(section)

    def slot(self, name: str) -> AnySlot:
        """The slot of this name; raises KeyError."""
        for slot in self.slots():
            if slot.name == name:
                return slot
        raise KeyError(name)

    def changed(self, seen: Mapping[str, str]) -> tuple[AnySlot, ...]:
        """The slots that show something else than the page said (``posted_digests``); those it does not have are left
        out, for they come with their row."""
        return tuple(slot for slot in self.slots() if seen.get(slot.name, slot.digest) != slot.digest)


def _section_slots(section: SectionSlots) -> Iterator[AnySlot]:
    if section.head is not None:
        yield section.head
    for part in section.parts:
        if isinstance(part, SectionSlots):
            yield from _section_slots(part)
        elif isinstance(part, TableSlots):
            yield part.head
            for row in part.rows:
                yield row.head
                yield from row.cells
            if part.foot is not None:
                yield part.foot
        else:
            yield part
