"""Reports show a person's own rows and columns only, and refuse, with a reason, what is nowhere theirs to read."""

from decimal import Decimal
from typing import Any

import pytest

from dougong.errors import Forbidden, Refused
from dougong.records.filters import Filter
from dougong.records.listing import Query, count
from dougong.reports import run
from dougong.reports.separated import harmless, separated, table_rows

REPORTS = [
    {"key": "colours", "title": "Colours", "groups": [{"key": "c", "field": "colour"}], "metrics": ["count", "total"]},
    {"key": "secret", "title": "Secret", "groups": [{"key": "c", "field": "colour"}], "metrics": ["secrets"]},
    {"key": "by_secret", "title": "By", "groups": [{"key": "s", "field": "secret"}], "metrics": ["count"]},
    {"key": "months", "title": "M", "groups": [{"key": "m", "field": "day", "by": "month"}],
     "columns": [{"key": "c", "field": "colour"}], "metrics": ["total", "urgent_total"]},
    {"key": "names", "title": "N", "groups": [{"key": "n", "field": "name"}, {"key": "p", "field": "parent"}],
     "metrics": ["count"]},
]  # fmt: skip
ROWS = [
    {"name": "mine", "owner": "amy", "colour": "red", "amount": "10.05", "day": "2026-01-31", "urgent": "true"},
    {"name": "green", "owner": "bo", "colour": "green", "amount": "7.00", "secret": "4", "day": "2026-02-01"},
    {"name": "hidden", "owner": "bo", "colour": "blue", "amount": "100.00", "secret": "9"},
]


@pytest.fixture
def filled(shop: Any) -> Any:
    shop.publish(REPORTS)
    shop.fill(ROWS)
    return shop


def report(shop: Any, login: str, key: str, *filters: Filter) -> Any:
    return shop.ask(login, lambda visit: run(visit, visit.forms.app("shop").compiled.reports[key], filters))


def test_rows_and_columns_are_those_of_the_reader(filled: Any) -> None:
    everything = report(filled, "bo", "colours")
    assert [each.label for each in everything.rows] == ["Red", "Green", "Blue"]
    assert [int(values[0]) for values in everything.row_totals] == [1, 1, 1]
    mine = report(filled, "amy", "colours")
    # the green row shows its colour, not its amount
    assert {each.label: values for each, values in zip(mine.rows, mine.row_totals, strict=True)} == {
        "Red": (1, Decimal("10.05")), "Green": (1, 0),
    }  # fmt: skip
    assert mine.total == (2, Decimal("10.05"))


def test_what_is_nowhere_readable_is_refused(filled: Any) -> None:
    assert int(report(filled, "bo", "secret").total[0]) == 13
    for key in ("secret", "by_secret"):
        with pytest.raises(Forbidden) as caught:
            report(filled, "amy", key)
        assert caught.value.code == "access.field_not_readable"
    with pytest.raises(Forbidden):
        report(filled, "amy", "colours", Filter("secret", "ge", ("5",)))
    with pytest.raises(Refused):
        report(filled, "bo", "colours", Filter("amount", "ge", ("many",)))


def test_every_heading_finds_its_own_records(filled: Any) -> None:
    for key in ("colours", "months", "names"):
        table = report(filled, "bo", key)
        assert table.rows
        for row, values in zip(table.rows, table.row_totals, strict=True):
            def found(visit: Any, row: Any = row) -> int:
                return count(visit, Query(visit.forms.form("shop.item"), (), filters=row.filters))

            if key != "months":
                assert filled.ask("bo", found) == values[0], row
            else:
                assert filled.ask("bo", found) == 1


def test_a_filter_narrows_the_report(filled: Any) -> None:
    table = report(filled, "bo", "months", Filter("day", "between", ("2026-01-01", "2026-01-31")))
    assert [each.label for each in table.rows] == ["2026-01"]
    assert [str(each) for each in table.total] == ["10.05", "10.05"]


def test_a_report_as_text(filled: Any) -> None:
    rows = table_rows(report(filled, "bo", "months"), "en")
    assert rows[0][:3] == ["Day", "Red · total", "Red · urgent_total"]
    assert [row[0] for row in rows[1:]] == ["2026-01", "2026-02", "(blank)", "Total"]
    assert len({len(row) for row in rows}) == 1


@pytest.mark.parametrize("cell", ["=1+1", "+cmd", "-x", "@SUM(A1)", "\tx", "\rx", "-1+2", "=HYPERLINK(1)"])
def test_no_cell_is_run(cell: str) -> None:
    assert harmless(cell) == "'" + cell
    assert separated([[cell]]).lstrip('"').startswith("'")


@pytest.mark.parametrize("cell", ["-1", "-1,284.50", "+5", "12%", "", "A=1", "2026-01-01"])
def test_numbers_stay_numbers(cell: str) -> None:
    assert harmless(cell) == cell
