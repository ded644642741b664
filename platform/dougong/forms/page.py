"""What a form's template is given: frozen page objects, every text already in the reader's language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from dougong.fields import Field
from dougong.forms.raw import digest

Mode = Literal["fill", "show"]


@dataclass(frozen=True, slots=True)
class OptionSlot:
    """One option as drawn."""

    key: str
    title: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class FileSlot:
    """One file as drawn; ``size`` in words, ``url`` empty where it cannot be opened."""

    id: str
    name: str
    size: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One field in its place. ``id`` is its input's, ``slot-<name>`` its wrapper's."""

    kind: ClassVar[str] = "field"
    name: str
    path: str
    type: str
    spec: Field
    title: str
    help: str = ""
    raws: tuple[str, ...] = ()
    text: str = ""
    editable: bool = True
    required: bool = False
    readonly: bool = False
    shown: bool = True
    in_row: bool = False
    errors: tuple[str, ...] = ()
    layout: str = ""
    options: tuple[OptionSlot, ...] = ()
    files: tuple[FileSlot, ...] = ()
    label: str = ""
    unit: str = ""
    placeholder: str = ""
    suggest_url: str = ""
    upload_url: str = ""

    @property
    def id(self) -> str:
        """``f-lines-0-item``."""
        return f"f-{self.name}"

    @property
    def raw(self) -> str:
        """The text in its input."""
        return self.raws[0] if self.raws else ""

    @property
    def optional(self) -> bool:
        """Whether "(optional)" stands behind its title."""
        return self.inputs and not self.required

    @property
    def inputs(self) -> bool:
        """Whether it is drawn with inputs a person can use."""
        return self.editable and not self.readonly

    @property
    def grouped(self) -> bool:
        """Whether it is several inputs under one legend."""
        return self.inputs and self.layout in ("radios", "grid")

    @property
    def described_by(self) -> str:
        """The ids of its help and error, for ``aria-describedby``."""
        ids = ((bool(self.errors), f"e-{self.id}"), (bool(self.help), f"h-{self.id}"))
        return " ".join(id for there, id in ids if there)

    @property
    def template(self) -> str:
        """The template that draws its type."""
        return f"fields/{self.type}.html"

    @property
    def width(self) -> str:
        """``1-1``, ``1-2`` or ``1-3``."""
        return self.spec.width.replace("/", "-")

    @property
    def digest(self) -> str:
        """A mark of what it shows beside what the person typed."""
        typed = () if self.inputs else (self.text, self.raws)
        options = [option.key for option in self.options]
        return digest(self.title, self.help, self.shown, self.required, self.inputs, self.errors, options, typed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A slot without inputs: ``kind`` is section, note, table or row. ``text`` names a row on a phone."""

    kind: str
    name: str
    title: str = ""
    help: str = ""
    shown: bool = True
    errors: tuple[str, ...] = ()
    optional: bool = False
    text: str = ""
    path: str = ""
    depth: int = 0

    @property
    def id(self) -> str:
        """``f-lines``."""
        return f"f-{self.name}"

    @property
    def described_by(self) -> str:
        """The ids of its help and error."""
        ids = ((bool(self.errors), f"e-{self.id}"), (bool(self.help), f"h-{self.id}"))
        return " ".join(id for there, id in ids if there)

    @property
    def digest(self) -> str:
        """A mark of what it shows."""
        return digest(self.title, self.help, self.shown, self.errors, self.optional, self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSlots:
    """One row: ``index`` in the names of the page, ``position`` from 0, ``id`` of the stored row or ""."""

    index: int
    position: int
    row_id: str
    head: Head
    cells: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of one column, under it; blank where a column has none."""

    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Foot:
    """The totals of a sub-table, one per column, as a slot named ``lines-totals``."""

    name: str
    totals: tuple[Total, ...]
    shown: bool = True
    path: str = ""

    kind: ClassVar[str] = "foot"

    @property
    def digest(self) -> str:
        """A mark of what it shows."""
        return digest(self.totals)


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
AnySlot = Slot | Head | Foot


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
