"""Filling the new columns of retyped fields from the old ones, a batch of rows at a time."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import BigInteger, Column, MetaData, Table, bindparam, or_, select, update

from dougong import clock
from dougong.access import everything
from dougong.db import Tx
from dougong.people import organisation
from dougong.people.actor import SYSTEM
from dougong.records import RecordDesk, Visit
from dougong.records.converting import converted
from dougong.tables import Forms, Retyped
from dougong.tables.physical import column_type

BATCH = 2_000
Found = Sequence[Any]


def converting(tx: Tx, forms: Forms, retyped: Sequence[Retyped]) -> None:
    """Fill every new column in this transaction."""
    for each in retyped:
        for _ in filling(tx, forms, each):
            pass


def filling(tx: Tx, forms: Forms, retyped: Retyped, after: int = 0, batches: int = 0) -> Iterator[int]:
    """Fill the new columns of rows with an id above ``after``, in the order of their ids; gives the last id of each batch.
    ``batches`` is how many at most, 0 for all. Rows are locked until the transaction ends."""
    desk = RecordDesk(_visit(tx, forms))
    table = _table(retyped)
    write = _statement(table, retyped)
    done = 0
    while rows := tx.conn.execute(_batch(table, retyped, after)).all():
        changes = list(_changes(retyped, rows, desk))
        if changes:
            tx.conn.execute(write, changes)
        after, done = rows[-1][0], done + 1
        yield after
        if done == batches:
            return


def _visit(tx: Tx, forms: Forms) -> Visit:
    """A visit with the app's rights: a value names what it names, whoever publishes."""
    org = organisation.load(tx)
    return Visit(
        tx=tx, actor=SYSTEM, forms=forms, organisation=org, now=clock.now(), door="publish", language=org.language,
        grant_sources=(lambda visit, live: [everything(live)],),
    )  # fmt: skip


def _table(retyped: Retyped) -> Table:
    columns = {line.column_name: line for line in (retyped.source, *retyped.into, *retyped.earlier)}
    made = (Column(name, column_type(line.stored, line.scale)) for name, line in columns.items())
    return Table(retyped.table, MetaData(), Column("id", BigInteger, primary_key=True, autoincrement=False), *made)


def _batch(table: Table, retyped: Retyped, after: int) -> Any:
    names = [line.column_name for line in (retyped.source, *retyped.earlier)]
    filled = or_(*(table.c[name].is_not(None) for name in names))
    query = select(table.c.id, *(table.c[name] for name in names)).where(table.c.id > after, filled)
    return query.order_by(table.c.id).limit(BATCH).with_for_update()


def _statement(table: Table, retyped: Retyped) -> Any:
    values: dict[str, Any] = {line.column_name: bindparam(f"v{n}") for n, line in enumerate(retyped.into)}
    return update(table).where(table.c.id == bindparam("row_id")).values(values)


def _changes(retyped: Retyped, rows: Sequence[Found], desk: RecordDesk) -> Iterator[dict[str, Any]]:
    old, new = retyped.old, retyped.new
    found = converted(old, new, [row[1] for row in rows], desk)
    again = _returning(retyped, rows, desk)
    suffixes = [column.suffix for column in new.columns()]
    places = [suffixes.index(line.suffix) for line in retyped.into]
    blank = (None,) * len(suffixes)
    for row in rows:
        stored = again(row) or (found.get(row[1]) if row[1] is not None else None) or blank
        yield {"row_id": row[0]} | {f"v{n}": stored[place] for n, place in enumerate(places)}


Returning = Callable[[Found], "tuple[Any, ...] | None"]


def _returning(retyped: Retyped, rows: Sequence[Found], desk: RecordDesk) -> Returning:
    """What a row held before the field became what it now ceases to be, where it still means the same: text that became a
    number comes back as it was written, and text that could not become one comes back at all."""
    if not retyped.earlier:
        return lambda row: None
    old, new = retyped.old, retyped.new
    back = [converted(new, old, [row[2 + n] for row in rows], desk) for n in range(len(retyped.earlier))]

    def found(row: Found) -> tuple[Any, ...] | None:
        for n in range(len(retyped.earlier)):
            held = row[2 + n]
            if held is None:
                continue
            meant = back[n].get(held)
            if (meant is None and row[1] is None) or (meant is not None and meant[0] == row[1]):
                return tuple(new.to_columns(new.from_column(held), desk.zone))
        return None

    return found
