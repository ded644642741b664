"""Publish: a draft spec becomes an immutable revision, with its tables, in one transaction."""

from collections.abc import Mapping

from sqlalchemy import insert, select, update

from dougong import audit, clock
from dougong.apps.converting import converting
from dougong.apps.order import by_reference
from dougong.apps.published import PublishedApp, Registry
from dougong.apps.renaming import follow_keys
from dougong.apps.staging import MANY
from dougong.apps.tables import app as app_table
from dougong.apps.tables import revision
from dougong.apps.titles import TITLE, many, renew_later, retitle, stale
from dougong.db import Tx
from dougong.errors import Problem, Refused
from dougong.records.reindex import fill_index
from dougong.spec.check import check
from dougong.spec.compiled import CompiledApp
from dougong.spec.dump import dump
from dougong.spec.model import App
from dougong.spec.parse import parse
from dougong.spec.record_schema import record_schema
from dougong.tables import LiveForm, evolve, index, layout_ever, layout_of


def publish_files(tx: Tx, texts: Mapping[str, bytes], door: str, note: str = "") -> list[PublishedApp]:
    """Publish the specs of several files (name → content), all or none; raises Refused with all problems of all."""
    specs = {app.app.key: app for name, text in texts.items() if (app := parse(text, name).app)}
    problems: list[Problem] = []
    compiled: list[CompiledApp] = []
    for name, text in texts.items():
        try:
            compiled.append(compiled_for_publish(tx, text, name, specs))
        except Refused as refused:
            problems += refused.problems
    if problems:
        raise Refused(problems)
    done = [publish(tx, app, None, note) for app in by_reference(compiled)]
    for made in done:
        audit.note(tx, clock.now(), None, door, "app.published", app=made.key, revision=made.number)
    return done


def compiled_for_publish(tx: Tx, text: str | bytes, source: str, others: dict[str, App] | None = None) -> CompiledApp:
    """The app a text says, checked against the published ones (and ``others`` about to be); raises Refused."""
    registry = Registry(tx)

    def other(key: str) -> App | None:
        return (others or {}).get(key) or registry.spec(key)

    compiled, problems = check(text, source, other)
    if problems or compiled is None:
        raise Refused(problems)
    return compiled


def publish(
    tx: Tx, compiled: CompiledApp, by: int | None, note: str = "", filled: frozenset[str] = frozenset()
) -> PublishedApp:
    """Make ``compiled`` the app's next revision, values of retyped fields converted. Publishing what is published already
    changes nothing. ``filled`` are columns that were filled beforehand (see ``staging``). Raises Refused."""
    text = dump(compiled.spec)
    registry = Registry(tx)
    head = tx.conn.execute(
        select(app_table.c.revision, app_table.c.generation).where(app_table.c.key == compiled.key).with_for_update()
    ).one_or_none()
    if head is not None and registry.text(compiled.key) == text:
        return registry.app(compiled.key)
    before = registry.compiled(compiled.key, head.revision) if head else None
    number, generation = (head.revision + 1, head.generation + 1) if head else (1, 1)
    if before:
        _may_leave(registry, before, compiled)
        _keep_layouts(tx, compiled.key)
        follow_keys(tx, before, compiled)
    retyped = evolve(tx, before, compiled, filled)
    if retyped:
        converting(tx, registry, retyped)
    old = stale(before, compiled) if before else frozenset()
    later = many(tx, compiled.forms.values(), MANY) if old else frozenset()
    at_once = frozenset(each for each in old if each.partition(".")[0] not in later)
    to_fill = index(tx, compiled, at_once)
    _store(tx, compiled, number, generation, text, note, by)
    published = Registry(tx).publish(compiled.key, number, generation)
    for key, live in published.forms.items():
        if f"{key}.{TITLE}" in at_once:
            retitle(tx, live)
        elif key in later and _shown_otherwise(live, old):
            renew_later(tx, live)
    for key in to_fill:
        fill_index(tx, published.forms[key])
    return published


def _shown_otherwise(live: LiveForm, stale: frozenset[str]) -> bool:
    """Whether records go by another title now, or are found by other words."""
    search = live.physical.search
    return any(f"{live.form.key}.{name}" in stale for name in (TITLE, *(search.fields if search else ())))


def _store(tx: Tx, compiled: CompiledApp, number: int, generation: int, text: str, note: str, by: int | None) -> None:
    head = {"revision": number, "generation": generation}
    if number == 1:
        tx.conn.execute(insert(app_table).values(key=compiled.key, created_at=clock.now(), **head))
    else:
        tx.conn.execute(update(app_table).where(app_table.c.key == compiled.key).values(**head))
    tx.conn.execute(
        insert(revision).values(
            app=compiled.key, number=number, spec=text, note=note, published_by=by, published_at=clock.now(),
            schemas={form.key: record_schema(form) for form in compiled.forms.values()}, layout=layout_of(tx, compiled),
        )
    )  # fmt: skip


def _keep_layouts(tx: Tx, key: str) -> None:
    """Write down where revisions from before layouts were kept had their fields, while the catalogue still says so."""
    without = revision.c.app == key, revision.c.layout.is_(None)
    if tx.conn.execute(select(revision.c.number).where(*without).limit(1)).scalar() is not None:
        tx.conn.execute(update(revision).where(*without).values(layout=layout_ever(tx, key)))


def _may_leave(registry: Registry, before: CompiledApp, after: CompiledApp) -> None:
    """Refuse to take a form away, or its key, that fields of other apps refer to."""
    gone = before.forms.keys() - after.forms.keys()
    problems = [
        Problem("apps.referred_to", f"forms.{key}", {"title": before.forms[key].spec.title, "field": f"{live.ref}.{path}"})
        for key in sorted(gone)
        for live, path in registry.referring(f"{before.key}.{key}")
        if live.form.app != before.key
    ]
    if problems:
        raise Refused(problems)
