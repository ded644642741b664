"""Flows that change while approvals are under way: those finish on the version they began with."""

from collections.abc import Iterator
from functools import cached_property

from sqlalchemy import func, select

from dougong.flows.tables import flow_instance, flow_task
from dougong.plans.effect import Effect
from dougong.plans.pairs import FormPair, at
from dougong.plans.scene import Later, Scene
from dougong.spec.diffing.parts import Part


class Running:
    """The approvals under way on some forms; each question is asked once for all of them."""

    def __init__(self, scene: Scene) -> None:
        self.tx = scene.visit.tx
        self.refs = [form.live.ref for form in scene.forms if form.old.spec.flow is not None]

    @cached_property
    def by_form(self) -> dict[str, int]:
        """How many have not ended, by ``app.form``."""
        c = flow_instance.c
        query = select(c.form, func.count()).where(c.form.in_(self.refs), c.ended_at.is_(None)).group_by(c.form)
        return {row[0]: row[1] for row in self.tx.conn.execute(query)} if self.refs else {}

    @cached_property
    def by_step(self) -> dict[tuple[str, str], int]:
        """How many wait at a step, by ``app.form`` and step."""
        c = flow_task.c
        query = select(c.form, c.step, func.count(c.instance_id.distinct()))
        query = query.where(c.form.in_(self.refs), c.state == "open").group_by(c.form, c.step)
        return {(form, step): count for form, step, count in self.tx.conn.execute(query)} if self.refs else {}


def waiting(scene: Scene, running: Running) -> int:
    """How many approvals are under way on forms whose flow or fields change."""
    changed = [form for form in scene.forms if _changes(form)]
    return sum(running.by_form.get(form.live.ref, 0) for form in changed if form.old.spec.flow is not None)


def _changes(form: FormPair) -> bool:
    old, new = form.old.spec, form.new.spec
    return old.flow != new.flow or old.fields != new.fields or old.key != new.key


def flow(scene: Scene, form: FormPair, running: Running) -> Iterator[Later]:
    """What becomes of approvals under way when the flow of their form changes."""
    old, new = form.old.spec.flow, form.new.spec.flow
    if old is None or old == new:
        return
    yield lambda: _flow(scene, form, running)


def _flow(scene: Scene, form: FormPair, running: Running) -> Iterator[Effect]:
    count = running.by_form.get(form.live.ref, 0)
    place = at((*form.place, "flow"))
    named = {**scene.sides.named(scene.sides.after[form.place]), "count": count}
    if form.new.spec.flow is None:
        code = "plan.flow_removed" if count else "plan.flow_removed_idle"
        yield Effect("flow_removed", "attention" if count else "safe", place, code, named, count)
        return
    steps = [part for part in scene.sides.gone("step") if part.place[:2] == scene.sides.was[form.place]]
    yield from (effect for part in steps if (effect := _step(scene, form, running, part)))
    if count:
        yield Effect("flow_changed", "safe", place, "plan.flow_changed", named, count)


def _step(scene: Scene, form: FormPair, running: Running, part: Part) -> Effect | None:
    count = running.by_step.get((form.live.ref, part.key), 0)
    if not count:
        return None
    params = {**scene.sides.named(part, now=False), "count": count}
    place = at((*form.place, *part.place[2:]))
    return Effect("step_removed", "attention", place, "plan.step_removed", params, count)
