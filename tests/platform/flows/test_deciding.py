"""Modes, rejections and the end: who must say what before a step is over."""

import pytest

from dougong.errors import Conflict, Forbidden

AMY, BO, CY, DI, EVE, ROOT = 1, 2, 3, 4, 5, 99


def test_submitting_opens_the_first_step(case, one):
    it = case(one("first"), one("second"))
    new = it.do("submit", AMY)
    assert it.kinds == ["Submitted", "StepEntered", "TaskOpened", "TaskOpened"]
    assert it.holders == {CY, DI}
    assert new[0].by == AMY
    assert [event.by for event in new[1:]] == [None] * 3
    assert it.state.stage == it.state.status == "running"
    assert [task.id for task in it.state.open] == ["first:1:3", "first:1:4"]


def test_any_one_yes_is_enough_and_the_others_need_nothing(case, one):
    it = case(one("first"))
    it.do("submit", AMY)
    it.do("approve", DI)
    assert it.state.stage == "approved"
    assert [task.state for task in it.state.tasks] == ["skipped", "approved"]
    skipped = it.state.tasks[0]
    assert (skipped.cause, skipped.reason) == (DI, "approved")


def test_any_one_no_ends_it_by_default(case, one):
    it = case(one("first"), one("second"))
    it.do("submit", AMY)
    it.do("reject", CY, "too dear")
    assert it.state.stage == it.state.status == "rejected"
    assert it.holders == set()
    assert it.kinds[-3:] == ["Rejected", "TaskSkipped", "FlowRejected"]
    assert it.events[-1].reason == "one_rejected"


def test_any_with_all_must_reject_goes_on_after_one_no(case, one):
    it = case(one("first", reject="all_must_reject"))
    it.do("submit", AMY)
    it.do("reject", CY, "no")
    assert it.state.stage == "running"
    assert it.holders == {DI}
    it.do("approve", DI)
    assert it.state.stage == "approved"
    assert [task.state for task in it.state.tasks] == ["rejected", "approved"]


def test_any_with_all_must_reject_ends_when_all_said_no(case, one):
    it = case(one("first", reject="all_must_reject"))
    it.do("submit", AMY)
    it.do("reject", CY, "no")
    it.do("reject", DI, "no")
    assert it.state.stage == "rejected"
    assert it.events[-1].reason == "all_rejected"


def test_all_needs_every_yes(case, one):
    it = case(one("first", {"role": "three"}, mode="all"))
    it.do("submit", AMY)
    it.do("approve", EVE)
    it.do("approve", CY)
    assert it.state.stage == "running"
    assert it.holders == {DI}
    it.do("approve", DI)
    assert it.state.stage == "approved"
    assert it.kinds[-2:] == ["StepCompleted", "FlowApproved"]


@pytest.mark.parametrize("mode", ["all", "order"])
def test_one_no_ends_all_and_order_whatever_the_any_rule_says(case, one, mode):
    it = case(one("first", {"role": "three"}, mode=mode, reject="all_must_reject"))
    it.do("submit", AMY)
    it.do("approve", CY)
    it.do("reject", DI, "no")
    assert it.state.stage == "rejected"
    assert [task.state for task in it.state.tasks] == ["approved", "rejected", "skipped"]


def test_order_asks_one_after_the_other(case, one):
    it = case(one("first", {"role": "three"}, mode="order"))
    it.do("submit", AMY)
    assert it.holders == {CY}
    assert [task.person for task in it.state.waiting] == [DI, EVE]
    error = it.refused("flows.not_your_turn", "approve", EVE)
    assert isinstance(error, Conflict)
    assert error.params["person"] == [CY]
    it.do("approve", CY)
    assert it.holders == {DI}
    it.do("approve", DI)
    it.do("approve", EVE)
    assert it.state.stage == "approved"


def test_the_same_person_in_two_steps_decides_each_of_them(case, one):
    it = case(one("first", {"people": ["cy"]}), one("second", {"people": ["di"]}), one("third", {"people": ["cy"]}))
    it.do("submit", AMY)
    it.do("approve", CY)
    it.refused("flows.already_yours", "approve", CY)
    it.do("approve", DI)
    assert it.holders == {CY}
    it.do("approve", CY)
    assert it.state.stage == "approved"


def test_a_person_named_twice_is_asked_once(case, one, organisation):
    organisation.roles["twice"] = (CY, DI, CY)
    it = case(one("first", {"role": "twice"}, mode="all"))
    it.people = organisation
    it.do("submit", AMY)
    assert [task.person for task in it.state.open] == [CY, DI]


def test_handling_is_saying_done(case, one):
    it = case({"key": "buy", "type": "handle", "who": {"role": "two"}, "mode": "all", "status": "ordering"})
    it.do("submit", AMY)
    assert it.state.status == "ordering"
    it.refused("flows.not_offered", "approve", CY)
    it.refused("flows.not_offered", "reject", CY, "no")
    it.do("done", CY)
    assert it.state.status == "ordering"
    it.do("done", DI)
    assert it.state.stage == it.state.status == "approved"


def test_done_is_not_offered_where_a_yes_is_asked(case, one):
    it = case(one("first"))
    it.do("submit", AMY)
    assert isinstance(it.refused("flows.not_offered", "done", CY), Forbidden)


def test_a_steps_own_status_shows_only_while_it_is_open(case, one):
    it = case(one("first", status="checking"), one("second"))
    it.do("submit", AMY)
    assert it.state.status == "checking"
    it.do("approve", CY)
    assert it.state.status == "running"


@pytest.mark.parametrize("kind", ["approve", "reject", "return"])
def test_what_a_step_does_not_offer_is_refused(case, one, kind):
    others = [each for each in ("approve", "reject", "return") if each != kind]
    it = case(one("first", actions=others))
    it.do("submit", AMY)
    it.refused("flows.not_offered", kind, CY, "words")


@pytest.mark.parametrize(
    ("rule", "due"),
    [("optional", set()), ("reject", {"reject", "return"}), ("always", {"approve", "reject", "return"})],
)
def test_words_are_due_as_an_approve_step_says(case, one, rule, due):
    for kind in ("approve", "reject", "return"):
        it = case(one("first", comment=rule))
        it.do("submit", AMY)
        if kind in due:
            error = it.refused("flows.comment_required", kind, CY, "  \n ")
            assert error.problems[0].at == "comment"
            it.do(kind, CY, " because ")
            assert it.state.decided[0].comment == "because"
        else:
            it.do(kind, CY)


@pytest.mark.parametrize(("rule", "due"), [("optional", set()), ("return", {"return"}), ("always", {"done", "return"})])
def test_words_are_due_as_a_handle_step_says(case, rule, due):
    for kind in ("done", "return"):
        it = case({"key": "buy", "type": "handle", "who": {"role": "two"}, "comment": rule})
        it.do("submit", AMY)
        if kind in due:
            it.refused("flows.comment_required", kind, CY)
        it.do(kind, CY, "words")


def test_a_flow_without_steps_is_approved_and_says_why(case):
    it = case()
    it.do("submit", AMY)
    assert it.kinds == ["Submitted", "FlowApproved"]
    assert it.events[-1].reason == "no_steps"
    assert it.state.stage == "approved"


def test_nothing_follows_the_end_but_comments(case, one):
    it = case(one("first"))
    it.do("submit", AMY)
    it.do("approve", CY)
    it.refused("flows.already_approved", "approve", DI)
    it.refused("flows.already_yours", "approve", CY)
    it.refused("flows.ended_approved", "withdraw", AMY)
    it.refused("flows.ended_approved", "resubmit", AMY)
    it.refused("flows.already_submitted", "submit", AMY)
    it.do("comment", DI, "thanks")
    assert it.state.stage == "approved"


@pytest.mark.parametrize("kind", ["approve", "reject", "return", "done", "resubmit", "withdraw", "comment"])
def test_nothing_happens_before_submitting(case, one, kind):
    case(one("first")).refused("flows.not_submitted", kind, AMY, "words")


def test_a_naive_moment_is_no_moment(case, one):
    it = case(one("first"))
    it.now = it.now.replace(tzinfo=None)
    with pytest.raises(ValueError, match="zone"):
        it.do("submit", AMY)
