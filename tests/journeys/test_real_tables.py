"""Other people's tables, loaded by the command line and asked by every way there is to read: what comes back is compared
with what the file itself says, counted by ``csv`` and ``Decimal``."""

import csv
import importlib.util
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from dougong.cli import main
from dougong.people import tokens
from dougong.people.accounts import find_person
from dougong.records import Visit
from dougong.records.filters import Filter
from dougong.records.listing import Query, count, rows, totals
from dougong.records.order import SortKey
from dougong.spec.compiled import CompiledList

pytestmark = pytest.mark.corpora
SPECS = Path(__file__).resolve().parents[1] / "specs"
SMALL = 1500
"""Rows of a table that PostgreSQL is given: the point there is the other engine, not the size."""


class Loaded:
    """An installation into which a table went, and its first administrator."""

    def __init__(self, site: Any) -> None:
        self.site = site
        self.run("init")

    @property
    def small(self) -> bool:
        return bool(self.site.composition.database.dialect == "postgresql")

    def run(self, *words: object, status: int = 0) -> str:
        settings = self.site.composition.settings
        env = {
            "DOUGONG_DATA": str(settings.data),
            "DOUGONG_DATABASE": settings.database,
            "DOUGONG_ARGON2_TIME_COST": "1",
        }
        done = CliRunner(env=env).invoke(main, ["--language", "en", *map(str, words)])
        assert done.exit_code == status, done.output
        return done.output

    def publish(self, name: str) -> None:
        self.run("import", SPECS / f"{name}.json", "--publish")

    def read(self, work: Callable[[Visit], Any]) -> Any:
        return self.site.composition.read(self.site.actor("admin"), "page", work)

    def view(self, app: str, key: str) -> CompiledList:
        return self.read(lambda visit: visit.forms.app(app).compiled.lists[key])  # type: ignore[no-any-return]

    def query(self, visit: Visit, app: str, key: str, **asked: Any) -> Query:
        view = visit.forms.app(app).compiled.lists[key]  # type: ignore[attr-defined]
        sort = tuple(SortKey.parse(each) for each in view.spec.sort)
        live = visit.forms.form(view.form.ref)
        return Query(live, tuple(view.spec.columns), view=view, sort=sort, search_in=tuple(view.spec.search), **asked)

    def count(self, app: str, key: str, *filters: Filter, text: str = "") -> int:
        return int(self.read(lambda visit: count(visit, self.query(visit, app, key, filters=filters, text=text))))

    def totals(self, app: str, key: str, wanted: dict[str, str], *filters: Filter) -> dict[str, Any]:
        return self.read(lambda v: totals(v, self.query(v, app, key, filters=filters), wanted))  # type: ignore[no-any-return]

    def pages(self, app: str, key: str, limit: int) -> Iterator[Any]:
        """Every row of a list, page by page, each page in a transaction of its own."""
        cursor = None
        while True:
            at = cursor
            found = self.read(lambda visit: rows(visit, self.query(visit, app, key, limit=limit, cursor=at)))  # noqa: B023
            yield from found.rows
            cursor = found.next
            if cursor is None:
                return

    def api(self, path: str) -> Any:
        if not hasattr(self, "_token"):
            make = self.site.composition.database.write
            self._token = make(lambda tx: tokens.create(tx, find_person(tx, "admin")))
        answer = self.site.client().get(f"/api/v1/apps/{path}", headers={"Authorization": f"Bearer {self._token}"})
        assert answer.status_code == 200, answer.text
        return answer.json

    def report(self, app: str, key: str) -> dict[tuple[Any, ...], list[list[str | None]]]:
        """Keys of a row → its cells."""
        return {tuple(row["keys"]): row["cells"] for row in self.api(f"{app}/reports/{key}")["rows"]}

    def export(self, path: str) -> list[dict[str, str]]:
        answer = self.site.client("admin").get(path)
        assert answer.status_code == 200, answer.text[:500]
        return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


@pytest.fixture
def loaded(empty_site: Any) -> Loaded:
    return Loaded(empty_site)


@pytest.fixture
def tables(corpora: Path) -> Path:
    return corpora / "tables"


def table(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def cut(path: Path, most: int | None, folder: Path) -> Path:
    """The file, or its first rows as a file."""
    if most is None:
        return path
    short = folder / path.name
    with path.open(encoding="utf-8-sig", newline="") as whole:
        short.write_text("".join(line for _, line in zip(range(most + 1), whole, strict=False)), encoding="utf-8")
    return short


def exact(texts: Iterable[str]) -> Decimal:
    return sum((Decimal(text) for text in texts if text), Decimal(0))


def half_up(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def holds(text: str, asked: str) -> bool:
    """Whether every word of the question begins some word of the text."""
    words = re.findall("[a-z0-9]+", text.casefold())
    return all(any(word.startswith(part) for word in words) for part in re.findall("[a-z0-9]+", asked.casefold()))


def told(output: str, records: int) -> None:
    assert f"oaded {records} records ({records} rows, 0 notices)" in output, output


def test_every_postal_code(loaded: Loaded, tables: Path, tmp_path: Path) -> None:
    file = cut(tables / "business" / "vega-datasets__zipcodes.csv", SMALL if loaded.small else None, tmp_path)
    own = table(file)
    loaded.publish("zipcodes")
    told(loaded.run("load", "zipcodes.place", file), len(own))
    assert len(own) == (SMALL if loaded.small else 42_049)

    seen = [(row.values["zip_code"], row.values["city"]) for row in loaded.pages("zipcodes", "all", 900)]
    assert seen == sorted((row["zip_code"], row["city"]) for row in own)
    assert seen[0] == ("00501", "Holtsville"), "a code is text: its zeros stay"

    most = 10_001
    assert loaded.count("zipcodes", "all") == min(len(own), most)
    for state, number in Counter(row["state"] for row in own).most_common(3):
        assert loaded.count("zipcodes", "all", Filter("state", "in", (state.lower(),))) == number
    north = sum(Decimal(row["latitude"]) > 43 for row in own)
    assert loaded.read(
        lambda v: count(v, loaded.query(v, "zipcodes", "all", filters=(Filter("latitude", "gt", ("43",)),)))
    ) == min(north, most)
    for word in ("Holtsville", "SPRING", "saint l", "0050"):
        wanted = sum(any(holds(row[key], word) for key in ("zip_code", "city", "county")) for row in own)
        assert loaded.count("zipcodes", "all", text=word) == wanted, word
        assert wanted or loaded.small, word

    found = loaded.totals("zipcodes", "all", {"zip_code": "count", "latitude": "average", "longitude": "sum"})
    assert found["zip_code"] == len(own)
    assert found["longitude"] == exact(row["longitude"] for row in own)
    assert half_up(found["latitude"], 6) == half_up(exact(row["latitude"] for row in own) / len(own), 6)

    report = loaded.report("zipcodes", "by_state")
    by_state = Counter(row["state"].lower() for row in own)
    assert {keys[0]: int(cells[0][0] or 0) for keys, cells in report.items()} == by_state
    assert {keys[0]: Decimal(cells[0][1] or 0) for keys, cells in report.items()} == {
        state: max(Decimal(row["latitude"]) for row in own if row["state"].lower() == state) for state in by_state
    }
    first = loaded.api("zipcodes/place/records?limit=200")
    codes = [record["values"]["zip_code"] for record in first["records"]]
    second = loaded.api(f"zipcodes/place/records?limit=200&cursor={first['next']}")
    codes += [record["values"]["zip_code"] for record in second["records"]]
    assert len(set(codes)) == 400
    assert set(codes) <= {row["zip_code"] for row in own}

    out = loaded.export("/a/zipcodes/lists/all.csv")
    assert [(row["zip_code"], row["city"], row["state"].upper(), row["county"]) for row in out] == sorted(
        (row["zip_code"], row["city"], row["state"], row["county"]) for row in own
    )
    assert exact(row["longitude"] for row in out) == exact(row["longitude"] for row in own)


def test_the_store_s_orders(loaded: Loaded, tables: Path) -> None:
    file = tables / "business" / "datasets__global_super_store_orders.tsv"
    own = table(file, "\t")
    loaded.publish("orders")
    told(loaded.run("load", "orders.order_line", file), len(own))
    listed = list(loaded.pages("orders", "all", 77))
    assert [int(row.values["row_id"]) for row in listed] == sorted(int(row["Row ID"]) for row in own)
    assert {row.values["product_name"] for row in listed} == {
        " ".join(row["Product Name"].split("\t")).strip() for row in own
    }
    assert loaded.totals("orders", "all", {"quantity": "sum"}) == {"quantity": exact(row["Quantity"] for row in own)}
    for header, key in (("Segment", "segment"), ("Ship Mode", "ship_mode"), ("Market", "market")):
        for value, number in Counter(row[header] for row in own).items():
            assert loaded.count("orders", "all", Filter(key, "eq", (value.lower().replace(" ", "_"),))) == number, value
    report, across = loaded.report("orders", "by_region"), loaded.api("orders/reports/by_region")["columns"]
    wanted: Counter[tuple[str, str]] = Counter()
    for row in own:
        wanted[row["Region"], row["Category"]] += int(row["Quantity"])
    labels = [column["labels"][0] for column in across]
    rows_ = loaded.api("orders/reports/by_region")["rows"]
    found = {
        (row["labels"][0], label): int(cell[0] or 0)
        for row in rows_
        for label, cell in zip(labels, row["cells"], strict=True)
    }
    assert {place: number for place, number in found.items() if number} == dict(wanted)
    assert len(report) == len({row["Region"] for row in own})
    out = loaded.export("/a/orders/lists/all.csv")
    assert Counter(row["Sales"] for row in out) == Counter(row["Sales"] for row in own), (
        "kept as it came, comma and all"
    )


def test_the_divisions_of_china(loaded: Loaded, tables: Path) -> None:
    loaded.publish("china")
    own = {}
    for form, name in (("province", "provinces"), ("city", "cities"), ("area", "areas")):
        file = tables / "cjk" / f"china-divisions__{name}.csv"
        own[form] = table(file)
        told(loaded.run("load", f"china.{form}", file), len(own[form]))
    areas, names = own["area"], {row["code"]: row["name"] for row in own["province"]}
    seen = [(row.values["code"], row.values["name"]) for row in loaded.pages("china", "areas", 500)]
    assert seen == sorted((row["code"], row["name"]) for row in areas)
    by_province = Counter(names[row["provinceCode"]] for row in areas)
    table_ = loaded.api("china/reports/areas_by_province")
    assert {row["labels"][0]: int(row["cells"][0][0]) for row in table_["rows"]} == by_province
    assert int(table_["totals"]["total"][0]) == len(areas)
    for word in ("城区", "自治县", "海", "四川", "朝阳区"):
        wanted = sum(word in row["name"] or word in row["code"] for row in areas)
        assert loaded.count("china", "areas", text=word) == wanted, word
    for code in ("11", "51"):
        assert loaded.count("china", "areas", Filter("province", "eq", (code,))) == sum(
            row["provinceCode"] == code for row in areas
        )
    out = loaded.export("/a/china/lists/areas.csv")
    assert [row["name"] for row in out] == [row["name"] for row in sorted(areas, key=lambda row: row["code"])]
    unknown = tables.parent / "none"
    assert not unknown.exists()


def test_a_reference_that_leads_nowhere_stops_the_whole_load(loaded: Loaded, tables: Path) -> None:
    loaded.publish("china")
    said = loaded.run("load", "china.city", tables / "cjk" / "china-divisions__cities.csv", status=1)
    assert "china-divisions__cities.csv:2:3" in said
    assert loaded.count("china", "cities") == 0


def test_a_workbook(loaded: Loaded, tables: Path) -> None:
    """What the workbook says is read here from the CSV that was made of the same sales, by invoice."""
    loaded.publish("supermarket")
    told(loaded.run("load", "supermarket.sale", tables / "business" / "datasets__supermarket_sales.xlsx"), 352)
    sales = {row["Invoice ID"]: row for row in table(tables / "business" / "datasets__supermarket_Sales.csv")}
    listed = list(loaded.pages("supermarket", "all", 100))
    assert len(listed) == 352
    assert {row.values["invoice"] for row in listed} <= sales.keys()
    own = [sales[row.values["invoice"]] for row in listed]
    for row, said in zip(listed, own, strict=True):
        assert row.values["quantity"] == Decimal(said["Quantity"])
        assert row.values["total"] == Decimal(said["Total"]), row.values["invoice"]
        month, day, year = map(int, said["Date"].split("/"))
        assert row.values["day"].timetuple()[:3] == (year, month, day)
    found = loaded.totals("supermarket", "all", {"quantity": "sum", "total": "sum"})
    assert found == {"quantity": exact(s["Quantity"] for s in own), "total": exact(s["Total"] for s in own)}
    report = loaded.api("supermarket/reports/by_line")
    sums = {row["labels"][0]: Decimal(row["total"][0]) for row in report["rows"]}
    assert sums == {line: exact(s["Total"] for s in own if s["Product line"] == line) for line in sums}
    assert len(sums) == 6


def generator(corpora: Path) -> Any:
    path = corpora.parent / "bench" / "gen_data.py"
    if not path.exists():
        pytest.skip("no gen_data.py beside the corpora")
    found = importlib.util.spec_from_file_location("gen_data", path)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def many(loaded: Loaded, corpora: Path, folder: Path, number: int) -> None:
    gen = generator(corpora)
    own = [row | {"urgent": "true" if row["urgent"] else "false"} for row in gen.rows(number)]
    for name, header, lines in (("suppliers", ["id", "name", "city"], gen.suppliers()), ("requests", gen.FIELDS, own)):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, header)
            writer.writeheader()
            writer.writerows(lines)
    loaded.publish("bench")
    told(loaded.run("load", "bench.supplier", folder / "suppliers.csv"), 200)
    told(loaded.run("load", "bench.request", folder / "requests.csv"), number)

    most = 10_001
    assert loaded.count("bench", "all") == min(number, most)
    assert loaded.totals("bench", "all", {"quantity": "sum", "amount": "sum"}) == {
        "quantity": sum(row["quantity"] for row in own), "amount": exact(row["amount"] for row in own),
    }  # fmt: skip
    asked: list[tuple[tuple[Filter, ...], Callable[[dict[str, Any]], bool]]] = [
        ((Filter("dept", "eq", ("legal",)),), lambda row: row["department"] == "Legal"),
        ((Filter("category", "in", ("travel", "office")),), lambda row: row["category"] in ("Travel", "Office")),
        ((Filter("supplier", "eq", ("17",)),), lambda row: row["supplier_id"] == 17),
        ((Filter("urgent", "eq", ("true",)),), lambda row: row["urgent"] == "true"),
        ((Filter("amount", "ge", ("250000",)),), lambda row: Decimal(row["amount"]) >= 250_000),
        ((Filter("amount", "between", ("1000", "2000.50")),), lambda row: 1000 <= Decimal(row["amount"]) <= Decimal("2000.50")),
        ((Filter("needed_by", "between", ("2025-02-01", "2025-03-31")),),
         lambda row: "2025-02-01" <= row["needed_by"] <= "2025-03-31"),
        ((Filter("title", "starts", ("laptop c",)),), lambda row: row["title"].startswith("laptop c")),
        ((Filter("dept", "eq", ("hr",)), Filter("urgent", "eq", ("false",))),
         lambda row: row["department"] == "HR" and row["urgent"] == "false"),
    ]  # fmt: skip
    for filters, test in asked:
        held = [row for row in own if test(row)]
        assert loaded.count("bench", "all", *filters) == min(len(held), most), filters
        assert loaded.totals("bench", "all", {"amount": "sum"}, *filters)["amount"] == exact(
            row["amount"] for row in held
        )
    for word in ("#4999", "user1", "laptop desk"):
        wanted = sum(any(holds(row[key], word) for key in ("title", "requester", "justification")) for row in own)
        assert loaded.count("bench", "all", text=word) == min(wanted, most), word

    seen = [(row.values["needed_by"].isoformat(), row.values["title"]) for row in loaded.pages("bench", "all", 1000)]
    assert len(seen) == number
    assert sorted(seen) == sorted((row["needed_by"], row["title"]) for row in own), "every row once"
    assert [day for day, _ in seen] == sorted((row["needed_by"] for row in own), reverse=True)

    months: Counter[tuple[str, str]] = Counter()
    for row in own:
        months[row["needed_by"][:7], row["category"]] += Decimal(row["amount"])  # type: ignore[assignment]
    report = loaded.api("bench/reports/by_month")
    labels = [column["labels"][0] for column in report["columns"]]
    assert {
        (row["keys"][0], label): Decimal(cell[0])
        for row in report["rows"]
        for label, cell in zip(labels, row["cells"], strict=True)
        if cell[0] is not None and (row["keys"][0], label) in months
    } == dict(months)
    assert Decimal(report["totals"]["total"][0]) == exact(row["amount"] for row in own)
    for row in loaded.api("bench/reports/by_department")["rows"]:
        amounts = [Decimal(each["amount"]) for each in own if each["department"] == row["labels"][0]]
        total, requests, average = row["cells"][0]
        assert (Decimal(total), int(requests)) == (sum(amounts), len(amounts))
        assert Decimal(average) == half_up(sum(amounts) / len(amounts), 2)
    out = loaded.export("/a/bench/lists/all.csv")
    assert len(out) == number
    assert exact(row["amount"].replace(",", "") for row in out) == exact(row["amount"] for row in own)


def test_many_rows(loaded: Loaded, corpora: Path, tmp_path: Path) -> None:
    many(loaded, corpora, tmp_path, 1000 if loaded.small else 5000)


@pytest.mark.soak
def test_a_hundred_thousand_rows(loaded: Loaded, corpora: Path, tmp_path: Path) -> None:
    many(loaded, corpora, tmp_path, 10_000 if loaded.small else 100_000)
