"""Running a report: one statement in the reader's rights, its rows arranged as a table."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from dougong.errors import Forbidden, TooLarge
from dougong.records import Visit
from dougong.records.filters import Filter
from dougong.reports.headings import headings
from dougong.reports.keys import group_key
from dougong.reports.metric import rounded
from dougong.reports.statement import ALL, CELL, COLUMN, NOTHING, ROW, Asked, by_rows, statement
from dougong.reports.table import Heading, Measure, Table, Values
from dougong.spec.compiled import CompiledMetric, CompiledReport

MOST_CELLS = 20_000
"""Groups that a report may have; one with more is no report anybody reads."""

Keys = tuple[Any, ...]


def run(visit: Visit, report: CompiledReport, filters: Iterable[Filter] = ()) -> Table:
    """The report as this person may see it. Raises Forbidden, with its reason, for a field that is nowhere readable,
    Refused for a filter that does not fit, TooLarge for more than MOST_CELLS groups."""
    live = visit.forms.form(report.form.ref)
    view = visit.view(live)
    if not view.may("read"):
        raise Forbidden("report.not_readable", title=report.spec.title)
    down = tuple(group_key(visit, live, each) for each in report.spec.groups)
    across = tuple(group_key(visit, live, each) for each in report.spec.columns)
    asked = Asked(report, live, down, across, tuple(filters))
    found = visit.tx.conn.execute(statement(visit, asked).limit(MOST_CELLS + 1)).all()
    if len(found) > MOST_CELLS:
        raise TooLarge("report.too_many_groups", title=report.spec.title, most=MOST_CELLS)
    return _Arranged(visit, asked, found).table()


class _Arranged:
    """The statement's rows by level and keys, with the values of every source brought together."""

    def __init__(self, visit: Visit, asked: Asked, found: Sequence[Row[Any]]) -> None:
        self.visit = visit
        self.asked = asked
        self.values: dict[int, dict[Keys, dict[int, Decimal | None]]] = {level: {} for level in range(5)}
        self.shown: dict[Keys, list[str | None]] = {}
        self.sources = [[asked.report.metrics.index(m) for m in each] for each in by_rows(asked.report.metrics)]
        for row in found:
            self._keep(row)

    def _keep(self, row: Row[Any]) -> None:
        count, level = len(self.asked.keys), row.level
        keys = tuple(_plain(row[2 + 2 * i]) for i in range(count))
        values = self.values[level].setdefault(keys, {})
        for index in self.sources[row.source]:
            metric = self.asked.report.metrics[index]
            found = metric.value.from_sql(row[2 + 2 * count + index], self.visit.tx.dialect)
            values[index] = rounded(found, metric.spec.decimals)
        shown = [row[3 + 2 * i] for i in range(count)]
        if level == CELL:
            old = self.shown.setdefault(keys, shown)
            self.shown[keys] = [_least(a, b) for a, b in zip(old, shown, strict=True)]

    def table(self) -> Table:
        """Everything in its place."""
        down, across = self.asked.down, self.asked.across
        cut = len(down)
        rows = self._headings(slice(0, cut))
        columns = self._headings(slice(cut, None))
        at_row = {each.keys: i for i, each in enumerate(rows)}
        at_column = {each.keys: i for i, each in enumerate(columns)}
        cells = {
            (at_row.get(keys[:cut], 0), at_column.get(keys[cut:], 0)): self._of(CELL, keys) for keys in self.values[CELL]
        }
        total = self._of(ALL, self._blank)
        if not self.asked.keys:
            cells = {(0, 0): total}
        return Table(
            report=self.asked.report, group_titles=tuple(k.title for k in down), column_titles=tuple(k.title for k in across),
            rows=rows, columns=columns, measures=tuple(_measure(m) for m in self.asked.report.metrics), cells=cells,
            row_totals=tuple(self._row_total(each, i, cells) for i, each in enumerate(rows)),
            column_totals=tuple(self._column_total(each, i, cells) for i, each in enumerate(columns)),
            total=total, empty=self._of(NOTHING, self._blank), dated=len(down) == 1 and bool(down[0].grain),
        )  # fmt: skip

    @property
    def _blank(self) -> Keys:
        return (None,) * len(self.asked.keys)

    def _headings(self, part: slice) -> tuple[Heading, ...]:
        keys = self.asked.keys[part]
        if not keys:
            return ()
        found: dict[Keys, list[str | None]] = {}
        for each, shown in self.shown.items():
            old = found.setdefault(each[part], shown[part])
            found[each[part]] = [_least(a, b) for a, b in zip(old, shown[part], strict=True)]
        return tuple(headings(self.visit, keys, found))

    def _of(self, level: int, keys: Keys) -> Values:
        """The values at a place; of a source that has no records there, its value of no records."""
        found = self.values[level].get(keys, {})
        nothing = self.values[NOTHING].get(self._blank, {})
        return tuple(found.get(i, nothing.get(i)) for i in range(len(self.asked.report.metrics)))

    def _row_total(self, row: Heading, index: int, cells: dict[tuple[int, int], Values]) -> Values:
        across = (None,) * len(self.asked.across)
        return self._of(ROW, (*row.keys, *across)) if across else cells[index, 0]

    def _column_total(self, column: Heading, index: int, cells: dict[tuple[int, int], Values]) -> Values:
        down = (None,) * len(self.asked.down)
        return self._of(COLUMN, (*down, *column.keys)) if down else cells[0, index]


def _plain(value: Any) -> Any:
    """A key as both engines give it alike."""
    return value.normalize() if isinstance(value, Decimal) else value


def _least(first: str | None, second: str | None) -> str | None:
    found = [each for each in (first, second) if each is not None]
    return min(found) if found else None


def _measure(metric: CompiledMetric) -> Measure:
    spec = metric.spec
    money = len(spec.unit) == 3 and spec.unit.isupper()
    decimals = spec.decimals if spec.decimals is not None else (2 if money else None)
    return Measure(spec.key, spec.title or spec.key, spec.unit, decimals, spec.source)
