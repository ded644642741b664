"""Reports against an oracle: random records, every grouping and grain, counted again in Python."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dougong.formulas import fold
from dougong.reports import run

ZONE = ZoneInfo("Asia/Shanghai")
GRAINS = ("day", "week", "month", "quarter", "year")
GROUPS = (
    [{"field": field} for field in ("name", "colour", "urgent", "owner", "pieces")]
    + [{"field": field, "by": grain} for field in ("day", "moment") for grain in GRAINS]
)  # fmt: skip
METRICS = ["count", "total", "mean", "most", "urgent_count", "urgent_total"]
REPORTS = [
    *({"key": f"one{i}", "title": "One", "groups": [{"key": "g", **g}], "metrics": METRICS} for i, g in enumerate(GROUPS)),
    *(
        {"key": f"two{i}", "title": "Two", "groups": [{"key": "g", **g}], "columns": [{"key": "c", **c}], "metrics": METRICS}
        for i, (g, c) in enumerate(zip(GROUPS, GROUPS[3:] + GROUPS[:3], strict=True))
    ),
    {"key": "none", "title": "None", "metrics": METRICS},
    {"key": "deep", "title": "Deep", "groups": [{"key": "a", "field": "colour"}, {"key": "b", "field": "day", "by": "week"}],
     "metrics": METRICS},
]  # fmt: skip

days = st.one_of(
    st.dates(date(2024, 12, 20), date(2026, 1, 12)),
    st.sampled_from([date(1900, 1, 1), date(2020, 12, 31), date(2021, 1, 3), date(2024, 2, 29), date(2099, 12, 31)]),
)
moments = st.datetimes(datetime(2024, 12, 30), datetime(2025, 1, 8)).map(lambda m: m.replace(microsecond=0, tzinfo=UTC))
records = st.lists(
    st.fixed_dictionaries({
        "name": st.sampled_from([None, "Ann", "ANN", "ann", "纸", "b/c"]),
        "amount": st.one_of(st.none(), st.decimals(-99999, 99999, places=2)),
        "pieces": st.one_of(st.none(), st.integers(-5, 5)),
        "colour": st.sampled_from([None, "red", "green", "blue"]),
        "urgent": st.sampled_from([None, True, False]),
        "day": st.one_of(st.none(), days),
        "moment": st.one_of(st.none(), moments),
        "owner": st.sampled_from([None, "amy", "bo", "cy"]),
    }),
    max_size=9,
)  # fmt: skip


def raw(record: dict[str, Any]) -> dict[str, Any]:
    """As the API would send it."""
    return {k: v.isoformat() if isinstance(v, date) else str(v) for k, v in record.items() if v is not None}


def key_of(record: dict[str, Any], grouping: dict[str, str], people: dict[str, int]) -> Any:
    value = record[grouping["field"]]
    if value is None:
        return None
    if isinstance(value, datetime):
        value = value.astimezone(ZONE).date()
    if isinstance(value, date):
        return stretch(value, grouping["by"])
    if grouping["field"] == "name":
        return fold(value)
    return people[value] if grouping["field"] == "owner" else value


def stretch(day: date, grain: str) -> str:
    """The label of a day, worked out another way: the week is that of its Thursday."""
    if grain == "week":
        thursday = day + timedelta(days=3 - day.weekday())
        first = date(thursday.year, 1, 1)
        return f"{thursday.year:04d}-W{(thursday - first).days // 7 + 1:02d}"
    text = f"{day.year:04d}-{day.month:02d}-{day.day:02d}"
    if grain == "quarter":
        return f"{text[:4]}-Q{ {1: 1, 2: 1, 3: 1, 4: 2, 5: 2, 6: 2, 7: 3, 8: 3, 9: 3}.get(day.month, 4)}"
    return text[: {"day": 10, "month": 7, "year": 4}[grain]]


def measured(rows: list[dict[str, Any]]) -> tuple[Any, ...]:
    """Every metric over rows, by hand."""
    amounts = [row["amount"] for row in rows if row["amount"] is not None]
    pieces = [row["pieces"] for row in rows if row["pieces"] is not None]
    urgent = [row for row in rows if row["urgent"]]
    mean = (sum(amounts, Decimal(0)) / len(amounts)).quantize(Decimal("0.001"), ROUND_HALF_UP) if amounts else None
    return (
        len(rows), sum(amounts, Decimal(0)), mean, max(pieces, default=0), len(urgent),
        sum((row["amount"] for row in urgent if row["amount"] is not None), Decimal(0)),
    )  # fmt: skip


@settings(
    max_examples=12, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(rows=records)
def _compare(shop: Any, rows: list[dict[str, Any]]) -> None:
    shop.fill([raw(each) for each in rows])
    tables = shop.ask(
        "bo", lambda visit: {k: run(visit, r) for k, r in visit.forms.app("shop").compiled.reports.items()}
    )
    for report in REPORTS:
        table = tables[report["key"]]
        down, across = report.get("groups", []), report.get("columns", [])
        groups: dict[Any, list[Any]] = defaultdict(list)
        by_row: dict[Any, list[Any]] = defaultdict(list)
        by_column: dict[Any, list[Any]] = defaultdict(list)
        for row in rows:
            r = tuple(key_of(row, g, shop.people) for g in down)
            c = tuple(key_of(row, g, shop.people) for g in across)
            groups[r, c].append(row)
            by_row[r].append(row)
            by_column[c].append(row)
        rows_of = [each.keys for each in table.rows] if down else [()]
        columns_of = [each.keys for each in table.columns] if across else [()]
        if down or across:
            found = {(rows_of[i], columns_of[j]): values for (i, j), values in table.cells.items()}
            assert found == {keys: measured(each) for keys, each in groups.items()}, report
        if down:
            assert dict(zip(rows_of, table.row_totals, strict=True)) == {k: measured(v) for k, v in by_row.items()}
        if across:
            totals = dict(zip(columns_of, table.column_totals, strict=True))
            assert totals == {k: measured(v) for k, v in by_column.items()}
        assert table.total == measured(rows)
        assert table.empty == measured([])
        for headings in (table.rows, table.columns):
            blanks = [None in each.keys for each in headings if len(each.keys) == 1]
            assert blanks == sorted(blanks), "blank comes last"


def test_reports_say_what_counting_by_hand_says(shop: Any) -> None:
    shop.publish(REPORTS)
    _compare(shop)
