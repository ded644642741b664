"""A bar chart of a report as plain geometry, which a template draws as SVG: columns for stretches of time, bars for all else.

Across it is measured in per cent and down in pixels, so that one drawing fits a phone and a wide screen and its letters
keep their size. The table beside it says the same; nothing is in the chart alone.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from dougong.reports.compact import compact
from dougong.reports.scale import scale
from dougong.reports.table import Table

MOST_COLUMNS, MOST_BARS, MOST_SERIES = 36, 30, 6
_TOP, _PLOT, _FOOT = 22, 220, 34
_LINE, _BAR, _GAP = 22, 14, 12
_AXIS = 9.0
"""Per cent that the axis of columns takes on the left."""

Values = dict[tuple[int, int], Decimal]
Place = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: ``x`` and ``width`` in per cent, ``y`` and ``height`` in pixels, the text at its end with its place."""

    row: int
    column: int
    series: int
    value: Decimal
    text: str
    x: str
    y: str
    width: str
    height: str
    text_x: str
    text_y: str
    before: bool
    """Whether the text stands before the end (a negative bar), not behind it."""


@dataclass(frozen=True, slots=True)
class Group:
    """The bars of one row: its label, the short one for narrow columns, and where that stands."""

    row: int
    label: str
    short: str
    over: str
    x: str
    y: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the axis with its number."""

    text: str
    y: str
    zero: bool


@dataclass(frozen=True)
class Chart:
    """``upright`` are columns over time, else bars lie. ``zero`` is where lying bars start, in per cent."""

    measure: int
    upright: bool
    height: int
    groups: tuple[Group, ...]
    ticks: tuple[Tick, ...]
    series: tuple[int, ...]
    """The columns of the table that are drawn, in order; (0,) where the table has none."""
    left_out: int
    """How many columns of the table are not drawn."""
    zero: str = "0%"
    axis: str = f"{_AXIS}%"
    numbers: bool = field(default=True)
    """Whether there is room for a number at each column."""

    @property
    def crowded(self) -> bool:
        """Whether a narrow screen has room for every second label only."""
        return self.upright and len(self.groups) > 8


def chart(table: Table, measure: int, language: str) -> Chart | None:
    """The chart of one measure; None where there is nothing to draw, or more than anybody could read."""
    series = _series(table, measure)
    values = {
        (row, column): value
        for row in range(len(table.rows))
        for column in series
        if (row, column) in table.cells and (value := table.values(row, column)[measure]) is not None
    }
    most = MOST_COLUMNS if table.dated else MOST_BARS
    if not values or not 1 <= len(table.rows) <= most:
        return None
    left_out = max(len(table.columns) - len(series), 0)
    drawn = _upright if table.dated else _lying
    return drawn(table, measure, series, values, left_out, language)


def _series(table: Table, measure: int) -> tuple[int, ...]:
    """The largest few columns, in the table's order."""
    if not table.columns:
        return (0,)
    by_size = sorted(range(len(table.columns)), key=lambda i: -abs(table.column_totals[i][measure] or Decimal(0)))
    return tuple(sorted(by_size[:MOST_SERIES]))


def _upright(
    table: Table, measure: int, series: Sequence[int], values: Values, left_out: int, language: str
) -> Chart:
    axis = scale(values.values())

    def down(value: float) -> float:
        return _TOP + _PLOT * (1 - axis.part(value))

    step = (100 - _AXIS) / len(table.rows)
    wide = min(step * 0.72, 4.5 * len(series) + 2) / len(series)
    groups = []
    for row, heading in enumerate(table.rows):
        middle = _AXIS + step * (row + 0.5)
        start = middle - wide * len(series) / 2
        bars = tuple(
            _column(row, column, i, value, start + wide * i, wide * (0.92 if len(series) > 1 else 1), down, language)
            for i, column in enumerate(series)
            if (value := values.get((row, column))) is not None
        )
        over, short = _short(heading.label, table.rows[row - 1].label if row else "")
        groups.append(Group(row, heading.label, short, over, _per_cent(middle), str(_TOP + _PLOT + 16), bars))
    ticks = tuple(Tick(compact(Decimal(str(at)), language), f"{down(at):.1f}", at == 0) for at in axis.ticks)
    numbers = len(series) == 1 and len(groups) <= 12
    return Chart(
        measure, True, _TOP + _PLOT + _FOOT, tuple(groups), ticks, tuple(series), left_out, numbers=numbers
    )  # fmt: skip


def _column(
    row: int, column: int, series: int, value: Decimal, x: float, width: float, down: Place, language: str
) -> Bar:
    top, bottom = sorted((down(float(value)), down(0)))
    negative = value < 0
    return Bar(
        row, column, series, value, compact(value, language), _per_cent(x), f"{top:.1f}", _per_cent(width),
        f"{max(bottom - top, 1):.1f}", _per_cent(x + width / 2), f"{bottom + 14 if negative else top - 6:.1f}", negative,
    )  # fmt: skip


def _lying(
    table: Table, measure: int, series: Sequence[int], values: Values, left_out: int, language: str
) -> Chart:
    axis = scale(values.values(), tight=True)
    first, last = (14.0, 84.0) if axis.low < 0 else (0.0, 84.0)

    def along(value: float) -> float:
        return first + (last - first) * axis.part(value)

    groups = list[Group]()
    y = 0
    for row, heading in enumerate(table.rows):
        present = [(i, column) for i, column in enumerate(series) if (row, column) in values]
        bars = tuple(
            _bar(row, column, i, values[row, column], y + _LINE + _BAR * at, along, language)
            for at, (i, column) in enumerate(present)
        )
        groups.append(Group(row, heading.label, heading.label, "", "0", str(y + 15), bars))
        y += _LINE + _BAR * len(present) + _GAP
    return Chart(measure, False, y, tuple(groups), (), tuple(series), left_out, zero=_per_cent(along(0)))


def _bar(row: int, column: int, series: int, value: Decimal, y: int, along: Place, language: str) -> Bar:
    left, right = sorted((along(float(value)), along(0)))
    negative = value < 0
    return Bar(
        row, column, series, value, compact(value, language), _per_cent(left), str(y), _per_cent(max(right - left, 0.3)),
        str(_BAR - 2), _per_cent(left if negative else right), str(y + _BAR - 4), negative,
    )  # fmt: skip


def _short(label: str, before: str) -> tuple[str, str]:
    """The year, where it changes, and the rest of a label of time."""
    year, dash, rest = label.partition("-")
    if not dash:
        return "", label
    return (year if before[:4] != year else ""), rest


def _per_cent(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".") + "%"


def drawn(chart: Chart) -> Iterator[Bar]:
    """Every bar of a chart."""
    return (bar for group in chart.groups for bar in group.bars)


__all__ = ["Bar", "Chart", "Group", "Tick", "chart", "drawn"]
