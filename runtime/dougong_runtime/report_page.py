"""The page of a report: period, charts and table in words, each number with the way to its records."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from dougong import words
from dougong.errors import Problem, Refused
from dougong.fields.money import sign
from dougong.formulas.kinds import Kind
from dougong.records import Visit
from dougong.records.filters import Filter
from dougong.reports import Chart, Heading, Measure, Table, chart, run
from dougong.spec.compiled import CompiledReport
from dougong.words import formats
from dougong_runtime.app_of import app_of
from dougong_runtime.lists_address import Asked
from dougong_runtime.lists_target import heading_of

_DATED = frozenset({Kind.DATE, Kind.DATETIME})
_CHARTS = 3


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time that is one press away."""

    title: str
    url: str
    on: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the table: its text ("" where there are no records) and the way to its records."""

    text: str
    url: str
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table."""

    labels: tuple[str, ...]
    url: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart with its words; ``links`` and ``values`` are by (row, column)."""

    id: str
    title: str
    unit: str
    says: str
    chart: Chart
    legend: tuple[str, ...]
    links: dict[tuple[int, int], str]
    values: dict[tuple[int, int], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """The page; ``period`` is the field whose days the period cuts, ``low`` and ``high`` its ends as typed."""

    title: str
    app: str
    app_title: str
    path: str
    period: str
    period_title: str
    low: str
    high: str
    periods: tuple[Period, ...]
    mistakes: tuple[Problem, ...]
    drawings: tuple[Drawing, ...]
    drawn: bool
    group_titles: tuple[str, ...]
    across: tuple[str, ...]
    measures: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    total: Line | None
    csv: str
    at: datetime
    kept: tuple[tuple[str, str], ...]


def report_page(visit: Visit, app: str, report: CompiledReport, asked: Asked) -> ReportPage:
    """The report in the reader's words; wrong filters are told instead of numbers."""
    language, path = visit.language, f"/a/{app}/reports/{report.spec.key}"
    mistakes: tuple[Problem, ...] = ()
    table: Table | None = None
    try:
        table = run(visit, report, asked.filters)
    except Refused as refused:
        mistakes = refused.problems
    period = _period_field(report)
    low, high = _ends(asked, period)
    published = app_of(visit, app)
    full = table is not None and not table.bare
    lines, total = _lines(app, table, asked, language) if table else ((), None)
    return ReportPage(
        title=title_of(visit, report), app=app, path=path,
        app_title=words.title(published.compiled.spec.app.title, language, app),
        period=period, period_title=heading_of(report.form, period, language), low=low, high=high,
        periods=_periods(visit, path, period, asked, low, high), mistakes=mistakes,
        drawings=tuple(_drawings(app, table, asked, language)) if table and full and report.spec.chart == "bar" else (),
        drawn=report.spec.chart == "bar",
        group_titles=tuple(words.title(each, language) for each in table.group_titles) if table else (),
        across=tuple(each.label for each in table.columns) if table else (),
        measures=tuple((words.title(m.title, language), _sign(m, language)) for m in table.measures) if table else (),
        lines=lines if full else (), total=total if full else None,
        csv=asked.url(f"{path}.csv") if full else "", at=visit.now,
        kept=tuple((f"f.{f.key}.{f.operator}", v) for f in asked.filters if f.key != period for v in f.values or ("1",)),
    )  # fmt: skip


def title_of(visit: Visit, report: CompiledReport) -> str:
    """What the report is called."""
    return words.title(report.spec.title, visit.language, report.spec.key)


def _sign(measure: Measure, language: str) -> str:
    return sign(measure.unit, language) or measure.unit


# -- period -----------------------------------------------------------------------------------------------------------
def _period_field(report: CompiledReport) -> str:
    """The field that a period cuts: the first dated grouping, else when a record was made."""
    names = report.form.scope.names
    keys = (each.field for each in (*report.spec.groups, *report.spec.columns))
    return next((key for key in keys if names[key].kind in _DATED), "created_at")


def _ends(asked: Asked, period: str) -> tuple[str, str]:
    given = {one.operator: one.values for one in asked.filters if one.key == period}
    between = given.get("between", ())
    return "".join(given.get("ge", between[:1])), "".join(given.get("le", between[-1:]))


def _periods(visit: Visit, path: str, period: str, asked: Asked, low: str, high: str) -> tuple[Period, ...]:
    others = tuple(one for one in asked.filters if one.key != period)
    found = [Period(words.say("report.all_time", visit.language), replace(asked, filters=others).url(path), not (low or high))]
    today = visit.now.astimezone(visit.organisation.zone).date()
    for key, (first, last) in stretches(today).items():
        days = (Filter(period, "ge", (first.isoformat(),)), Filter(period, "le", (last.isoformat(),)))
        url = replace(asked, filters=(*others, *days)).url(path)
        on = (low, high) == (first.isoformat(), last.isoformat())
        found.append(Period(words.say(f"report.{key}", visit.language), url, on))
    return tuple(found)


def stretches(today: date) -> dict[str, tuple[date, date]]:
    """The stretches of time people ask for, as first and last day."""
    month = today.replace(day=1)
    quarter = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    before = month - timedelta(days=1)
    return {
        "this_month": (month, _before_next(month, 1)),
        "last_month": (before.replace(day=1), before),
        "this_quarter": (quarter, _before_next(quarter, 3)),
        "this_year": (date(today.year, 1, 1), date(today.year, 12, 31)),
        "last_year": (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
    }


def _before_next(first: date, months: int) -> date:
    """The last day of so many months from a first of a month."""
    at = first.month - 1 + months
    return date(first.year + at // 12, at % 12 + 1, 1) - timedelta(days=1)


# -- table ------------------------------------------------------------------------------------------------------------
def _lines(app: str, table: Table, asked: Asked, language: str) -> tuple[tuple[Line, ...], Line]:
    lines = tuple(_line(app, table, index, asked) for index in range(len(table.rows)))
    ends = [_figures(app, table, v, (column,), asked) for column, v in zip(table.columns, table.column_totals, strict=True)]
    total = [figure for each in ends for figure in each] + _figures(app, table, table.total, (), asked)
    return lines, Line((words.say("report.total", language),), "", tuple(total))


def _line(app: str, table: Table, index: int, asked: Asked) -> Line:
    row = table.rows[index]
    figures: list[Figure] = []
    for at, column in enumerate(table.columns):
        if (index, at) in table.cells:
            figures += _figures(app, table, table.cells[index, at], (row, column), asked)
        else:
            figures += [Figure("", "", None) for _ in table.measures]
    figures += _figures(app, table, table.row_totals[index], (row,), asked)
    return Line(row.labels, "", tuple(figures))


def _figures(
    app: str, table: Table, values: Sequence[Decimal | None], places: Sequence[Heading], asked: Asked
) -> list[Figure]:
    return [
        Figure(shown(measure, value), records_url(app, table, measure, places, asked), value)
        for measure, value in zip(table.measures, values, strict=True)
    ]


def shown(measure: Measure, value: Decimal | None) -> str:
    """A number of a measure as people read it, "" for none."""
    if value is None:
        return ""
    if measure.decimals is None and value != value.to_integral_value():
        return formats.number(round(value, 4))
    return formats.number(value, measure.decimals)


def records_url(app: str, table: Table, measure: Measure, places: Sequence[Heading], asked: Asked) -> str:
    """The list of just the records behind a number."""
    filters = (*asked.filters, *(one for place in places for one in place.filters))
    sources = table.report.metrics[[m.key for m in table.measures].index(measure.key)]
    source = measure.source if sources.rows is not None else ""
    return Asked(filters=_united(filters), source=source).url(f"/a/{app}/{table.report.form.key}/")


def _united(filters: Sequence[Filter]) -> tuple[Filter, ...]:
    """Filters in which a group's own days stand for a period that holds them all."""
    spans = {one.key for one in filters if one.operator == "between"}
    found: list[Filter] = []
    for one in filters:
        if one.key in spans and one.operator in ("ge", "le"):
            continue
        found.append(_cut(one, filters) if one.operator == "between" else one)
    return tuple(dict.fromkeys(found))


def _cut(span: Filter, filters: Sequence[Filter]) -> Filter:
    """A group's days, cut to the period."""
    low, high = span.values
    for one in filters:
        if one.key == span.key and one.operator == "ge":
            low = max(low, *one.values)
        if one.key == span.key and one.operator == "le":
            high = min(high, *one.values)
    return Filter(span.key, "between", (low, high))


# -- charts -----------------------------------------------------------------------------------------------------------
def _drawings(app: str, table: Table, asked: Asked, language: str) -> list[Drawing]:
    found: list[Drawing] = []
    for index, measure in enumerate(table.measures[:_CHARTS]):
        drawn = chart(table, index, language)
        if drawn is not None:
            found.append(_drawing(app, table, measure, drawn, asked, language))
    return found


def _drawing(app: str, table: Table, measure: Measure, drawn: Chart, asked: Asked, language: str) -> Drawing:
    links: dict[tuple[int, int], str] = {}
    values: dict[tuple[int, int], str] = {}
    for bar in (bar for group in drawn.groups for bar in group.bars):
        column = table.columns[bar.column] if table.columns else None
        places = (table.rows[bar.row], column) if column else (table.rows[bar.row],)
        label = " · ".join(place.label for place in places)
        links[bar.row, bar.column] = records_url(app, table, measure, places, asked)
        values[bar.row, bar.column] = words.say("report.bar", language, label=label, value=shown(measure, bar.value))
    largest = max((bar for group in drawn.groups for bar in group.bars), key=lambda bar: bar.value)
    says = words.say(
        "report.chart_says", language, n=len(drawn.groups), label=table.rows[largest.row].label,
        value=shown(measure, largest.value),
    )  # fmt: skip
    legend = tuple(table.columns[column].label for column in drawn.series) if table.columns else ()
    title = words.title(measure.title, language)
    return Drawing(f"chart-{drawn.measure}", title, _sign(measure, language), says, drawn, legend, links, values)
