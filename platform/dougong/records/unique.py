"""Values that only one living record may have: asked before storing, guarded by a unique index behind it."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, select

from dougong.errors import Problem
from dougong.records.change import Create, Delete
from dougong.records.prepared import Prepared
from dougong.records.store import columns
from dougong.records.visit import Visit
from dougong.spec.compiled import CompiledField
from dougong.tables import LiveForm
from dougong.tables.indexes import sort_column

_BATCH = 5000


def unique_problems(visit: Visit, live: LiveForm, prepared: Sequence[Prepared]) -> None:
    """Add a problem to each change whose value another record, or an earlier change of the batch, has."""
    for key, field in live.form.fields.items():
        if field.spec.unique:
            column = sort_column(live.physical.main, key)
            if column is not None:
                _one_field(visit, live, field, column, prepared)


def _one_field(
    visit: Visit, live: LiveForm, field: CompiledField, column: Column[Any], prepared: Sequence[Prepared]
) -> None:
    wanting: dict[Any, list[Prepared]] = defaultdict(list)
    for one in prepared:
        if not isinstance(one.change, Delete) and one.after.get(field.key) is not None:
            stored = columns(live.physical.main, [field], one.after, visit.organisation.zone)
            wanting[stored[column.name]].append(one)
    taken = _taken(visit, live, column, list(wanting))
    for value, ones in wanting.items():
        holder = taken.get(value)
        for index, one in enumerate(ones):
            own = not isinstance(one.change, Create) and holder == one.change.id
            if index or (holder is not None and not own):
                one.add(Problem("record.not_unique", field.key, {"title": field.spec.title}))


def _taken(visit: Visit, live: LiveForm, column: Column[Any], values: list[Any]) -> dict[Any, int]:
    """Stored value → id of the living record that has it."""
    table = live.physical.main.table
    found: dict[Any, int] = {}
    for start in range(0, len(values), _BATCH):
        some = values[start : start + _BATCH]
        query = select(column, table.c.id).where(column.in_(some), table.c["_deleted_at"].is_(None))
        found.update({row[0]: row[1] for row in visit.tx.conn.execute(query)})
    return found
