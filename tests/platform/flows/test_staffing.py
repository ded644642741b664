"""Who is asked: every kind of who, people who left, loops, one's own request, and nobody."""

import pytest

from dougong.errors import Forbidden, Refused
from dougong.flows import events as e
from dougong.flows import resolve
from dougong.spec.model import Who

AMY, BO, CY, DI, EVE, ROOT = 1, 2, 3, 4, 5, 99


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (Who(role="two"), (CY, DI)),
        (Who(role="unknown"), ()),
        (Who(people=("di", "nobody", "bo", "di")), (DI, BO)),
        (Who(department="it"), (BO, EVE)),
        (Who(supervisor_of="submitter"), (BO,)),
        (Who(supervisor_of="submitter", level=3), (DI,)),
        (Who(supervisor_of="submitter", level=4), ()),
        (Who(head_of="submitter"), (EVE,)),
        (Who(field="owner"), (CY,)),
        (Who(field="owners"), (DI, CY)),
        (Who(field="lines.owner"), (BO, EVE)),
        (Who(field="blank"), ()),
        (Who(field="absent"), ()),
        (Who(field="yes"), ()),
        (Who(), ()),
        ("submitter", (AMY,)),
        ("everyone", ()),
    ],
)
def test_every_who_names_its_people(organisation, who, expected):
    rows = [{"owner": BO}, {"owner": None}, {"owner": EVE}, {"owner": BO}]
    values = {"owner": CY, "owners": (DI, CY), "lines": rows, "blank": None, "yes": True}
    assert resolve(who, AMY, values, organisation) == expected


def test_those_who_left_are_not_asked(case, one):
    it = case(one("first", {"role": "three"}, mode="all"))
    it.people.gone = {DI}
    it.do("submit", AMY)
    assert it.holders == {CY, EVE}
    assert it.events[1].named == (CY, DI, EVE)


def test_people_are_frozen_when_a_step_begins(case, one):
    it = case(one("first", mode="all"))
    it.do("submit", AMY)
    it.people.roles["two"] = (EVE,)
    it.do("approve", CY)
    it.do("approve", DI)
    assert it.state.stage == "approved"


def test_people_are_found_when_a_step_begins_not_before(case, one):
    it = case(one("first"), one("second", {"field": "owner"}))
    it.values = {"owner": DI}
    it.do("submit", AMY)
    it.values = {"owner": EVE}
    it.do("approve", CY)
    assert it.holders == {EVE}


def test_the_submitter_is_dropped_where_others_remain(case, one):
    it = case(one("first", mode="all"))
    it.do("submit", CY)
    assert it.holders == {DI}
    it.do("approve", DI)
    assert it.state.stage == "approved"


def test_allow_self_keeps_the_submitter(case, one):
    it = case(one("first", mode="all", allow_self=True))
    it.do("submit", CY)
    assert it.holders == {CY, DI}
    it.do("approve", CY)


def test_an_own_request_is_refused_even_with_a_task(case, one):
    it = case(one("first", {"people": ["cy"]}))
    it.do("submit", AMY)
    it.events = tuple(e.Submitted(at=each.at, by=CY, flow="approval") if n == 0 else each
                      for n, each in enumerate(it.events))  # fmt: skip
    assert isinstance(it.refused("flows.own_request", "approve", CY), Forbidden)


def test_changing_the_approver_field_to_oneself_does_not_help(case, one):
    it = case(one("first"), one("second", {"field": "owner"}))
    it.values = {"owner": AMY}
    it.do("submit", AMY)
    it.do("approve", CY)
    assert it.holders == {ROOT}
    assert it.state.current.named == (AMY,)


def test_a_handle_step_that_names_the_submitter_asks_the_submitter(case):
    it = case({"key": "receive", "type": "handle", "who": "submitter"})
    it.do("submit", AMY)
    it.do("done", AMY)
    assert it.state.stage == "approved"


def test_an_approve_step_that_names_the_submitter_does_not(case, one):
    it = case(one("first", "submitter"))
    it.do("submit", AMY)
    assert it.holders == {ROOT}
    assert it.events[1].reason == "only_submitter"


@pytest.mark.parametrize(("role", "reason"), [("none", "nobody"), ("self", "only_submitter")])
class TestNobody:
    """What each policy does when the role is empty, or holds the submitter alone."""

    def start(self, case, one, role, policy, **more):
        it = case(one("first", {"role": role}, nobody=policy, mode="all", **more), one("second"))
        it.people.roles["self"] = (AMY,)
        return it

    def test_admin(self, case, one, role, reason):
        it = self.start(case, one, role, "admin")
        it.people.looking_after = (AMY, ROOT, BO, DI)
        it.people.gone = {DI}
        it.do("submit", AMY)
        assert it.holders == {ROOT, BO}
        assert (it.events[1].source, it.events[1].reason) == ("admin", reason)
        it.do("approve", BO)
        assert it.state.current.step == "second", "one admin is enough"

    def test_next_supervisor(self, case, one, role, reason):
        it = self.start(case, one, role, "next_supervisor")
        it.people.gone = {BO}
        it.do("submit", AMY)
        assert it.holders == {CY}
        assert (it.events[1].source, it.events[1].reason) == ("next_supervisor", reason)

    def test_next_supervisor_falls_to_the_admin_where_the_chain_ends(self, case, one, role, reason):
        it = self.start(case, one, role, "next_supervisor")
        it.people.above = {}
        it.do("submit", AMY)
        assert it.holders == {ROOT}
        assert (it.events[1].source, it.events[1].reason) == ("admin", reason)

    def test_pass(self, case, one, role, reason):
        it = self.start(case, one, role, "pass")
        it.do("submit", AMY)
        assert it.kinds[1:3] == ["Passed", "StepEntered"]
        assert it.events[1].reason == reason
        assert it.events[1].by is None
        assert it.holders == {CY, DI}

    def test_refuse(self, case, one, role, reason):
        it = self.start(case, one, role, "refuse", title="Check")
        code = {"nobody": "flows.nobody_for_step", "only_submitter": "flows.only_you_for_step"}[reason]
        assert it.refused(code, "submit", AMY).problems[0].params == {"step": "Check"}

    def test_not_even_an_admin(self, case, one, role, reason):
        code = {"nobody": "flows.nobody_at_all", "only_submitter": "flows.nobody_but_you"}[reason]
        for admins in ((), (AMY,)):
            it = self.start(case, one, role, "admin")
            it.people.looking_after = admins
            it.refused(code, "submit", AMY)


def test_the_only_admin_may_decide_own_requests_where_the_step_allows_it(case, one):
    it = case(one("first", {"role": "none"}, allow_self=True))
    it.people.looking_after = (AMY,)
    it.do("submit", AMY)
    assert it.holders == {AMY}


def test_climbing_starts_above_the_level_named(case, one):
    it = case(one("first", {"supervisor_of": "submitter", "level": 2}, nobody="next_supervisor"))
    it.people.gone = {CY}
    it.do("submit", AMY)
    assert it.holders == {DI}


@pytest.mark.parametrize(
    "above", [{AMY: AMY}, {AMY: BO, BO: AMY}, {AMY: BO, BO: CY, CY: BO}], ids=["self", "pair", "above"]
)
def test_a_chain_that_comes_round_again_ends(case, one, above):
    it = case(one("first", {"supervisor_of": "submitter"}, nobody="next_supervisor"))
    it.people.above = above
    it.people.gone = {BO, CY}
    it.do("submit", AMY)
    assert it.holders == {ROOT}


def test_a_chain_with_an_empty_post_is_climbed_past_it(case, one, organisation):
    class Posts(type(organisation)):
        def supervisor(self, person, level):
            return {1: None, 2: None, 3: EVE}.get(level)

    it = case(one("first", {"supervisor_of": "submitter"}, nobody="next_supervisor"))
    it.people = Posts()
    it.do("submit", AMY)
    assert it.holders == {EVE}


def test_every_step_without_anyone_is_named_at_once(case, one):
    it = case(
        one("first"), one("second", {"role": "no"}, nobody="refuse"), one("third", {"role": "no"}, nobody="refuse")
    )
    with pytest.raises(Refused) as caught:
        it.do("submit", AMY)
    assert [each.params["step"] for each in caught.value.problems] == ["second", "third"]


def test_a_field_that_an_earlier_step_fills_is_not_held_against_the_submitter(case, one):
    fills = one("first", fields={"owner": "required"})
    it = case(fills, one("second", {"field": "owner"}, nobody="refuse"))
    it.do("submit", AMY)
    it.values = {"owner": EVE}
    it.do("approve", CY)
    assert it.holders == {EVE}
    reads = case(one("first", fields={"owner": "read"}), one("second", {"field": "owner"}, nobody="refuse"))
    reads.refused("flows.nobody_for_step", "submit", AMY)


def test_a_step_that_is_passed_fills_nothing(case, one):
    fills = one("first", {"role": "none"}, nobody="pass", fields={"owner": "edit"})
    case(fills, one("second", {"field": "owner"}, nobody="refuse")).refused("flows.nobody_for_step", "submit", AMY)


def test_on_the_way_a_step_that_would_refuse_goes_to_the_admin(case, one):
    it = case(one("first"), one("second", nobody="refuse"))
    it.do("submit", AMY)
    it.people.roles["two"] = ()
    it.do("approve", CY)
    assert it.holders == {ROOT}
    assert it.state.current.step == "second"


def test_on_the_way_a_step_with_not_even_an_admin_cannot_be_reached(case, one):
    it = case(one("first"), one("second", nobody="refuse"))
    it.do("submit", AMY)
    it.people.roles["two"] = ()
    it.people.looking_after = ()
    it.refused("flows.nobody_at_all", "approve", CY)
    assert it.holders == {CY, DI}


def test_a_flow_that_passes_whole_is_approved_in_plain_sight(case, one):
    it = case(one("first", {"role": "no"}, nobody="pass"), one("second", {"role": "no"}, nobody="pass"))
    it.do("submit", AMY)
    assert it.kinds == ["Submitted", "Passed", "Passed", "FlowApproved"]
    assert it.events[-1].reason == "all_passed"
    assert it.events[-1].step == "second"
