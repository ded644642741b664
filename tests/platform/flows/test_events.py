"""Events: their JSON text and back, and logs that cannot have happened."""

import json
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest

from dougong.flows import BrokenLog, fold, from_json, kind, to_json
from dougong.flows import events as e
from dougong.words import keys

AT = datetime(2026, 3, 2, 1, 0, 0, 123456, tzinfo=UTC)
AMY, BO, CY, DI = 1, 2, 3, 4
ASKED = {"step": "s", "reason": "r"}
DEED = {"by": AMY, "task": "s:1:1", "step": "s", "comment": "“好”, \n\t 😀"}
EVERY = (
    e.Submitted(at=AT, by=AMY, flow="f"),
    e.Approved(at=AT, **DEED),
    e.Rejected(at=AT, **DEED),
    e.Handled(at=AT, **DEED),
    e.Returned(at=AT, **DEED),
    e.Resubmitted(at=AT, way="direct", to="s", **DEED),
    e.Resubmitted(at=AT, way="rerun", reason="route_changed", changed="b", **DEED),
    e.Withdrawn(at=AT, by=AMY),
    e.Commented(at=AT, by=AMY, comment="c"),
    e.BranchTaken(at=AT, branch="b", **ASKED),
    e.StepEntered(at=AT, opening=1, mode="order", named=(1, 2), people=(2,), source="named", **ASKED),
    e.Passed(at=AT, opening=2, named=(1,), **ASKED),
    e.TaskOpened(at=AT, task="s:1:1", person=1, **ASKED),
    e.TaskSkipped(at=AT, task="s:1:1", person=1, cause=2, **ASKED),
    e.StepCompleted(at=AT, opening=1, **ASKED),
    e.FlowApproved(at=AT, **ASKED),
    e.FlowRejected(at=AT, **ASKED),
)


def test_every_kind_is_tried():
    assert {type(event) for event in EVERY} == set(e.Event.__args__)


@pytest.mark.parametrize("event", EVERY, ids=kind)
def test_an_event_survives_its_json(event):
    text = to_json(event)
    assert from_json(text) == event
    assert from_json(text.encode()) == event
    assert json.loads(text)["kind"] == kind(event)
    assert "\n" not in text


def test_a_moment_keeps_its_instant():
    event = e.Withdrawn(at=AT.astimezone(timezone(timedelta(hours=8))), by=AMY)
    assert from_json(to_json(event)).at == AT


@pytest.mark.parametrize(
    "text",
    [
        "{}", "[]", '{"kind":"exploded","at":"2026-03-02T01:00:00Z"}', '{"kind":"withdrawn","at":"2026-03-02T01:00:00Z"}',
        '{"kind":"withdrawn","at":"2026-03-02T01:00:00","by":1}', '{"kind":"withdrawn","at":"then","by":1}',
    ],
)  # fmt: skip
def test_what_is_no_event_is_refused(text):
    with pytest.raises(msgspec.ValidationError):
        from_json(text)


def test_an_event_cannot_be_changed():
    with pytest.raises(AttributeError):
        EVERY[0].by = 2


def test_the_fold_of_a_prefix_is_the_state_then(case, one):
    it = case(one("first", mode="all"), one("second"))
    versions = [it.state]
    for deed, person in (("submit", AMY), ("approve", CY), ("return", DI), ("resubmit", AMY)):
        it.do(deed, person, "words")
        versions.append(it.state)
    for state in versions:
        assert fold(it.flow, it.events[: state.version]) == state
    assert it.state.version == len(it.events)


def test_logs_that_cannot_have_happened_are_broken(case, one):
    it = case(one("first", mode="all"), one("second"))
    it.do("submit", AMY)
    opened = it.events
    approval = e.Approved(at=AT, by=CY, task="first:1:3", step="first")
    reopened = e.StepEntered(
        at=AT, step="first", reason="named", opening=2, mode="any", named=(3,), people=(3,), source="named"
    )
    broken = [
        opened[1:],
        (*opened, opened[0]),
        (*opened, approval, approval),
        (*opened, e.Approved(at=AT, by=DI, task="first:1:3", step="first")),
        (*opened, e.Approved(at=AT, by=CY, task="first:9:3", step="first")),
        (*opened, opened[2]),
        (*opened, reopened),
        (*opened, e.Passed(at=AT, step="second", reason="nobody", opening=1)),
        (*opened, e.BranchTaken(at=AT, step="second", reason="none_holds")),
        (*opened, e.StepCompleted(at=AT, step="second", reason="one_acted", opening=1)),
        (*opened, e.FlowApproved(at=AT, step="first", reason="steps_completed")),
        (*opened, e.TaskSkipped(at=AT, step="first", reason="approved", task="first:7:3", person=3, cause=4)),
        (*opened, e.Resubmitted(at=AT, by=AMY, task="first:1:3", step="first", way="rerun")),
        (*opened, e.Passed(at=AT, step="unknown", reason="nobody", opening=1)),
        (*opened, e.TaskOpened(at=AT, step="@submitter", reason="returned", task="@submitter:1:1", person=AMY)),
        (*opened, e.Withdrawn(at=AT, by=AMY), approval),
        (*opened, e.Withdrawn(at=AT, by=AMY), e.Withdrawn(at=AT, by=AMY)),
    ]
    for log in broken:
        with pytest.raises(BrokenLog) as caught:
            fold(it.flow, log)
        assert caught.value.code in keys()
