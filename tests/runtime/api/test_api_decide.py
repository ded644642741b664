"""Approvals over the API: decided once, at the version seen, by whom it waits for."""

from typing import Any

REQUEST = {"reason": "服务器", "category": "other", "lines": [{"item": "主机", "quantity": "2", "price": "300"}]}


def test_a_request_goes_to_its_end(api: Any) -> None:
    made = api.create("purchase.request", REQUEST, login="zhang").json
    decide = f"/apps/purchase/request/records/{made['id']}/decide"
    say = {"action": "approve", "comment": "按月结", "version": made["version"]}
    assert api.ask("POST", decide, say, login="sun").status_code == 404
    own = api.ask("POST", decide, say, login="zhang")
    assert own.status_code in (403, 409)
    late = api.ask("POST", decide, say | {"version": 99}, login="li")
    assert (late.status_code, late.json["code"]) == (409, "record.stale")
    done = api.ask("POST", decide, say, login="li")
    assert (done.status_code, done.json["status"]) == (200, "ordering")
    assert api.ask("POST", decide, say, login="li").status_code == 409
    ordered = {"action": "done", "version": done.json["version"], "values": {"supplier": "GYS-0001"}}
    end = api.ask("POST", decide, ordered, login="chen")
    assert (end.status_code, end.json["status"]) == (200, "approved")
    assert end.json["values"]["supplier"].isdigit(), "a record without a number is named by its id"


def test_a_return_needs_its_reason(api: Any) -> None:
    made = api.create("purchase.request", REQUEST).json
    decide = f"/apps/purchase/request/records/{made['id']}/decide"
    bare = api.ask("POST", decide, {"action": "return", "version": 1}, login="li")
    assert bare.status_code == 422
    back = api.ask("POST", decide, {"action": "return", "comment": "型号？", "version": 1}, login="li")
    assert (back.status_code, back.json["status"]) == (200, "returned")


def test_what_is_no_decision(api: Any) -> None:
    made = api.create("purchase.request", REQUEST).json
    decide = f"/apps/purchase/request/records/{made['id']}/decide"
    for body, places in (
        ({}, {"action"}),
        ({"action": "submit", "version": 1}, {"action"}),
        ({"action": ["approve"], "comment": 5, "version": 1, "values": []}, {"action", "comment", "values"}),
        ({"action": "approve"}, {"version"}),
        ({"action": "approve", "version": True}, {"version"}),
        ({"action": "approve", "version": "x" * 30}, {"version"}),
        ({"action": "approve", "version": 1, "force": True}, {"force"}),
    ):
        answer = api.ask("POST", decide, body, login="li")
        assert answer.status_code == 422, body
        assert {each["at"] for each in answer.json["problems"]} == places
    assert api.ask("GET", decide.removesuffix("/decide")).json["status"] == "running"


def test_a_form_without_approval_has_nothing_to_decide(api: Any) -> None:
    made = api.create("everything.thing", {"code": "T9", "name": "x"}).json
    path = f"/apps/everything/thing/records/{made['id']}/decide"
    assert api.ask("POST", path, {"action": "approve", "version": 1}).status_code == 409
