"""Every operation can be taken back: to the byte, one at a time and all of them, and done again."""

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dougong.drafts.apply import apply
from dougong.drafts.operations import AnyOperation, as_text, from_text
from dougong.spec import model, walk
from dougong.spec.dump import dump
from dougong.spec.model import App
from dougong.spec.parse import parse

KEY = re.compile(r"[a-z][a-z0-9_]{0,47}")
SLOW = settings(
    max_examples=1, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip


def spaces(app: App) -> list[list[str]]:
    """The keys of every name space."""
    found: list[list[str]] = [
        [each.key for each in several]
        for several in (app.roles, app.forms, app.sources, app.metrics, app.lists, app.reports, app.tests)
    ]
    found += [[each.key for each in (*report.groups, *report.columns)] for report in app.reports]
    for form in app.forms:
        tables: dict[str, list[str]] = {}
        for one in walk.nodes(form):
            tables.setdefault(one.table, []).append(one.node.key)
            found.append([option.key for option in getattr(one.node, "options", ())])
        found += [*tables.values(), *([e.key for e in s] for s in (form.statuses, form.checks, form.access))]
        if form.flow:
            found.append([step.key for _, step in walk.steps(form.flow)])
            branching = [step for _, step in walk.steps(form.flow) if isinstance(step, model.Branching)]
            found += [[branch.key for branch in step.branches] for step in branching]
    return found


def judged(app: App) -> None:
    for space in spaces(app):
        assert all(KEY.fullmatch(key) for key in space), space
        assert len(set(space)) == len(space), space


@SLOW
@given(st.integers(min_value=0, max_value=2**32))
def test_two_hundred_operations_undone_and_redone(
    name: str, text_of: Callable[[str], str], hand: Callable[..., Any], seed: int
) -> None:
    text = text_of(name)
    app = parse(text).app
    assert app is not None
    someone, done, inverses, verbs = hand(seed), [], [], Counter[str]()
    for count in range(200):
        before = dump(app)
        applied = someone.applied(app)
        now = dump(applied.app)
        if count % 10 == 0:
            assert parse(now).app == applied.app, applied.operation  # still well-formed, and what was said
        back = apply(applied.app, applied.inverse)
        assert dump(back.app) == before, applied.operation
        if count % 5 == 0:
            assert dump(apply(back.app, back.inverse).app) == now, applied.operation
        stored: AnyOperation = from_text(as_text(applied.inverse))
        app = applied.app
        done.append(now)
        inverses.append(stored)
        verbs[type(applied.operation).__name__] += 1
        if count % 20 == 0:
            judged(app)
    judged(app)
    assert len(verbs) >= 7, verbs  # they were really done
    again = []
    for inverse in reversed(inverses):
        applied = apply(app, inverse)
        app = applied.app
        again.append(applied.inverse)
    assert dump(app) == text
    for redo, expected in zip(reversed(again), done, strict=True):
        app = apply(app, redo).app
        assert dump(app) == expected
