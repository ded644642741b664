"""What is written beside a record's own columns: under an older form into the newer one's, and while a change over many
rows goes on into the column being filled."""

from collections.abc import Mapping, Sequence
from typing import Any

from dougong.records.converting import turned
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
    names = [column.name for column in shadow.columns]
    blank = (None,) * len(names)
    for row, stored in zip(several, turned(old, new, [row.get(old.key) for row in several], desk), strict=True):
        row.setdefault(NEWER, {}).update(zip(names, stored or blank, strict=True))


def forget_newer(live: LiveForm, batch: Sequence[dict[str, Any]]) -> None:
    """Take from records that were stored what was written beside: it is no value of theirs."""
    for table in live.shadows:
        for values in batch:
            for row in values.get(table) or () if table else (values,):
                row.pop(NEWER, None)


def plain_rows(rows: Sequence[Mapping[str, Any]] | None) -> list[dict[str, Any]]:
    """Rows of a sub-table without what is written beside."""
    return [{key: value for key, value in row.items() if key != NEWER} for row in rows or ()]


def newer_of(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a record or row carries."""
    found: Mapping[str, Any] = values.get(NEWER) or {}
    return found
