"""Bringing an app file in as a draft, and trying it out first: the same code in a transaction that is rolled back."""

from dataclasses import dataclass, replace
from typing import Any

from dougong.apps import PublishedApp, Registry, publish
from dougong.apps.order import referred
from dougong.apps.staging import MANY
from dougong.db import Tx
from dougong.drafts.editing import operate
from dougong.drafts.store import Draft, compiled, new_draft, open_draft
from dougong.errors import Conflict, Problem, Refused
from dougong.pages import reading, writing
from dougong.plans import Effect, plan
from dougong.records import Visit
from dougong.spec.model import App
from dougong.trials import Outcome, run_tests
from dougong_builder import new_app_keys
from dougong_builder.importing_replace import replacing
from dougong_builder.new_app_shipped import Counts, counts


@dataclass(frozen=True, slots=True)
class Choice:
    """Where a file goes: as a ``new`` app under ``key``, or into the draft of the app it is of."""

    new: bool
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What came of trying: ``tables`` that publishing would have, 0 when it was not tried; ``effects`` on data that is
    there; ``problems`` that keep it from being published, ``met`` what kept it from coming in at all; the tests of the
    spec. ``large``: there is so much data that publishing was left to the publish page."""

    spec: App
    counts: Counts
    tables: int = 0
    problems: tuple[Problem, ...] = ()
    effects: tuple[Effect, ...] = ()
    large: bool = False
    met: Conflict | None = None
    outcomes: tuple[Outcome, ...] = ()

    @property
    def green(self) -> int:
        """How many tests hold."""
        return sum(each.green for each in self.outcomes)


class _Back(Exception):
    """Carries what was found out of the transaction it rolls back."""

    def __init__(self, **found: Any) -> None:
        super().__init__()
        self.found = found


def spec_for(spec: App, choice: Choice) -> App:
    """The spec as it comes in: under another key when that was chosen."""
    return spec if choice.key == spec.app.key else new_app_keys.rekeyed(spec, choice.key)


def bring_in(visit: Visit, spec: App, choice: Choice) -> Draft:
    """The file as a draft. Into a draft that is there it comes as steps of its log, so that they can be undone; raises
    Conflict when the key was taken meanwhile, or two parts of the file have one key."""
    person = visit.actor.id
    if choice.new:
        return new_draft(visit.tx, spec, person)
    draft = open_draft(visit.tx, choice.key, person)
    for operation in replacing(draft.spec, spec):
        draft = operate(visit.tx, choice.key, operation, person, draft.rev).draft
    return draft


def tried(spec: App, choice: Choice) -> Tried:
    """What bringing in and publishing would come to; nothing of it stays."""
    spec = spec_for(spec, choice)
    result = Tried(spec=spec, counts=counts(spec))
    try:
        writing(lambda visit: _rehearsed(visit, spec, choice))
    except _Back as back:
        result = replace(result, **back.found)
    except Conflict as conflict:
        return replace(result, met=conflict)
    if result.problems or not spec.tests:
        return result
    return replace(result, outcomes=_tested(spec))


def _rehearsed(visit: Visit, spec: App, choice: Choice) -> None:
    made = compiled(visit.tx, bring_in(visit, spec, choice))
    if made.problems:
        raise _Back(problems=made.problems)
    effects = tuple(each for each in plan(visit, made).effects if each.grade != "safe")
    if any(each.affected >= MANY for each in effects):  # nobody shall wait for what is taken back anyway
        raise _Back(effects=effects, large=True)
    try:
        tables = tables_of(publish(visit.tx, made, visit.actor.id))
    except Refused as refused:
        raise _Back(effects=effects, problems=refused.problems) from None
    raise _Back(effects=effects, tables=tables)


def tables_of(published: PublishedApp) -> int:
    """How many tables the records of an app are kept in."""
    return sum(1 + len(live.physical.rows) for live in published.forms.values())


def _tested(spec: App) -> tuple[Outcome, ...]:
    """The tests of the spec, on a database of their own with the apps it refers to."""
    others = reading(lambda visit: _others(visit.tx, spec))
    try:
        return tuple(run_tests({**others, spec.app.key: spec}, [spec.app.key]))
    except Refused as refused:
        return tuple(Outcome(spec.app.key, test, problems=refused.problems) for test in spec.tests)


def _others(tx: Tx, spec: App) -> dict[str, App]:
    """The published apps that a spec refers to, and those they refer to."""
    registry, found = Registry(tx), dict[str, App]()
    left = list(referred(spec) - {spec.app.key})
    while left:
        key = left.pop()
        other = registry.spec(key)
        if other and key not in found:
            found[key] = other
            left += referred(other)
    return found
