"""Two people at once, old pages, strangers: the loser is told who was first, and nothing harmless is refused."""

from datetime import timedelta

import pytest

from dougong.errors import Conflict, Forbidden

AMY, BO, CY, DI, EVE, ROOT = 1, 2, 3, 4, 5, 99


@pytest.mark.parametrize(
    ("kind", "code"),
    [("approve", "flows.already_approved"), ("reject", "flows.already_rejected"), ("return", "flows.already_returned")],
)
def test_the_loser_of_a_race_is_told_who_decided_and_when(case, one, kind, code):
    it = case(one("first"))
    it.do("submit", AMY)
    at, seen = it.now, it.state.version
    it.do(kind, CY, "words")
    error = it.refused(code, "approve", DI, seen=seen)
    assert isinstance(error, Conflict)
    assert error.params == {"person": CY, "at": at}


def test_the_loser_of_a_race_for_work_is_told_too(case):
    it = case({"key": "buy", "type": "handle", "who": {"role": "two"}})
    it.do("submit", AMY)
    it.do("done", DI)
    assert it.refused("flows.already_handled", "done", CY).params["person"] == DI


def test_the_loser_against_a_withdrawal_is_told(case, one):
    it = case(one("first"))
    it.do("submit", AMY)
    it.do("withdraw", AMY)
    assert it.refused("flows.already_withdrawn", "approve", CY).params["person"] == AMY


def test_a_second_click_is_told_it_was_the_first(case, one):
    it = case(one("first", mode="all"))
    it.do("submit", AMY)
    at = it.now
    it.do("approve", CY)
    assert it.refused("flows.already_yours", "approve", CY).params == {"at": at}


def test_an_old_page_does_no_harm_while_the_task_is_there(case, one):
    it = case(one("first", {"role": "three"}, mode="all"))
    it.do("submit", AMY)
    seen = it.state.version
    it.do("approve", CY)
    it.do("comment", AMY, "please")
    it.do("approve", DI, seen=seen)
    it.do("approve", EVE, seen=seen)
    assert it.state.stage == "approved"


def test_a_page_from_before_a_return_cannot_decide_the_new_round(case, one):
    it = case(one("first"))
    it.do("submit", AMY)
    seen, task = it.state.version, it.state.open[1].id
    it.do("return", CY, "mend it")
    it.do("resubmit", AMY)
    assert it.refused("flows.already_returned", "approve", DI, task=task).params["person"] == CY
    error = it.refused("flows.changed_since", "approve", DI, seen=seen)
    assert error.params == {"person": AMY, "at": it.state.last.at}
    it.do("approve", DI, seen=it.state.version, task="first:2:4")
    assert it.state.stage == "approved"


def test_a_task_that_opened_with_the_pages_version_is_no_news(case, one):
    it = case(one("first", {"people": ["cy", "di"]}, mode="order"))
    it.do("submit", AMY)
    early = it.state.version
    it.do("approve", CY)
    it.refused("flows.changed_since", "approve", DI, seen=early)
    it.do("approve", DI, seen=it.state.version)


def test_a_stranger_has_nothing_to_do_here(case, one):
    it = case(one("first"))
    it.do("submit", AMY)
    assert isinstance(it.refused("flows.no_task", "approve", EVE), Forbidden)
    it.refused("flows.no_task", "approve", EVE, task="first:1:3")
    it.refused("flows.no_task", "approve", CY, task="nothing:1:3")
    it.refused("flows.no_task", "approve", AMY)
    it.refused("flows.only_submitter", "withdraw", CY)
    it.refused("flows.only_submitter", "resubmit", CY)


def test_comments_come_from_those_involved(case, one):
    it = case(one("first"), one("second", {"people": ["eve"]}), one("turns", {"people": ["bo", "eve"]}, mode="order"))
    it.do("submit", AMY)
    it.refused("flows.not_involved", "comment", EVE, "hello")
    for person in (AMY, CY, DI, ROOT):
        it.do("comment", person, " hello ")
        assert it.events[-1].comment == "hello"
    it.do("approve", CY)
    it.do("comment", DI, "I lost my task and may still speak")
    it.do("comment", EVE, "now it is mine")


def test_comments_have_words_and_a_length(case, one):
    it = case(one("first"))
    it.do("submit", AMY)
    it.refused("flows.comment_blank", "comment", AMY, " \t\n")
    it.do("comment", AMY, "x" * 2000 + "  ")
    assert it.refused("flows.comment_too_long", "comment", AMY, "x" * 2001).problems[0].params == {"limit": 2000}
    for bad in ("a\x00b", "\ud800"):
        it.refused("flows.comment_characters", "approve", CY, bad)


@pytest.mark.parametrize(
    ("rule", "before", "after", "returned"),
    [("until_decided", True, False, True), ("while_running", True, True, True), ("never", False, False, False)],
)
def test_withdrawing_follows_the_flows_rule(case, one, rule, before, after, returned):
    code = {"until_decided": "flows.withdraw_too_late", "never": "flows.withdraw_never"}.get(rule, "")

    def check(it, allowed):
        if allowed:
            it.do("withdraw", AMY, "changed my mind")
            assert it.state.stage == it.state.status == "withdrawn"
            assert it.holders == set()
            assert it.state.waiting == ()
            it.refused("flows.ended_withdrawn", "withdraw", AMY)
        else:
            it.refused(code, "withdraw", AMY)

    for deeds, allowed in (((), before), (("approve",), after), (("return",), returned)):
        it = case(one("first", {"role": "three"}, mode="order"), withdraw=rule)
        it.do("submit", AMY)
        for deed in deeds:
            it.do(deed, CY, "words")
        check(it, allowed)


def test_withdrawing_too_late_names_who_decided(case, one):
    it = case(one("first"), one("second"))
    it.do("submit", AMY)
    at = it.now
    it.do("approve", DI)
    it.now += timedelta(hours=1)
    assert it.refused("flows.withdraw_too_late", "withdraw", AMY).params == {"person": DI, "at": at}


def test_decisions_of_an_earlier_run_do_not_hinder_withdrawing(case, one):
    it = case(one("first"), one("second"))
    it.do("submit", AMY)
    it.do("approve", CY)
    it.do("return", CY, "mend")
    it.do("resubmit", AMY)
    it.do("withdraw", AMY)
    assert it.state.stage == "withdrawn"


def test_decisions_kept_by_a_direct_return_do(case, one):
    it = case(one("first"), one("second", resubmit="direct"))
    it.do("submit", AMY)
    it.do("approve", CY)
    it.do("return", CY, "mend")
    it.do("resubmit", AMY)
    it.refused("flows.withdraw_too_late", "withdraw", AMY)
