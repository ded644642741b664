"""Lists: every order pages through every row once, filters agree with Python, totals are exact, rights hold."""

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dougong.apps import publish_files
from dougong.compose import Composition, compose
from dougong.config import Settings
from dougong.db import upgrade
from dougong.errors import Forbidden, Refused
from dougong.people.accounts import add_person
from dougong.people.actor import Actor, load_actor
from dougong.records import Create, RecordDesk, Visit, judge_batch, store_batch
from dougong.records.cursor import Cursor
from dougong.records.filters import Filter
from dougong.records.listing import Query, count, ids, rows, totals
from dougong.records.order import SortKey

COLOURS = ("red", "green", "blue")
FIELDS: list[dict[str, Any]] = [
    {"key": "name", "type": "text", "title": "Name"},
    {"key": "amount", "type": "money", "title": "Amount"},
    {"key": "colour", "type": "choice", "title": "Colour", "options": [{"key": k, "title": k} for k in COLOURS]},
    {"key": "tags", "type": "choices", "title": "Tags", "options": [{"key": k, "title": k} for k in ("a", "ab", "b")]},
    {"key": "urgent", "type": "yesno", "title": "Urgent"},
    {"key": "day", "type": "date", "title": "Day"},
    {"key": "moment", "type": "datetime", "title": "Moment"},
    {"key": "owner", "type": "person", "title": "Owner"},
    {"key": "parent", "type": "reference", "title": "Parent", "to": "shop.item"},
    {"key": "secret", "type": "number", "title": "Secret"},
    {"key": "lines", "type": "subtable", "title": "Lines", "fields": [{"key": "what", "type": "text", "title": "What"}]},
]
OPEN = [each["key"] for each in FIELDS if each["key"] != "secret"]
SORTED = ["name", "amount", "colour", "urgent", "day", "moment", "owner", "parent", "created_at", "status", "created_by"]
RECORDS: list[dict[str, Any]] = [
    {"name": "Anna", "amount": "10.05", "colour": "red", "tags": ["a", "b"], "urgent": "true", "day": "2026-01-31",
     "moment": "2026-01-31T16:30:00Z", "owner": "amy", "lines": [{"what": "x"}, {"what": "y"}]},
    {"name": "anna", "amount": "10.05", "colour": "green", "urgent": "false", "day": "2026-02-01", "owner": "bo",
     "secret": "7"},
    {"name": "采购 A4 纸", "amount": "-3.00", "colour": "blue", "tags": ["ab"], "moment": "2026-02-01T00:00:00Z", "owner": "bo",
     "secret": "9"},
    {"name": "50%_off", "amount": "99999999999.99", "urgent": "true", "owner": "amy"},
    {"name": "zoe", "colour": "red", "day": "2025-12-31", "owner": "cy"},
    {"amount": "0.00", "urgent": "false", "owner": "bo"},
    {"name": "ZOE", "amount": "0.01", "day": "2026-02-01", "moment": "2026-02-01T15:59:59Z", "owner": "cy"},
]  # fmt: skip


def spec() -> bytes:
    access = [
        {"key": "clerk", "who": {"people": ["bo"]}, "can": ["create", "read", "export"]},
        {"key": "own", "who": "everyone", "rows": "owner = ME()", "can": ["read"], "read": OPEN},
        {"key": "green", "who": "everyone", "rows": 'colour = "green"', "can": ["read"], "read": ["name", "colour"]},
    ]
    form = {"key": "item", "title": "Item", "record_title": "name", "fields": FIELDS, "access": access}
    lists = [{"key": "all", "title": "All", "form": "item", "rows": "NOT(ISBLANK(name))", "columns": OPEN, "search": ["name"]}]
    app = {
        "dougong": 1, "app": {"key": "shop", "title": "Shop", "language": "en"}, "forms": [form], "lists": lists,
    }  # fmt: skip
    return json.dumps(app).encode()


class Shop:
    """The published app, filled; ``amy`` sees her own and the green rows, ``bo`` everything."""

    def __init__(self, composition: Composition) -> None:
        self.composition = composition
        database = composition.database
        logins = ("amy", "bo", "cy")
        self.people = database.write(lambda tx: {login: add_person(tx, login, login.title(), ()) for login in logins})
        database.write(lambda tx: publish_files(tx, {"shop.json": spec()}, "command"))
        self.ids = self.fill(RECORDS)

    def fill(self, records: list[dict[str, Any]]) -> list[int]:
        def work(visit: Visit) -> list[int]:
            live = visit.forms.form("shop.item")
            prepared = judge_batch(visit, live, [Create(dict(each)) for each in records], RecordDesk(visit))
            assert not [problem for each in prepared for problem in each.problems]
            return [each.id for each in store_batch(visit, live, prepared)]

        return self.composition.write(Actor(0, "system", "system", admin=True), "load", work)

    def ask(self, login: str, work: Any, **more: Any) -> Any:
        """``work(visit, query)`` as this person; ``more`` goes into the query."""
        actor = self.composition.database.read(lambda tx: load_actor(tx, self.people[login]))

        def run(visit: Visit) -> Any:
            return work(visit, replace(Query(visit.forms.form("shop.item"), ()), **more))

        return self.composition.read(actor, "page", run, "en")

    def found(self, login: str, *filters: Filter, **more: Any) -> set[int]:
        """Which of RECORDS are listed, by place."""
        listed = self.ask(login, rows, filters=filters, **more).rows
        return {self.ids.index(row.id) for row in listed}


@pytest.fixture
def shop(engine_url: str, tmp_path: Path) -> Iterator[Shop]:
    secret = "a secret of tests only, forty letters long"
    composition = compose(Settings(data=tmp_path / "data", database=engine_url, secret=secret, argon2_time_cost=1))
    upgrade(composition.database.engine)
    yield Shop(composition)
    composition.database.engine.dispose()


def test_paging_goes_through_every_row_once_in_every_order(shop: Shop) -> None:
    parent = {"name": "child", "parent": str(shop.ids[0]), "owner": "bo"}
    shop.fill([parent, {**parent, "parent": str(shop.ids[2])}])
    for key in SORTED:
        for descending in (False, True):
            sort = (SortKey(key, descending), SortKey("amount"))
            whole = [row.id for row in shop.ask("bo", rows, sort=sort, limit=100).rows]
            assert len(whole) == len(RECORDS) + 2
            assert whole == shop.ask("bo", lambda visit, query: ids(visit, query, 100), sort=sort)
            paged: list[int] = []
            cursor = None
            for _ in range(len(whole)):
                page = shop.ask("bo", rows, sort=sort, limit=2, cursor=cursor)
                paged += [row.id for row in page.rows]
                if page.next is None:
                    break
                cursor = Cursor.parse(page.next.text(), 2)
            assert paged == whole, (key, descending)


def test_blank_comes_last_both_ways(shop: Shop) -> None:
    blank = [i for i, each in enumerate(RECORDS) if "day" not in each]
    for descending in (False, True):
        listed = shop.ask("bo", rows, sort=(SortKey("day", descending),), limit=100).rows
        order = [shop.ids.index(row.id) for row in listed]
        assert set(order[-len(blank) :]) == set(blank)


@pytest.mark.parametrize(
    ("key", "operator", "values", "expected"),
    [
        ("name", "eq", ["ANNA"], {0, 1}), ("name", "contains", ["%_"], {3}), ("name", "starts", ["zo"], {4, 6}),
        ("name", "ne", ["anna"], {2, 3, 4, 5, 6}), ("name", "blank", [], {5}), ("name", "filled", [], {0, 1, 2, 3, 4, 6}),
        ("name", "in", ["zoe", "anna"], {0, 1, 4, 6}), ("name", "contains", ["纸"], {2}),
        ("amount", "eq", ["10.05"], {0, 1}), ("amount", "ge", ["￥10.05"], {0, 1, 3}), ("amount", "gt", ["10.05"], {3}),
        ("amount", "between", ["-3", "0.01"], {2, 5, 6}), ("amount", "lt", ["0"], {2}), ("amount", "blank", [], {4}),
        ("colour", "in", ["red", "blue"], {0, 2, 4}), ("colour", "ne", ["red"], {1, 2, 3, 5, 6}),
        ("tags", "contains", ["a"], {0}), ("tags", "in", ["ab", "b"], {0, 2}),
        ("urgent", "eq", ["true"], {0, 3}), ("urgent", "eq", ["no"], {1, 5}), ("urgent", "blank", [], {2, 4, 6}),
        ("day", "eq", ["2026-02-01"], {1, 6}), ("day", "between", ["2025-12-31", "2026-01-31"], {0, 4}),
        ("day", "le", ["2026-01-31"], {0, 4}), ("moment", "eq", ["2026-02-01"], {0, 2, 6}),
        ("moment", "ge", ["2026-02-02"], set()), ("owner", "in", ["amy"], {0, 3}), ("owner", "eq", ["Bo"], {1, 2, 5}),
        ("created_by", "filled", [], set(range(7))), ("created_at", "ge", ["2020-01-01"], set(range(7))),
        ("status", "eq", ["draft"], set()), ("parent", "blank", [], set(range(7))),
    ],
)  # fmt: skip
def test_filters(shop: Shop, key: str, operator: str, values: list[str], expected: set[int]) -> None:
    assert shop.found("bo", Filter(key, operator, tuple(values))) == expected
    assert shop.ask("bo", count, filters=(Filter(key, operator, tuple(values)),)) == len(expected)


@pytest.mark.parametrize(
    "one",
    [
        Filter("nothing", "eq", ("1",)), Filter("amount", "contains", ("1",)), Filter("amount", "ge", ("many",)),
        Filter("amount", "ge", ()), Filter("amount", "eq", ("",)), Filter("colour", "in", ("pink",)),
        Filter("day", "eq", ("soon or late",)), Filter("moment", "eq", ("x",)), Filter("owner", "in", ("nobody",)),
        Filter("lines", "eq", ("1",)), Filter("name", "in", tuple(map(str, range(300)))),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_its_place(shop: Shop, one: Filter) -> None:
    with pytest.raises((Refused, Forbidden)) as caught:
        shop.found("bo", one)
    if isinstance(caught.value, Refused):
        assert [problem.at for problem in caught.value.problems] == [one.key]
    else:
        assert one.key == "nothing"


def test_rights_hold_for_rows_columns_filters_and_order(shop: Shop) -> None:
    listed = shop.ask("amy", rows, columns=("name", "amount", "lines")).rows
    seen = {shop.ids.index(row.id): row.values for row in listed}
    assert set(seen) == {0, 1, 3}
    assert seen[0]["amount"] == Decimal("10.05")
    assert seen[0]["lines"] == 2
    assert seen[1] == {"name": "anna", "amount": None, "lines": None}
    assert shop.found("amy", Filter("amount", "eq", ("10.05",))) == {0}, "a hidden value is not found by"
    for more in (
        {"columns": ("secret",)}, {"sort": (SortKey("secret"),)}, {"filters": (Filter("secret", "filled"),)},
        {"text": "x", "search_in": ("secret",)},
    ):  # fmt: skip
        with pytest.raises(Forbidden):
            shop.ask("amy", rows, **more)
    with pytest.raises(Forbidden):
        shop.ask("amy", lambda visit, query: totals(visit, query, {"secret": "sum"}))
    assert shop.ask("amy", rows, action="export").rows == ()
    assert len(shop.ask("bo", rows, action="export").rows) == len(RECORDS)


def test_totals_are_exact_and_of_what_is_filtered(shop: Shop) -> None:
    wanted = {"amount": "sum", "day": "max", "name": "count"}
    found = shop.ask("bo", lambda visit, query: totals(visit, query, wanted))
    assert found["amount"] == Decimal("100000000017.10")
    assert str(found["day"]) == "2026-02-01"
    assert found["name"] == 6
    red = (Filter("colour", "in", ("red", "blue")),)
    found = shop.ask("bo", lambda visit, query: totals(visit, query, {"amount": "average"}), filters=red)
    assert found["amount"] == Decimal("3.525")
    found = shop.ask("bo", lambda visit, query: totals(visit, query, {"amount": "min"}), filters=red)
    assert found["amount"] == Decimal("-3.00")
    assert shop.ask("bo", lambda visit, query: totals(visit, query, {})) == {}


def test_a_list_s_own_rule_and_chosen_rows(shop: Shop) -> None:
    def work(visit: Visit, query: Query) -> list[int]:
        view = visit.forms.app("shop").compiled.lists["all"]  # type: ignore[attr-defined]
        return [row.id for row in rows(visit, replace(query, view=view)).rows]

    assert len(shop.ask("bo", work)) == 6
    assert shop.found("bo", only=(shop.ids[2], shop.ids[4])) == {2, 4}
    assert shop.found("bo", only=()) == set()


@pytest.mark.parametrize(
    "text", ["", "x", "!!", "W10", "bnVsbA", "W1tdLDFd", Cursor((None,), -1).text(), Cursor(("\x00",), 1).text()]
)
def test_a_broken_cursor_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        Cursor.parse(text, 1)


@pytest.mark.parametrize(
    ("key", "value"),
    [("amount", "x"), ("amount", 5), ("day", "x"), ("urgent", 1), ("name", True), ("created_at", "x"),
     ("owner", Decimal("1.5"))],
)
def test_a_cursor_of_other_kinds_of_value_is_refused(shop: Shop, key: str, value: Any) -> None:
    with pytest.raises(Refused) as caught:
        shop.ask("bo", rows, sort=(SortKey(key),), cursor=Cursor((value,), 1))
    assert [problem.code for problem in caught.value.problems] == ["list.bad_cursor"]
