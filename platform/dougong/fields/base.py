"""What every field type is: a frozen object of the spec that also knows how its values look, arrive and are kept."""

import enum
import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import msgspec

from dougong.errors import Problem
from dougong.fields.desk import Department, Desk, FileRef, Person, Reader, RecordRef
from dougong.formulas.kinds import Type

__all__ = [
    "Column",
    "Department",
    "Desk",
    "Field",
    "FileRef",
    "Invalid",
    "LocalText",
    "Node",
    "Option",
    "Person",
    "Raw",
    "Reader",
    "RecordRef",
    "Stored",
    "as_text",
]

LocalText = str | dict[str, str]
"""A text people read: one string, or one per language (``{"zh-CN": …, "en": …}``)."""

Raw = Any
"""A value as it arrived: text from a page or a cell, JSON from the API; never judged before ``coerce``."""


class Invalid(Exception):
    """A raw value that cannot be one of the field's: ``code`` (``field.not_a_number``) and the sentence's parameters."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params


class Stored(enum.Enum):
    """How one column is kept; ``tables`` turns it into the engine's own type."""

    TEXT = "text"
    KEY = "key"  # a short exact text: choice, status, serial
    KEYS = "keys"  # several keys in one text: ``,a,b,``
    EXACT = "exact"  # a decimal of ``scale`` decimals: NUMERIC on PostgreSQL, scaled integer on SQLite
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"  # UTC
    ID = "id"  # a foreign key to a person, department or record
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Column:
    """One physical column of a field; ``suffix`` tells companions (``fold``, ``day``) from the value itself ("")."""

    stored: Stored
    suffix: str = ""
    scale: int = 0
    references: str | None = None  # "person", "department" or "app.form"


class Node(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="type"):
    """Anything in a form's tree. A node that holds no value is layout."""

    key: str
    title: LocalText = ""
    help: LocalText = ""
    show_if: str = ""
    was: tuple[str, ...] = ()

    group: ClassVar[str] = "layout"
    icon: ClassVar[str] = "square"
    holds_value: ClassVar[bool] = False

    @classmethod
    def type_key(cls) -> str:
        """The name of this type in a spec, such as ``money``."""
        return str(cls.__struct_config__.tag)

    def problems(self) -> Iterable[Problem]:
        """What is wrong with its options taken together (limits the wrong way round); places are option names."""
        return ()


class Field(Node, frozen=True, kw_only=True):
    """A node that holds a value.

    Values have one canonical Python form per type (text ``str``, number ``Decimal``, date ``date``, datetime aware UTC
    ``datetime``, yes/no ``bool``, choice ``str`` key, choices ``tuple[str, ...]``, person/department/reference ``int``
    id, files ``tuple[str, ...]`` ids, sub-table ``list[dict]``); blank is always None.
    """

    required: bool = False
    require_if: str = ""
    readonly_if: str = ""
    default: str = ""
    value: str = ""
    unique: bool = False
    width: Literal["1/1", "1/2", "1/3"] = "1/1"

    holds_value: ClassVar[bool] = True
    operators: ClassVar[tuple[str, ...]] = ("eq", "ne", "blank", "filled")
    """Filters a list may offer; see ``lists`` for what each means."""
    sortable: ClassVar[bool] = True
    searchable: ClassVar[bool] = False
    computed_only: ClassVar[bool] = False
    """True when no person may ever set it (serial, formula)."""
    multiple: ClassVar[bool] = False
    """True when a page sends several raw texts for it (boxes, files)."""

    def refuse(self, code: str, **params: Any) -> Invalid:
        """The Invalid to raise: its parameters name this field."""
        return Invalid(code, **{"title": self.title or self.key, **params})

    def one_text(self, raw: Raw) -> str | None:
        """``as_text``, with this field named when it refuses."""
        try:
            return as_text(raw)
        except Invalid as wrong:
            raise self.refuse(wrong.code, **wrong.params) from None

    # -- what it is ------------------------------------------------------------------------------------------------
    def type(self) -> Type:
        """Its formula type."""
        raise NotImplementedError

    def shape(self) -> dict[str, Any]:
        """JSON Schema of a stored value in its JSON form; never of blank."""
        raise NotImplementedError

    def columns(self) -> tuple[Column, ...]:
        """Its physical columns; the first, with suffix "", holds the value. None for a sub-table."""
        raise NotImplementedError

    # -- in -----------------------------------------------------------------------------------------------------------
    def wants(self, raw: Raw) -> Iterable[tuple[str, str]]:
        """What the desk should look up before ``coerce``: pairs of ("person" | "department" | "file" | "app.form", raw)."""
        return ()

    def coerce(self, raw: Raw, desk: Desk) -> Any:
        """Raw text, JSON or an imported cell → canonical value, or None for blank. Raises Invalid. Judges every limit
        of its options, so that a page, the API and a load get one verdict."""
        raise NotImplementedError

    # -- kept ---------------------------------------------------------------------------------------------------------
    def to_columns(self, value: Any, zone: Any) -> tuple[Any, ...]:
        """A canonical value (not None) → one stored value per column of ``columns()``."""
        return (value,)

    def from_column(self, stored: Any) -> Any:
        """What the first column holds (not None) → canonical value."""
        return stored

    # -- out ----------------------------------------------------------------------------------------------------------
    def to_json(self, value: Any, desk: Desk) -> Any:
        """A canonical value (not None) → its JSON form, which ``coerce`` takes back."""
        return value

    def to_raw(self, value: Any, desk: Desk) -> str | list[str]:
        """A canonical value (not None) → the text (or texts) a page shows in its inputs, which ``coerce`` takes back."""
        return str(self.to_json(value, desk))

    def display(self, value: Any, reader: Reader) -> str:
        """A canonical value (not None) → what a person reads."""
        return str(value)

    def to_cell(self, value: Any, desk: Desk) -> str:
        """A canonical value (not None) → the text of an exported cell, which ``coerce`` takes back."""
        raw = self.to_raw(value, desk)
        return raw if isinstance(raw, str) else "; ".join(raw)

    def sample(self, random_source: random.Random) -> Raw:
        """A plausible raw value, for tests and demo data; None when it needs other records."""
        return None


class Option(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One thing that can be chosen."""

    key: str
    title: LocalText = ""
    was: tuple[str, ...] = ()


def as_text(raw: Raw) -> str | None:
    """The text of a raw value with outer white space gone, None when nothing is left; refuses what is not one value."""
    if raw is None:
        return None
    text = raw if type(raw) is str else _text_of(raw)
    if not text.isprintable() and _BAD.search(text):
        raise Invalid("field.bad_characters")
    return text.strip() or None


def plain(raw: Raw) -> str | None:
    """The text of a raw value that is one line of ordinary letters, digits and signs, with something in it; None for
    every other raw value, which ``as_text`` judges. The quick way for the many."""
    if type(raw) is str and raw.isprintable():
        return raw.strip() or None
    return None


_BAD = re.compile("[\x00\ud800-\udfff]")


def _text_of(raw: Raw) -> str:
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, (Sequence, Mapping)) and not isinstance(raw, str):
        raise Invalid("field.not_one_value")
    try:
        return str(raw)
    except ValueError:  # an integer of thousands of digits
        raise Invalid("field.not_one_value") from None
