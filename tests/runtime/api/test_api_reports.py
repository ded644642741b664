"""Reports and the description of the API, in the rights of the token's person."""

from decimal import Decimal
from typing import Any

from jsonschema import Draft202012Validator

CLAIM = {
    "purpose": "展会", "trip": False,
    "lines": [{"spent_on": "2026-01-05", "category": "meals", "description": "工作餐", "amount": "88.50"}],
}  # fmt: skip


def record(colour: str, amount: str) -> dict[str, Any]:
    return {"line": "abc", "colour": colour, "shade": "深", "rows": [{"item": "i", "amount": amount}]}


def test_a_report_is_exact_and_whole(api: Any) -> None:
    for colour, amount in (("red", "0.10"), ("red", "0.20"), ("blue", "1000000.01")):
        assert api.create("everything.record", record(colour, amount)).status_code == 201
    table = api.ask("GET", "/apps/everything/reports/by_colour").json
    assert table["groups"] == ["Colour"]
    assert [each["key"] for each in table["metrics"]] == ["count", "sum"]
    assert table["columns"] == [{"keys": [], "labels": []}]
    rows = {row["keys"][0]: row for row in table["rows"]}
    assert {key: row["cells"][0][0] for key, row in rows.items()} == {"red": "2", "blue": "1"}
    assert Decimal(rows["red"]["cells"][0][1]) == Decimal("0.60")
    assert [row["labels"] for row in table["rows"]] == [["Red"], ["Blue"]]
    assert Decimal(table["totals"]["total"][1]) == Decimal("2000000.62")
    assert table["totals"]["cells"] == [table["totals"]["total"]]
    other = api.ask("GET", "/apps/everything/reports/by_colour", login="li").json
    assert (other["rows"], other["totals"]["total"][0]) == ([], "0"), "a report counts what its reader may read"


def test_a_report_across(api: Any) -> None:
    table = api.ask("GET", "/apps/purchase/reports/by_month", login="wang").json
    assert table["columns"]
    assert table["rows"]
    for row in table["rows"]:
        assert len(row["cells"]) == len(table["columns"])
        assert sum(Decimal(cell[0] or 0) for cell in row["cells"]) == Decimal(row["total"][0])
    assert sum(Decimal(row["total"][0]) for row in table["rows"]) == Decimal(table["totals"]["total"][0])


def test_what_is_no_report(api: Any) -> None:
    assert api.ask("GET", "/apps/expense/reports/none").json["code"] == "api.no_report"
    assert api.ask("GET", "/apps/none/reports/none").status_code == 404
    assert api.ask("GET", "/apps/expense/reports/by_month?x=1").status_code == 422


def test_the_description_fits_what_is_sent_and_answered(api: Any) -> None:
    document = api.ask("GET", "/openapi.json").json
    assert document["openapi"] == "3.1.0"
    assert "/apps/expense/claim/records/{id}/decide" in document["paths"]
    assert "/apps/everything/thing/records/{id}/decide" not in document["paths"]
    assert "/apps/everything/reports/by_colour" in document["paths"]
    schemas = document["components"]["schemas"]
    assert schemas["everything.record"]["properties"]["sum"]["readOnly"] is True

    def fits(name: str, value: Any) -> list[str]:
        whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "components": document["components"]}
        validator = Draft202012Validator(whole | {"$ref": f"#/components/schemas/{name}"})
        return [error.message for error in validator.iter_errors(value)]

    made = api.create("expense.claim", CLAIM).json
    assert fits("expense.claim.record", made) == []
    assert fits("expense.claim", CLAIM) == []
    assert fits("expense.claim", {"purpose": 5}) != []
    assert fits("everything.record.record", api.create("everything.record", record("red", "1")).json) == []


def test_the_description_is_of_what_its_reader_may_use(api: Any) -> None:
    paths = api.ask("GET", "/openapi.json", login="zhang").json["paths"]
    steward = api.ask("GET", "/openapi.json", login="chen").json["paths"]
    assert set(paths) <= set(steward)
