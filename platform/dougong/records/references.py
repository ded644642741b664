"""Records of another form, found by id, number, unique value or title, with the acting person's row rights."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, case, func, null, or_, select

from dougong.db import as_id
from dougong.fields.base import RecordRef
from dougong.formulas.fold import fold
from dougong.records.visit import Visit
from dougong.tables import LiveForm
from dougong.tables.indexes import sort_column

_BATCH = 400  # times the names a record may have, well under SQLite's limit of bound values


def find_references(visit: Visit, live: LiveForm, raws: Iterable[str]) -> dict[str, list[RecordRef]]:
    """Raw text → the readable records it may mean; an id or a number wins over a title."""
    found: dict[str, list[RecordRef]] = {raw: [] for raw in raws}
    for batch in _batches(list(found)):
        rows = _matching(visit, live, batch)
        for raw in batch:
            found[raw] = _choose(raw, rows)
    return found


def references_by_id(visit: Visit, live: LiveForm, ids: Iterable[int]) -> dict[int, RecordRef]:
    """Id → the record as this person may see it; a record that is not theirs to read has a number but no title."""
    table, view = live.physical.main.table, visit.view(live)
    seen = case((view.rows("read") & view.title_readable(), table.c["_title"]), else_=null())
    number = case((view.rows("read"), table.c.number), else_=null())
    found: dict[int, RecordRef] = {}
    for batch in _batches(list(ids)):
        for row in visit.tx.conn.execute(select(table.c.id, number, seen).where(table.c.id.in_(batch))):
            found[row[0]] = RecordRef(row[0], row[1] or "", row[2] or "")
    return found


def _matching(visit: Visit, live: LiveForm, batch: list[str]) -> list[tuple[RecordRef, set[str]]]:
    """Readable records that any of the texts names, each with the folded names it goes by."""
    table, view = live.physical.main.table, visit.view(live)
    folded = [fold(raw) for raw in batch]
    names = _names(visit, live)
    ids = [id for raw in batch if (id := as_id(raw)) is not None]
    conditions: list[ColumnElement[bool]] = [name.in_(folded) for name in names]
    if ids:
        conditions.append(table.c.id.in_(ids))
    title = case((view.title_readable(), table.c["_title"]), else_=null())
    query = select(table.c.id, table.c.number, title, *names).where(view.rows("read"), or_(*conditions))
    return [
        (_reference(row), {str(row[0]), *(name for name in row[3:] if name)}) for row in visit.tx.conn.execute(query)
    ]


def _names(visit: Visit, live: LiveForm) -> list[ColumnElement[Any]]:
    """What a record can be called by: number, unique text fields, title; as far as the person may read them."""
    main, view = live.physical.main, visit.view(live)
    names: list[ColumnElement[Any]] = [main.table.c["_number_fold"]]
    for field in live.form.fields.values():
        column: Column[Any] | None = sort_column(main, field.key) if field.spec.unique else None
        if column is not None and main.column(field.key, "fold") is not None and view.reads_somewhere(field.key):
            names.append(view.guarded(field.key, column))
    return [*names, case((view.title_readable(), main.table.c["_title_fold"]), else_=null())]


def _choose(raw: str, rows: list[tuple[RecordRef, set[str]]]) -> list[RecordRef]:
    exact = [ref for ref, _ in rows if str(ref.id) == raw or (ref.number and fold(ref.number) == fold(raw))]
    return exact or [ref for ref, names in rows if fold(raw) in names]


def _reference(row: Sequence[Any]) -> RecordRef:
    return RecordRef(row[0], row[1] or "", row[2] or "")


def _batches(values: list[Any]) -> Iterator[list[Any]]:
    return (values[start : start + _BATCH] for start in range(0, len(values), _BATCH))


def referring(visit: Visit, live: LiveForm, id: int) -> tuple[Any, int] | None:
    """The title of a form whose living records refer to record ``id``, and how many do; None when none does."""
    for other, key in visit.forms.referring(live.ref):
        table, _, column_key = key.rpartition(".")
        physical = other.physical.rows[table] if table else other.physical.main
        column, main = physical.column(column_key), other.physical.main.table
        if column is None:
            continue
        query = select(func.count()).select_from(physical.table).where(column == id)
        if table:
            query = query.where(
                physical.table.c["_parent"].in_(select(main.c.id).where(main.c["_deleted_at"].is_(None)))
            )
        else:
            query = query.where(main.c["_deleted_at"].is_(None))
        count = visit.tx.conn.execute(query).scalar_one()
        if count:
            return other.form.spec.title, count
    return None
