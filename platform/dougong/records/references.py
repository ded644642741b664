"""Records of another form, found by id, number, unique value or title, with the acting person's row rights."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, and_, case, func, null, or_, select, true

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
        _choose(batch, rows, found)
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
    names = _names(visit, live)
    folded, ids = [fold(raw) for raw in batch], [id for raw in batch if (id := as_id(raw)) is not None]
    # Not the guarded column is compared: an index of the plain one serves, and the cover is asked beside it.
    named = [and_(column.in_(folded), cover) for column, cover in names]
    ways: list[ColumnElement[bool]] = [*named, table.c.id.in_(ids)] if ids else named
    title = case((view.title_readable(), table.c["_title"]), else_=null())
    guarded = [case((cover, column), else_=null()) for column, cover in names]
    query = select(table.c.id, table.c.number, title, *guarded).where(view.rows("read"), or_(*ways))
    if visit.tx.writes:
        # What a value is about to point at cannot be deleted meanwhile: a delete holds its record before it looks.
        query = query.with_for_update(read=True, key_share=True, of=table)
    return [(_reference(row), {name for name in row[3:] if name}) for row in visit.tx.conn.execute(query)]


def _names(visit: Visit, live: LiveForm) -> list[tuple[Column[Any], ColumnElement[bool]]]:
    """What a record can be called by, and on which rows the person may know it: number, unique texts, title."""
    main, view = live.physical.main, visit.view(live)
    names: list[tuple[Column[Any], ColumnElement[bool]]] = [(main.table.c["_number_fold"], true())]
    for field in live.form.fields.values():
        column: Column[Any] | None = sort_column(main, field.key) if field.spec.unique else None
        if column is not None and main.column(field.key, "fold") is not None and view.reads_somewhere(field.key):
            cover = view.covers(field.key)
            names.append((column, true() if cover is None else cover))
    return [*names, (main.table.c["_title_fold"], view.title_readable())]


def _choose(batch: list[str], rows: list[tuple[RecordRef, set[str]]], found: dict[str, list[RecordRef]]) -> None:
    """Sort the records to the texts that mean them; an id or a number wins over every other name."""
    exact: dict[str, list[RecordRef]] = defaultdict(list)
    named: dict[str, list[RecordRef]] = defaultdict(list)
    for ref, names in rows:
        for name in {str(ref.id), fold(ref.number)} if ref.number else {str(ref.id)}:
            exact[name].append(ref)
        for name in names:
            named[name].append(ref)
    for raw in batch:
        found[raw] = exact.get(raw) or exact.get(fold(raw)) or named.get(fold(raw), [])


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
        holder = physical.table.c["_parent"] if table else main.c.id
        holding = select(holder).where(column == id)
        query = select(func.count()).where(main.c.id.in_(holding), main.c["_deleted_at"].is_(None))
        if other.ref == live.ref:
            query = query.where(main.c.id != id)  # a record that refers to itself goes with itself
        count = visit.tx.conn.execute(query).scalar_one()
        if count:
            return other.form.spec.title, count
    return None
