"""Random flows, people and deeds against a small model that knows the rules in another way, and mutants it must catch."""

import os
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from dougong.errors import DougongError, Refused
from dougong.flows import (
    Action,
    Context,
    actions,
    decide,
    field_rights,
    fold,
    from_json,
    inbox,
    predicted,
    rows,
    timeline,
    to_json,
)
from dougong.flows.walking import WayBack
from dougong.spec.model import Flow
from dougong.words import keys

PEOPLE = (1, 2, 3, 4, 5)
ADMINS = (5, 9)
CODES = keys()
EXAMPLES = int(os.environ.get("DOUGONG_FLOW_EXAMPLES", "120"))
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

person = st.sampled_from(PEOPLE)
whos = st.one_of(
    st.sampled_from([{"role": "a"}, {"role": "b"}, {"role": "empty"}, {"field": "owner"}, "submitter"]),
    st.sampled_from([{"head_of": "submitter"}, {"people": ["p1", "p4"]}, {"department": "d"}]),
    st.integers(1, 3).map(lambda level: {"supervisor_of": "submitter", "level": level}),
)
deciding = {
    "who": whos,
    "mode": st.sampled_from(["any", "all", "order"]),
    "nobody": st.sampled_from(["admin", "admin", "next_supervisor", "pass", "refuse"]),
    "status": st.sampled_from(["", "", "busy"]),
    "allow_self": st.booleans(),
    "fields": st.sampled_from([{}, {}, {"owner": "edit"}, {"owner": "read"}]),
}
approves = st.fixed_dictionaries(
    {"type": st.just("approve"), **deciding,
     "reject": st.sampled_from(["any_rejects", "all_must_reject"]),
     "comment": st.sampled_from(["optional", "reject", "always"]),
     "actions": st.sampled_from([["approve", "return", "reject"], ["approve", "return"], ["approve", "reject"]]),
     "resubmit": st.sampled_from(["rerun", "direct"])}
)  # fmt: skip
handles = st.fixed_dictionaries(
    {"type": st.just("handle"), **deciding, "comment": st.sampled_from(["optional", "return", "always"]),
     "actions": st.sampled_from([["done", "return"], ["done"]])}
)  # fmt: skip


def branchings(steps):
    ways = st.lists(st.lists(steps, max_size=2), min_size=1, max_size=2)
    return st.builds(
        lambda ways, other: {"type": "branch", "branches": [{"when": "x", "steps": way} for way in ways], "otherwise": other},
        ways, st.lists(steps, max_size=2),
    )  # fmt: skip


plain = st.one_of(approves, approves, handles)
trees = st.lists(st.one_of(plain, plain, branchings(st.one_of(plain, plain, branchings(plain)))), max_size=4)


def keyed(steps: list[dict[str, Any]], prefix: str = "s") -> list[dict[str, Any]]:
    """The same tree with keys given."""
    named = []
    for number, step in enumerate(steps):
        key = f"{prefix}{number}"
        more: dict[str, Any] = {"key": key}
        if step["type"] == "branch":
            more["branches"] = [
                {**way, "key": f"w{n}", "steps": keyed(way["steps"], f"{key}w{n}")} for n, way in enumerate(step["branches"])
            ]  # fmt: skip
            more["otherwise"] = keyed(step["otherwise"], f"{key}o")
        named.append({**step, **more})
    return named


class Machine(RuleBasedStateMachine):
    """Does the same to the engine and to the model, and compares after every deed."""

    Model: Any = None
    World: Any = None

    @initialize(
        steps=trees, withdraw=st.sampled_from(["until_decided", "while_running", "never"]),
        a=st.lists(person, max_size=3), b=st.lists(person, min_size=1, max_size=3),
        above=st.dictionaries(person, person, max_size=5), heads=st.dictionaries(person, person, max_size=5),
    )  # fmt: skip
    def begin(self, steps, withdraw, a, b, above, heads):
        flow = msgspec.convert({"key": "f", "steps": keyed(steps), "withdraw": withdraw}, Flow)
        self.world = self.World({"a": tuple(a), "b": tuple(b)}, dict(above), dict(heads))
        self.model = self.Model(flow, self.world)
        self.flow, self.events, self.now = flow, (), START
        self.pages = [0]
        self.ended = ""
        self.folded = (None, None)

    def context(self, seen=None):
        holds = frozenset(self.model.holds)
        return Context({"owner": self.model.owner}, self.now, self.world, lambda ref: ref in holds, seen)

    @rule(keys=st.sets(st.sampled_from([f"s{n}.w{m}" for n in range(4) for m in range(2)])), owner=st.none() | person)
    def edit(self, keys, owner):
        self.model.holds, self.model.owner = keys | {f"s0w0{n}.w0" for n in range(2) if len(keys) % 2}, owner

    @rule(a=st.lists(person, max_size=3), gone=st.sets(person, max_size=2), sure=st.integers(0, 3))
    def reorganise(self, a, gone, sure):
        self.world.roles["a"] = tuple(a)
        self.world.gone = gone if sure == 0 else set()

    @precondition(lambda self: self.model.stage == "draft")
    @rule(actor=person)
    def submit(self, actor):
        self.act("submit", actor, "", None)

    @precondition(lambda self: self.model.open)
    @rule(
        pick=st.integers(0, 4), choice=st.sampled_from([0, 0, 0, 1, 2]), words=st.sampled_from(["", " \n", "words", "words"]),
        back=st.none() | st.integers(0, 4),
    )  # fmt: skip
    def holder_acts(self, pick, choice, words, back):
        offered = ["resubmit"] if self.model.step is None else [*self.model.step.actions]
        holders = sorted(self.model.open)
        self.act(offered[choice % len(offered)], holders[pick % len(holders)], words, back)

    @precondition(lambda self: self.model.stage == "running" and "return" in self.model.step.actions)
    @rule(pick=st.integers(0, 4), left=st.sampled_from([False, False, True]))
    def holder_returns(self, pick, left):
        holders = sorted(self.model.open)
        self.world.gone = {self.model.submitter} if left else set()
        self.act("return", holders[pick % len(holders)], "words", None)
        self.world.gone = set()

    @precondition(lambda self: self.model.stage == "returned")
    @rule()
    def sent_again(self):
        self.act("resubmit", self.model.submitter, "", None)

    @precondition(lambda self: self.ended)
    @rule()
    def another(self):
        """A new record under the same flow, so that an early end wastes nothing."""
        holds, owner = self.model.holds, self.model.owner
        self.model = self.Model(self.flow, self.world)
        self.model.holds, self.model.owner = holds, owner
        self.events, self.pages, self.ended = (), [0], ""

    @rule(
        kind=st.sampled_from(["submit", "approve", "reject", "return", "done", "resubmit", "withdraw"]),
        actor=st.sampled_from((*PEOPLE, 9)), words=st.sampled_from(["", "words"]),
        back=st.none() | st.integers(0, 4),
    )  # fmt: skip
    def anyone_acts(self, kind, actor, words, back):
        self.act(kind, actor, words, back)

    @precondition(lambda self: self.model.stage != "draft")
    @rule(actor=st.sampled_from((*PEOPLE, 9)))
    def comment(self, actor):
        involved = {self.model.submitter, *ADMINS} | {t.person for t in self.state.tasks if t.opened_at}
        before, deed = self.state, Action("comment", "hm")
        if actor in involved:
            self.events += decide(self.flow, self.events, deed, actor, self.context())
        else:
            with pytest.raises(DougongError, match=r"flows\.not_involved"):
                decide(self.flow, self.events, deed, actor, self.context())
        assert self.state.tasks == before.tasks
        assert self.state.visits == before.visits

    @property
    def state(self):
        if self.folded[0] is not self.events:
            self.folded = (self.events, fold(self.flow, self.events))
        return self.folded[1]

    def act(self, kind, actor, words, back):
        """``back`` counts pages from the newest: 0 shows what is."""
        known = None if back is None else max(0, len(self.pages) - 1 - back)
        seen = None if known is None else self.pages[known]
        before, foretold = self.state, [f.step for f in predicted(self.flow, self.events, self.context()) if f.people]
        allowed = self.model.may(kind, actor, bool(words.strip()), known)
        action = Action(kind, words)
        try:
            new = decide(self.flow, self.events, action, actor, self.context(seen))
        except DougongError as error:
            codes = [each.code for each in error.problems] if isinstance(error, Refused) else [error.code]
            assert codes
            assert CODES.issuperset(codes)
            assert not allowed, (kind, actor, codes)
            return
        assert allowed, (kind, actor, "was let through")
        assert new == decide(self.flow, self.events, action, actor, self.context(seen))
        self.model.apply(kind, actor)
        self.events += new
        self.pages.append(len(self.events))
        self.now += timedelta(minutes=1)
        if (
            before.stage != "draft"
            and kind != "withdraw"
            and self.model.step is not None
            and before.current != self.state.current
        ):
            assert self.state.current.step == foretold[0]

    @invariant()
    def agrees(self):
        model, state = self.model, self.state
        assert state.stage == model.stage
        assert {task.person for task in state.open} == set(model.open)
        assert [task.person for task in state.waiting] == model.queue
        assert (state.current.step if state.current else None) == (model.step.key if model.step else None)
        assert state.status == (model.step.status if model.step and model.step.status else model.stage)
        assert [visit.step for visit in state.standing] == [key for key, _ in model.path] or state.stage == "rejected"
        assert state.version == len(self.events)

    @invariant()
    def ended_stays_ended(self):
        state = self.state
        assert self.ended in ("", state.stage)
        if state.ended:
            self.ended = state.stage
            assert not state.open
            assert not state.waiting

    @invariant()
    def no_task_is_decided_twice_or_by_another(self):
        deeds = [event for event in self.events if hasattr(event, "task") and event.by is not None]
        assert len({event.task for event in deeds}) == len(deeds)
        opened = {event.task: event.person for event in self.events if type(event).__name__ == "TaskOpened"}
        assert all(opened[event.task] == event.by for event in deeds)
        for event in self.events:
            if type(event).__name__ in ("Approved", "Rejected") and event.by == self.model.submitter:
                assert self.allows_self(event.step)

    def allows_self(self, key):
        from dougong.flows import Tree

        return Tree.of(self.flow).steps[key].allow_self

    @invariant()
    def projections_equal_the_state(self):
        state = self.state
        found = rows(self.flow, state)
        assert [(row.task, row.person, row.state) for row in found] == [(t.id, t.person, t.state) for t in state.tasks]
        assert {row.person for row in inbox(self.flow, state)} == set(self.model.open)
        for who in (*PEOPLE, 9):
            assert (field_rights(self.flow, state, who) is not None) == (who in self.model.open)
            assert bool(actions(self.flow, state, who)) == (who in self.model.open)

    @invariant()
    def the_fold_is_always_the_same(self):
        assert fold(self.flow, list(self.events)) == self.state

    @invariant()
    def json_keeps_everything(self):
        assert tuple(from_json(to_json(event)) for event in self.events) == self.events

    @invariant()
    def everything_told_has_words(self):
        lines = timeline(self.flow, self.events, self.now, predicted(self.flow, self.events, self.context()))
        assert CODES.issuperset(line.code for line in lines)
        assert CODES.issuperset(line.reason for line in lines if line.reason)
        automatic = [event for event in self.events if event.by is None]
        assert CODES.issuperset(f"flows.why.{event.reason}" for event in automatic)


@pytest.fixture(autouse=True)
def told(monkeypatch, model, world):
    """The machine knows the model and the world, which fixtures bring."""
    monkeypatch.setattr(Machine, "Model", model)
    monkeypatch.setattr(Machine, "World", world)


def play(examples: int, **more: Any) -> None:
    quiet = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=examples, stateful_step_count=40, deadline=None, suppress_health_check=quiet, database=None, **more
        ),
    )  # fmt: skip


def test_the_engine_does_what_the_model_does():
    play(EXAMPLES)


def mutants():
    """Ways the engine could be wrong: name → (module, attribute, how the wrong one is made from the right one)."""
    return {
        "own requests are let through": ("people", "own_allowed", lambda right: lambda step: True),
        "people who left are asked": ("people", "_fit", lambda right: lambda step, found, submitter, people: found),
        "only the first one named is asked": ("people", "resolve", lambda right: lambda *given: right(*given)[:1]),
        "nobody means admin, always": (
            "walking", "staff",
            lambda right: lambda step, *given, late: right(msgspec.structs.replace(step, nobody="admin"), *given, late=late),
        ),
        "a chain is not climbed": ("people", "_climb", lambda right: lambda *given: ()),
        "no branch is ever taken": ("walking", "chosen", lambda right: lambda step, context: ""),
        "shortages are found too late": ("decide", "shortages", lambda right: lambda *given: ()),
        "a step is left out": (
            "decide", "onward",
            lambda right: lambda tree, state, start, *given, **more: right(
                tree, state, start and tree.following[start.key], *given, **more
            ),
        ),
        "others keep their tasks": ("decide", "skipped", lambda right: lambda *given: ()),
        "no words are due": ("guards", "comment_due", lambda right: lambda *given: False),
        "old pages decide": ("guards", "task_for", lambda right: lambda *given: right(*given[:3], None)),
        "withdrawing always works": ("guards", "withdrawing", lambda right: lambda *given: None),
        "those who left get it back": ("guards", "returnable", lambda right: lambda state, people: state.submitter),
        "a return always reruns": (
            "decide", "way_back", lambda right: lambda tree, *given: WayBack(False, tree.first)
        ),
        "a changed route is not noticed": ("walking", "_changed", lambda right: lambda *given: ""),
        "the status of a step is forgotten": ("folding", "_status", lambda right: lambda tree, state: state.stage),
    }  # fmt: skip


@pytest.mark.soak
@pytest.mark.parametrize("name", mutants())
def test_the_model_catches(name, monkeypatch):
    module, attribute, wrong = mutants()[name]
    room = sys.modules[f"dougong.flows.{module}"]
    monkeypatch.setattr(room, attribute, wrong(getattr(room, attribute)))
    with pytest.raises((AssertionError, DougongError)):
        play(1500, phases=(Phase.generate,), derandomize=True, report_multiple_bugs=False)
