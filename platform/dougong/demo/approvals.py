"""Approvals under way in the demo: submitted and decided by its people through the same door as everybody's."""

from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from importlib import resources
from typing import Any

import msgspec

from dougong import clock
from dougong.compose import Composition
from dougong.db import Tx
from dougong.flows import Action
from dougong.flows.guards import ActionKind
from dougong.flows.store import act
from dougong.people.accounts import find_person
from dougong.people.actor import load_actor
from dougong.records import Create, Visit, write


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody did about a record, ``ago`` hours before now."""

    by: str
    ago: float
    do: ActionKind
    comment: str = ""
    values: dict[str, Any] = {}


class Plan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A record as somebody made it, ``ago`` hours before now, and what came then. ``days`` gives dates as days
    from then: ``needed_on``, or ``lines.spent_on`` for that column of every row."""

    form: str
    by: str
    ago: float
    values: dict[str, Any]
    days: dict[str, int] = {}
    draft: bool = False
    then: tuple[Step, ...] = ()


@cache
def planned() -> Sequence[Plan]:
    """Every approval of the demo."""
    text = (resources.files("dougong.demo") / "approvals.json").read_bytes()
    return msgspec.json.decode(text, type=tuple[Plan, ...])


def begin(composition: Composition, tx: Tx, plan: Plan) -> int:
    """Make the record and let everything planned happen to it, each at its time; the record's id."""
    with clock.held(clock.now() - timedelta(hours=plan.ago)):
        visit = _visit(composition, tx, plan.by)
        made = write(visit, visit.forms.form(plan.form), [Create(dated(plan, visit), draft=plan.draft)])
    for step in plan.then:
        with clock.held(clock.now() - timedelta(hours=step.ago)):
            visit = _visit(composition, tx, step.by)
            action = Action(step.do, step.comment)
            act(visit, visit.forms.form(plan.form), made[0].id, action, values=step.values or None)
    return made[0].id


def _visit(composition: Composition, tx: Tx, login: str) -> Visit:
    return composition.visit(tx, load_actor(tx, find_person(tx, login)), "page")


def dated(plan: Plan, visit: Visit) -> dict[str, Any]:
    """The values with their dates: ``needed_on`` of the record, ``lines.spent_on`` of each row."""
    today = visit.now.astimezone(visit.organisation.zone).date()
    values = dict(plan.values)
    for path, days in plan.days.items():
        table, _, column = path.rpartition(".")
        day = (today + timedelta(days=days)).isoformat()
        if table:
            values[table] = [row | {column: day} for row in values[table]]
        else:
            values[column] = day
    return values
