"""Whatever is sent, the answer is one: never a fault of the server, never late, always with its headers."""

import base64
import json
import random
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from dougong.web.session import COOKIE

SLOW = 5.0
"""Seconds that no answer may take."""
FIELD = {"suppress_health_check": list(HealthCheck), "deadline": None, "database": None, "derandomize": True}

TEXTS = (
    "", " ", "\x00", "a\x00b", "'", '"', "';--", "1 OR 1=1", "%", "%s%d", "{0.__class__}", "{{7*7}}", "<script>alert(1)</script>",
    "😀" * 40, "\u202e\u200b", "１２", "٣", "-1", "-0", "0", "1e400", "1e-400", "NaN", "Infinity", "-Infinity", "9" * 19, "9" * 40,
    "9" * 5000, "-" + "9" * 40, "0." + "0" * 5000 + "1", "2026-99-99", "0000-00-00", "0001-01-01", "9999-12-31", "9999-12-31T23:59",
    "0001-01-01T00:00", "2026-02-30", "null", "[]", "{}", "x" * 300, "../../etc/passwd", "\r\nSet-Cookie: a=b", "\ufeff", "\u2028",
    "=cmd()", "true", "1/0", "0x10", "1_000", "1,,2", ",", "a,b", "\udcff", "\ud800", "ß", "İ", "ﷺ" * 50, str(2**63), str(2**63 - 1),
)  # fmt: skip
IDS = (
    "0", "1", "-1", "00", "９", "٣", "1.5", "1e3", str(2**63 - 1), str(2**63), "9" * 19, "9" * 300, "x" * 300, "%00", "1%00", "a%2fb",
    "%2e%2e", "..%2f..", "%ED%A0%80", "%FF", "%20", "new", "records", "lists", "reports", ".csv", "records.csv", "'", "%22%3E",
    "+1", "_", "suggest", "{0}", "%25s", "%0d%0a", "a" * 32, "0" * 32, "F" * 32,
)  # fmt: skip
OPERATORS = ("eq", "ne", "in", "ge", "le", "gt", "lt", "between", "contains", "starts", "blank", "filled", "regex", "")
KEYS = (
    "number", "status", "version", "id", "created_by", "created_at", "updated_at", "updated_by", "department", "revision", "reason",
    "category", "needed_on", "supplier", "lines", "lines.price", "total", "quote", "code", "name", "bank_account", "active", "price",
    "owner", "since", "trip", "payable", "_title", "_deleted_at", "rowid", "id;select 1", "nothing", "x" * 300, "\x00", "",
)  # fmt: skip


@dataclass
class Attacker:
    """A client that counts what it sends and will not take a fault of the server, or a late answer, for one."""

    client: Any
    sent: Counter[int] = field(default_factory=Counter)
    token: str = ""

    def send(self, method: str, path: str, **more: Any) -> Any:
        started = time.perf_counter()
        answer = self.client.open(path, method=method, buffered=True, **more)
        took = time.perf_counter() - started
        said = (method, path[:300], str(more)[:600], answer.status_code)
        self.sent[answer.status_code] += 1
        assert answer.status_code < 500, said
        assert took < SLOW, (took, *said)
        assert answer.headers["X-Content-Type-Options"] == "nosniff", said
        assert "default-src" in answer.headers["Content-Security-Policy"], said
        assert "Traceback" not in answer.text if answer.mimetype.startswith("text/") else True, said
        return answer

    def get(self, path: str, **more: Any) -> Any:
        return self.send("GET", path, **more)

    def post(self, path: str, data: Any = None, **more: Any) -> Any:
        """A form with a right CSRF token, so that what is behind it is reached."""
        pairs = MultiDict(list(data.items(multi=True)) if isinstance(data, MultiDict) else list((data or {}).items()))
        pairs["csrf_token"] = self.csrf()
        return self.send("POST", path, data=pairs, **more)

    def csrf(self) -> str:
        if not self.token:
            found = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get("/account").text)
            assert found
            self.token = found[1]
        return self.token


@pytest.fixture
def attacker(site: Any) -> Any:
    """Chen: steward, buyer and approver, so that most doors open and what is behind them is attacked."""
    made = Attacker(site.client("chen"))
    yield made
    print(f"{sum(made.sent.values())} requests: {dict(sorted(made.sent.items()))}")


def a_record(site: Any, form: str, login: str = "chen", own: bool = False) -> int:
    """The id of some living record."""
    def work(visit: Any) -> int:
        from dougong.records.listing import Query, rows

        live = visit.forms.form(form)
        return rows(visit, Query(live, (), limit=1)).rows[0].id

    return int(site.composition.read(site.actor(login), "page", work))


def routes(site: Any) -> list[Any]:
    return sorted(site.app.url_map.iter_rules(), key=lambda rule: rule.rule)


def address(rule: Any, **given: str) -> str:
    """An address of a rule, with raw (already quoted) parts."""
    return re.sub(r"<(?:[^:>]*(?:\([^)]*\))?:)?([a-z]+)>", lambda m: given.get(m[1], "1"), rule.rule)


KNOWN = {
    "app": ("purchase", "mdm", "expense"), "form": ("request", "supplier", "claim", "customer", "material"),
    "key": ("open", "all", "suppliers", "by_month", "category", "supplier", "created_by"), "name": ("built/app.css",),
    "mark": ("0",), "id": ("1",),
}  # fmt: skip


def test_every_route_with_every_bad_part(site: Any, attacker: Attacker) -> None:
    chance = random.Random(1)
    for rule in routes(site):
        methods = sorted(rule.methods - {"HEAD", "OPTIONS"})
        for name in sorted(rule.arguments):
            for bad in IDS:
                given = {each: chance.choice(KNOWN[each]) for each in rule.arguments} | {name: bad}
                for method in methods:
                    if method == "GET":
                        attacker.get(address(rule, **given))
                    else:
                        attacker.post(address(rule, **given))


def test_every_route_by_every_method(site: Any, attacker: Attacker) -> None:
    for rule in routes(site):
        path = address(rule, app="purchase", form="request", key="all", name="x", mark="x")
        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "X"):
            attacker.send(method, path)
        attacker.send("POST", path, headers={"X-HTTP-Method-Override": "DELETE"})
        attacker.send("POST", path + "?_method=DELETE")


LISTS = (
    "/a/purchase/lists/all", "/a/purchase/request/", "/a/mdm/lists/suppliers", "/a/mdm/customer/", "/a/expense/claim/",
    "/a/purchase/lists/all.csv", "/a/mdm/supplier/records.csv", "/a/purchase/reports/by_month", "/a/mdm/reports/customers_by_year",
    "/a/purchase/reports/by_category.csv",
)  # fmt: skip


def test_lists_with_every_filter_and_every_value(attacker: Attacker) -> None:
    chance = random.Random(2)
    for path in LISTS:
        for key in KEYS:
            for operator in OPERATORS:
                values = chance.sample(TEXTS, 3)
                text = "&".join(f"{quote(f'f.{key}.{operator}', errors='surrogatepass')}={quote(v[:900], errors='surrogatepass')}" for v in values)
                attacker.get(f"{path}?{text}")
    for key in ("created_at", "needed_on", "total", "supplier", "category", "number", "created_by"):
        for operator in OPERATORS[:-2]:
            for value in TEXTS:
                attacker.get(f"{LISTS[0]}?{quote(f'f.{key}.{operator}')}={quote(value[:900], errors='surrogatepass')}")


def cursor(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


CURSORS = (
    "x", "=", "é", "\x00", "[" * 2000, cursor([[], 1]), cursor([[None], 1]), cursor([[["m", "x"]], 1]), cursor([[["m", "9999-12-31T23:59:59+00:00"]], 1]),
    cursor([[["m", "0001-01-01T00:00:00+14:00"]], 1]), cursor([[["m", "2026-01-01"]], 1]), cursor([[["t", "2026-01-01"]], 1]),
    cursor([[["d", "1e29"]], 1]), cursor([[["d", "NaN"]], 1]), cursor([[["s", "\x00"]], 1]), cursor([[["s", "\ud800"]], 1]),
    cursor([[["i", 2**70]], 1]), cursor([[["i", True]], 1]), cursor([[["b", 1]], 1]), cursor([[["z", 1]], 1]), cursor([[["m", 5]], 1]),
    cursor([[["m", None]], 1]), cursor([[["d", [1]]], 1]), cursor([[[{}, 1]], 1]), cursor([[["m", "2026-01-01T00:00:00+00:00"]], 1e400]),
    cursor([[["m", "2026-01-01T00:00:00+00:00"]], "1"]), cursor([[["m", "2026-01-01T00:00:00+00:00"]], -1]), cursor({}), cursor({"a": 1, "b": 2}),
    cursor([[["m", "2026-01-01T00:00:00+00:00"]], None]), cursor("ab"), cursor([1, 2]), cursor(["ab", 1]),
    base64.urlsafe_b64encode(b"[" * 30_000).decode(), base64.urlsafe_b64encode(b"[" + b"9" * 9000 + b",1]").decode(), base64.urlsafe_b64encode(b"\xff\xfe").decode(),
)  # fmt: skip


def test_lists_with_every_order_and_place(attacker: Attacker) -> None:
    for path in LISTS:
        for key in KEYS:
            for sort in (key, f"-{key}", f"--{key}", f"{key},{key}", f"{key},-number"):
                attacker.get(f"{path}?sort={quote(sort)}")
        for sort in ("", "number", "-total", "status", "supplier", "created_by", "created_at,number", "category", "needed_on"):
            for each in CURSORS:
                attacker.get(f"{path}?sort={sort}&after={quote(each)}")
        for name in ("q", "source", "totals", "part", "back", "next", "where", "populate", "$where", "fields[][x]", "_raw", "f", "f.", "f..", "f..eq", "f.a"):
            for text in TEXTS:
                attacker.get(f"{path}?{quote(name)}={quote(text[:900], errors='surrogatepass')}", headers={"HX-Request": "true"})


def test_pages_that_read_their_address(attacker: Attacker, site: Any) -> None:
    id = a_record(site, "purchase.request")
    fields = ("purchase.request.supplier", "mdm.customer.owner", "mdm.material.supplier", "purchase.request", "purchase", "", ".", "...", "a.b.c.d.e")
    for text in TEXTS:
        each = quote(text[:900], errors="surrogatepass")
        for path in ("/inbox?form=", "/mine?stage=", "/sign-in?next=", f"/a/purchase/request/{id}?back=", "/a/purchase/request/new?back="):
            attacker.get(path + each)
        for asked in (*fields, each):
            for path in ("/pick/person", "/pick/department", "/pick/record/mdm/supplier", "/pick/record/x/y"):
                attacker.get(f"{path}?for={asked}&q={each}&back={each}", headers={"HX-Request": "true"})
        for key in ("supplier", "created_by", "department", "reason", "lines", "total", each):
            attacker.get(f"/a/purchase/request/suggest/{key}?q={each}")
            attacker.get(f"/a/purchase/request/suggest/{key}?f.{key}.in.text={each}")


NAMES = (
    "reason", "category", "needed_on", "supplier", "supplier.text", "supplier.was", "lines", "lines-0-item", "lines-0-quantity",
    "lines-0-price", "lines-0-id", "lines-0-at", "lines-x", "lines-999999-item", "lines-999999999-item", "lines--1-item", "lines-0-", "lines-٣-item",
    "lines-0-subtotal", "lines-00-item", "lines-0-item-0", "lines-", "-", "total", "quote", "status", "number", "version", "id", "created_by",
    "_seen", "_default", "_base", "_take.reason", "_key", "_version", "_revision", "_judged", "_row", "_refresh", "_submit", "_draft", "back",
    "action", "task", "comment", "csrf_token2", "", ".", "_title", "field_reason", "data", "errors",
)  # fmt: skip
ROWS = (
    "add:nothing", "add:", "add", ":", "::", "add:lines", "remove:lines:0", "remove:lines:-1", "copy:lines:999999999", "copy:lines:٣", "drop:lines:0",
    "add:lines:lines", "remove:reason:0", "add:reason", "\x00", "x" * 5000, "add:lines-0", "copy:lines:0:0:0",
)  # fmt: skip
hostile = st.one_of(st.sampled_from(TEXTS), st.text(max_size=40), st.sampled_from(("0:00000000", "lines-0-item:x", "lines-9999999-item:x", "reason:", ":")))
posts = st.lists(st.tuples(st.sampled_from(NAMES), hostile), max_size=25)


@settings(max_examples=250, **FIELD)
@given(pairs=posts, row=st.one_of(st.none(), st.sampled_from(ROWS)), htmx=st.booleans())
def _filling(attacker: Attacker, paths: Any, pairs: Any, row: Any, htmx: bool) -> None:
    data = MultiDict([*pairs, *([("_row", row)] if row is not None else [])])
    for path in paths:
        attacker.post(path, data, headers={"HX-Request": "true"} if htmx else {})


def surrogates_gone(data: Any) -> Any:
    return data


def test_forms_with_hostile_names_and_values(site: Any, attacker: Attacker) -> None:
    request, claim = a_record(site, "purchase.request"), a_record(site, "expense.claim", "lin")
    supplier, customer = a_record(site, "mdm.supplier"), a_record(site, "mdm.customer")
    _filling(attacker, (
        "/a/purchase/request/new", "/a/purchase/request/eval", f"/a/purchase/request/eval?record={request}", "/a/expense/claim/new",
        "/a/expense/claim/eval", f"/a/expense/claim/{claim}/decide", f"/a/purchase/request/{request}/edit", f"/a/purchase/request/{request}/decide",
        f"/a/mdm/supplier/{supplier}/edit", f"/a/mdm/supplier/eval?record={supplier}", f"/a/mdm/customer/{customer}/edit", "/a/mdm/supplier/new",
        f"/a/mdm/supplier/{supplier}/delete",
    ))  # fmt: skip
