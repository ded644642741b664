"""Defaults that nobody touched: they follow the fields they are computed from, until a person changes them."""

from collections.abc import Mapping
from typing import Any

from dougong.forms import FormPage, RawRecord, Slot
from dougong.forms.raw import digest

NAME = "_default"
"""The hidden inputs that say what each default looked like when it was drawn: ``name:mark``."""


def marks(page: FormPage, posted: Mapping[str, str], touched: frozenset[str]) -> dict[str, str]:
    """Slot name → mark of its default; one that a person changed keeps the mark it had."""
    found = {
        slot.name: digest(slot.raws)
        for slot in page.slots()
        if isinstance(slot, Slot) and slot.spec.default and slot.inputs
    }
    return {name: posted[name] if name in touched and name in posted else mark for name, mark in found.items()}


def posted_marks(formdata: Any) -> dict[str, str]:
    """The marks a page posted."""
    pairs = (str(text).rpartition(":") for text in formdata.getlist(NAME))
    return {name: mark for name, _, mark in pairs}


def touched(raw: RawRecord, posted: Mapping[str, str]) -> frozenset[str]:
    """The names of defaults that a person changed."""
    return frozenset(name for name, mark in posted.items() if _mark(raw, name) != mark)


def without_untouched(raw: RawRecord, posted: Mapping[str, str]) -> RawRecord:
    """A copy of ``raw`` less the defaults nobody changed, so that they are computed again."""
    result = RawRecord(raw, raw.places)
    for table in result.places:
        result[table] = [dict(row) for row in result[table]]
    changed = touched(raw, posted)
    for name in posted.keys() - changed:
        inside, key = _holder(result, name)
        inside.pop(key, None)
    return result


def _mark(raw: RawRecord, name: str) -> str:
    inside, key = _holder(raw, name)
    value = inside.get(key)
    texts = value if isinstance(value, list | tuple) else (value,)
    return digest(tuple(str(text) for text in texts if text not in (None, "")))


def _holder(raw: RawRecord, name: str) -> tuple[dict[str, Any], str]:
    """Where a name's value is: in the record, or in the row that ``lines-4-item`` names; an empty one where nowhere."""
    table, _, rest = name.partition("-")
    index, _, column = rest.partition("-")
    if not rest:
        return raw, name
    places = raw.places.get(table, [])
    if index.isascii() and index.isdecimal() and len(index) <= 6 and int(index) in places:
        row: dict[str, Any] = raw[table][places.index(int(index))]
        return row, column
    return {}, column
