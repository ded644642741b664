"""The one statement of a report: a branch for each level of detail and each set of rows, all together.

Totals are computed from records, never from other totals: a sum of averages is no average. The level ``nothing`` says
what each metric is of no records.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Numeric,
    Select,
    Text,
    and_,
    cast,
    false,
    literal,
    literal_column,
    null,
    select,
    union_all,
)

from dougong.records import Visit
from dougong.records.filters import Filter, condition
from dougong.reports.keys import GroupKey
from dougong.spec.compiled import CompiledMetric, CompiledReport
from dougong.tables import LiveForm

CELL, ROW, COLUMN, ALL, NOTHING = range(5)


@dataclass(frozen=True)
class Asked:
    """A report over a form: its keys down and across, and the filters on its records."""

    report: CompiledReport
    live: LiveForm
    down: tuple[GroupKey, ...]
    across: tuple[GroupKey, ...]
    filters: tuple[Filter, ...]

    @property
    def keys(self) -> tuple[GroupKey, ...]:
        """Every key, those down first."""
        return (*self.down, *self.across)

    def levels(self) -> Iterator[tuple[int, range]]:
        """Each level and which of the keys it groups by."""
        down, every = len(self.down), len(self.keys)
        if every:
            yield CELL, range(every)
        if self.down and self.across:
            yield ROW, range(down)
            yield COLUMN, range(down, every)
        yield ALL, range(0)
        yield NOTHING, range(0)


def statement(visit: Visit, asked: Asked) -> CompoundSelect[Any]:
    """Rows of ``level``, then ``_g<i>`` and ``_s<i>`` of each key, then ``_m<i>`` of each metric; a metric is NULL in
    the branches of other sources, told apart by ``source``."""
    branches: list[Select[Any]] = []
    for number, metrics in enumerate(by_rows(asked.report.metrics)):
        values = _values(visit, asked, metrics)
        where = _where(visit, asked, metrics[0])
        for level, grouped in asked.levels():
            branches.append(_branch(asked, level, number, grouped, values, where))
    return union_all(*branches)


def by_rows(metrics: Iterable[CompiledMetric]) -> list[list[CompiledMetric]]:
    """The metrics that count the same records, together."""
    together: dict[str, list[CompiledMetric]] = {}
    for metric in metrics:
        together.setdefault(metric.rows.text if metric.rows else "", []).append(metric)
    return list(together.values())


def _values(visit: Visit, asked: Asked, metrics: Sequence[CompiledMetric]) -> list[ColumnElement[Any]]:
    """A column per metric of the report, NULL for those that count other records."""
    view, dialect = visit.view(asked.live), visit.tx.dialect
    plain = Numeric() if dialect == "postgresql" else Text()
    found: list[ColumnElement[Any]] = []
    for index, metric in enumerate(asked.report.metrics):
        value = metric.value.sql(view.columns, visit.env, dialect) if metric in metrics else null()
        found.append(cast(value, plain).label(f"_m{index}"))
    return found


def _where(visit: Visit, asked: Asked, metric: CompiledMetric) -> ColumnElement[bool]:
    view = visit.view(asked.live)
    parts = [view.rows("read"), *(condition(visit, asked.live, one) for one in asked.filters)]
    if metric.rows is not None:
        parts.append(metric.rows.sql(view.columns, visit.env, visit.tx.dialect))
    return and_(*parts)


def _branch(
    asked: Asked, level: int, source: int, grouped: range, values: Sequence[ColumnElement[Any]],
    where: ColumnElement[bool],
) -> Select[Any]:  # fmt: skip
    keys = [_key(key, index, index in grouped) for index, key in enumerate(asked.keys)]
    parts = [literal(level, Integer()).label("level"), literal(source, Integer()).label("source")]
    columns = [*parts, *(column for pair in keys for column in pair), *values]
    query = select(*columns).select_from(asked.live.physical.main.table)
    query = query.where(false() if level == NOTHING else where)
    # By name: PostgreSQL takes one expression with parameters, written twice, for two.
    return query.group_by(*(literal_column(f"_g{index}") for index in grouped)) if grouped else query


def _key(key: GroupKey, index: int, grouped: bool) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    shown = key.shown if grouped and key.shown is not None else cast(null(), Text)
    expression = key.expression if grouped else cast(null(), key.expression.type)
    return expression.label(f"_g{index}"), shown.label(f"_s{index}")
