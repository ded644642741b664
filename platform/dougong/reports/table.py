"""A report's answer: headings down and across, values where they cross, totals of each and of all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from dougong.fields.base import LocalText
from dougong.records.filters import Filter
from dougong.spec.compiled import CompiledReport

Values = tuple[Decimal | None, ...]
"""One value per measure."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A row or column of a report: one stored key and one label per grouping (None and its word for blank), and the
    filters that find just its records. A date's key is its label: ``2026-03``, ``2026-W10``, ``2026-Q1``."""

    keys: tuple[Any, ...]
    labels: tuple[str, ...]
    filters: tuple[Filter, ...]

    @property
    def label(self) -> str:
        """All of it in one text."""
        return " / ".join(self.labels)


@dataclass(frozen=True, slots=True)
class Measure:
    """A metric as a report shows it. ``decimals`` is None where neither the metric nor its unit states any."""

    key: str
    title: LocalText
    unit: str
    decimals: int | None
    source: str


@dataclass(frozen=True)
class Table:
    """The whole report. ``cells`` maps (row, column) indexes to values, and has no entry where there are no records;
    without groupings across the only column is 0, without groupings down the only row is 0. ``empty`` is what each
    measure is of no records at all."""

    report: CompiledReport
    group_titles: tuple[LocalText, ...]
    column_titles: tuple[LocalText, ...]
    rows: tuple[Heading, ...]
    columns: tuple[Heading, ...]
    measures: tuple[Measure, ...]
    cells: Mapping[tuple[int, int], Values]
    row_totals: tuple[Values, ...]
    column_totals: tuple[Values, ...]
    total: Values
    empty: Values
    dated: bool = field(default=False)
    """Whether the rows are stretches of time."""

    def values(self, row: int, column: int) -> Values:
        """The values where a row and a column cross."""
        return self.cells.get((row, column), self.empty)

    @property
    def bare(self) -> bool:
        """Whether there is no record in it at all."""
        return not self.cells
