"""Sending back and sending again: votes void, the edit task, rerun and direct."""

AMY, BO, CY, DI, EVE, ROOT = 1, 2, 3, 4, 5, 99


def back_at_second(case, one, **more):
    it = case(one("first", {"people": ["bo"]}), one("second", {"role": "three"}, mode="all", **more), one("third"))
    it.do("submit", AMY)
    it.do("approve", BO)
    it.do("approve", CY)
    it.do("return", DI, "mend it")
    return it


def test_a_return_gives_the_submitter_an_edit_task(case, one):
    it = back_at_second(case, one)
    assert it.state.stage == it.state.status == "returned"
    assert it.holders == {AMY}
    assert it.state.open[0].id == "@submitter:1:1"
    assert it.kinds[-3:] == ["Returned", "TaskSkipped", "TaskOpened"]


def test_the_votes_of_the_unfinished_step_are_void_and_stay_told(case, one):
    state = back_at_second(case, one).state
    assert [(task.person, task.state, task.void) for task in state.tasks[:4]] == [
        (BO, "approved", False), (CY, "approved", True), (DI, "returned", True), (EVE, "skipped", True),
    ]  # fmt: skip


def test_only_the_submitter_sends_it_again(case, one):
    it = back_at_second(case, one)
    it.refused("flows.only_submitter", "resubmit", BO)
    it.refused("flows.not_offered", "approve", AMY)
    it.refused("flows.already_yours", "approve", BO)


def test_rerun_asks_everyone_again(case, one):
    it = back_at_second(case, one)
    it.do("resubmit", AMY, "mended")
    assert it.state.round == 2
    assert it.holders == {BO}
    assert all(task.void for task in it.state.tasks if task.state != "open")
    it.refused("flows.not_returned", "resubmit", AMY)
    it.do("approve", BO)
    assert {task.id for task in it.state.open} == {"second:2:3", "second:2:4", "second:2:5"}
    for person in (CY, DI, EVE):
        it.do("approve", person)
    assert it.holders == {CY, DI}


def test_direct_goes_back_to_the_step_that_returned(case, one):
    it = back_at_second(case, one, resubmit="direct")
    it.do("resubmit", AMY)
    assert it.holders == {CY, DI, EVE}
    sent = next(event for event in it.events if type(event).__name__ == "Resubmitted")
    assert (sent.way, sent.to, sent.reason) == ("direct", "second", "")
    assert not it.state.tasks[0].void
    for person in (CY, DI, EVE):
        it.do("approve", person)
    it.do("approve", CY)
    assert it.state.stage == "approved"
    assert it.events[-1].reason == "steps_completed"


def branched(case, one):
    ways = {
        "key": "amount", "type": "branch", "otherwise": [],
        "branches": [
            {"key": "huge", "when": "x", "steps": [one("board", {"people": ["eve"]})]},
            {"key": "big", "when": "x", "steps": [one("chief", {"people": ["di"]})]},
        ],
    }  # fmt: skip
    it = case(one("first", {"people": ["bo"]}), ways, one("last", {"people": ["cy"]}, resubmit="direct"))
    it.holds = {"amount.big"}
    it.do("submit", AMY)
    it.do("approve", BO)
    it.do("approve", DI)
    it.do("return", CY, "mend")
    return it


def test_direct_holds_while_the_route_is_the_same(case, one):
    it = branched(case, one)
    it.do("resubmit", AMY)
    assert it.holders == {CY}


def test_direct_becomes_rerun_when_a_branch_would_be_another(case, one):
    for holds in ({"amount.huge", "amount.big"}, set()):
        it = branched(case, one)
        it.holds = holds
        sent = it.do("resubmit", AMY)[0]
        assert (sent.way, sent.reason, sent.changed) == ("rerun", "route_changed", "amount")
        assert it.holders == {BO}


def test_direct_becomes_rerun_when_a_field_names_another_person(case, one):
    for step_mode in ("any", "all"):
        it = case(one("owner", {"field": "owner"}, mode=step_mode), one("last", {"people": ["cy"]}, resubmit="direct"))
        it.values = {"owner": BO}
        it.do("submit", AMY)
        it.do("approve", BO)
        it.do("return", CY, "mend")
        it.values = {"owner": DI}
        sent = it.do("resubmit", AMY)[0]
        assert (sent.way, sent.reason, sent.changed) == ("rerun", "people_changed", "owner")
        assert it.holders == {DI}


def test_direct_does_not_mind_who_holds_a_role_now(case, one):
    it = case(one("first", {"role": "two"}), one("last", {"people": ["eve"]}, resubmit="direct"))
    it.do("submit", AMY)
    it.do("approve", CY)
    it.do("return", EVE, "mend")
    it.people.roles["two"] = (BO,)
    it.do("resubmit", AMY)
    assert it.holders == {EVE}


def test_direct_looks_at_the_present_run_only(case, one):
    it = branched(case, one)
    it.holds = {"amount.huge"}
    it.do("resubmit", AMY)
    it.do("approve", BO)
    it.do("approve", EVE)
    it.do("return", CY, "once more")
    it.do("resubmit", AMY)
    assert it.holders == {CY}
    it.do("return", CY, "and again")
    it.holds = set()
    assert it.do("resubmit", AMY)[0].reason == "route_changed"


def test_handling_returns_too_and_reruns(case, one):
    it = case(one("first"), {"key": "buy", "type": "handle", "who": {"people": ["eve"]}})
    it.do("submit", AMY)
    it.do("approve", CY)
    it.do("return", EVE, "what is this")
    it.do("resubmit", AMY)
    assert it.holders == {CY, DI}


def test_people_are_found_anew_after_a_return(case, one):
    it = case(one("first"))
    it.do("submit", AMY)
    it.people.roles["two"] = (EVE,)
    assert it.holders == {CY, DI}
    it.do("return", CY, "mend")
    it.do("resubmit", AMY)
    assert it.holders == {EVE}


def test_order_starts_over_after_a_direct_return(case, one):
    it = case(one("turns", {"role": "three"}, mode="order", resubmit="direct"))
    it.do("submit", AMY)
    it.do("approve", CY)
    it.do("return", DI, "mend")
    it.do("resubmit", AMY)
    assert it.holders == {CY}
    assert [task.person for task in it.state.waiting] == [DI, EVE]


def test_nothing_is_returned_to_one_who_left(case, one):
    it = case(one("first"))
    it.do("submit", AMY)
    it.people.gone.add(AMY)
    assert it.refused("flows.submitter_left", "return", CY, "mend").params == {"person": AMY}
    it.do("reject", CY, "no")


def test_a_second_return_opens_a_second_edit_task(case, one):
    it = case(one("first"))
    it.do("submit", AMY)
    for number in (1, 2):
        it.do("return", CY, "mend")
        assert it.state.open[0].id == f"@submitter:{number}:1"
        it.do("resubmit", AMY)
    assert it.state.round == 3


def test_a_resubmission_is_refused_where_a_step_would_have_nobody(case, one):
    it = case(one("first"), one("second", {"role": "late"}, nobody="refuse"))
    it.people.roles["late"] = (EVE,)
    it.do("submit", AMY)
    it.do("return", CY, "mend")
    it.people.roles["late"] = ()
    it.refused("flows.nobody_for_step", "resubmit", AMY)
