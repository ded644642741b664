"""What a person sees: the rows SQL gives are those Python allows, a field shows only where a grant that covers the row
covers it, and what may not be read is found out by no way at all."""

import itertools
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from dougong import clock
from dougong.access import View
from dougong.errors import DougongError, Forbidden, Refused
from dougong.records import Create, as_json, read_many, write
from dougong.records.desk import RecordDesk
from dougong.records.filters import Filter
from dougong.records.listing import Query, rows, totals
from dougong.records.load import load
from dougong.records.order import SortKey
from dougong.spec.compile import compile_app
from dougong.spec.parse import parse
from dougong.tables import LiveForm

FIELDS = ("secret", "kind", "amount", "owner")
WHO: list[Any] = [
    "everyone", "submitter", {"people": ["ann"]}, {"people": ["bob", "cai"]}, {"supervisor_of": "submitter"},
    {"field": "owner"}, {"supervisor_of": "submitter", "level": 2},
]  # fmt: skip
ROWS = ["", 'kind = "a"', "amount > 5", "ISBLANK(secret)", 'OR(kind = "b", amount = 0)', 'status = "approved"', "owner = ME()"]
FORM = {
    "key": "f", "record_title": 'secret & "!"',
    "fields": [
        {"key": "secret", "type": "text", "title": "Secret"},
        {"key": "kind", "type": "choice", "title": "Kind", "options": [{"key": "a"}, {"key": "b"}]},
        {"key": "amount", "type": "number", "title": "Amount", "decimals": 1},
        {"key": "owner", "type": "person", "title": "Owner"},
    ],
}  # fmt: skip
LISTS = [{"key": "l", "title": "L", "form": "f", "columns": ["amount"], "search": ["secret"], "sort": ["secret"]}]


@st.composite
def grants(draw: st.DrawFn) -> list[dict[str, Any]]:
    found = []
    for index in range(draw(st.integers(1, 4))):
        grant: dict[str, Any] = {"key": f"g{index}", "who": draw(st.sampled_from(WHO)), "rows": draw(st.sampled_from(ROWS))}
        grant["can"] = sorted(draw(st.sets(st.sampled_from(["create", "read", "edit", "delete"]), min_size=1)))
        for right in ("read", "edit"):
            if draw(st.booleans()):
                grant[right] = sorted(draw(st.sets(st.sampled_from(FIELDS))))
        found.append({key: value for key, value in grant.items() if value != ""})
    return found


SLOW = settings(max_examples=35, deadline=None, suppress_health_check=list(HealthCheck))
VALUES = [
    {"secret": secret, "kind": kind, "amount": amount, "owner": owner}
    for secret, kind, amount, owner in itertools.product(
        ("CANARY", "x", None), ("a", "b", None), ("0", "5.1", None), ("ann", "cai", None)
    )
]


@pytest.fixture(scope="module")
def store(place: Any) -> tuple[str, list[int]]:
    """A form with a record of every kind, made by everybody, every fifth one a draft."""
    app = place.publish({**FORM, "access": [{"key": "make", "who": "everyone", "can": ["create"]}]}, lists=LISTS)
    ids: list[int] = []
    for number, login in enumerate(("ann", "bob", "cai")):
        changes = [Create(values, draft=index % 5 == 0) for index, values in enumerate(VALUES[number::3])]
        made = place.writing(login, lambda v, c=changes: write(v, v.forms.form(f"{app}.f"), c))
        ids += [one.id for one in made]
    return app, ids


def under(visit: Any, app: str, stated: list[dict[str, Any]]) -> LiveForm:
    """The published form with these grants in place of its own."""
    form = {"title": "F", **FORM, "access": stated}
    spec = parse(json.dumps({"dougong": 1, "app": {"key": app, "title": app}, "forms": [form]}))
    assert spec.app is not None, spec.problems
    compiled = compile_app(spec.app)
    assert not compiled.problems
    return replace(visit.forms.form(f"{app}.f"), form=compiled.forms["f"])


@SLOW
@given(stated=grants())
def test_sql_and_python_give_the_same_rows_and_fields(place: Any, store: Any, stated: Any) -> None:
    app, ids = store
    for login in ("ann", "bob", "cai", "admin"):

        def compare(visit: Any) -> None:
            live = under(visit, app, stated)
            view: View = visit.view(live)
            stored = load(visit.tx, live, ids)
            table = live.physical.main.table
            for action in ("read", "edit", "delete", "export"):
                found = set(visit.tx.conn.execute(select(table.c.id).where(view.rows(action))).scalars())
                assert found == {id for id, values in stored.items() if view.may(action, values)}, action
            columns = [view.guarded(key, view._stored.value(key)).label(key) for key in FIELDS]
            shown = visit.tx.conn.execute(select(table.c.id, view.guarded_title(), *columns).where(view.rows()))
            for row in shown:
                values = stored[row.id]
                allowed = oracle(view, values)
                assert view.readable(values) == allowed
                for key in FIELDS:
                    seen = getattr(row, key)
                    assert (seen is None) == (values[key] is None or key not in allowed), key
                assert (row[1] is None) == (values["_title"] is None or "secret" not in allowed)

        place.reading(login, compare)


def oracle(view: View, values: Any) -> frozenset[str]:
    """Said again, plainly: the union over the grants that cover this row, of what each lets be read."""
    found: set[str] = set()
    for grant in view.grants:
        if "read" in grant.can and grant.test(values):
            found |= set(FIELDS) if grant.read is None else set(grant.read)
    return frozenset(found & set(FIELDS))


@SLOW
@given(stated=grants())
def test_a_canary_is_never_seen(place: Any, store: Any, stated: Any) -> None:
    app, ids = store
    for login in ("bob", "admin"):

        def search(visit: Any) -> None:
            live = under(visit, app, stated)
            view, desk = visit.view(live), RecordDesk(visit)
            readable = {
                id for id, values in load(visit.tx, live, ids).items()
                if view.may("read", values) and "secret" in oracle(view, values)
            }  # fmt: skip
            for record in read_many(visit, live, ids, desk):
                if record.id not in readable:
                    assert "CANARY" not in repr((record, as_json(live, record, desk)))
            for query in (
                Query(live, ("secret",)),
                Query(live, ("amount",), sort=(SortKey("secret"),)),
                Query(live, ("amount",), filters=(Filter("secret", "starts", ("CAN",)),)),
                Query(live, ("amount",), text="CANARY", search_in=("secret",)),
                Query(live, ("amount",), text="CANARY", search_in=("_title",)),
            ):
                try:
                    found = rows(visit, query).rows
                except (Forbidden, Refused):
                    assert "secret" in query.columns + query.search_in or query.sort or query.filters
                    continue
                for row in found:
                    if row.id not in readable:
                        assert "CANARY" not in repr(row)
                        assert not query.filters, "a filter told what is hidden"
                        assert not query.text, "a search told what is hidden"
            order = _order(visit, live)
            if order is not None:  # rows whose secret is hidden stand behind all others, in the order of their ids
                hidden = [id for id in order if id not in readable]
                assert hidden == sorted(hidden, reverse=True) or not hidden

        place.reading(login, search)


def _order(visit: Any, live: Any) -> list[int] | None:
    try:
        return [row.id for row in rows(visit, Query(live, ("amount",), sort=(SortKey("secret"),))).rows]
    except DougongError:
        return None


@SLOW
@given(stated=grants())
def test_a_total_counts_only_what_is_shown(place: Any, store: Any, stated: Any) -> None:
    app, ids = store

    def add(visit: Any) -> None:
        live = under(visit, app, stated)
        view = visit.view(live)
        shown = [
            values["amount"] for values in load(visit.tx, live, ids).values()
            if view.may("read", values) and "amount" in oracle(view, values) and values["amount"] is not None
        ]  # fmt: skip
        try:
            found = totals(visit, Query(live, ("secret",)), {"amount": "sum"})
        except DougongError:
            assert not shown
            return
        assert (found["amount"] or 0) == sum(shown)

    for login in ("ann", "admin"):
        place.reading(login, add)


def test_without_a_grant_there_is_nothing(place: Any) -> None:
    app = place.publish({**FORM, "access": [{"key": "a", "who": {"people": ["ann"]}, "can": ["create", "read"]}]})
    ref = f"{app}.f"
    place.make("ann", ref, {"secret": "x"})

    def nothing(visit: Any) -> None:
        live = visit.forms.form(ref)
        assert visit.view(live).grants == ()
        assert not visit.view(live).may("read")
        assert visit.tx.conn.execute(select(live.physical.main.table.c.id).where(visit.view(live).rows())).all() == []
        for key in (*FIELDS, "created_at", "nonsense"):
            with pytest.raises(Forbidden):
                visit.view(live).column(key)

    for login in ("bob", "admin"):
        place.reading(login, nothing)


def test_rights_hang_on_the_row_not_on_the_union(place: Any) -> None:
    """Ann reads rows a with their secret and rows b without it: never the secret of rows b."""
    app = place.publish({**FORM, "access": [
        {"key": "make", "who": "everyone", "can": ["create"]},
        {"key": "a", "who": {"people": ["ann"]}, "can": ["read"], "rows": 'kind = "a"', "read": ["secret"]},
        {"key": "b", "who": {"people": ["ann"]}, "can": ["read"], "rows": 'kind = "b"', "read": ["amount"]},
    ]})  # fmt: skip
    ref = f"{app}.f"
    with clock.held(datetime(2026, 1, 1, tzinfo=UTC)):
        ids = [place.make("bob", ref, {"kind": kind, "secret": "s", "amount": "1"}).id for kind in "ab"]
    seen = [place.look("ann", ref, id).values for id in ids]
    assert [sorted({"secret", "amount"} & set(values)) for values in seen] == [["secret"], ["amount"]]
