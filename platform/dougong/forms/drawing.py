"""How one field looks with one value: the texts of its inputs, its options, its files."""

from collections.abc import Sequence
from typing import Any

from dougong import words
from dougong.fields import Field, Invalid
from dougong.fields.base import Reader
from dougong.fields.choice import Choice, Optional
from dougong.fields.date import Date
from dougong.fields.file import File
from dougong.fields.moment import DateTime
from dougong.fields.number import Number
from dougong.fields.text import Words
from dougong.forms.bind import PICKED
from dougong.forms.parts import FileSlot, OptionSlot
from dougong.forms.state import Addresses
from dougong.words import formats

FEW, SOME = 5, 15
"""Options up to which radios stand in full, and up to which they scroll; more are a list to choose from."""


def raw_texts(spec: Field, raw: Any, given: bool, value: Any, reader: Reader) -> tuple[str, ...]:
    """The texts of its inputs: what was typed, else what its value gives. Native date inputs take nothing but ISO, and a
    picker posts its id, so there a value that was understood comes first."""
    canonical = value is not None and isinstance(spec, Date | DateTime)
    if spec.type_key() in PICKED:
        return _texts(spec.to_raw(value, reader.desk)) if value is not None else ()
    if given and not canonical:
        return _texts(raw)
    return () if value is None else _texts(spec.to_raw(value, reader.desk))


def _texts(raw: Any) -> tuple[str, ...]:
    if raw is None:
        return ()
    if isinstance(raw, bool):
        return ("true" if raw else "false",)
    return tuple(str(each) for each in raw) if isinstance(raw, list | tuple) else (str(raw),)


def picked(spec: Field, raw: Any, value: Any, reader: Reader) -> tuple[Any, str]:
    """The value and the label of a picker; a label alone when what was typed means nothing (yet)."""
    if value is None and isinstance(raw, str | int) and raw != "":
        try:
            value = spec.coerce(raw, reader.desk)
        except Invalid:
            return None, str(raw)
    return value, "" if value is None else spec.display(value, reader)


def layout(spec: Field, in_row: bool) -> str:
    """How it is laid out: ``radios``, ``grid`` (scrolls), ``select``, or "" for a type with one way."""
    if spec.type_key() == "yesno":
        return "radios" if spec.required and not in_row else "box"
    if not isinstance(spec, Optional):
        return ""
    count = len(spec.options)
    listed = isinstance(spec, Choice) and spec.show_as == "" and (in_row or count > SOME)
    if listed or (isinstance(spec, Choice) and spec.show_as == "select"):
        return "select"
    return "radios" if count <= FEW else "grid"


def options(spec: Field, raws: Sequence[str], language: str) -> tuple[OptionSlot, ...]:
    """Its options with the chosen ones marked; a chosen one that the spec has no more stays, so that it is not lost."""
    if spec.type_key() == "yesno":
        texts = {"true": "field.yes", "false": "field.no"}
        return tuple(OptionSlot(key, words.say(word, language), key in raws) for key, word in texts.items())
    if not isinstance(spec, Optional):
        return ()
    chosen = {spec.find(raw) or raw for raw in raws if raw}
    known = tuple(OptionSlot(o.key, spec.option_title(o.key, language), o.key in chosen) for o in spec.options)
    gone = sorted(chosen - {option.key for option in known})
    return (*known, *(OptionSlot(key, key, True) for key in gone))


def files(spec: Field, raws: Sequence[str], reader: Reader, addresses: Addresses) -> tuple[FileSlot, ...]:
    """Its files by name."""
    if not isinstance(spec, File):
        return ()
    return tuple(file_slot(id, reader, addresses) for id in raws if id)


def file_slot(id: str, reader: Reader, addresses: Addresses) -> FileSlot:
    """One file; a file nobody knows shows its id and opens nothing."""
    found = reader.desk.file(id)
    if found is None:
        return FileSlot(id, id, "", "")
    return FileSlot(id, found.name, formats.size(found.size), addresses.file(id))


def unit(spec: Field, language: str) -> str:
    """What is written behind its input."""
    return words.title(spec.unit, language) if isinstance(spec, Number) else ""


def placeholder(spec: Field, language: str) -> str:
    """What is written inside its input while it is blank."""
    return words.title(spec.placeholder, language) if isinstance(spec, Words) else ""
