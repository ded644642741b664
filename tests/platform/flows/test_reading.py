"""What is read from the events: the way ahead, the task rows, field rights, the timeline."""

from datetime import timedelta

import pytest

from dougong.errors import Refused
from dougong.flows import actions, field_rights, fold, inbox, open_task, predicted, route, rows, timeline
from dougong.words import keys

AMY, BO, CY, DI, EVE, ROOT = 1, 2, 3, 4, 5, 99


@pytest.fixture
def it(case, one):
    """A manager, a committee for what is big, a step that passes, and a buyer."""
    ways = {
        "key": "amount", "type": "branch", "otherwise": [],
        "branches": [{"key": "big", "title": "Over 50,000", "when": "x", "steps": [one("committee", mode="all")]}],
    }  # fmt: skip
    buyer = {"key": "buyer", "type": "handle", "title": "Order", "who": {"people": ["eve"]}, "status": "ordering",
             "fields": {"supplier": "required", "secret": "hidden", "total": "read"}}  # fmt: skip
    return case(
        one("manager", {"supervisor_of": "submitter"}, title={"zh-CN": "上级", "en": "Manager"}),
        ways,
        one("stamp", {"role": "no"}, nobody="pass"),
        buyer,
    )


def test_the_route_lists_the_steps_that_open_tasks(it):
    assert route(it.flow, it.context(), AMY) == ("manager", "buyer")
    it.holds = {"amount.big"}
    assert route(it.flow, it.context(), AMY) == ("manager", "committee", "buyer")


def test_the_route_refuses_as_a_submission_would(it):
    it.people.above, it.people.looking_after = {}, ()
    with pytest.raises(Refused) as caught:
        route(it.flow, it.context(), AMY)
    assert [each.code for each in caught.value.problems] == ["flows.nobody_at_all"]


def test_what_is_to_come_changes_as_the_flow_moves(it):
    assert predicted(it.flow, (), it.context()) == ()
    it.holds = {"amount.big"}
    it.do("submit", AMY)
    ahead = predicted(it.flow, it.events, it.context())
    assert [(each.step, each.people, each.source) for each in ahead] == [
        ("committee", (CY, DI), "named"), ("stamp", (), "pass"), ("buyer", (EVE,), "named"),
    ]  # fmt: skip
    it.holds = set()
    assert [each.step for each in predicted(it.flow, it.events, it.context())] == ["stamp", "buyer"]
    it.do("approve", BO)
    assert predicted(it.flow, it.events, it.context()) == ()
    it.do("return", EVE, "mend")
    assert [each.step for each in predicted(it.flow, it.events, it.context())] == ["manager", "stamp", "buyer"]
    it.do("withdraw", AMY)
    assert predicted(it.flow, it.events, it.context()) == ()


def test_what_is_to_come_after_a_direct_return_is_the_step_itself(case, one):
    it = case(one("first"), one("second", {"people": ["eve"]}, resubmit="direct"))
    it.do("submit", AMY)
    it.do("approve", CY)
    it.do("return", EVE, "mend")
    assert [each.step for each in predicted(it.flow, it.events, it.context())] == ["second"]


def test_want_of_people_is_told_not_raised(it):
    it.do("submit", AMY)
    it.people.gone, it.people.looking_after = {EVE}, ()
    assert predicted(it.flow, it.events, it.context())[-1].source == "none"
    assert timeline(it.flow, it.events, it.now, predicted(it.flow, it.events, it.context()))[-1].code in keys()


def test_prediction_comes_true(it):
    it.holds = {"amount.big"}
    it.do("submit", AMY)
    foretold = [each.step for each in predicted(it.flow, it.events, it.context()) if each.people]
    for kind, person in (("approve", BO), ("approve", CY), ("approve", DI), ("done", EVE)):
        it.do(kind, person)
    entered = [event.step for event in it.events if type(event).__name__ == "StepEntered"]
    assert entered == ["manager", *foretold]


def test_rows_are_the_tasks_of_the_state(it):
    it.holds = {"amount.big"}
    it.do("submit", AMY)
    start = it.events[0].at
    assert [(row.task, row.person, row.state, row.opened_at) for row in rows(it.flow, it.state)] == [
        ("manager:1:2", BO, "open", start)
    ]
    assert rows(it.flow, it.state)[0].title == {"zh-CN": "上级", "en": "Manager"}
    it.do("approve", BO)
    it.do("return", CY, "mend")
    assert [(row.person, row.state, row.void) for row in rows(it.flow, it.state)] == [
        (BO, "approved", False), (CY, "returned", True), (DI, "skipped", True), (AMY, "open", False),
    ]  # fmt: skip
    [mine] = inbox(it.flow, it.state)
    assert (mine.step, mine.title, mine.person) == ("@submitter", "", AMY)


def test_an_untitled_step_shows_its_key(case, one):
    it = case(one("first"))
    it.do("submit", AMY)
    assert {row.title for row in inbox(it.flow, it.state)} == {"first"}


def test_a_task_says_what_its_holder_may_do_with_fields(it):
    it.do("submit", AMY)
    assert field_rights(it.flow, it.state, EVE) is None
    assert dict(field_rights(it.flow, it.state, BO)) == {}
    it.do("approve", BO)
    rights = field_rights(it.flow, it.state, EVE)
    assert dict(rights) == {"supplier": "required", "secret": "hidden", "total": "read"}
    assert [rights.of(key) for key in ("supplier", "secret", "other")] == ["required", "hidden", "read"]
    assert field_rights(it.flow, it.state, BO) is None, "a task that is done gives no right to write"
    it.do("return", EVE, "mend")
    assert field_rights(it.flow, it.state, AMY).of("supplier") == "edit"
    assert field_rights(it.flow, it.state, EVE) is None


def test_a_turn_that_has_not_come_gives_no_rights(case, one):
    it = case(one("turns", mode="order", fields={"total": "edit"}))
    it.do("submit", AMY)
    assert field_rights(it.flow, it.state, CY).of("total") == "edit"
    assert field_rights(it.flow, it.state, DI) is None
    assert [row.person for row in inbox(it.flow, it.state)] == [CY]
    assert [row.state for row in rows(it.flow, it.state)] == ["open", "waiting"]


def test_a_task_offers_what_its_step_offers(it):
    it.do("submit", AMY)
    assert actions(it.flow, it.state, BO) == ("approve", "reject", "return")
    assert actions(it.flow, it.state, EVE) == ()
    it.do("approve", BO)
    assert actions(it.flow, it.state, EVE) == ("done", "return")
    assert open_task(it.state, EVE).id == "buyer:1:5"
    it.do("return", EVE, "mend")
    assert actions(it.flow, it.state, AMY) == ("resubmit",)


def lines(it, future=()):
    found = timeline(it.flow, it.events, it.now, future)
    for line in found:
        assert line.code in keys()
        assert not line.reason or line.reason in keys()
    return found


def test_the_timeline_tells_what_was_done_what_is_now_and_what_comes(it):
    it.holds = {"amount.big"}
    it.do("submit", AMY)
    it.now += timedelta(minutes=9)
    it.do("approve", BO, "fine")
    told = lines(it, predicted(it.flow, it.events, it.context()))
    assert [(line.place, line.code.removeprefix("flows."), line.people) for line in told] == [
        ("done", "did.submitted", (AMY,)),
        ("done", "did.approved", (BO,)),
        ("done", "did.branch_taken", ()),
        ("now", "now.approve", (CY, DI)),
        ("next", "next.passed", ()),
        ("next", "next.asked", (EVE,)),
    ]
    approved, branch, now = told[1:4]
    assert (approved.comment, approved.elapsed, approved.title["en"]) == ("fine", 600, "Manager")
    assert (branch.branch, branch.reason) == ("Over 50,000", "flows.why.condition_holds")
    assert (now.title, now.elapsed, now.at) == ("committee", 60, approved.at)


def test_the_timeline_tells_of_skips_returns_and_the_end(it):
    it.holds = {"amount.big"}
    it.do("submit", AMY)
    it.do("approve", BO)
    it.do("return", CY, "mend")
    assert [line.code for line in lines(it) if line.place == "now"] == ["flows.now.edit"]
    it.do("resubmit", AMY, "mended")
    it.do("approve", BO)
    it.do("approve", CY)
    it.do("reject", DI, "no")
    told = lines(it)
    assert [line.code.removeprefix("flows.did.") for line in told] == [
        "submitted", "approved", "branch_taken", "returned", "task_skipped", "resubmitted_rerun",
        "approved", "branch_taken", "approved", "rejected", "flow_rejected",
    ]  # fmt: skip
    assert [line.void for line in told if line.code == "flows.did.approved"] == [True, False, False]
    assert (told[4].people, told[4].reason) == ((DI,), "flows.why.returned")
    assert told[-1].elapsed == 6 * 60
    assert told[-1].people == ()


def test_tasks_settled_by_one_deed_share_a_line(case, one):
    it = case(one("first", {"role": "three"}))
    it.do("submit", AMY)
    it.do("approve", DI)
    assert [line.people for line in lines(it) if line.code == "flows.did.task_skipped"] == [(CY, EVE)]


def test_the_timeline_tells_who_stands_in_and_what_passed(case, one):
    it = case(
        one("first", {"role": "no"}, nobody="pass"),
        one("second", {"role": "no"}, nobody="next_supervisor"),
        one("third", {"role": "no"}),
    )
    it.do("submit", AMY)
    it.do("approve", BO)
    told = [(line.code, line.people, line.reason) for line in lines(it) if line.reason]
    assert told == [
        ("flows.did.passed", (), "flows.why.nobody"),
        ("flows.did.handed_to_next_supervisor", (BO,), "flows.why.nobody"),
        ("flows.did.handed_to_admin", (ROOT,), "flows.why.nobody"),
    ]


def test_the_timeline_tells_why_a_resubmission_went_back_to_the_start(case, one):
    it = case(one("owner", {"field": "owner"}), one("last", {"people": ["eve"]}, resubmit="direct"))
    it.values = {"owner": BO}
    it.do("submit", AMY)
    it.do("approve", BO)
    it.do("return", EVE, "mend")
    it.values = {"owner": CY}
    it.do("resubmit", AMY)
    [line] = [line for line in lines(it) if "resubmitted" in line.code]
    assert (line.code, line.reason, line.title) == ("flows.did.resubmitted_rerun", "flows.why.people_changed", "owner")


def test_those_whose_turn_comes_later_are_told_as_next(case, one):
    it = case(one("turns", {"role": "three"}, mode="order"))
    it.do("submit", AMY)
    assert [(line.place, line.people) for line in lines(it)[1:]] == [("now", (CY,)), ("next", (DI, EVE))]


def test_nothing_happened_yet_has_no_timeline(it):
    assert timeline(it.flow, (), it.now) == ()
    assert fold(it.flow, ()).status == "draft"
