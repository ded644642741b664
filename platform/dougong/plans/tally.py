"""Counting over many records at once: every question about a table is asked in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, case, func, select

from dougong.db import Tx
from dougong.tables import LiveForm

_AT_ONCE = 100
"""Counts in one statement, well under what either engine takes."""


@dataclass(slots=True)
class Count:
    """A number that is known once the tally has been taken."""

    n: int = 0


class Tally:
    """Conditions on records and rows, gathered first and counted then: one pass over each table for a hundred of them."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx
        self._asked: dict[tuple[str, str], tuple[LiveForm, list[tuple[ColumnElement[bool] | None, Count]]]] = {}

    def ask(self, live: LiveForm, table: str, where: ColumnElement[bool] | None = None) -> Count:
        """How many living records (``table`` "") or rows of a sub-table meet a condition; None: all of them."""
        count = Count()
        self._asked.setdefault((live.ref, table), (live, []))[1].append((where, count))
        return count

    def take(self) -> None:
        """Count everything asked for since the last time."""
        asked, self._asked = self._asked, {}
        for (_, table), (live, several) in asked.items():
            for start in range(0, len(several), _AT_ONCE):
                self._count(live, table, several[start : start + _AT_ONCE])

    def _count(self, live: LiveForm, table: str, several: Sequence[tuple[ColumnElement[bool] | None, Count]]) -> None:
        sums: list[ColumnElement[Any]] = [
            func.count() if where is None else func.count(case((where, 1))) for where, _ in several
        ]
        row = self.tx.conn.execute(living(live, table, *sums)).one()
        for (_, count), number in zip(several, row, strict=True):
            count.n = int(number or 0)


def living(live: LiveForm, table: str, *what: ColumnElement[Any]) -> Select[Any]:
    """A select over the living records of a form, or over the rows of one of their sub-tables."""
    main = live.physical.main.table
    source: FromClause = main
    if table:
        rows = live.physical.rows[table].table
        source = rows.join(main, main.c.id == rows.c["_parent"])
    return select(*what).select_from(source).where(main.c["_deleted_at"].is_(None))
