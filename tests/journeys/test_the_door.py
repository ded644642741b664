"""The door, whole: submit, read, edit, approve on the demo, as the people of the demo."""

from typing import Any

import pytest

from dougong.errors import Conflict, Forbidden, NotFound, Refused
from dougong.flows import Action
from dougong.flows.store import act
from dougong.records import Create, RecordDesk, Update, Visit, read, submit, write

VALUES = {
    "reason": "服务器", "category": "other", "lines": [{"item": "主机", "quantity": "2", "price": "300"}],
}  # fmt: skip


def made(site: Any, login: str, work: Any, door: str = "page") -> Any:
    return site.composition.write(site.actor(login), door, work)


def new_request(site: Any, login: str = "zhang", **more: Any) -> int:
    def work(visit: Visit) -> int:
        live = visit.forms.form("purchase.request")
        return write(visit, live, [Create(VALUES | more)])[0].id

    return int(made(site, login, work))


def decide(site: Any, login: str, id: int, kind: str, comment: str = "", **more: Any) -> Any:
    return made(site, login, lambda v: act(v, v.forms.form("purchase.request"), id, Action(kind, comment), **more))


def look(site: Any, login: str, id: int) -> Any:
    def work(visit: Visit) -> Any:
        live = visit.forms.form("purchase.request")
        return read(visit, live, id, RecordDesk(visit))

    return site.composition.read(site.actor(login), "page", work)


def test_a_request_is_computed_numbered_and_waits_for_the_supervisor(site: Any) -> None:
    id = new_request(site)
    record = look(site, "zhang", id)
    assert str(record.values["total"]) == "600.00"
    assert record.status == "running"
    assert record.number.startswith("CG-")
    assert look(site, "li", id).status == "running"
    with pytest.raises(NotFound):
        look(site, "sun", id)


def test_all_problems_come_at_once(site: Any) -> None:
    with pytest.raises(Refused) as refused:
        new_request(site, reason="", category="nothing", lines=[{"item": "", "quantity": "0", "price": "x"}], total="1")
    found = {(p.at, p.code) for p in refused.value.problems}
    assert ("reason", "field.required") in found
    assert ("total", "record.not_settable") in found
    assert {at for at, _ in found} >= {"category", "lines[0].item", "lines[0].quantity", "lines[0].price"}


def test_approval_moves_the_record_to_its_end(site: Any) -> None:
    id = new_request(site)
    with pytest.raises(Forbidden):
        decide(site, "zhang", id, "approve")
    decide(site, "li", id, "approve", "请按月结")
    with pytest.raises(Conflict):
        decide(site, "li", id, "approve")
    assert look(site, "chen", id).status == "ordering"
    decide(site, "chen", id, "done")
    assert look(site, "zhang", id).status == "approved"


def test_a_return_is_mended_and_sent_again(site: Any) -> None:
    id = new_request(site)
    with pytest.raises(Refused):
        decide(site, "li", id, "return")
    decide(site, "li", id, "return", "写清楚型号")
    record = look(site, "zhang", id)
    assert record.status == "returned"
    assert "reason" in record.editable

    def mend(visit: Visit) -> None:
        live = visit.forms.form("purchase.request")
        write(visit, live, [Update(id, record.version, {"reason": "服务器 R750"}, submit=True)])

    made(site, "zhang", mend)
    assert look(site, "zhang", id).status == "running"
    assert look(site, "li", id).values["reason"] == "服务器 R750"


def test_a_key_submits_once(site: Any) -> None:
    def send(values: dict[str, Any]) -> Any:
        return made(site, "zhang", lambda v: submit(v, v.forms.form("purchase.request"), Create(values), "k1", values))

    first = send(VALUES)
    assert send(VALUES).id == first.id
    with pytest.raises(Conflict):
        send(VALUES | {"reason": "别的"})


def test_a_stale_edit_is_refused(site: Any) -> None:
    id = new_request(site)
    decide(site, "li", id, "return", "再看看")

    def edit(visit: Visit) -> None:
        write(visit, visit.forms.form("purchase.request"), [Update(id, 7, {"reason": "x"})])

    with pytest.raises(Conflict):
        made(site, "zhang", edit)
