"""The page of a list: rows, columns, filters, count and totals, as one frozen object."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from werkzeug.exceptions import BadRequest

from dougong import words
from dougong.errors import Problem, Refused
from dougong.formulas.kinds import Kind
from dougong.pages import reader_of
from dougong.records import RecordDesk, Visit
from dougong.records.cursor import Cursor
from dougong.records.filters import condition
from dougong.records.listing import COUNTED, Query, count, rows, totals
from dougong.records.order import SortKey
from dougong.reports.metric import rounded
from dougong.spec.compiled import CompiledList
from dougong.tables.indexes import sort_column
from dougong_runtime.app_of import app_of
from dougong_runtime.lists_address import Asked
from dougong_runtime.lists_filters import Chip, Sheet, chips, sheets
from dougong_runtime.lists_rows import Cell, Row, cell_of, shown_rows, wanted_columns
from dougong_runtime.lists_target import Target, field_of, heading_of
from dougong_runtime.views import View, views_of

PAGE = 50


@dataclass(frozen=True, slots=True)
class Head:
    """A column: what it is called, the address that sorts by it ("" where nothing can), how it is sorted now."""

    key: str
    title: str
    kind: str
    sort_url: str
    sorted: str
    total: Cell | None = None


@dataclass(frozen=True, slots=True)
class SortChoice:
    """One order offered to a phone, where there are no column heads to press."""

    value: str
    title: str
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """``count`` is exact up to the limit; ``totals_url`` is where totals come from when they are not here yet."""

    title: str
    app: str
    app_title: str
    path: str
    address: str
    asked: Asked
    views: tuple[View, ...]
    source: Chip | None
    chips: tuple[Chip, ...]
    sheets: tuple[Sheet, ...]
    mistakes: tuple[Problem, ...]
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    sorts: tuple[SortChoice, ...]
    searched: str
    """What is searched, "" where nothing can be."""
    count: str
    all_counted: int
    first: str
    more: str
    totals_url: str
    has_totals: bool
    new: str
    csv: str
    clear: str

    @property
    def totals(self) -> bool:
        """Whether totals are here to be shown."""
        return any(head.total is not None for head in self.heads)


def list_page(visit: Visit, target: Target, asked: Asked) -> ListPage:
    """The page. Raises Forbidden for a filter or an order by a field that is nowhere readable, BadRequest for a source
    or an order that is none."""
    language, view = visit.language, visit.view(target.live)
    here = asked.url(target.path)
    wrong = _mistakes(visit, target, asked)
    query = None if wrong else query_of(visit, target, asked)
    found = rows(visit, query) if query else None
    counted = count(visit, replace(query, cursor=None)) if query else 0
    start = replace(asked, after="", totals=False)
    summed = _totals(visit, target, query) if query and counted > 0 and (counted <= COUNTED or asked.totals) else {}
    published = app_of(visit, target.app)
    back = start.url(target.path)
    return ListPage(
        title=target.title, app=target.app,
        app_title=words.title(published.compiled.spec.app.title, language, target.app),
        path=target.path, address=here, asked=asked, views=views_of(visit, target),
        source=_source_chip(visit, target, asked), chips=chips(visit, target, asked),
        sheets=sheets(visit, target, asked), mistakes=wrong,
        heads=_heads(visit, target, asked, summed), rows=shown_rows(visit, target, found.rows, back) if found else (),
        sorts=_sorts(visit, target, asked), searched=_searched(target, language),
        count="" if wrong else said_count(counted, language), all_counted=counted,
        first=start.url(target.path) if asked.after else "",
        more=replace(start, after=found.next.text()).url(target.path) if found and found.next else "",
        totals_url=replace(start, totals=True).url(target.path), has_totals=bool(_summed_keys(visit, target)),
        new=f"/a/{target.app}/{target.form.key}/new?back={target.path}" if view.may("create") else "",
        csv=start.url(target.csv) if view.may("export") else "",
        clear=Asked(sort=asked.sort).url(target.path),
    )  # fmt: skip


def query_of(visit: Visit, target: Target, asked: Asked, limit: int = PAGE) -> Query:
    """The address as a query of records."""
    order = asked.sort or target.sort
    return Query(
        target.live, wanted_columns(target, visit), view=target.view, also=source_of(visit, target, asked.source),
        filters=asked.filters, text=asked.text, search_in=target.search, sort=order,
        cursor=Cursor.parse(asked.after, len(order)) if asked.after else None, limit=limit,
    )  # fmt: skip


def source_of(visit: Visit, target: Target, key: str) -> CompiledList | None:
    """The rows of a source that metrics count, as one more rule of a list; raises BadRequest for one that is none."""
    if not key:
        return None
    for metric in app_of(visit, target.app).compiled.metrics.values():
        if metric.spec.source == key and metric.form.key == target.form.key:
            return CompiledList(target.spec, target.form, metric.rows)
    raise BadRequest("unknown source")


def _source_chip(visit: Visit, target: Target, asked: Asked) -> Chip | None:
    if not asked.source:
        return None
    sources = app_of(visit, target.app).compiled.spec.sources
    title = next((words.title(s.title, visit.language, s.key) for s in sources if s.key == asked.source), asked.source)
    return Chip(title, replace(asked, source="", after="").url(target.path))


def _mistakes(visit: Visit, target: Target, asked: Asked) -> tuple[Problem, ...]:
    """Everything that is wrong with the filters, all at once."""
    found: list[Problem] = []
    for one in asked.filters:
        try:
            condition(visit, target.live, one)
        except Refused as refused:
            found += refused.problems
    return tuple(found)


def said_count(counted: int, language: str) -> str:
    """``共 5 条``; beyond what is counted exactly, ``10,000+``."""
    if counted > COUNTED:
        return words.say("lists.count_more", language, n=f"{COUNTED:,}")
    return words.say("lists.count", language, n=counted)


def _heads(visit: Visit, target: Target, asked: Asked, summed: Mapping[str, Any]) -> tuple[Head, ...]:
    order = asked.sort or target.sort
    desk = RecordDesk(visit)
    reader: Any = reader_of(visit, desk)
    found: list[Head] = []
    for key in target.columns:
        now = next((each for each in order[:1] if each.key == key), None)
        flipped = SortKey(key, not now.descending) if now else SortKey(key, _numeric(target, key))
        sort_url = asked.sorted_by(flipped).url(target.path) if sortable(target, key) else ""
        state = ("descending" if now.descending else "ascending") if now else ""
        kind = cell_of(target.form, key, None, reader).kind
        total = _total_cell(target, key, summed, reader) if key in summed else None
        found.append(Head(key, heading_of(target.form, key, visit.language), kind, sort_url, state, total))
    return tuple(found)


def _numeric(target: Target, key: str) -> bool:
    """Whether the largest, or the newest, is what people look for first."""
    kind = target.form.scope.names[key].kind
    return kind in (Kind.NUMBER, Kind.DATE, Kind.DATETIME)


def sortable(target: Target, key: str) -> bool:
    """Whether rows can be put in order by a column."""
    field = field_of(target.form, key)
    return (field is None or field.sortable) and sort_column(target.live.physical.main, key) is not None


def _sorts(visit: Visit, target: Target, asked: Asked) -> tuple[SortChoice, ...]:
    order = ",".join(map(str, asked.sort or target.sort))
    own = ",".join(map(str, target.sort))
    language = visit.language
    found = [SortChoice(own, words.say("lists.own_order", language), order == own)]
    for key in target.columns:
        if sortable(target, key):
            title = heading_of(target.form, key, language)
            for each in (SortKey(key), SortKey(key, True)):
                way = words.say("lists.falling" if each.descending else "lists.rising", language, title=title)
                if str(each) != own:
                    found.append(SortChoice(str(each), way, order == str(each)))
    if not any(each.on for each in found):
        found.append(SortChoice(order, words.say("lists.this_order", language), True))
    return tuple(found)


def _searched(target: Target, language: str) -> str:
    names = [
        words.say("lists.record_title", language) if key == "_title" else heading_of(target.form, key, language)
        for key in target.search
    ]
    return words.say("lists.search_in", language, names=names) if names else ""


def _summed_keys(visit: Visit, target: Target) -> dict[str, str]:
    view = visit.view(target.live)
    return {key: how for key, how in target.spec.totals.items() if key in target.columns and view.reads_somewhere(key)}


def _totals(visit: Visit, target: Target, query: Query) -> dict[str, tuple[str, Any]]:
    wanted = _summed_keys(visit, target)
    found = totals(visit, replace(query, cursor=None), wanted)
    return {key: (how, found[key]) for key, how in wanted.items()}


def _total_cell(target: Target, key: str, summed: Mapping[str, tuple[str, Any]], reader: Any) -> Cell:
    how, value = summed[key]
    said = words.say(f"lists.total_{how}", reader.language)
    if how == "count" or value is None:
        return Cell("" if value is None else f"{value:,}", "num", said)
    if isinstance(value, Decimal):
        decimals = target.form.scope.names[key].scale
        value = rounded(value, decimals if how != "average" or decimals is None else max(decimals, 1))
    return Cell(cell_of(target.form, key, value, reader).text, "num", said)
