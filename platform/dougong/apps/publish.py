"""Publish: a draft spec becomes an immutable revision, with its tables, in one transaction."""

from collections.abc import Mapping

from sqlalchemy import insert, select, update

from dougong import audit, clock
from dougong.apps.order import by_reference
from dougong.apps.published import PublishedApp, Registry
from dougong.apps.tables import app as app_table
from dougong.apps.tables import revision
from dougong.db import Tx
from dougong.errors import Problem, Refused
from dougong.records.reindex import fill_index
from dougong.spec.check import check
from dougong.spec.compiled import CompiledApp
from dougong.spec.dump import dump
from dougong.spec.model import App
from dougong.spec.parse import parse
from dougong.spec.record_schema import record_schema
from dougong.tables import create_tables


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


def publish(tx: Tx, compiled: CompiledApp, by: int | None, note: str = "") -> PublishedApp:
    """Make ``compiled`` the app's next revision. Publishing what is published already changes nothing."""
    text = dump(compiled.spec)
    registry = Registry(tx)
    held = tx.conn.execute(
        select(app_table.c.revision).where(app_table.c.key == compiled.key).with_for_update()
    ).scalar()
    if held is not None and registry.text(compiled.key) == text:
        return registry.app(compiled.key)
    number = (held or 0) + 1
    to_fill = create_tables(tx, compiled)
    if held is None:
        tx.conn.execute(insert(app_table).values(key=compiled.key, revision=number, created_at=clock.now()))
    else:
        tx.conn.execute(update(app_table).where(app_table.c.key == compiled.key).values(revision=number))
    tx.conn.execute(
        insert(revision).values(
            app=compiled.key, number=number, spec=text, note=note, published_by=by, published_at=clock.now(),
            schemas={form.key: record_schema(form) for form in compiled.forms.values()},
        )
    )  # fmt: skip
    published = Registry(tx).publish(compiled.key, number)
    for key in to_fill:
        fill_index(tx, published.forms[key])
    return published
