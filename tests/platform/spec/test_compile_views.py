"""The second stage on lists, sources, metrics, reports and tests."""

from collections.abc import Callable
from typing import Any

import pytest

Found = Callable[[dict[str, Any]], list[tuple[str, str]]]


@pytest.mark.parametrize(
    ("change", "code", "at"),
    [
        ({"form": "reqest"}, "spec.no_such_form", "form"),
        ({"columns": ["number", "reson"]}, "spec.no_such_field", "columns[1]"),
        ({"columns": ["basic"]}, "spec.no_such_field", "columns[0]"),
        ({"columns": ["lines.price"]}, "spec.no_such_field", "columns[0]"),
        ({"columns": ["total", "total"]}, "spec.twice", "columns[1]"),
        ({"sort": ["-creatd_at"]}, "spec.not_sortable", "sort[0]"),
        ({"sort": ["quote"]}, "spec.not_sortable", "sort[0]"),
        ({"filters": ["lines"]}, "spec.not_filterable", "filters[0]"),
        ({"filters": ["id"]}, "spec.not_filterable", "filters[0]"),
        ({"search": ["total"]}, "spec.not_searchable", "search[0]"),
        ({"search": ["category"]}, "spec.not_searchable", "search[0]"),
        ({"totals": {"reason": "sum"}}, "spec.no_total", "totals.reason"),
        ({"totals": {"needed_on": "average"}}, "spec.no_total", "totals.needed_on"),
        ({"totals": {"totl": "sum"}}, "spec.no_such_field", "totals.totl"),
        ({"card": {"title": "reson"}}, "spec.no_such_field", "card.title"),
        ({"card": {"lines": ["x"]}}, "spec.no_such_field", "card.lines[0]"),
        ({"card": {"amount": "reason"}}, "spec.not_a_number_field", "card.amount"),
        ({"rows": "statu = \"x\""}, "formula.unknown_name", "rows"),
        ({"rows": "2 ^ total > 8"}, "formula.sql.power", "rows"),
    ],
)  # fmt: skip
def test_lists(change: dict[str, Any], code: str, at: str, purchase: dict[str, Any], found: Found) -> None:
    purchase["lists"][0].update(change)
    assert found(purchase) == [(code, f"lists.open.{at}")]


def test_lists_may_name_system_fields_and_count_anything(purchase: dict[str, Any], found: Found) -> None:
    purchase["lists"][0] |= {
        "columns": ["id", "number", "created_by", "lines", "quote"], "sort": ["-updated_at", "number", "id"],
        "filters": ["status", "created_by", "department", "updated_at", "quote", "number"],
        "totals": {"reason": "count", "needed_on": "max", "created_at": "min", "total": "average"},
    }  # fmt: skip
    assert found(purchase) == []


@pytest.mark.parametrize(
    ("path", "value", "code", "at"),
    [
        (("sources", 0, "form"), "nothing", "spec.no_such_form", "sources.done.form"),
        (("sources", 0, "rows"), "1", "formula.result_kind", "sources.done.rows"),
        (("metrics", 0, "source"), "dne", "spec.no_such_source", "metrics.spend.source"),
        (("metrics", 0, "value"), "total", "formula.list_unreduced", "metrics.spend.value"),
        (("metrics", 0, "value"), "SUM(reason)", "formula.wrong_kind", "metrics.spend.value"),
        (("metrics", 0, "value"), "", "formula.empty", "metrics.spend.value"),
        (("metrics", 0, "decimals"), 10, "spec.out_of_range", "metrics.spend.decimals"),
        (("reports", 0, "title"), "", "spec.title_missing", "reports.by_month.title"),
        (("reports", 0, "metrics"), [], "spec.no_metrics", "reports.by_month.metrics"),
        (("reports", 0, "metrics"), ["spnd"], "spec.no_such_metric", "reports.by_month.metrics[0]"),
        (("reports", 0, "metrics"), ["spend", "spend"], "spec.twice", "reports.by_month.metrics[1]"),
        (("reports", 0, "groups", 0, "field"), "quote", "spec.not_groupable", "reports.by_month.groups.month.field"),
        (
            ("reports", 0, "groups", 0, "field"),
            "category",
            "spec.grain_without_date",
            "reports.by_month.groups.month.by",
        ),
        (("reports", 0, "columns", 0, "key"), "month", "spec.key_twice", "reports.by_month.columns.month.key"),
    ],
)
def test_reports(
    path: tuple[str | int, ...], value: Any, code: str, at: str, purchase: dict[str, Any], found: Found
) -> None:
    inner: Any = purchase
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    assert (code, at) in found(purchase)
    assert {hit[0] for hit in found(purchase)} == {code}


def test_the_metrics_of_a_report_are_of_one_form(purchase: dict[str, Any], found: Found) -> None:
    purchase["forms"].append({"key": "other", "title": "O", "fields": [{"key": "x", "type": "money", "title": "X"}]})
    purchase["sources"].append({"key": "others", "form": "other"})
    purchase["metrics"].append({"key": "x", "source": "others", "value": "SUM(x)"})
    purchase["reports"][0]["metrics"] = ["spend", "x", "orders"]
    assert found(purchase) == [("spec.other_form", "reports.by_month.metrics[1]")]


@pytest.mark.parametrize(
    ("change", "code", "at"),
    [
        ({"form": "nothing"}, "spec.no_such_form", "form"),
        ({"as": "any"}, "spec.no_such_person", "as"),
        ({"people": {"amy": {"supervisor": "zoe"}}}, "spec.no_such_person", "people.amy.supervisor"),
        ({"people": {"amy": {"roles": ["byer"]}}}, "spec.no_such_role", "people.amy.roles[0]"),
        ({"clock": "2026-03-02T09:00:00"}, "spec.bad_clock", "clock"),
        ({"clock": "noon"}, "spec.bad_clock", "clock"),
        ({"values": {"reson": "x"}}, "spec.no_such_field", "values.reson"),
        ({"values": {"lines": [{"pric": 1}]}}, "spec.no_such_field", "values.lines[0].pric"),
        ({"records": {"mdm.supplir": []}}, "spec.no_such_form", "records.mdm.supplir"),
        ({"records": {"mdm.supplier": [{"nme": "x"}]}}, "spec.no_such_field", "records.mdm.supplier[0].nme"),
        ({"expect": {"errors": ["lines[0].pric"]}}, "spec.no_such_field", "expect.errors[0]"),
        ({"expect": {"values": {"totl": 1}}}, "spec.no_such_field", "expect.values.totl"),
        ({"expect": {"route": ["amount"]}}, "spec.no_such_step", "expect.route[0]"),
        ({"expect": {"status": "done"}}, "spec.no_such_status", "expect.status"),
        ({"expect": {"lists": {"opn": []}}}, "spec.no_such_list", "expect.lists.opn"),
        ({"expect": {"metrics": {"spnd": 1}}}, "spec.no_such_metric", "expect.metrics.spnd"),
        ({"expect": {"can": {"reed": True}}}, "spec.no_such_action", "expect.can.reed"),
    ],
)
def test_tests(change: dict[str, Any], code: str, at: str, purchase: dict[str, Any], found: Found) -> None:
    purchase["tests"][0].update(change)
    assert found(purchase) == [(code, f"tests.big_needs_quote.{at}")]


def test_tests_may_name_rows_sections_records_and_results(purchase: dict[str, Any], found: Found) -> None:
    purchase["tests"][0] |= {
        "records": {"mdm.supplier": [{"key": "s1", "name": "甲", "created_by": "amy"}],
                    "request": [{"key": "r", "reason": "x"}]},
        "expect": {
            "shown": ["basic", "lines[0].item"], "values": {"lines[0].subtotal": "1", "total": 2, "status": "draft"},
            "lists": {"open": ["r"]}, "metrics": {"spend": "1"}, "can": {"edit": True}, "status": "ordering",
        },
    }  # fmt: skip
    assert found(purchase) == []
