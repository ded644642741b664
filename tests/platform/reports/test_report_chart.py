"""Charts: geometry that stays inside, scales people count in, the table's own numbers."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from dougong.reports.chart import chart, drawn
from dougong.reports.compact import compact
from dougong.reports.scale import scale
from dougong.reports.table import Heading, Measure, Table


def table(values: list[list[Any]], dated: bool = False, labels: list[str] | None = None) -> Table:
    """A report of one measure; a row per list, a column per value, None where there is no record."""
    rows = tuple(Heading((i,), ((labels or [])[i] if labels else f"row {i}",), ()) for i in range(len(values)))
    width = len(values[0]) if values else 0
    columns = tuple(Heading((i,), (f"column {i}",), ()) for i in range(width)) if width > 1 else ()
    numbers = {(i, j): (Decimal(v),) for i, row in enumerate(values) for j, v in enumerate(row) if v is not None}
    sums = tuple((sum((v[0] for (i, j), v in numbers.items() if j == c), Decimal(0)),) for c in range(width))
    return Table(
        report=SimpleNamespace(), group_titles=("G",), column_titles=(), rows=rows, columns=columns,  # type: ignore[arg-type]
        measures=(Measure("m", "M", "", None, "s"),), cells=numbers, row_totals=((Decimal(0),),) * len(rows),
        column_totals=sums if columns else (), total=(Decimal(0),), empty=(Decimal(0),), dated=dated,
    )  # fmt: skip


def part(text: str) -> float:
    return float(text.removesuffix("%"))


@pytest.mark.parametrize("dated", [False, True])
@pytest.mark.parametrize(
    "values", [[[5], [3]], [[-5], [3]], [[-5], [-3]], [[0], [0]], [[1, 2, None], [None, 4, -9]], [["0.01"], ["99999999"]]]
)
def test_bars_stay_inside_and_begin_at_zero(values: list[list[Any]], dated: bool) -> None:
    made = chart(table(values, dated), 0, "en")
    assert made is not None
    bars = list(drawn(made))
    assert len(bars) == sum(v is not None for row in values for v in row)
    for bar in bars:
        assert part(bar.x) >= 0
        assert part(bar.x) + part(bar.width) <= 100
        assert float(bar.y) >= 0
        assert float(bar.y) + float(bar.height) <= made.height
    if dated:
        zero = next(float(tick.y) for tick in made.ticks if tick.zero)
        for bar in bars:
            edge = float(bar.y) if bar.value < 0 else float(bar.y) + float(bar.height)
            assert edge == pytest.approx(zero, abs=1.1)


def test_lengths_are_in_proportion() -> None:
    made = chart(table([[10], [5], [-5]]), 0, "en")
    assert made is not None
    ten, five, minus = (part(bar.width) for bar in drawn(made))
    assert ten == pytest.approx(2 * five, abs=0.01)
    assert five == pytest.approx(minus, abs=0.01)


def test_too_much_is_not_drawn_or_only_its_largest_part() -> None:
    assert chart(table([[1]] * 31), 0, "en") is None
    assert chart(table([[1]] * 36, dated=True), 0, "en") is not None
    assert chart(table([]), 0, "en") is None
    made = chart(table([[1, 9, 3, 4, 5, 6, 7, 8]]), 0, "en")
    assert made is not None
    assert made.series == (1, 3, 4, 5, 6, 7)
    assert made.left_out == 2


def test_labels_of_time_name_the_year_once() -> None:
    made = chart(table([[1], [2], [3]], True, ["2025-11", "2025-12", "2026-01"]), 0, "en")
    assert made is not None
    assert [(group.over, group.short) for group in made.groups] == [("2025", "11"), ("", "12"), ("2026", "01")]


@pytest.mark.parametrize(("values", "ticks"), [((0, 87), 5), ((-3, 4), 5), ((1000,), 5), ((0.3,), 4)])
def test_scales_end_on_ticks(values: tuple[float, ...], ticks: int) -> None:
    made = scale(Decimal(str(value)) for value in values)
    assert 0.0 in made.ticks
    assert abs(len(made.ticks) - ticks) <= 1
    assert made.low <= min(values)
    assert made.high >= max(values)


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [("0", "0", "0"), ("9999", "9,999", "9,999"), ("12845", "1.28万", "12.8K"), ("-120000000", "-1.2亿", "-120M"),
     ("0.125", "0.125", "0.125"), ("1234.5", "1,235", "1,235")],
)  # fmt: skip
def test_numbers_are_short(value: str, zh: str, en: str) -> None:
    assert compact(Decimal(value), "zh-CN") == zh
    assert compact(Decimal(value), "en") == en
