"""Branchings: the first condition that holds, otherwise, nothing inside, one inside another, values changed on the way."""

import pytest

AMY, BO, CY, DI, EVE, ROOT = 1, 2, 3, 4, 5, 99


def ways(key, otherwise=(), **branches):
    return {
        "key": key, "type": "branch", "otherwise": list(otherwise),
        "branches": [{"key": each, "when": "x", "steps": list(steps)} for each, steps in branches.items()],
    }  # fmt: skip


@pytest.fixture
def it(case, one):
    """Three ways, one of them with a branching inside and one empty, and a step after."""
    people = {name: {"people": [name]} for name in ("bo", "cy", "di", "eve")}
    inner = ways("inner", [one("deep_else", people["bo"])], deep=[one("deep_one", people["cy"])])
    return case(
        ways(
            "amount",
            [one("small", people["eve"])],
            huge=[one("board", people["di"]), inner],
            big=[one("chief", people["cy"])],
            free=[],
        ),
        one("last", people["bo"]),
    )


@pytest.mark.parametrize(
    ("holds", "first"),
    [
        ({"amount.huge", "amount.big", "amount.free"}, "board"),
        ({"amount.big", "amount.free"}, "chief"),
        ({"amount.free"}, "last"),
        (set(), "small"),
        ({"huge", "inner.huge"}, "small"),
    ],
)
def test_the_first_branch_that_holds_is_taken(it, holds, first):
    it.holds = holds
    it.do("submit", AMY)
    assert it.state.current.step == first


def test_the_choice_is_an_event_with_its_reason(it):
    it.holds = {"amount.big"}
    it.do("submit", AMY)
    assert (it.events[1].branch, it.events[1].reason, it.events[1].by) == ("big", "condition_holds", None)


def test_otherwise_is_an_event_with_its_reason(it):
    it.do("submit", AMY)
    assert (it.events[1].branch, it.events[1].reason) == ("", "none_holds")


def test_after_a_way_comes_what_follows_the_branching(it):
    it.holds = {"amount.huge", "inner.deep"}
    it.do("submit", AMY)
    for person, after in ((DI, "deep_one"), (CY, "last")):
        it.do("approve", person)
        assert it.state.current.step == after
    it.do("approve", BO)
    assert it.state.stage == "approved"


def test_a_condition_is_judged_when_the_flow_comes_to_it(it):
    it.holds = {"amount.huge", "inner.deep"}
    it.do("submit", AMY)
    it.holds = {"amount.big"}
    it.do("approve", DI)
    assert it.state.current.step == "deep_else", "the way into the outer branching stands"


def test_conditions_beyond_the_one_that_holds_are_not_asked(it):
    asked = []
    it.holds = {"amount.huge"}
    context = it.context()
    from dougong.flows import Action, Context, decide

    def when(ref):
        asked.append(ref)
        return ref in it.holds

    decide(it.flow, (), Action("submit"), AMY, Context({}, it.now, context.people, when))
    assert "amount.big" not in asked
    assert "amount.free" not in asked


def test_a_flow_of_empty_ways_is_approved(case):
    it = case(ways("one_way", yes=[]), ways("other_way", no=[]))
    it.do("submit", AMY)
    assert it.kinds == ["Submitted", "BranchTaken", "BranchTaken", "FlowApproved"]
    assert it.events[-1].reason == "no_steps"


def test_what_follows_a_branching_that_a_step_may_turn_is_not_judged_early(case, one):
    hard = one("hard", {"role": "no"}, nobody="refuse")
    turning = case(one("first", fields={"total": "edit"}), ways("amount", [hard], small=[]))
    turning.do("submit", AMY)
    fixed = case(one("first"), ways("amount", [hard], small=[]))
    fixed.refused("flows.nobody_for_step", "submit", AMY)
    fixed.holds = {"amount.small"}
    fixed.do("submit", AMY)
