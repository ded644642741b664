"""Records over the API: created once, read by page, changed at the version seen, deleted; and who may."""

from typing import Any

import pytest

RECORDS = "/apps/expense/claim/records"
CLAIM = {
    "purpose": "展会", "trip": False,
    "lines": [{"spent_on": "2026-01-05", "category": "meals", "description": "工作餐", "amount": "88.50"}],
}  # fmt: skip


def codes(response: Any) -> set[tuple[str, str]]:
    return {(each["at"], each["code"]) for each in response.json["problems"]}


def test_a_record_lives_and_ends(api: Any) -> None:
    made = api.create("everything.thing", {"code": "T1", "name": "螺丝"})
    assert made.status_code == 201
    record = made.json
    assert set(record) == {"id", "number", "version", "status", "values"}
    assert record["values"] == {"code": "T1", "name": "螺丝"}
    assert (record["version"], type(record["id"])) == (1, str)
    one = made.headers["Location"].removeprefix("/api/v1")
    assert api.ask("GET", one).json == record

    changed = api.ask("PATCH", one, {"values": {"name": "螺母"}, "version": 1})
    assert (changed.status_code, changed.json["version"], changed.json["values"]["code"]) == (200, 2, "T1")
    stale = api.ask("PATCH", one, {"values": {"name": "垫片"}, "version": 1})
    assert (stale.status_code, stale.json["code"]) == (409, "record.stale")
    assert api.ask("DELETE", f"{one}?version=1").status_code == 409
    assert api.ask("DELETE", f"{one}?version=2").status_code == 204
    assert api.ask("GET", one).status_code == 404
    assert api.ask("DELETE", f"{one}?version=2").status_code == 404


def test_numbers_are_exact_text_and_computed(api: Any) -> None:
    body = b'{"values": {"line": "ab", "ratio": 0.1234, "price": 19.99, "count": 7, "rows": [{"item": "x", "amount": 1.10}]}}'
    made = api.ask("POST", "/apps/everything/record/records", body)
    assert made.status_code == 201, made.json
    values = made.json["values"]
    assert (values["ratio"], values["price"], values["doubled"], values["count"]) == ("0.1234", "19.99", "39.98", "7")
    assert (values["rows"][0]["amount"], values["rows"][0]["twice"], values["sum"]) == ("1.10", "2.20", "2.20")
    assert values["serial"].startswith("S")
    assert made.json["number"].startswith("E-")


def test_every_problem_at_once_with_the_codes_of_the_page(api: Any) -> None:
    line = CLAIM["lines"][0] | {"amount": "x", "category": "none"}
    answer = api.create("expense.claim", {"purpose": "", "total": 5, "nonsense": 1, "lines": [line]})
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert {
        ("purpose", "field.required"), ("total", "record.not_settable"), ("nonsense", "record.unknown_field"),
        ("lines[0].amount", "field.not_a_number"), ("lines[0].category", "field.not_an_option"),
    } <= codes(answer)  # fmt: skip
    assert all(each["message"] for each in answer.json["problems"])
    assert answer.json["code"] == "refused" or answer.json["status"] == 422


def test_a_key_makes_one_record(either: Any) -> None:
    api = either
    first = api.create("expense.claim", CLAIM, Idempotency_Key="k-1")
    again = api.create("expense.claim", CLAIM, Idempotency_Key="k-1")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    other = api.create("expense.claim", CLAIM | {"purpose": "别的"}, Idempotency_Key="k-1")
    assert (other.status_code, other.json["code"]) == (409, "record.key_reused")
    assert api.create("expense.claim", CLAIM, login="li", Idempotency_Key="k-1").status_code == 201
    refused = api.create("expense.claim", {"purpose": ""}, Idempotency_Key="k-2")
    mended = api.create("expense.claim", CLAIM, Idempotency_Key="k-2")
    assert (refused.status_code, mended.status_code) == (422, 201)
    long = api.create("expense.claim", CLAIM, Idempotency_Key="k" * 500 + "a")
    longer = api.create("expense.claim", CLAIM, Idempotency_Key="k" * 500 + "b")
    assert (long.status_code, longer.status_code) == (201, 201), "keys are told apart by all of their letters"


def test_a_draft_waits_and_is_handed_in(api: Any) -> None:
    draft = api.ask("POST", RECORDS, {"values": {"purpose": "半成品"}, "draft": True})
    assert (draft.status_code, draft.json["status"]) == (201, "draft")
    one = f"{RECORDS}/{draft.json['id']}"
    assert api.ask("GET", one, login="lin").status_code == 404, "a draft is its author's alone"
    early = api.ask("PATCH", one, {"values": {}, "version": 1, "submit": True})
    assert ("lines", "field.too_few_rows") in codes(early)
    done = api.ask("PATCH", one, {"values": {"lines": CLAIM["lines"]}, "version": 1, "submit": True})
    assert (done.status_code, done.json["status"], done.json["values"]["total"]) == (200, "running", "88.50")


def test_pages_by_cursor_are_whole(api: Any) -> None:
    for number in range(7):
        assert api.create("everything.thing", {"code": f"C{number}", "name": f"n{number}"}).status_code == 201
    path, seen, sizes = "/apps/everything/thing/records?limit=3", [], []
    answer = api.ask("GET", path).json
    while True:
        assert set(answer) == {"records", "next"}
        seen += [each["values"]["code"] for each in answer["records"]]
        sizes.append(len(answer["records"]))
        if answer["next"] is None:
            break
        answer = api.ask("GET", f"{path}&cursor={answer['next']}").json
    assert seen == [f"C{number}" for number in range(7)], "the oldest first, each once"
    assert sizes == [3, 3, 1]


@pytest.mark.parametrize("asked", ["limit=0", "limit=201", "limit=x", "limit=-1", "limit=1e1", "sort=name", "limit=²"])
def test_what_a_list_is_not_asked(api: Any, asked: str) -> None:
    assert api.ask("GET", f"{RECORDS}?{asked}").status_code == 422


def test_absent_and_unreadable_look_alike(api: Any) -> None:
    foreign = api.create("expense.claim", CLAIM, login="zheng").json["id"]
    answers = []
    for id in (foreign, str(int(foreign) + 1), "0", "x", "9" * 30, "-1", "1.0", "%F0%9F%99%82"):
        for method, body in (("GET", None), ("PATCH", {"values": {}, "version": 1})):
            answer = api.ask(method, f"{RECORDS}/{id}", body)
            answers.append((answer.status_code, answer.json["code"], answer.json["detail"]))
        answer = api.ask("DELETE", f"{RECORDS}/{id}?version=1")
        answers.append((answer.status_code, answer.json["code"], answer.json["detail"]))
        answer = api.ask("POST", f"{RECORDS}/{id}/decide", {"action": "approve", "version": 1})
        answers.append((answer.status_code, answer.json["code"], answer.json["detail"]))
    assert set(answers) == {(404, "record.not_found", answers[0][2])}


def test_a_list_holds_only_what_is_readable(api: Any) -> None:
    api.create("expense.claim", CLAIM, login="zheng")

    def all_of(login: str) -> list[Any]:
        found, cursor = [], ""
        while True:
            page = api.ask("GET", f"{RECORDS}?limit=200{cursor}", login=login).json
            found += page["records"]
            if page["next"] is None:
                return found
            cursor = f"&cursor={page['next']}"

    mine = {each["id"] for each in all_of("zheng")}
    accountant = {each["id"] for each in all_of("lin")}
    assert mine < accountant
    assert not mine & {each["id"] for each in all_of("zhang")}


def test_fields_are_kept_from_who_may_not_read_them(api: Any) -> None:
    refused = api.create("everything.record", {"line": "abc", "secret": "s"})
    assert codes(refused) == {("secret", "access.may_not_set")}


def test_what_is_not_there(api: Any) -> None:
    for path in ("/apps/none/claim/records", "/apps/expense/none/records", "/apps/expense/claim.x/records"):
        assert api.ask("GET", path).status_code == 404
        assert api.ask("POST", path, {"values": {}}).status_code == 404
    assert api.ask("GET", "/nothing").mimetype == "application/problem+json"
    assert api.ask("PUT", RECORDS, {}).status_code == 405
