"""Publishing with the choices made for a plan, going back to an older version, and taking a publish back."""

from collections.abc import Mapping
from typing import Any, Protocol

from sqlalchemy import select

from dougong import audit
from dougong.apps import PublishedApp, Registry
from dougong.apps import publish as publish_app
from dougong.apps.staging import Progress, fill_beforehand
from dougong.apps.tables import app as app_table
from dougong.db import Database, Tx
from dougong.errors import Conflict, Refused
from dougong.people.actor import Actor
from dougong.plans.restoring import old_spec
from dougong.plans.settling import backfill, constants, mapped
from dougong.records import Visit
from dougong.spec.compile import compile_app
from dougong.spec.compiled import CompiledApp
from dougong.spec.model import App

NO_CHOICES: Mapping[str, str] = {}


class Composed(Protocol):
    """What of the composition publishing needs."""

    @property
    def database(self) -> Database: ...

    def visit(self, tx: Tx, actor: Actor, door: str) -> Visit:
        """The actor at a door in a transaction."""


def publish(
    composition: Composed, actor: Actor, compiled: CompiledApp, choices: Mapping[str, str] = NO_CHOICES, note: str = "",
    door: str = "page", base: int | None = None, progress: Progress | None = None,
) -> PublishedApp:  # fmt: skip
    """Publish ``compiled`` with what was chosen for the effects of its plan (place → key of the choice): in one
    transaction, after columns of large tables were filled beforehand. ``base`` is the revision that was looked at.

    Raises Refused for what cannot be published, or a choice that cannot be made; Conflict when another revision than
    ``base`` is published.
    """
    return _publish(composition, actor, mapped(compiled.spec, choices), choices, note, door, base, {}, progress)


def restore(
    composition: Composed, actor: Actor, app: str, number: int, note: str = "", door: str = "page",
    base: int | None = None,
) -> PublishedApp:  # fmt: skip
    """Publish the spec of revision ``number`` again, as a new revision; fields that were renamed since keep their values.
    Raises NotFound, and what ``publish`` raises."""
    spec = composition.database.read(lambda tx: old_spec(tx, app, number))
    return _publish(composition, actor, spec, NO_CHOICES, note, door, base, {"restored": number})


def undo(composition: Composed, actor: Actor, app: str, number: int, door: str = "page") -> PublishedApp:
    """Take the publish of revision ``number`` back: what was before it is published again. Raises Conflict when it is no
    longer the published one, or the first."""
    if number < 2:
        raise Conflict("plan.nothing_before")
    spec = composition.database.read(lambda tx: old_spec(tx, app, number - 1))
    return _publish(composition, actor, spec, NO_CHOICES, "", door, number, {"undone": number})


def _publish(
    composition: Composed, actor: Actor, spec: App, choices: Mapping[str, str], note: str, door: str, base: int | None,
    why: Mapping[str, Any], progress: Progress | None = None,
) -> PublishedApp:  # fmt: skip
    key = spec.app.key
    compiled = composition.database.read(lambda tx: _judged(tx, spec, base))
    new = composition.database.read(lambda tx: constants(composition.visit(tx, actor, door), compiled, choices))
    filled = fill_beforehand(composition.database, compiled, progress=progress, constants=new)

    def work(tx: Tx) -> PublishedApp:
        visit = composition.visit(tx, actor, door)
        before = Registry(tx).numbers.get(key, 0)
        published = publish_app(tx, _judged(tx, spec, base), actor.id, note, filled)
        if published.number != before:
            done = backfill(visit, published.forms, choices)
            detail = {**why, **({"choices": dict(choices)} if choices else {}), **({"filled": done} if done else {})}
            audit.note(tx, visit.now, actor.id, door, "app.published", app=key, revision=published.number, **detail)
        return published

    return composition.database.write(work)


def _judged(tx: Tx, spec: App, base: int | None) -> CompiledApp:
    """The app checked against the others as they are now."""
    if tx.writes:  # nobody else publishes from here on
        tx.conn.execute(select(app_table.c.revision).where(app_table.c.key == spec.app.key).with_for_update())
    registry = Registry(tx)
    number = registry.numbers.get(spec.app.key, 0)
    if base is not None and number != base:
        raise Conflict("plan.published_meanwhile", number=number)
    compiled = compile_app(spec, registry.spec)
    if compiled.problems:
        raise Refused(compiled.problems)
    return compiled
