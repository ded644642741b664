"""Values that only one living record may have: asked before storing, guarded by a unique index behind it."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, select

from dougong.errors import Problem
from dougong.fields.base import LocalText
from dougong.records.change import Create, Delete
from dougong.records.converting import turned
from dougong.records.desk import RecordDesk
from dougong.records.prepared import Prepared
from dougong.records.store import columns
from dougong.records.visit import Visit
from dougong.spec.compiled import CompiledField
from dougong.spec.system import system_title
from dougong.tables import LiveForm
from dougong.tables.indexes import unique_column

_BATCH = 5000


def unique_problems(visit: Visit, live: LiveForm, prepared: Sequence[Prepared]) -> None:
    """Add a problem to each change whose value another record, or an earlier change of the batch, has."""
    main, zone = live.physical.main, visit.organisation.zone
    for key, field in live.form.fields.items():
        if field.spec.unique and (column := unique_column(main, key)) is not None:

            def stored(values: Mapping[str, Any], field: CompiledField = field, name: str = column.name) -> Any:
                return columns(main, [field], values, zone)[name]

            _one_field(visit, live, key, field.spec.title, column, stored, prepared)
    brought = [one for one in prepared if isinstance(one.change, Create) and one.after.get("number")]
    if brought:
        number = main.table.c.number
        _one_field(visit, live, "number", system_title("number"), number, lambda values: values["number"], brought)


def unique_today(visit: Visit, live: LiveForm, prepared: Sequence[Prepared], desk: RecordDesk) -> None:
    """The same by the published form ``live``, where some of the changes are judged by an older one: what they write
    goes into its columns too."""
    main = live.physical.main
    for key, field in live.form.fields.items():
        if field.spec.unique and (column := unique_column(main, key)) is not None:
            _field_today(visit, live, field, column, prepared, desk)


def _field_today(
    visit: Visit, live: LiveForm, field: CompiledField, column: Column[Any], prepared: Sequence[Prepared], desk: RecordDesk
) -> None:  # fmt: skip
    part = next(i for i, each in enumerate(field.spec.columns()) if live.physical.main.column(field.key, each.suffix) is column)
    keys = {id(one): one.live.older(field.key) for one in prepared}
    some = [one for one in prepared if keys[id(one)] and not isinstance(one.change, Delete)]
    wanting: dict[Any, list[Prepared]] = defaultdict(list)
    for one in some:
        key = keys[id(one)]
        (stored,) = turned(one.live.form.fields[key].spec, field.spec, [one.after.get(key)], desk)
        if stored is not None:
            wanting[stored[part]].append(one)
    taken = _taken(visit, live, column, list(wanting))
    for value, ones in wanting.items():
        told = any(one.live.now for one in ones)  # among those of the published form alone it was told already
        for index, one in enumerate(ones):
            holder = taken.get(value)
            own = not isinstance(one.change, Create) and holder == one.change.id
            if told and (index or (holder is not None and not own)):
                problem = Problem("record.not_unique", keys[id(one)], {"title": field.spec.title})
                if (problem.under(one.place) if one.place else problem) not in one.problems:
                    one.add(problem)


def _one_field(
    visit: Visit, live: LiveForm, key: str, title: LocalText, column: Column[Any],
    stored: Callable[[Mapping[str, Any]], Any], prepared: Sequence[Prepared],
) -> None:  # fmt: skip
    wanting: dict[Any, list[Prepared]] = defaultdict(list)
    for one in prepared:
        if not isinstance(one.change, Delete) and one.after.get(key) is not None:
            wanting[stored(one.after)].append(one)
    taken = _taken(visit, live, column, list(wanting))
    for value, ones in wanting.items():
        holder = taken.get(value)
        for index, one in enumerate(ones):
            own = not isinstance(one.change, Create) and holder == one.change.id
            if index or (holder is not None and not own):
                one.add(Problem("record.not_unique", key, {"title": title}))


def _taken(visit: Visit, live: LiveForm, column: Column[Any], values: list[Any]) -> dict[Any, int]:
    """Stored value → id of the living record that has it."""
    table = live.physical.main.table
    found: dict[Any, int] = {}
    for start in range(0, len(values), _BATCH):
        some = values[start : start + _BATCH]
        query = select(column, table.c.id).where(column.in_(some), table.c["_deleted_at"].is_(None))
        found.update({row[0]: row[1] for row in visit.tx.conn.execute(query)})
    return found
