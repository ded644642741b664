"""Stored records → canonical values, with the app's own rights; what a person may see is decided by ``read``."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select

from dougong.db import Tx
from dougong.spec.compiled import CompiledField
from dougong.spec.model import SYSTEM_FIELDS
from dougong.tables import LiveForm, PhysicalTable

Values = dict[str, Any]
_CHUNK = 5000


def load(tx: Tx, live: LiveForm, ids: Sequence[int], lock: bool = False) -> dict[int, Values]:
    """Living records by id, sub-tables included; ``lock`` holds them until the commit, in the order of their ids."""
    found: dict[int, Values] = {}
    for some in chunks([id for id in ids if 0 <= id < 2**63]):
        found |= _records(tx, live, some, lock)
    return found


def lock(tx: Tx, live: LiveForm, ids: Sequence[int]) -> None:
    """Hold living records until the commit, in the order of their ids."""
    table = live.physical.main.table
    for some in chunks(sorted(id for id in ids if 0 <= id < 2**63)):
        tx.conn.execute(select(table.c.id).where(table.c.id.in_(some)).order_by(table.c.id).with_for_update())


def chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """The ids, as many at a time as one question may name."""
    return (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))


def _records(tx: Tx, live: LiveForm, ids: Sequence[int], lock: bool) -> dict[int, Values]:
    main = live.physical.main
    query = select(main.table).where(main.table.c.id.in_(ids), main.table.c["_deleted_at"].is_(None))
    if lock:
        query = query.order_by(main.table.c.id).with_for_update()
    found = {row.id: _values(live, row) for row in tx.conn.execute(query)}
    for key in live.form.rows if found else ():
        rows = load_rows(tx, live, key, list(found))
        for id, values in found.items():
            values[key] = rows.get(id) or None
    return found


def load_rows(tx: Tx, live: LiveForm, key: str, ids: Sequence[int]) -> Mapping[int, list[Values]]:
    """The rows of one sub-table by record id, in their order; each row has its ``id``."""
    physical = live.physical.rows[key]
    c = physical.table.c
    query = select(physical.table).where(c["_parent"].in_(ids)).order_by(c["_parent"], c["_position"], c.id)
    result: dict[int, list[Values]] = defaultdict(list)
    for row in tx.conn.execute(query):
        mapping = row._mapping
        result[mapping[c["_parent"]]].append({"id": row.id} | decode(physical, live.form.rows[key].values(), row))
    return result


def decode(table: PhysicalTable, fields: Iterable[CompiledField], row: Row[Any]) -> Values:
    """The canonical values of the stored fields of one row."""
    mapping = row._mapping
    values: Values = {}
    for field in fields:
        column = table.column(field.key)
        if column is not None:
            stored = mapping[column]
            values[field.key] = None if stored is None else field.spec.from_column(stored)
    return values


def _values(live: LiveForm, row: Row[Any]) -> Values:
    main = live.physical.main
    mapping = row._mapping
    system = {key: mapping[main.table.c[key]] for key in SYSTEM_FIELDS}
    system["id"] = str(system["id"])
    return system | decode(main, live.form.fields.values(), row) | {"_title": mapping[main.table.c["_title"]]}
