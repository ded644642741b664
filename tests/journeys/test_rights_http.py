"""Who may what, asked over HTTP by whoever may not: every refusal stands beside the same request by whoever may."""

import json
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
from werkzeug.datastructures import MultiDict

from dougong.people.accounts import disable as disable_person
from dougong.people.accounts import find_person
from dougong.records.listing import Query, rows
from dougong.web.session import COOKIE

CANARY, ASKED = "QUZHOU-7731", "QUZHOU"
"""What is written, and the part of it that others ask for: an address that is given back then shows no canary."""
BANK = "6228777733331111"
ROW = {"lines-0-item": "示波器", "lines-0-quantity": "2", "lines-0-price": "300"}
REQUEST = {"reason": CANARY, "category": "office", **ROW}
NEW = "/a/purchase/request/new"
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
REFUSED = {400, 403, 404, 405, 422}


@dataclass
class Person:
    """Somebody with a browser that keeps no JavaScript; ``seen`` is every byte that reached it."""

    site: Any
    login: str
    client: Any = None
    seen: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.client = self.client or self.site.client(self.login)

    def send(self, method: str, path: str, **more: Any) -> Any:
        answer = self.client.open(path, method=method, buffered=True, **more)
        self.seen += [answer.data, str(answer.headers).encode()]
        assert answer.status_code < 500, (method, path, answer.status_code)
        return answer

    def get(self, path: str, **more: Any) -> Any:
        return self.send("GET", path, **more)

    def token(self) -> str:
        return hidden(self.client.get("/account").text, "csrf_token")

    def post(self, path: str, data: Any = (), **more: Any) -> Any:
        return self.send("POST", path, data=MultiDict([("csrf_token", self.token()), *dict(data).items()]), **more)

    def upload(self, name: str = "报价.pdf", content: bytes = b"%PDF-1.7 secret") -> str:
        data = {"csrf_token": self.token(), "file": (BytesIO(content), name)}
        answer = self.send("POST", "/files?for=purchase.request.quote&name=quote", data=data, headers=HTMX)
        return re.findall(r'value="([0-9a-f]{32})"', answer.text)[0]

    def request(self, **more: str) -> str:
        """The path of a purchase request handed in now."""
        answer = self.post(NEW, REQUEST | {"_submit": "1", **more})
        assert answer.status_code == 303, answer.text
        return str(answer.headers["Location"])

    def version(self, path: str) -> str:
        return hidden(self.get(path).text, "version")

    def decide(self, path: str, action: str, **more: str) -> Any:
        return self.post(f"{path}/decide", {"action": action, "version": self.version(path), **more})


def hidden(html: str, name: str) -> str:
    """The value of a hidden input, "" where there is none."""
    found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', html)
    return unescape(found[1]) if found else ""


@pytest.fixture
def person(site: Any) -> Callable[[str], Person]:
    """People by login; each has one browser."""
    known: dict[str, Person] = {}
    return lambda login: known.setdefault(login, Person(site, login))


def stored(site: Any, path: str) -> dict[str, Any]:
    """The row of a record as the database has it."""
    _, _, app, form, id = path.split("?", maxsplit=1)[0].split("/")

    def work(tx: Any) -> dict[str, Any]:
        table = site.composition.visit(tx, site.actor("admin"), "page").forms.form(f"{app}.{form}").physical.main.table
        return dict(tx.conn.execute(table.select().where(table.c.id == int(id))).one()._mapping)

    return dict(site.composition.database.read(work))


def ids_of(site: Any, form: str, login: str) -> list[int]:
    def work(visit: Any) -> list[int]:
        return [row.id for row in rows(visit, Query(visit.forms.form(form), (), limit=200)).rows]

    return list(site.composition.read(site.actor(login), "page", work))


def count_of(site: Any, form: str = "purchase.request") -> int:
    def work(tx: Any) -> int:
        table = site.composition.visit(tx, site.actor("admin"), "page").forms.form(form).physical.main.table
        return len(tx.conn.execute(table.select()).all())

    return int(site.composition.database.read(work))


# -- somebody else's record -------------------------------------------------------------------------------------------
def test_an_unrelated_person_meets_the_record_nowhere(site: Any, person: Any) -> None:
    owner, other = person("zhang"), person("feng")
    file = owner.upload()
    path = owner.request(quote=file)
    id, theirs = path.rpartition("/")[2], REQUEST | {"reason": "x"}
    absent = path.replace(id, str(int(id) + 7))
    before = stored(site, path)
    assert CANARY in owner.get(path).text
    assert owner.get(f"/files/{file}").data == b"%PDF-1.7 secret"
    for suffix in ("", "?back=/", "/edit", "/delete"):
        for headers in ({}, HTMX):
            there, nowhere = other.get(path + suffix, headers=headers), other.get(absent + suffix, headers=headers)
            assert there.status_code == nowhere.status_code == 404
            assert alike(there.text, id) == alike(nowhere.text, str(int(id) + 7))
    for suffix, data in (
        ("/edit", {**theirs, "_version": "1"}),
        ("/edit", {"_row": "add:lines"}),
        ("/edit", {"_refresh": "1"}),
        ("/delete", {"version": "1"}),
        ("/delete", {"version": "2"}),
        *(
            ("/decide", {"action": kind, "version": "1", "comment": "x"})
            for kind in ("approve", "reject", "return", "withdraw", "comment", "resubmit", "done")
        ),
        ("/decide", {"_refresh": "1"}),
        ("/decide", {"_row": "add:lines"}),
    ):
        assert other.post(path + suffix, data).status_code == 404, (suffix, data)
    for record in (id, f"{id}&record=1", id.zfill(19)):
        assert other.post(f"/a/purchase/request/eval?record={record}", theirs).status_code == 404
    assert (
        owner.post(f"/a/purchase/request/eval?record={id}", REQUEST).status_code == 404
    )  # nothing of it is editable now
    for address in (f"/files/{file}", f"/files/{file}?download=1", f"/files/{file.upper()}", f"/files/./{file}"):
        assert other.get(address).status_code == 404
        assert other.send("HEAD", address).status_code == 404
        assert other.get(address, headers={"Range": "bytes=0-3"}).status_code == 404
    assert stored(site, path) == before
    for address in everywhere(id):
        other.get(address)
        other.get(address, headers=HTMX)
    own_words = b"".join(other.seen).decode("utf-8", "replace")
    assert CANARY not in own_words
    assert before["number"] not in own_words
    owner.get("/a/purchase/lists/mine")
    assert CANARY in b"".join(owner.seen).decode("utf-8", "replace")


def alike(html: str, id: str) -> str:
    """A page less what differs in any two answers."""
    html = re.sub(
        r'(name="csrf_token" value|csrf-token" content|X-CSRFToken[^:]*:\s*&#34;|request_id[^:]*:)[="]*[^"&]+', "", html
    )
    html = html.replace(id, "ID")
    return re.sub(r"\b[0-9a-f]{10}\b|[\w-]{40,}\.[\w-]+\.[\w-]+", "", html)


def everywhere(id: str) -> list[str]:
    """Every address at which a purchase request could show."""
    lists = (
        "/a/purchase/lists/open",
        "/a/purchase/lists/mine",
        "/a/purchase/lists/ordering",
        "/a/purchase/lists/all",
        "/a/purchase/request/",
    )
    asked = (
        "",
        f"?q={ASKED}",
        f"?f.reason.contains={ASKED}",
        "?f.status.in=running",
        "?f.created_by.in=zhang",
        "?f.total.ge=600&f.total.le=600",
        "?sort=reason",
        "?sort=-number",
        "?f.lines.filled=1",
        "?f.quote.filled=1",
        "?totals=1",
        "?source=pending",
    )
    found = [each + query for each in lists for query in asked]
    found += [f"{each}.csv" for each in lists[:4]] + [
        "/a/purchase/request/records.csv",
        f"/a/purchase/request/records.csv?q={ASKED}",
    ]
    reports = ("by_month", "by_category", "by_department", "by_supplier")
    found += [
        f"/a/purchase/reports/{each}{end}"
        for each in reports
        for end in ("", ".csv", f"?f.reason.contains={ASKED}", "?f.created_by.in=zhang")
    ]
    found += [
        "/",
        "/inbox",
        "/inbox?form=purchase.request",
        "/mine",
        "/mine?stage=ended",
        "/apps",
        "/a/purchase/",
        "/new",
        "/account",
    ]
    found += [
        f"/pick/record/purchase/request?for=purchase.request.supplier&q={ASKED}",
        f"/a/purchase/request/suggest/created_by?q={ASKED}",
        f"/a/purchase/request/suggest/reason?q={ASKED}",
        f"/pick/record/mdm/supplier?for=purchase.request.supplier&q={ASKED}",
    ]
    return [*found, f"/api/v1/apps/purchase/request/records/{id}"]


def test_counts_and_sums_are_of_what_one_reads(site: Any, person: Any) -> None:
    person("zhang").request()
    for login in ("feng", "zhang", "chen", "wang", "gao"):
        visible = len(ids_of(site, "purchase.request", login))
        page = person(login).get("/a/purchase/request/").text
        said = re.search(r"共 ([\d,]+) 条|([\d,]+) records?", page)
        assert said, login
        assert int((said[1] or said[2]).replace(",", "")) == visible, login
    assert len(ids_of(site, "purchase.request", "wang")) > len(ids_of(site, "purchase.request", "feng"))


def test_a_draft_is_its_authors_alone(site: Any, person: Any) -> None:
    author = person("zhang")
    answer = author.post(NEW, {"reason": CANARY, "_draft": "1"})
    path = answer.headers["Location"]
    assert CANARY in author.get(path).text
    assert CANARY in author.get("/mine").text
    for login in ("li", "wang", "admin", "chen", "gao"):
        someone = person(login)
        for address in (path, f"{path}/edit", f"{path}/delete", *everywhere(path.rpartition("/")[2])):
            someone.get(address)
        assert someone.get(path).status_code == 404
        assert someone.post(f"{path}/edit", {"reason": "x", "_version": "1"}).status_code == 404
        assert CANARY.encode() not in b"".join(someone.seen), login
    assert stored(site, path)["status"] == "draft"


def test_a_past_task_holder_goes_on_reading_and_no_more(site: Any, person: Any) -> None:
    path = person("zhang").request()
    assert person("li").decide(path, "approve").status_code == 303
    assert CANARY in person("li").get(path).text
    assert person("li").get(f"{path}/edit").status_code in REFUSED
    assert person("li").get(f"{path}/delete").status_code in REFUSED
    assert person("li").post(
        f"{path}/decide", {"action": "done", "version": person("li").version(path)}
    ).status_code in {403, 409}
    assert person("sun").get(path).status_code == 404
    assert stored(site, path)["status"] == "ordering"


def test_nobody_approves_for_oneself_or_out_of_turn(site: Any, person: Any) -> None:
    path = person("zhang").request()
    for kind in ("approve", "reject", "return", "done", "resubmit"):
        answer = person("zhang").post(
            f"{path}/decide", {"action": kind, "version": "1", "comment": "x", "task": "manager-1-1"}
        )
        assert answer.status_code in {403, 409, 422}, kind
    answer = person("zhang").post(f"{path}/decide", {"action": "manager", "version": "1"})
    assert answer.status_code == 400
    assert stored(site, path)["status"] == "running"


# -- a field that most may not read -----------------------------------------------------------------------------------
@pytest.fixture
def supplier(site: Any, person: Any) -> str:
    """A supplier whose bank account is a canary; the steward sees it."""
    steward = person("chen")
    data = {
        "code": "GYS-7000",
        "name": "金丝雀供应",
        "category": "raw",
        "rating": "c",
        "payment_days": "30",
        "active": "true",
        "bank": f"bank {BANK[::-1]}",
        "bank_account": BANK,
        "phone": "13977770000",
        "_submit": "1",
    }
    answer = steward.post("/a/mdm/supplier/new", data)
    assert answer.status_code == 303, answer.text
    path = str(answer.headers["Location"])
    assert BANK in steward.get(path).text
    return path


def test_the_bank_account_reaches_nobody_else(site: Any, person: Any, supplier: str) -> None:
    id = supplier.rpartition("/")[2]
    for login in ("zhang", "wang", "feng", "gao"):
        other = person(login)
        assert "金丝雀供应" in other.get(supplier).text
        base = other.get("/a/mdm/supplier/").status_code
        assert base == 200
        for text in (BANK, BANK[:4], BANK[:1], "6", "7", "13977770000", f"bank {BANK[::-1]}"):
            for key in ("bank_account", "bank", "phone"):
                for operator in ("eq", "contains", "starts", "ge", "le", "in", "ne", "blank", "filled"):
                    for place in (
                        "/a/mdm/supplier/",
                        "/a/mdm/lists/suppliers",
                        "/a/mdm/reports/suppliers_by_category",
                        "/a/mdm/reports/suppliers_by_category.csv",
                    ):
                        assert other.get(f"{place}?f.{key}.{operator}={quote(text)}").status_code in REFUSED
            for place in (
                "/a/mdm/supplier/?q=",
                "/pick/record/mdm/supplier?for=purchase.request.supplier&q=",
                "/a/mdm/material/suggest/supplier?q=",
                "/a/purchase/request/suggest/supplier?q=",
            ):
                found = other.get(place + quote(text))
                assert text in {"6", "7", "6228"} or "GYS-7000" not in found.text
        for key in ("bank_account", "bank", "phone"):
            for sort in (key, f"-{key}", f"code,{key}", f"{key}.x"):
                for place in ("/a/mdm/supplier/", "/a/mdm/lists/suppliers"):
                    assert other.get(f"{place}?sort={sort}").status_code in REFUSED
            assert other.get(f"/a/mdm/supplier/suggest/{key}?q=6").status_code in REFUSED
            assert other.get(f"/pick/person?for=mdm.supplier.{key}").status_code in REFUSED
        for end in ("edit", "delete"):
            assert other.get(f"{supplier}/{end}").status_code == 403
        assert other.post(f"/a/mdm/supplier/eval?record={id}", {"name": "x"}).status_code in REFUSED
        assert other.post(f"{supplier}/edit", {"bank_account": "1", "_version": "1"}).status_code == 403
        assert other.get("/a/mdm/lists/suppliers.csv").status_code == 403
        assert other.get("/a/mdm/supplier/records.csv").status_code == 403
        reached = b"".join(other.seen)
        for secret in (BANK, BANK[::-1], "13977770000"):
            # what one asks for oneself comes back in one's own address and filter
            assert not leaks(other, secret), (login, secret)
        assert b"GYS-7000" in reached
    steward = person("chen")
    assert (
        BANK in steward.get(f"/a/mdm/supplier/?f.bank_account.eq={BANK}").text
        or "GYS-7000" in steward.get(f"/a/mdm/supplier/?f.bank_account.eq={BANK}").text
    )
    assert BANK in steward.get("/a/mdm/supplier/records.csv").text or BANK in steward.get(supplier).text


def leaks(other: Person, secret: str) -> bool:
    """Whether a page gave what this person had not typed into its address."""
    other.seen.clear()
    for address in (
        "/a/mdm/supplier/",
        "/a/mdm/lists/suppliers",
        "/a/mdm/lists/all_suppliers",
        "/a/mdm/lists/materials",
        "/a/mdm/reports/suppliers_by_category",
        "/pick/record/mdm/supplier?for=purchase.request.supplier",
        "/a/purchase/request/suggest/supplier",
        "/a/mdm/material/suggest/supplier",
        "/a/mdm/",
        "/",
        "/apps",
        "/a/purchase/request/new",
        "/a/mdm/lists/suppliers?q=GYS-7000",
        "/a/mdm/supplier/?sort=-created_at",
        "/pick/record/mdm/supplier?for=purchase.request.supplier&q=GYS-7000",
    ):
        other.get(address)
        other.get(address, headers=HTMX)
    return secret.encode() in b"".join(other.seen)


# -- what is posted without being asked for ---------------------------------------------------------------------------
SYSTEM = {
    "status": "approved",
    "number": "CG-9999-0001",
    "created_by": "1",
    "created_at": "2001-01-01",
    "updated_by": "1",
    "version": "77",
    "id": "5",
    "revision": "9",
    "department": "finance",
    "total": "1",
    "lines-0-subtotal": "1",
    "_title": "x",
    "_deleted_at": "2001-01-01",
    "draft": "0",
    "is_admin": "1",
    "role": "admin",
    "row.status": "approved",
}


@pytest.mark.parametrize("where", ["form", "query", "both"])
def test_what_the_system_says_nobody_sets(site: Any, person: Any, where: str) -> None:
    data = SYSTEM if where != "query" else {}
    query = "?" + "&".join(f"{name}={value}" for name, value in SYSTEM.items()) if where != "form" else ""
    owner = person("zhang")
    answer = owner.post(NEW + query, REQUEST | data | {"_submit": "1"})
    if answer.status_code == 422:
        return
    row = stored(site, answer.headers["Location"])
    assert row["created_by"] == site.actor("zhang").id
    assert row["status"] == "running"
    assert row["number"].startswith("CG-")
    assert row["number"] != "CG-9999-0001"
    assert row["version"] == 1
    assert row["created_at"].year > 2001
    assert row["id"] != 5
    assert str(row["total"]) == "600.00"


def test_a_step_takes_only_its_own_fields(site: Any, person: Any) -> None:
    path = person("zhang").request()
    answer = person("li").decide(
        path, "approve", reason="changed", category="it", **{"lines-0-price": "1"}, status="approved", total="1"
    )
    assert answer.status_code in {303, 403, 422}, answer.text
    if answer.status_code != 303:  # refused with its reason is as good as not taken
        assert person("li").decide(path, "approve").status_code == 303
    row = stored(site, path)
    assert (row["reason"], row["status"], str(row["total"])) == (CANARY, "ordering", "600.00")
    answer = person("chen").decide(path, "done", reason="changed", status="rejected", supplier="GYS-0013")
    assert answer.status_code in {303, 403, 422}, answer.text
    if answer.status_code != 303:
        assert stored(site, path)["reason"] == CANARY
        assert person("chen").decide(path, "done", supplier="GYS-0013").status_code == 303
    row = stored(site, path)
    assert (row["reason"], row["status"]) == (CANARY, "approved")
    assert row["supplier"] is not None


def test_a_file_of_another_is_not_taken(site: Any, person: Any) -> None:
    theirs = person("zhang").upload(content=b"%PDF-1.7 of zhang")
    answer = person("feng").post(NEW, REQUEST | {"quote": theirs, "_submit": "1"})
    assert answer.status_code == 422
    answer = person("feng").post(NEW, {"reason": "x", "quote": theirs, "_draft": "1"})
    assert answer.status_code == 422
    assert "报价.pdf" not in answer.text
    assert person("feng").post(f"{NEW[:-3]}eval", {"quote": theirs}).text.count("报价.pdf") == 0
    path = person("zhang").request(quote=theirs)
    for again in (NEW, f"{NEW[:-3]}eval"):
        answer = person("zhang").post(again, REQUEST | {"quote": theirs, "_submit": "1"})
        assert again != NEW or answer.status_code == 422  # it belongs to a record now
    assert person("li").post(NEW, REQUEST | {"quote": theirs, "_submit": "1"}).status_code == 422
    assert person("li").get(f"/files/{theirs}").status_code == 200
    assert f"/files/{theirs}" in person("zhang").get(path).text


def test_a_known_row_of_another_record_is_not_taken(site: Any, person: Any) -> None:
    first, second = person("zhang").request(), person("zhang").request()
    for path in (first, second):
        person("li").decide(path, "return", comment="x")
    rows_of = re.findall(r'name="lines-0-id" value="(\d+)"', person("zhang").get(f"{first}/edit").text)
    assert rows_of
    version = hidden(person("zhang").get(f"{second}/edit").text, "_version")
    answer = person("zhang").post(
        f"{second}/edit",
        REQUEST | {"_version": version, "lines-0-id": rows_of[0], "lines-0-item": "stolen", "_submit": "1"},
    )
    assert answer.status_code == 422
    assert "示波器" in person("zhang").get(first).text


# -- requests that others' pages make ---------------------------------------------------------------------------------
def writing_routes(site: Any) -> list[str]:
    found = []
    for rule in site.app.url_map.iter_rules():
        guard = site.app.view_functions[rule.endpoint].guard
        if "POST" in rule.methods and guard.name != "token":
            found.append(re.sub(r"<[^>]+>", "1", rule.rule.replace("<app>", "purchase").replace("<form>", "request")))
    return found


def test_no_token_or_anothers_does_nothing(site: Any, person: Any) -> None:
    zhang, li = person("zhang"), person("li")
    path, foreign = zhang.request(), li.token()
    writing = [*writing_routes(site), f"{path}/edit", f"{path}/decide", f"{path}/delete"]
    assert len(writing) > 12
    before, many = stored(site, path), count_of(site)
    plain = {**REQUEST, "action": "approve", "version": "1", "comment": "x", "_submit": "1"}
    for address in writing:
        for given in ({}, {"csrf_token": ""}, {"csrf_token": "x"}, {"csrf_token": foreign}):
            for headers in ({}, HTMX, {"X-Requested-With": "XMLHttpRequest"}, {"X-CSRFToken": foreign}):
                answer = zhang.send("POST", address, data={**plain, **given}, headers=headers)
                assert answer.status_code == 400, (address, given, headers)
            plain_text = zhang.send(
                "POST", f"{address}?csrf_token={zhang.token()}", data='{"a": 1}', content_type="text/plain"
            )
            assert plain_text.status_code == 400
    assert stored(site, path) == before
    assert count_of(site) == many
    assert zhang.get("/account").status_code == 200
    assert li.decide(path, "approve").status_code == 303


def test_looking_changes_nothing(site: Any, person: Any) -> None:
    path = person("zhang").request()
    before, many = stored(site, path), count_of(site)
    for address in (
        f"{path}/decide",
        f"{path}/delete",
        f"{path}/edit",
        NEW,
        "/sign-out",
        "/account/sessions/end-others",
        "/files",
        "/preferences",
    ):
        query = f"?action=approve&version=1&_submit=1&csrf_token={person('li').token()}&reason=x"
        for method in ("GET", "HEAD", "OPTIONS"):
            person("li").send(method, address + query)
        for override in ("POST", "DELETE"):
            person("li").get(
                address + query + f"&_method={override}", headers={"X-HTTP-Method-Override": override, **HTMX}
            )
    assert stored(site, path) == before
    assert count_of(site) == many
    assert person("li").get("/account").status_code == 200


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "/%0d%0aX:y",
        "%2f%2fevil.example",
        " //evil.example",
        "/\r\n//evil.example",
        "///evil.example",
        "/.//evil.example/..",
        "https:/evil.example",
        "data:text/html,x",
        "//evil.example@localhost",
        "/@evil.example",
    ],
)
def test_nobody_is_led_elsewhere(site: Any, person: Any, to: str) -> None:
    asked, zhang = quote(to, safe=""), person("zhang")
    path = zhang.request()
    password = sign_in_password(site, "feng")
    anonymous = site.client()
    token = hidden(anonymous.get(f"/sign-in?next={asked}").text, "csrf_token")
    answers = [
        anonymous.post(
            f"/sign-in?next={asked}", data={"login": "feng", "password": password, "next": to, "csrf_token": token}
        ),
        zhang.get(f"/sign-in?next={asked}"),
        zhang.post("/preferences", {"next": to, "theme": "dark"}),
        zhang.post(f"{path}/decide", {"action": "comment", "comment": "x", "back": to}),
    ]
    for answer in answers:
        assert answer.status_code == 303
        location = answer.headers["Location"]
        assert re.match(r"/(?![/\\])", location), location
        assert "\n" not in location
    for address in (f"{path}?back={asked}", f"{NEW}?back={asked}", f"/pick/person?for=mdm.customer.owner&back={asked}"):
        for href in re.findall(r'(?:href|action)="([^"]*)"', zhang.get(address).text):
            assert re.match(r"/(?![/\\])|[#?]|$", unescape(href)), (address, href)


# -- sessions ---------------------------------------------------------------------------------------------------------
def sign_in_password(site: Any, login: str) -> str:
    return str(json.loads((site.composition.settings.data / "demo-passwords.json").read_text())[login])


def signed_in(site: Any, login: str, cookie: str = "") -> Any:
    client = site.client()
    token = hidden(client.get("/sign-in").text, "csrf_token")
    if cookie:
        client.set_cookie(COOKIE, cookie)
    answer = client.post(
        "/sign-in", data={"login": login, "password": sign_in_password(site, login), "csrf_token": token}
    )
    assert answer.status_code == 303, answer.text
    return client


def cookie_of(client: Any) -> str:
    return str(client.get_cookie(COOKIE).value)


def alive(site: Any, cookie: str) -> bool:
    client = site.client()
    client.set_cookie(COOKIE, cookie)
    return bool(client.get("/account").status_code == 200)


def test_a_session_is_new_at_sign_in_and_dead_after_sign_out(site: Any) -> None:
    fixed = "f" * 43
    client = signed_in(site, "zhang", cookie=fixed)
    first = cookie_of(client)
    assert first != fixed
    assert alive(site, first)
    assert not alive(site, fixed)
    again = signed_in(site, "zhang", cookie=first)
    assert cookie_of(again) != first
    assert not alive(site, first)
    second = cookie_of(again)
    answer = again.post("/sign-out", data={"csrf_token": hidden(again.get("/account").text, "csrf_token")})
    assert answer.status_code == 303
    assert answer.headers["Clear-Site-Data"]
    assert not alive(site, second)
    for header in answer.headers.getlist("Set-Cookie"):
        assert "HttpOnly" in header
        assert "SameSite=Lax" in header


def test_a_session_dies_with_the_password_and_the_account(site: Any) -> None:
    here, there = signed_in(site, "zhang"), signed_in(site, "zhang")
    before = cookie_of(here)
    password = sign_in_password(site, "zhang")
    new = "a Much longer passphrase 91"
    token = hidden(here.get("/account").text, "csrf_token")
    data = {"old": password, "new": new, "again": new, "csrf_token": token}
    answer = here.post("/account/password", data=data)
    assert answer.status_code == 303, answer.text
    assert not alive(site, before)
    assert not alive(site, cookie_of(there))
    assert alive(site, cookie_of(here))
    disable(site, "zhang")
    assert not alive(site, cookie_of(here))


def disable(site: Any, login: str) -> None:
    site.composition.database.write(lambda tx: disable_person(tx, find_person(tx, login)))


def test_a_disabled_person_and_a_wrong_one_are_answered_alike(site: Any) -> None:
    disable(site, "feng")
    pages = set()
    for login, password in (
        ("zhang", "wrong"),
        ("nobody", "wrong"),
        ("feng", sign_in_password(site, "feng")),
        ("x" * 900, "wrong"),
        ("", ""),
    ):
        client = site.client()
        token = hidden(client.get("/sign-in").text, "csrf_token")
        answer = client.post("/sign-in", data={"login": login, "password": password, "csrf_token": token})
        assert COOKIE not in str(answer.headers)
        text = alike(answer.text, login[:64] or "no such id").replace('value=""', 'value="ID"')
        pages.add((answer.status_code, text))
    assert len(pages) == 1
    assert next(iter(pages))[0] == 422
    assert signed_in(site, "zhang")


def test_guessing_locks_the_account_whatever_else_changes(site: Any) -> None:
    statuses = []
    for number in range(8):
        client = site.client()
        token = hidden(client.get("/sign-in").text, "csrf_token")
        login = ("zhang", "ZHANG", " zhang ", "Zhang")[number % 4]
        answer = client.post(
            "/sign-in",
            data={"login": login, "password": f"wrong{number}", "csrf_token": token, "spare": str(number)},
            headers={"X-Forwarded-For": f"10.0.0.{number}", "User-Agent": str(number)},
            environ_overrides={"REMOTE_ADDR": f"10.1.0.{number}"},
        )
        statuses.append(answer.status_code)
    assert statuses == [422] * 5 + [429] * 3
    client = site.client()
    token = hidden(client.get("/sign-in").text, "csrf_token")
    answer = client.post(
        "/sign-in", data={"login": "zhang", "password": sign_in_password(site, "zhang"), "csrf_token": token}
    )
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert signed_in(site, "feng")


# -- what surrounds every answer --------------------------------------------------------------------------------------
def test_every_answer_carries_its_headers(site: Any, person: Any) -> None:
    zhang = person("zhang")
    file = zhang.upload()
    path = zhang.request(quote=file)
    answers = [
        zhang.get(each)
        for each in (
            "/",
            path,
            f"/files/{file}",
            "/nowhere",
            "/a/x/y/z",
            "/sign-in",
            "/static/x/nothing.js",
            "/a/mdm/supplier/new",
            "/a/purchase/lists/mine",
            "/a/purchase/lists/mine?where=1",
            "/favicon.ico",
            "/healthz",
            "/a/wrong/lists/x.csv",
        )
    ]
    answers += [
        zhang.send("POST", path + "/decide"),
        zhang.send("PUT", path),
        zhang.get(path, headers=HTMX),
        zhang.send("OPTIONS", path),
    ]
    answers += [
        site.client().get("/"),
        site.client().get(path, headers=HTMX),
        site.client().get("/api/v1/openapi.json"),
    ]
    for answer in answers:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src" in policy
        assert "unsafe-eval" not in policy
        assert "script-src 'unsafe-inline'" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert (
            "no-store" in answer.headers.get("Cache-Control", "")
            or answer.request.path == "/favicon.ico"
            or "/static/" in answer.request.path
        )
        assert "Server" not in answer.headers or "Python" not in answer.headers["Server"]


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<html><script>alert(1)</script>",
        b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>",
        b"GIF89a<script>alert(1)</script>",
    ],
)
@pytest.mark.parametrize("name", ["a.svg", "a.html", "a.png", "a.pdf", "a.xhtml"])
def test_what_could_run_is_never_served_as_such(site: Any, person: Any, name: str, content: bytes) -> None:
    for field_ in ("purchase.request.quote", "expense.claim.lines.receipt"):
        data = {"csrf_token": person("zhang").token(), "file": (BytesIO(content), name, "text/html")}
        answer = person("zhang").send("POST", f"/files?for={field_}&name=quote", data=data, headers=HTMX)
        for id in set(re.findall(r"[0-9a-f]{32}", answer.text)):
            got = person("zhang").get(f"/files/{id}")
            assert got.mimetype in {"application/octet-stream", "image/gif"}
            assert "sandbox" in got.headers["Content-Security-Policy"]
            assert "script" not in got.headers["Content-Security-Policy"]


def test_a_forged_part_request_gets_no_more(site: Any, person: Any) -> None:
    path = person("zhang").request()
    for headers in (
        HTMX,
        {"HX-Request": "true", "HX-Request-Type": "full"},
        {"HX-Request": "true", "HX-Boosted": "true"},
    ):
        assert person("feng").get(path, headers=headers).status_code == 404
        assert person("feng").get("/a/mdm/supplier/new", headers=headers).status_code == 403
        anonymous = site.client().get(path, headers=headers)
        assert anonymous.status_code == 401
        assert CANARY not in anonymous.text


# -- once ------------------------------------------------------------------------------------------------------------
def test_one_key_posted_at_once_makes_one_record(site: Any, person: Any) -> None:
    owner, many = person("zhang"), count_of(site)
    for number in range(6):
        key, token, cookie = f"key-{number}", owner.token(), owner.client.get_cookie("dougong_form").value
        data = REQUEST | {"_key": key, "_submit": "1"}
        answers = together([partial(post_alone, site, owner, NEW, data, token, cookie)] * 5)
        assert {each.status_code for each in answers} == {303}
        assert len({each.headers["Location"] for each in answers}) == 1
        assert count_of(site) == many + number + 1


def post_alone(site: Any, who: Person, path: str, data: Any, token: str, form_cookie: str) -> Any:
    """A post from a browser of its own with the same cookies, so that threads share nothing."""
    client = site.app.test_client()
    client.set_cookie(COOKIE, cookie_of(who.client))
    client.set_cookie("dougong_form", form_cookie)
    return client.post(path, data={**data, "csrf_token": token})


def together(works: list[Callable[[], Any]]) -> list[Any]:
    """Do all of it as nearly at once as threads allow."""
    start = threading.Barrier(len(works))

    def begin(work: Callable[[], Any]) -> Any:
        start.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return [each.result() for each in [pool.submit(begin, work) for work in works]]


def test_back_and_edit_is_offered_as_one_more(site: Any, person: Any) -> None:
    owner, many = person("zhang"), count_of(site)
    key = hidden(owner.get(NEW).text, "_key")
    assert key
    first = owner.request(_key=key)
    answer = owner.post(NEW, REQUEST | {"_key": key, "reason": "别的用途", "lines-0-item": "万用表", "_submit": "1"})
    assert answer.status_code == 409
    assert "别的用途" in answer.text
    assert "万用表" in answer.text
    fresh = hidden(answer.text, "_key")
    assert fresh != key
    assert count_of(site) == many + 1
    assert owner.request(_key=fresh, reason="别的用途") != first
    assert count_of(site) == many + 2
    assert owner.request(_key=key) == first
    assert person("feng").request(_key=key) != first  # another's key is another key


def test_two_approvers_at_once_make_one_decision(site: Any, person: Any) -> None:
    for number in range(6):
        path = person("zhang").request()
        assert person("li").decide(path, "approve").status_code == 303
        works, version = [], stored(site, path)["version"]
        for login in ("chen", "huang"):
            who = person(login)
            token, cookie = who.token(), who.client.get_cookie("dougong_form").value
            data = {"action": "done", "version": str(version)}
            works.append(partial(post_alone, site, who, f"{path}/decide", data, token, cookie))
        answers = together(works)
        assert sorted(each.status_code for each in answers) == [303, 409], number
        loser = next(each for each in answers if each.status_code == 409)
        winner = ("陈静", "黄")[0 if answers[0].status_code == 303 else 1]
        assert winner in re.sub(r"<[^>]+>", " ", alert_of(loser.text)), alert_of(loser.text)
        assert stored(site, path)["status"] == "approved"


def alert_of(html: str) -> str:
    """What the page says above all else."""
    found = re.search(r'id="alert".*?</div>', html, re.S)
    assert found
    return found[0]
