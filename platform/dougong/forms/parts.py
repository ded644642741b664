"""The slots a page is made of: one field, a heading, the totals of a sub-table; every text in the reader's language."""

from dataclasses import dataclass
from typing import ClassVar

from dougong.fields import Field
from dougong.forms.raw import digest


def _described_by(id: str, help: str, errors: tuple[str, ...]) -> str:
    return " ".join([f"e-{id}"] * bool(errors) + [f"h-{id}"] * bool(help))


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
    found: tuple[OptionSlot, ...] | None = None
    """What was looked up for it on a page without scripts; None where nothing was."""

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
        return _described_by(self.id, self.help, self.errors)

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
        return _described_by(self.id, self.help, self.errors)

    @property
    def digest(self) -> str:
        """A mark of what it shows."""
        return digest(self.title, self.help, self.shown, self.errors, self.optional, self.text)


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
    def id(self) -> str:
        """``f-lines-totals``."""
        return f"f-{self.name}"

    @property
    def digest(self) -> str:
        """A mark of what it shows."""
        return digest(self.totals)


AnySlot = Slot | Head | Foot
