"""Whatever is sent, the answer is one: never a fault of the server, never late, always with its headers."""

import base64
import json
import random
import re
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from werkzeug.datastructures import MultiDict
from werkzeug.test import stream_encode_multipart

from dougong.demo import install_demo
from dougong.people.tables import person
from dougong.records.listing import Query, rows
from dougong.web.session import COOKIE

SLOW = 5.0
"""Seconds that no answer may take."""
FIELD = {"suppress_health_check": list(HealthCheck), "deadline": None, "database": None, "derandomize": True}

TEXTS = (
    "",
    " ",
    "\x00",
    "a\x00b",
    "'",
    '"',
    "';--",
    "1 OR 1=1",
    "%",
    "%s%d",
    "{0.__class__}",
    "{{7*7}}",
    "<script>alert(1)</script>",
    "😀" * 40,
    "\u202e\u200b",
    "１２",
    "٣",
    "-1",
    "-0",
    "0",
    "1e400",
    "1e-400",
    "NaN",
    "Infinity",
    "-Infinity",
    "9" * 19,
    "9" * 40,
    "9" * 5000,
    "-" + "9" * 40,
    "0." + "0" * 5000 + "1",
    "2026-99-99",
    "0000-00-00",
    "0001-01-01",
    "9999-12-31",
    "9999-12-31T23:59",
    "0001-01-01T00:00",
    "2026-02-30",
    "null",
    "[]",
    "{}",
    "x" * 300,
    "../../etc/passwd",
    "\r\nSet-Cookie: a=b",
    "\ufeff",
    "\u2028",
    "=cmd()",
    "true",
    "1/0",
    "0x10",
    "1_000",
    "1,,2",
    ",",
    "a,b",
    "\udcff",
    "\ud800",
    "ß",
    "İ",
    "ﷺ" * 50,
    str(2**63),
    str(2**63 - 1),
)
IDS = (
    "0",
    "1",
    "-1",
    "00",
    "９",
    "٣",
    "1.5",
    "1e3",
    str(2**63 - 1),
    str(2**63),
    "9" * 19,
    "9" * 300,
    "x" * 300,
    "%00",
    "1%00",
    "a%2fb",
    "%2e%2e",
    "..%2f..",
    "%ED%A0%80",
    "%FF",
    "%20",
    "new",
    "records",
    "lists",
    "reports",
    ".csv",
    "records.csv",
    "'",
    "%22%3E",
    "+1",
    "_",
    "suggest",
    "{0}",
    "%25s",
    "%0d%0a",
    "a" * 32,
    "0" * 32,
    "F" * 32,
)
OPERATORS = ("eq", "ne", "in", "ge", "le", "gt", "lt", "between", "contains", "starts", "blank", "filled", "regex", "")
KEYS = (
    "number",
    "status",
    "version",
    "id",
    "created_by",
    "created_at",
    "updated_at",
    "updated_by",
    "department",
    "revision",
    "reason",
    "category",
    "needed_on",
    "supplier",
    "lines",
    "lines.price",
    "total",
    "quote",
    "code",
    "name",
    "bank_account",
    "active",
    "price",
    "owner",
    "since",
    "trip",
    "payable",
    "_title",
    "_deleted_at",
    "rowid",
    "id;select 1",
    "nothing",
    "x" * 300,
    "\x00",
    "",
)


@dataclass
class Attacker:
    """A client that counts what it sends and will not take a fault of the server, or a late answer, for one."""

    client: Any
    sent: Counter[int] = field(default_factory=Counter)
    faults: list[Any] = field(default_factory=list)
    token: str = ""
    share: float = 1.0
    chance: random.Random = field(default_factory=lambda: random.Random(7))

    def some(self, method: str, path: str, **more: Any) -> None:
        """Send one of a great many, or leave it to the soak."""
        if self.chance.random() < self.share:
            self.send(method, path, **more)

    def part(self, several: Iterable[Any]) -> list[Any]:
        """About a third of what the soak tries whole."""
        return [each for each in several if self.share == 1 or self.chance.random() < 0.3]

    def send(self, method: str, path: str, **more: Any) -> Any:
        started = time.perf_counter()
        answer = self.client.open(path, method=method, buffered=True, **more)
        took = time.perf_counter() - started
        self.sent[answer.status_code] += 1
        wrong = [
            answer.status_code >= 500 and answer.status_code,
            took > SLOW and f"{took:.1f} s",
            answer.headers.get("X-Content-Type-Options") != "nosniff" and "sniffed",
            "default-src" not in answer.headers.get("Content-Security-Policy", "") and "no policy",
            answer.mimetype.startswith("text/") and "Traceback (most" in answer.text and "trace",
        ]
        self.faults += [(what, method, path[:300], str(more)[:900]) for what in wrong if what]
        return answer

    def get(self, path: str, **more: Any) -> Any:
        return self.send("GET", path, **more)

    def post(self, path: str, data: Any = None, **more: Any) -> Any:
        """A form with a right CSRF token, so that what is behind it is reached."""
        pairs = MultiDict(list(data.items(multi=True)) if isinstance(data, MultiDict) else list((data or {}).items()))
        pairs["csrf_token"] = self.csrf()
        body = urlencode(list(pairs.items(multi=True)), errors="surrogatepass")
        return self.send("POST", path, data=body, content_type="application/x-www-form-urlencoded", **more)

    def csrf(self) -> str:
        if not self.token:
            found = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get("/account").text)
            assert found
            self.token = found[1]
        return self.token


@pytest.fixture(params=[0.03, pytest.param(1.0, marks=pytest.mark.soak)], ids=["some", "all"])
def attacker(request: pytest.FixtureRequest, site: Any) -> Any:
    """Chen: steward, buyer, approver and here a builder, so that most doors open and what is behind them is attacked."""
    builder = update(person).where(person.c.login == "chen").values(builder=True)
    site.composition.database.write(lambda tx: tx.conn.execute(builder))
    made = Attacker(site.client("chen"), share=request.param)
    yield made
    print(f"{sum(made.sent.values())} requests: {dict(sorted(made.sent.items()))}")
    assert made.faults == []


def a_record(site: Any, form: str, login: str = "chen") -> int:
    """The id of some living record."""

    def work(visit: Any) -> int:
        live = visit.forms.form(form)
        return rows(visit, Query(live, (), limit=1)).rows[0].id

    return int(site.composition.read(site.actor(login), "page", work))


def routes(site: Any) -> list[Any]:
    return sorted(site.app.url_map.iter_rules(), key=lambda rule: rule.rule)


def address(rule: Any, **given: str) -> str:
    """An address of a rule, with raw (already quoted) parts."""
    return re.sub(r"<(?:[^:>]*(?:\([^)]*\))?:)?([a-z]+)>", lambda m: given.get(m[1], "1"), rule.rule)


KNOWN = {
    "app": ("purchase", "mdm", "expense"),
    "form": ("request", "supplier", "claim", "customer", "material"),
    "key": ("open", "all", "suppliers", "by_month", "category", "supplier", "created_by"),
    "name": ("built/app.css",),
    "mark": ("0",),
    "id": ("1",), "number": ("1",),
}  # fmt: skip


def test_every_route_with_every_bad_part(site: Any, attacker: Attacker) -> None:
    chance = random.Random(1)
    for rule in routes(site):
        methods = sorted(rule.methods - {"HEAD", "OPTIONS"})
        for name in sorted(rule.arguments):
            for bad in IDS:
                given = {each: chance.choice(KNOWN[each]) for each in sorted(rule.arguments)} | {name: bad}
                for method in attacker.part(methods):
                    if method == "GET":
                        attacker.get(address(rule, **given))
                    else:
                        attacker.post(address(rule, **given))


def test_every_route_by_every_method(site: Any, attacker: Attacker) -> None:
    for rule in routes(site):
        path = address(rule, app="purchase", form="request", key="all", name="x", mark="x")
        methods = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "X")
        for method in attacker.part(methods):
            attacker.send(method, path)
        attacker.send("POST", path, headers={"X-HTTP-Method-Override": "DELETE"})
        attacker.send("POST", path + "?_method=DELETE")


LISTS = (
    "/a/purchase/lists/all",
    "/a/purchase/request/",
    "/a/mdm/lists/suppliers",
    "/a/mdm/customer/",
    "/a/expense/claim/",
    "/a/purchase/lists/all.csv",
    "/a/mdm/supplier/records.csv",
    "/a/purchase/reports/by_month",
    "/a/mdm/reports/customers_by_year",
    "/a/purchase/reports/by_category.csv",
)


def test_lists_with_every_filter_and_every_value(attacker: Attacker) -> None:
    chance = random.Random(2)
    for path in LISTS:
        for key in KEYS:
            for operator in OPERATORS:
                values = chance.sample(TEXTS, 3)
                text = "&".join(
                    f"{quote(f'f.{key}.{operator}', errors='surrogatepass')}={quote(v[:900], errors='surrogatepass')}"
                    for v in values
                )
                attacker.some("GET", f"{path}?{text}")
    for key in ("created_at", "needed_on", "total", "supplier", "category", "number", "created_by"):
        for operator in OPERATORS[:-2]:
            for value in TEXTS:
                attacker.some(
                    "GET", f"{LISTS[0]}?{quote(f'f.{key}.{operator}')}={quote(value[:900], errors='surrogatepass')}"
                )


def cursor(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


CURSORS = (
    "x",
    "=",
    "é",
    "\x00",
    "[" * 2000,
    cursor([[], 1]),
    cursor([[None], 1]),
    cursor([[["m", "x"]], 1]),
    cursor([[["m", "9999-12-31T23:59:59+00:00"]], 1]),
    cursor([[["m", "0001-01-01T00:00:00+14:00"]], 1]),
    cursor([[["m", "2026-01-01"]], 1]),
    cursor([[["t", "2026-01-01"]], 1]),
    cursor([[["d", "1e29"]], 1]),
    cursor([[["d", "NaN"]], 1]),
    cursor([[["s", "\x00"]], 1]),
    cursor([[["s", "\ud800"]], 1]),
    cursor([[["i", 2**70]], 1]),
    cursor([[["i", True]], 1]),
    cursor([[["b", 1]], 1]),
    cursor([[["z", 1]], 1]),
    cursor([[["m", 5]], 1]),
    cursor([[["m", None]], 1]),
    cursor([[["d", [1]]], 1]),
    cursor([[[{}, 1]], 1]),
    cursor([[["m", "2026-01-01T00:00:00+00:00"]], 1e400]),
    cursor([[["m", "2026-01-01T00:00:00+00:00"]], "1"]),
    cursor([[["m", "2026-01-01T00:00:00+00:00"]], -1]),
    cursor({}),
    cursor({"a": 1, "b": 2}),
    cursor([[["m", "2026-01-01T00:00:00+00:00"]], None]),
    cursor("ab"),
    cursor([1, 2]),
    cursor(["ab", 1]),
    base64.urlsafe_b64encode(b"[" * 30_000).decode(),
    base64.urlsafe_b64encode(b"[" + b"9" * 9000 + b",1]").decode(),
    base64.urlsafe_b64encode(b"\xff\xfe").decode(),
)


def test_lists_with_every_order_and_place(attacker: Attacker) -> None:
    for path in LISTS:
        for key in KEYS:
            for sort in (key, f"-{key}", f"--{key}", f"{key},{key}", f"{key},-number"):
                attacker.some("GET", f"{path}?sort={quote(sort)}")
        for sort in (
            "",
            "number",
            "-total",
            "status",
            "supplier",
            "created_by",
            "created_at,number",
            "category",
            "needed_on",
        ):
            for each in CURSORS:
                attacker.some("GET", f"{path}?sort={sort}&after={quote(each)}")
        for name in (
            "q",
            "source",
            "totals",
            "part",
            "back",
            "next",
            "where",
            "populate",
            "$where",
            "fields[][x]",
            "_raw",
            "f",
            "f.",
            "f..",
            "f..eq",
            "f.a",
        ):
            for text in TEXTS:
                attacker.some(
                    "GET",
                    f"{path}?{quote(name)}={quote(text[:900], errors='surrogatepass')}",
                    headers={"HX-Request": "true"},
                )


def test_pages_that_read_their_address(attacker: Attacker, site: Any) -> None:
    id = a_record(site, "purchase.request")
    fields = (
        "purchase.request.supplier",
        "mdm.customer.owner",
        "mdm.material.supplier",
        "purchase.request",
        "purchase",
        "",
        ".",
        "...",
        "a.b.c.d.e",
    )
    for text in TEXTS:
        each = quote(text[:900], errors="surrogatepass")
        for path in (
            "/inbox?form=",
            "/mine?stage=",
            "/sign-in?next=",
            f"/a/purchase/request/{id}?back=",
            "/a/purchase/request/new?back=",
        ):
            attacker.some("GET", path + each)
        for asked in (*fields, each):
            for path in ("/pick/person", "/pick/department", "/pick/record/mdm/supplier", "/pick/record/x/y"):
                attacker.some("GET", f"{path}?for={asked}&q={each}&back={each}", headers={"HX-Request": "true"})
        for key in ("supplier", "created_by", "department", "reason", "lines", "total", each):
            attacker.some("GET", f"/a/purchase/request/suggest/{key}?q={each}")
            attacker.some("GET", f"/a/purchase/request/suggest/{key}?f.{key}.in.text={each}")


NAMES = (
    "reason",
    "category",
    "needed_on",
    "supplier",
    "supplier.text",
    "supplier.was",
    "lines",
    "lines-0-item",
    "lines-0-quantity",
    "lines-0-price",
    "lines-0-id",
    "lines-0-at",
    "lines-x",
    "lines-999999-item",
    "lines-999999999-item",
    "lines--1-item",
    "lines-0-",
    "lines-٣-item",
    "lines-0-subtotal",
    "lines-00-item",
    "lines-0-item-0",
    "lines-",
    "-",
    "total",
    "quote",
    "status",
    "number",
    "version",
    "id",
    "created_by",
    "_seen",
    "_default",
    "_base",
    "_take.reason",
    "_key",
    "_version",
    "_revision",
    "_judged",
    "_row",
    "_refresh",
    "_submit",
    "_draft",
    "back",
    "action",
    "task",
    "comment",
    "csrf_token2",
    "",
    ".",
    "_title",
    "field_reason",
    "data",
    "errors",
)
ROWS = (
    "add:nothing",
    "add:",
    "add",
    ":",
    "::",
    "add:lines",
    "remove:lines:0",
    "remove:lines:-1",
    "copy:lines:999999999",
    "copy:lines:٣",
    "drop:lines:0",
    "add:lines:lines",
    "remove:reason:0",
    "add:reason",
    "\x00",
    "x" * 5000,
    "add:lines-0",
    "copy:lines:0:0:0",
)
hostile = st.one_of(
    st.sampled_from(TEXTS),
    st.text(max_size=40),
    st.sampled_from(("0:00000000", "lines-0-item:x", "lines-9999999-item:x", "reason:", ":")),
)
posts = st.lists(st.tuples(st.sampled_from(NAMES), hostile), max_size=25)


def filling(attacker: Attacker, paths: Any) -> None:
    @settings(max_examples=round(250 * attacker.share), **FIELD)
    @given(pairs=posts, row=st.one_of(st.none(), st.sampled_from(ROWS)), htmx=st.booleans())
    def fill(pairs: Any, row: Any, htmx: bool) -> None:
        data = MultiDict([*pairs, *([("_row", row)] if row is not None else [])])
        for path in paths:
            attacker.post(path, data, headers={"HX-Request": "true"} if htmx else {})
        assert attacker.faults == []

    fill()


def test_forms_with_hostile_names_and_values(site: Any, attacker: Attacker) -> None:
    request, claim = a_record(site, "purchase.request"), a_record(site, "expense.claim", "lin")
    supplier, customer = a_record(site, "mdm.supplier"), a_record(site, "mdm.customer")
    filling(
        attacker,
        (
            "/a/purchase/request/new",
            "/a/purchase/request/eval",
            f"/a/purchase/request/eval?record={request}",
            "/a/expense/claim/new",
            "/a/expense/claim/eval",
            f"/a/expense/claim/{claim}/decide",
            f"/a/purchase/request/{request}/edit",
            f"/a/purchase/request/{request}/decide",
            f"/a/mdm/supplier/{supplier}/edit",
            f"/a/mdm/supplier/eval?record={supplier}",
            f"/a/mdm/customer/{customer}/edit",
            "/a/mdm/supplier/new",
            f"/a/mdm/supplier/{supplier}/delete",
        ),
    )


LARGE = "x" * 1_000_000


def test_forms_larger_than_any(site: Any, attacker: Attacker) -> None:
    id = a_record(site, "purchase.request")
    row = {"lines-0-item": "x", "lines-0-quantity": "1", "lines-0-price": "1"}
    shapes = (
        MultiDict([(f"lines-{i}-item", "x") for i in range(300)]),
        MultiDict([(f"lines-{i}-item", "") for i in range(150_000)]),
        MultiDict([(f"n{i}", "x") for i in range(10_000)]),
        MultiDict([("reason", "x")] * 10_000),
        MultiDict([("lines", "")] * 100),
        MultiDict([("_seen", "x:y")] * 10_000),
        MultiDict([("_default", "lines-0-item:x")] * 10_000),
        MultiDict([("_base", "reason:x")] * 5_000),
        {"reason": LARGE},
        {LARGE: "x"},
        {**row, "lines-0-item": LARGE},
        {**row, "lines-0-quantity": "9" * 1_000_000},
        {**row, "lines-0-at": "9" * 100_000},
        {"supplier.text": LARGE, "supplier": "1", "supplier.was": LARGE},
        {"comment": LARGE, "action": "comment"},
        {"_key": LARGE},
        {"_version": "9" * 100_000, "version": "9" * 100_000},
        {"_row": "add:lines:" + "9" * 100_000},
        {"task": LARGE, "action": "approve"},
        MultiDict([("quote", "a" * 32)] * 5_000),
        {"csrf_token2": LARGE, "back": "/" + LARGE},
        {"action": LARGE},
    )
    for data in shapes:
        for path in (
            "/a/purchase/request/new",
            "/a/purchase/request/eval",
            f"/a/purchase/request/{id}/decide",
            "/sign-in",
        ):
            attacker.post(path, data)


def test_bodies_that_are_no_form(site: Any, attacker: Attacker) -> None:
    id = a_record(site, "purchase.request")
    paths = (
        "/a/purchase/request/new",
        "/a/purchase/request/eval",
        f"/a/purchase/request/{id}/decide",
        f"/a/purchase/request/{id}/edit",
        f"/a/purchase/request/{id}/delete",
        "/files?for=purchase.request.quote",
        "/sign-in",
        "/sign-out",
        "/preferences",
        "/account/password",
        "/account/preferences",
        "/account/sessions/1/end",
        "/account/sessions/end-others",
        "/account/tokens/1/end",
    )
    kinds = (
        ("application/json", b'{"reason": "x"}'),
        ("application/json", b"[" * 50_000),
        ("text/plain", b"reason=x"),
        ("", b"reason=x"),
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=", b"--"),
        ("multipart/form-data; boundary=a", b"--a\r\n\r\n--a--"),
        ("multipart/form-data; boundary=a", b"--a\r\nContent-Disposition: form-data; name=x"),
        ("application/xml", b"<!DOCTYPE a>"),
        ("multipart/form-data; boundary=" + "a" * 5_000, b"x"),
        ("application/x-www-form-urlencoded; charset=utf-7", b"+ACI-=1"),
        (
            "multipart/form-data; boundary=a; charset=nothing",
            b'--a\r\nContent-Disposition: form-data; name="\xff"\r\n\r\n\xff\r\n--a--\r\n',
        ),
        ("\u00e9", b"x"),
        ("application/x-www-form-urlencoded", b"&&&===%%%%zz"),
        ("application/x-www-form-urlencoded", b"\xff\xfe\x00=%00"),
    )
    for path in paths:
        for kind, body in kinds:
            for token in ({}, {"X-CSRFToken": attacker.csrf()}, {"X-CSRFToken": "x"}):
                if path == "/sign-out" and token:
                    continue
                attacker.send("POST", path, data=body, content_type=kind, headers=token)


FILES = (
    "",
    "a.pdf",
    "../../etc/passwd",
    "..\\..\\x.pdf",
    "/abs.pdf",
    "a\x00.pdf",
    "x" * 3_000 + ".pdf",
    ".pdf",
    "..",
    "CON",
    "a\r\nX: y.pdf",
    '".pdf',
    "\u202efdp.exe",
    "<script>.pdf",
    "😀.pdf",
    "a.svg",
    "a.html",
    "a;b.pdf",
    "%2e%2e%2f.pdf",
    "'.pdf",
    " ",
    "ﷺ" * 100,
    "a.pdf\u2028",
)
CONTENTS = (
    b"",
    b"x",
    b"%PDF-1.7",
    b"<svg onload=alert(1)>",
    b"<html><script>1</script>",
    b"\x89PNG\r\n\x1a\n<script>",
    b"PK\x03\x04",
    b"\xff" * 100,
)


def upload(attacker: Attacker, path: str, **parts: Any) -> Any:
    data = MultiDict([("csrf_token", attacker.csrf())])
    for name, several in parts.items():
        for content, called in several:
            data.add(name, (BytesIO(content), called))
    body, _, boundary = stream_encode_multipart(data, use_tempfile=False)
    return attacker.send("POST", path, input_stream=body, content_type=f'multipart/form-data; boundary="{boundary}"')


def test_uploads_of_every_kind(site: Any, attacker: Attacker) -> None:
    for called in FILES:
        for content in CONTENTS:
            answer = upload(attacker, "/files?for=purchase.request.quote&name=quote", file=[(content, called)])
            for id in set(re.findall(r"/files/([0-9a-f]{32})", answer.text)):
                got = attacker.get(f"/files/{id}")
                assert got.status_code == 200
                assert got.mimetype in {
                    "application/octet-stream",
                    "image/png",
                    "image/jpeg",
                    "image/gif",
                    "image/webp",
                }
                assert "sandbox" in got.headers["Content-Security-Policy"]
                assert got.mimetype.startswith("image/") or got.headers["Content-Disposition"].startswith("attachment")
                assert "\n" not in got.headers["Content-Disposition"]
                for span in (
                    "bytes=0-0",
                    "bytes=-1",
                    "bytes=9-1",
                    "bytes=999999-",
                    "bytes=a-b",
                    "x" * 3_000,
                    "bytes=" + "0-1," * 500,
                ):
                    attacker.get(f"/files/{id}", headers={"Range": span})
    many = [(b"%PDF-1.7", f"{i}.pdf") for i in range(100)]
    upload(attacker, "/files?for=purchase.request.quote", file=many)
    for path in ("/a/purchase/request/new", "/a/purchase/request/eval"):
        upload(
            attacker,
            path,
            **{"quote.upload": many, "lines-0-item.upload": many[:2], "reason.upload": many[:2], ".upload": many[:2]},
        )
    upload(attacker, "/files?for=purchase.request.quote", file=[(b"%PDF-" + b"x" * (25 << 20), "big.pdf")])
    for asked in ("purchase.request.quote", "expense.claim.lines.receipt", "x", "\x00", "purchase.request.lines"):
        for name in TEXTS:
            text = quote(name[:900], errors="surrogatepass")
            upload(attacker, f"/files?for={quote(asked)}&name={text}", file=[(b"%PDF-1.7", "a.pdf")])
    folder = site.composition.settings.data / "files"
    assert all(re.fullmatch(r"[0-9a-f]{2}|[0-9a-f]{32}", each.name) for each in folder.rglob("*"))


HEADERS = {
    "Host": ("evil.example", "a:b:c", "", "x" * 3_000, "[::1", "evil.example:99999", "é", "a b", "localhost\\@evil"),
    "X-Forwarded-Host": ("evil.example", ",,,"),
    "X-Forwarded-For": ("1.2.3.4", "x" * 3_000, "::::"),
    "X-Forwarded-Proto": ("https", "x"),
    "X-Forwarded-Prefix": ("/x",),
    "Forwarded": ("for=x;host=evil.example",),
    "Origin": ("https://evil.example", "null"),
    "Referer": ("https://evil.example/", "x", "//"),
    "Accept-Language": ("*", "zh;q=x", ",,,", "x" * 3_000, "zh-CN;q=9e999", "en;q=-1", "\xff"),
    "Cookie": (
        f"{COOKIE}=x",
        f"{COOKIE}=\xff\xfe",
        f"{COOKIE}=" + "x" * 20_000,
        "dougong_form=x.y.z",
        "dougong_language=xx; dougong_theme=\xff",
        "=;=;",
        '"',
    ),
    "HX-Request": ("true", "false", "x"),
    "HX-Request-Type": ("full", "partial", "\xff"),
    "HX-Source": ("div#x", "#", "\xff" * 300),
    "HX-Target": ("x", "\xff"),
    "HX-Current-URL": ("http://[", "\xff", "x" * 3_000),
    "HX-Boosted": ("true",),
    "HX-Prompt": ("\xff",),
    "HX-History-Restore-Request": ("true", "x"),
    "HX-Current-URL-URI-AutoEncoded": ("true",),
    "HX-Trigger-URI-AutoEncoded": ("true",),
    "Authorization": (
        "Bearer",
        "Bearer x",
        "Bearer \xff",
        "Basic x",
        "Basic \xff",
        "Bearer " + "x" * 20_000,
        "Digest a=b",
    ),
    "Content-Length": ("-1", "x", "9" * 30),
    "Accept": ("*/*;q=x", "application/json", "\xff"),
    "Accept-Encoding": ("gzip;q=x", "\xff", "identity;q=0"),
    "If-None-Match": ("*", "\xff", '"' * 300),
    "If-Modified-Since": ("x", "Thu, 01 Jan 0000 00:00:00 GMT", "9" * 300),
    "Transfer-Encoding": ("chunked",),
    "Content-Type": ("\xff", ";", "a/b; c"),
    "User-Agent": ("", "\xff" * 500, "x" * 9_000),
    "Expect": ("x",),
    "X-Requested-With": ("x",),
}


def test_every_header_at_every_door(site: Any, attacker: Attacker) -> None:
    id = a_record(site, "purchase.request")
    gets = (
        "/",
        "/a/",
        "/a/purchase/",
        "/inbox",
        "/account",
        "/sign-in",
        f"/a/purchase/request/{id}",
        "/a/purchase/lists/all",
        "/a/purchase/request/new",
        "/a/purchase/lists/all.csv",
        "/nowhere",
        "/static/x/built/app.css",
        "/api/v1/openapi.json",
        "/manifest.webmanifest",
        "/healthz",
        "/a/purchase/reports/by_month",
        "/pick/record/mdm/supplier?for=purchase.request.supplier",
    )
    for name, values in HEADERS.items():
        for value in values:
            for path in attacker.part(gets):
                answer = attacker.get(path, headers={name: value})
                location = answer.headers.get("Location", "/")
                assert re.match("/(?!/)", location), (name, value, path, location)
                assert "evil.example" not in answer.text, (name, value, path)
            for path in attacker.part((
                "/a/purchase/request/eval", "/sign-in", "/a/purchase/request/new", f"/a/purchase/request/{id}/decide",
            )):  # fmt: skip
                attacker.send("POST", path, data={"reason": "x", "csrf_token": attacker.csrf()}, headers={name: value})


def test_ones_own_account_with_bad_forms(attacker: Attacker) -> None:
    for text in TEXTS:
        attacker.post("/account/preferences", {"language": text, "theme": text})
        attacker.post("/preferences", {"language": text, "next": text})
        attacker.post("/preferences", {"next": text})
        if attacker.sent[429] == 0:
            attacker.post("/account/password", {"old": text, "new": text, "again": text})
    fresh = Attacker(attacker.client.application.test_client())
    for text in TEXTS:
        found = re.search(r'name="csrf_token" value="([^"]+)"', fresh.get("/sign-in").text)
        assert found
        fresh.token = found[1]
        fresh.post("/sign-in", {"login": text, "password": text, "next": text})
        fresh.post("/sign-in", {"login": "zhang", "password": text})
    assert fresh.faults == []


BAD = ("\x00", "a\x00b", "\ud800", str(2**63), "-" + "9" * 30, "1e999", "0001-01-01", "9999-12-31")


@pytest.mark.parametrize("share", [0.04, pytest.param(1.0, marks=pytest.mark.soak)], ids=["some", "all"])
def test_what_a_database_cannot_hold(empty_site: Any, share: float) -> None:
    install_demo(empty_site.composition, lambda _: None, "en")
    attacker = Attacker(empty_site.client("chen"), share=share)
    for bad in BAD:
        send_what_no_database_holds(empty_site, attacker, bad)
    assert attacker.faults == []


def send_what_no_database_holds(empty_site: Any, attacker: Attacker, bad: str) -> None:
    text = quote(bad, errors="surrogatepass")
    filters = [
        f"f.{key}.{operator}={text}"
        for key in KEYS[:22]
        for operator in ("eq", "contains", "ge", "in")
        if "\x00" not in key
    ]
    for path in ("/a/purchase/lists/all", "/a/mdm/supplier/", "/a/purchase/reports/by_month"):
        for query in (*filters, f"q={text}", f"after={text}", f"sort={text}", f"source={text}"):
            attacker.some("GET", f"{path}?{query}")
    id = a_record(empty_site, "purchase.request")
    for path in (
        f"/files/{text}",
        f"/a/{text}/",
        f"/a/purchase/{text}/",
        f"/a/purchase/request/{text}",
        f"/a/purchase/request/suggest/{text}",
        f"/a/purchase/request/suggest/supplier?q={text}",
        f"/a/purchase/request/suggest/created_by?q={text}",
        f"/inbox?form={text}",
        f"/pick/record/mdm/supplier?for=purchase.request.supplier&q={text}",
        f"/pick/person?for=mdm.customer.owner&q={text}",
    ):
        attacker.get(path)
    for data in (
        {
            "reason": bad,
            "_key": bad,
            "lines-0-item": bad,
            "lines-0-quantity": bad,
            "lines-0-price": bad,
            "quote": bad,
            "needed_on": bad,
            "category": bad,
        },
        {"supplier": bad, "supplier.text": bad, "lines-0-id": bad, "reason": "x", "category": "office"},
        {"action": "comment", "comment": bad, "task": bad},
        {
            "reason": "x" + bad,
            "category": "office",
            "lines-0-item": "y" + bad,
            "lines-0-quantity": "1",
            "lines-0-price": "1",
            "_key": bad,
            "_submit": "1",
        },
        {"reason": "x" + bad, "_draft": "1", "_key": bad},
        {"login": bad, "password": bad},
        {"action": "approve", "version": bad, "supplier": bad},
        {"name": bad, "code": bad, "category": "raw", "owner": bad, "owner.text": bad, "since": bad},
    ):
        for path in (
            "/a/purchase/request/new",
            "/a/purchase/request/eval",
            f"/a/purchase/request/{id}/decide",
            "/sign-in",
            "/a/mdm/supplier/new",
            "/a/mdm/customer/new",
        ):
            attacker.post(path, data, headers={"User-Agent": "Mozilla"})
    upload(
        attacker,
        "/files?for=purchase.request.quote",
        file=[(b"%PDF-", f"{bad}.pdf".encode("utf-8", "replace").decode())],
    )
    for cookie in ("\x00", bad):
        empty_site.client().get("/", headers={"Cookie": f"{COOKIE}={quote(cookie, errors='surrogatepass')}"})
    assert attacker.faults == []
