"""A list of records as one person may see it: filters, search, order and keyset paging in one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, literal, select

from dougong.records.cursor import Cursor, after, ordering
from dougong.records.filters import Filter, condition
from dougong.records.order import SortKey
from dougong.records.search import matching
from dougong.records.visit import Visit
from dougong.spec.compiled import CompiledList
from dougong.tables import LiveForm

COUNTED = 10_000
"""Rows are counted exactly up to here, and said to be more beyond."""


@dataclass(frozen=True)
class Query:
    """What is asked of a list: ``view`` and ``also`` bring rules for its rows, ``only`` names some of them, ``action`` is
    what the person must be allowed beside reading them; ``search_in`` are the fields that ``text`` is looked for in."""

    live: LiveForm
    columns: tuple[str, ...]
    view: CompiledList | None = None
    also: CompiledList | None = None
    only: tuple[int, ...] | None = None
    action: str = "read"
    filters: tuple[Filter, ...] = ()
    text: str = ""
    search_in: tuple[str, ...] = ()
    sort: tuple[SortKey, ...] = (SortKey("created_at", descending=True),)
    cursor: Cursor | None = None
    limit: int = 50


@dataclass(frozen=True)
class Listed:
    """One row: system values and the asked columns, blank where they are not for this person to see."""

    id: int
    version: int
    number: str
    title: str
    status: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Slice:
    """A page of rows and the cursor of the next one, None on the last."""

    rows: tuple[Listed, ...]
    next: Cursor | None


def rows(visit: Visit, query: Query) -> Slice:
    """One page of the list. Raises Forbidden for a column, filter or order by a field that is not readable."""
    order = ordering(visit, query.live, query.sort)
    statement = _selected(visit, query).add_columns(*(key.expression.label(f"_k{i}") for i, key in enumerate(order)))
    statement = statement.where(_conditions(visit, query))
    if query.cursor is not None:
        statement = statement.where(after(order, query.cursor, query.live.physical.main.table.c.id))
    statement = statement.order_by(*(key.clause() for key in order), query.live.physical.main.table.c.id.desc())
    found = list(visit.tx.conn.execute(statement.limit(query.limit + 1)))
    page = found[: query.limit]
    more = len(found) > query.limit
    keys = [f"_k{i}" for i in range(len(order))]
    next_ = Cursor(tuple(page[-1]._mapping[k] for k in keys), page[-1].id) if more else None
    return Slice(tuple(_listed(query, row) for row in page), next_)


def count(visit: Visit, query: Query) -> int:
    """How many rows match, exact up to COUNTED; COUNTED + 1 means more."""
    inner = select(literal(1)).select_from(query.live.physical.main.table)
    inner = inner.where(_conditions(visit, query)).limit(COUNTED + 1)
    return int(visit.tx.conn.execute(select(func.count()).select_from(inner.subquery())).scalar_one())


def totals(visit: Visit, query: Query, wanted: Mapping[str, str]) -> dict[str, Any]:
    """Field → its total (sum, average, min, max, count) over all matching rows, in the reader's rights."""
    view = visit.view(query.live)
    parts: list[ColumnElement[Any]] = []
    for key, how in wanted.items():
        parts += _aggregates(view.column(key), how)
    if not parts:
        return {}
    statement = select(*parts).select_from(query.live.physical.main.table).where(_conditions(visit, query))
    row = list(visit.tx.conn.execute(statement).one())
    result: dict[str, Any] = {}
    for key, how in wanted.items():
        result[key] = _total(how, [row.pop(0) for _ in _aggregates(view.column(key), how)])
    return result


def ids(visit: Visit, query: Query, limit: int) -> list[int]:
    """The ids of the first matching rows in order."""
    table = query.live.physical.main.table
    order = ordering(visit, query.live, query.sort)
    statement = select(table.c.id).where(_conditions(visit, query))
    statement = statement.order_by(*(key.clause() for key in order), table.c.id.desc()).limit(limit)
    return list(visit.tx.conn.execute(statement).scalars())


def _selected(visit: Visit, query: Query) -> Select[Any]:
    from_view = visit.view(query.live)
    table = query.live.physical.main.table
    base = [table.c.id, table.c.version, table.c.number, table.c.status]
    title = from_view.guarded_title().label("_seen_title")
    fields = [_column(visit, query.live, key).label(f"_f{i}") for i, key in enumerate(query.columns)]
    return select(*base, title, *fields)


def _column(visit: Visit, live: LiveForm, key: str) -> ColumnElement[Any]:
    """A column as the person sees it; of a sub-table, how many rows it has."""
    view = visit.view(live)
    if key not in live.form.rows:
        return view.column(key)
    view.require([key])
    rows_of = live.physical.rows[key].table
    counted = select(func.count()).select_from(rows_of).where(rows_of.c["_parent"] == live.physical.main.table.c.id)
    return view.guarded(key, counted.scalar_subquery())


def _listed(query: Query, row: Row[Any]) -> Listed:
    values: dict[str, Any] = {}
    mapping = row._mapping
    for i, key in enumerate(query.columns):
        stored = mapping[f"_f{i}"]
        field = None if key in query.live.form.rows else query.live.form.fields.get(key)
        values[key] = stored if stored is None or field is None else field.spec.from_column(stored)
    title = mapping["_seen_title"] or row.number or ""
    return Listed(row.id, row.version, row.number or "", title, row.status, values)


def _conditions(visit: Visit, query: Query) -> ColumnElement[bool]:
    view = visit.view(query.live)
    parts = [view.rows("read")]
    if query.action != "read":
        parts.append(view.rows(query.action))
    for each in (query.view, query.also):
        if each is not None and each.rows is not None:
            parts.append(each.rows.sql(view.columns, visit.env, visit.tx.dialect))
    if query.only is not None:
        parts.append(query.live.physical.main.table.c.id.in_(query.only))
    parts += [condition(visit, query.live, one) for one in query.filters]
    if query.text.strip():
        parts.append(matching(visit, query.live, query.search_in, query.text))
    return and_(*parts)


def _aggregates(column: ColumnElement[Any], how: str) -> list[ColumnElement[Any]]:
    """A sum comes with its count where an average is asked: dividing exactly is done here, not by the engine."""
    if how == "average":
        return [func.sum(column, type_=column.type), func.count(column)]
    if how == "count":
        return [func.count(column)]
    functions: dict[str, Any] = {"sum": func.sum, "min": func.min, "max": func.max}
    return [functions[how](column, type_=column.type)]


def _total(how: str, found: Sequence[Any]) -> Any:
    if how == "average":
        total, number = found
        return None if not number else total / number
    return found[0]


__all__ = ["COUNTED", "Listed", "Query", "Slice", "count", "ids", "rows", "totals"]
