"""How much is asked of the database: as much for fifty records as for one, and little for a submission."""

from typing import Any

import pytest

from dougong.records import Create, RecordDesk, as_json, learn, read, read_many, write
from dougong.records.listing import Query, rows

OPTIONS = [{"key": "a"}, {"key": "b"}]


@pytest.fixture(scope="module")
def ref(place: Any) -> str:
    app = f"ask{place.composition.database.dialect[0]}"
    fields = [
        {"key": "name", "type": "text", "title": "Name", "required": True},
        {"key": "owner", "type": "person", "title": "Owner"},
        {"key": "other", "type": "reference", "title": "Other", "to": f"{app}.f"},
        {"key": "rows", "type": "subtable", "title": "Rows", "fields": [
            {"key": "who", "type": "person", "title": "Who"}, {"key": "n", "type": "number", "title": "N"},
            {"key": "what", "type": "reference", "title": "What", "to": f"{app}.f"},
        ]},
        {"key": "total", "type": "number", "title": "Total", "value": "SUM(rows.n)"},
    ]  # fmt: skip
    flow = {"key": "w", "steps": [
        {"type": "approve", "key": "one", "who": {"people": ["bob"]}, "fields": {"owner": "hidden"}},
        {"type": "handle", "key": "two", "who": {"people": ["cai"]}, "fields": {"name": "edit"}},
    ]}  # fmt: skip
    access = [
        {"key": "make", "who": "everyone", "can": ["create"]}, {"key": "own", "who": "submitter", "can": ["read"]},
        {"key": "small", "who": {"people": ["bob"]}, "can": ["read"], "rows": "total < 3"},
    ]  # fmt: skip
    place.publish({"key": "f", "number": {"pattern": "{0000}"}, "fields": fields, "flow": flow, "access": access}, app=app)
    return f"{app}.f"


@pytest.fixture(scope="module")
def ids(place: Any, ref: str) -> list[int]:
    """Fifty records, each naming the one before it and people."""
    made: list[int] = []
    for n in range(50):
        row = {"who": ["ann", "bob", "cai"][n % 3], "n": n % 5, "what": str(made[-1]) if made else ""}
        values = {"name": f"n{n}", "owner": "cai", "other": str(made[-1]) if made else "", "rows": [row, row]}
        made.append(place.make("ann", ref, values).id)
    return made


@pytest.mark.parametrize("login", ["ann", "bob"])
def test_fifty_records_are_read_with_as_many_statements_as_two(place: Any, ref: str, ids: list[int], login: str) -> None:
    def reading(some: list[int]) -> int:
        def work(visit: Any) -> None:
            live, desk = visit.forms.form(ref), RecordDesk(visit)
            found = read_many(visit, live, some, desk)
            assert len(found) == len(some), "every one of them is readable: by its task, its author or its row"
            for record in found:
                as_json(live, record, desk)

        return len(place.asked(lambda: place.reading(login, work)))

    reading(ids[:2])
    assert reading(ids) == reading(ids[5:7])
    assert reading(ids) <= 24


def test_a_page_of_a_list_is_a_few_statements(place: Any, ref: str, ids: list[int]) -> None:
    def listing(limit: int) -> int:
        def work(visit: Any) -> None:
            live, desk = visit.forms.form(ref), RecordDesk(visit)
            page = rows(visit, Query(live, ("name", "owner", "other", "total"), limit=limit)).rows
            assert len(page) == limit
            learn(desk, live, [row.values for row in page])
            for row in page:
                live.form.fields["other"].spec.to_json(row.values["other"] or 0, desk)
                live.form.fields["owner"].spec.to_json(row.values["owner"], desk)

        return len(place.asked(lambda: place.reading("ann", work)))

    listing(2)
    assert listing(50) == listing(2)
    assert listing(50) <= 16


def test_a_batch_of_fifty_is_written_with_few_statements_more_than_one(place: Any, ref: str, ids: list[int]) -> None:
    def making(count: int) -> int:
        values = [
            {"name": f"b{n}", "owner": "cai", "other": str(ids[n]), "rows": [{"who": "bob", "what": str(ids[n])}]}
            for n in range(count)
        ]
        changes = [Create(each, start_flow=False) for each in values]
        work = lambda: place.writing("ann", lambda v: write(v, v.forms.form(ref), changes))  # noqa: E731
        return len(place.asked(work))

    making(2)
    assert making(50) == making(2)


def test_a_submission_asks_little(place: Any, ref: str, ids: list[int]) -> None:
    """With its approval, number, task, notice, search index and audit entry."""
    values = {"name": "x", "owner": "cai", "rows": [{"who": "bob", "n": 1}]}
    place.make("ann", ref, values)
    assert len(place.asked(lambda: place.make("ann", ref, values))) <= 34


def test_one_record_is_read_with_few_statements(place: Any, ref: str, ids: list[int]) -> None:
    def work(visit: Any) -> None:
        live, desk = visit.forms.form(ref), RecordDesk(visit)
        as_json(live, read(visit, live, ids[-1], desk), desk)

    place.reading("ann", work)
    assert len(place.asked(lambda: place.reading("ann", work))) <= 20
