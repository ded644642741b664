"""What is written beside a record's own columns: under an older form into the newer one's, and while a change over many
rows goes on into the column being filled."""

from collections.abc import Mapping, Sequence
from typing import Any

from dougong.fields.base import Invalid
from dougong.fields.converting import convert, needs, wants
from dougong.records.desk import RecordDesk
from dougong.records.visit import Visit
from dougong.tables import LiveForm, Shadow

NEWER = "_newer"
"""Where a record (or row) carries what goes into those columns: name → stored value."""


def fill_newer(visit: Visit, live: LiveForm, batch: Sequence[dict[str, Any]]) -> None:
    """Work out, for records about to be stored, what is written beside."""
    if not live.shadows:
        return
    desk = RecordDesk(visit)
    for table, shadows in live.shadows.items():
        several = [row for values in batch for row in values.get(table) or ()] if table else list(batch)
        for shadow in shadows:
            _fill(shadow, several, desk)


def _fill(shadow: Shadow, several: Sequence[dict[str, Any]], desk: RecordDesk) -> None:
    old, new = shadow.old, shadow.new
    values = [row.get(old.key) for row in several]
    known = needs(old, values)
    desk.prime_ids(known.pop("person", set()), known.pop("department", set()), known)
    desk.prime(wants(old, new, values, desk))
    blank = (None,) * len(shadow.columns)
    for row, value in zip(several, values, strict=True):
        stored = blank if value is None else _stored(old, new, value, desk) or blank
        row.setdefault(NEWER, {}).update(zip((column.name for column in shadow.columns), stored, strict=True))


def _stored(old: Any, new: Any, value: Any, desk: RecordDesk) -> tuple[Any, ...] | None:
    try:
        found = convert(old, new, value, desk)
    except Invalid:
        return None
    return None if found is None else tuple(new.to_columns(found, desk.zone))


def newer_of(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a record or row carries."""
    found: Mapping[str, Any] = values.get(NEWER) or {}
    return found
