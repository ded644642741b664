"""Keeping drafts: opened from what is published or from a new spec, given up, taken up again, and compiled."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import Engine, Row, delete, insert, select, update

from dougong import clock
from dougong.apps.published import Registry
from dougong.db import Again, Tx, new_id
from dougong.drafts.content import exact
from dougong.drafts.tables import draft as table
from dougong.errors import Conflict, NotFound, Problem, Refused
from dougong.spec.compile import compile_app
from dougong.spec.compiled import CompiledApp
from dougong.spec.dump import dump
from dougong.spec.model import FORMAT, App
from dougong.spec.parse import FREE, parse
from dougong.spec.reader import MOST_BYTES, read
from dougong.spec.write import NotJson

_MOST = 20
_RECENT: WeakKeyDictionary[Engine, dict[tuple[object, ...], CompiledApp]] = WeakKeyDictionary()
KEPT = timedelta(days=30)
"""How long a discarded draft can be taken up again."""


@dataclass(frozen=True)
class Draft:
    """A draft as it stands. ``rev`` counts the rows of its log; ``base_revision`` is 0 for an app never published."""

    id: int
    app: str
    base_revision: int
    rev: int
    text: str
    updated_by: int | None
    updated_at: datetime

    @cached_property
    def spec(self) -> App:
        """The spec as edited so far."""
        return well_formed(self.text)


def open_draft(tx: Tx, app: str, person: int | None) -> Draft:
    """The open draft of an app; where there is none, a new one of the published spec. One that nobody has changed follows
    what is published. Raises NotFound."""
    found, registry = _open_row(tx, app), Registry(tx)
    if found is None:
        return _insert(tx, app, registry.numbers.get(app, 0), registry.text(app), person)
    if not found.rev and 0 < found.base_revision < registry.numbers.get(app, 0):
        values = {"spec": registry.text(app), "base_revision": registry.numbers[app]}
        tx.conn.execute(update(table).where(table.c.id == found.id, table.c.rev == 0).values(**values))
        return find_draft(tx, app)
    return _draft(found)


def new_draft(tx: Tx, spec: App, person: int | None) -> Draft:
    """The first draft of an app that has none and was never published; raises Conflict."""
    key = spec.app.key
    if _open_row(tx, key) is not None or key in Registry(tx).numbers:
        raise Conflict("drafts.app_exists", app=key)
    return _insert(tx, key, 0, text_of(spec), person)


def find_draft(tx: Tx, app: str, lock: bool = False) -> Draft:
    """The open draft; with ``lock`` nobody else changes it until this transaction ends. Raises NotFound."""
    found = _open_row(tx, app, lock)
    if found is None:
        raise NotFound("drafts.none", app=app)
    return _draft(found)


def rev_of(tx: Tx, app: str) -> int:
    """The rev of the open draft, for polls; raises NotFound."""
    query = select(table.c.rev).where(table.c.app == app, table.c.state == "open")
    found = tx.conn.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound("drafts.none", app=app)
    return int(found)


def compiled(tx: Tx, draft: Draft) -> CompiledApp:
    """The draft as far as it can be used; its ``problems`` keep it from being published. The same text is compiled once
    for as long as the apps it may refer to stay as they are."""
    registry = Registry(tx)
    recent = _RECENT.setdefault(tx.conn.engine, {})
    place = (draft.text, tuple(registry.heads.items()))
    found = None if registry.unsettled else recent.get(place)
    if found is None:
        found = compile_app(draft.spec, registry.spec, read(draft.text, f"{draft.app}.json").positions)
        if len(recent) >= _MOST:
            recent.clear()
        if not registry.unsettled:
            recent[place] = found
    return found


def behind(tx: Tx, draft: Draft) -> bool:
    """Whether something else was published since the draft was opened."""
    return Registry(tx).numbers.get(draft.app, 0) != draft.base_revision


def discard(tx: Tx, app: str, person: int | None) -> None:
    """Give the open draft up; its row stays, see ``take_up``. Raises NotFound."""
    _end(tx, find_draft(tx, app, lock=True), "discarded", person)


def finish(tx: Tx, app: str, person: int | None) -> None:
    """The open draft has been published: the next change begins a new one. Raises NotFound."""
    _end(tx, find_draft(tx, app, lock=True), "published", person)


def discarded(tx: Tx, app: str) -> datetime | None:
    """When the draft was given up that ``take_up`` would open again, None when there is none."""
    last = _last_discarded(tx, app)
    return last.ended_at if last else None


def _last_discarded(tx: Tx, app: str) -> Row[tuple[object, ...]] | None:
    query = select(table.c.id, table.c.ended_at).where(
        table.c.app == app, table.c.state == "discarded", table.c.ended_at > clock.now() - KEPT
    )
    newest = query.order_by(table.c.ended_at.desc(), table.c.id.desc()).limit(1)
    return tx.conn.execute(newest).one_or_none()  # type: ignore[return-value]


def take_up(tx: Tx, app: str, person: int | None) -> Draft:
    """The draft discarded last, open again with all its steps. Raises NotFound when there is none of the last 30 days,
    Conflict when another one has been changed since; one nobody changed makes room."""
    last = _last_discarded(tx, app)
    found = last.id if last else None
    if found is None:
        raise NotFound("drafts.none_discarded", app=app)
    now_open = _open_row(tx, app, lock=True)
    if now_open is not None and now_open.rev:
        raise Conflict("drafts.open_already", app=app)
    if now_open is not None:
        tx.conn.execute(delete(table).where(table.c.id == now_open.id))
    values = {"state": "open", "ended_at": None, "updated_by": person, "updated_at": clock.now()}
    tx.conn.execute(update(table).where(table.c.id == found).values(**values))
    return find_draft(tx, app)


def sweep(tx: Tx) -> int:
    """Remove drafts discarded more than 30 days ago, with their logs; how many."""
    gone = table.c.state == "discarded", table.c.ended_at <= clock.now() - KEPT
    return tx.conn.execute(delete(table).where(*gone)).rowcount


def text_of(spec: App) -> str:
    """The canonical text; raises Refused when no file may hold it."""
    try:
        text = dump(spec)
    except NotJson as wrong:
        raise Refused([Problem(wrong.code, "", wrong.params)]) from None
    if len(text.encode()) > MOST_BYTES:
        raise Refused([Problem("spec.too_large", "", {"megabytes": MOST_BYTES // 1024 // 1024})])
    return text


def well_formed(text: str) -> App:
    """The objects of a text that was well-formed when it was stored: neither places nor the schema need be looked at again,
    which is most of the work of ``parse``; they are when the format has changed since."""
    value = json.loads(text, parse_float=Decimal)
    if value["dougong"] == FORMAT:
        return msgspec.convert({key: part if key == FREE else exact(part) for key, part in value.items()}, App)
    parsed = parse(text)
    assert parsed.app is not None, parsed.problems
    return parsed.app


def save(tx: Tx, draft: Draft, text: str, rev: int, person: int | None) -> Draft:
    """The draft with a new text, where nobody else has changed it; raises db.Again where somebody has."""
    now = clock.now()
    done = tx.conn.execute(
        update(table)
        .where(table.c.id == draft.id, table.c.rev == draft.rev, table.c.state == "open")
        .values(spec=text, rev=rev, updated_by=person, updated_at=now)
    )
    if done.rowcount != 1:
        raise Again
    return Draft(draft.id, draft.app, draft.base_revision, rev, text, person, now)


def _insert(tx: Tx, app: str, base: int, text: str, person: int | None) -> Draft:
    now = clock.now()
    tx.conn.execute(
        insert(table).values(
            id=new_id(), app=app, base_revision=base, spec=text, rev=0, state="open", created_by=person,
            created_at=now, updated_by=person, updated_at=now,
        )
    )  # fmt: skip
    return find_draft(tx, app)


def _end(tx: Tx, draft: Draft, state: str, person: int | None) -> None:
    now = clock.now()
    values = {"state": state, "ended_at": now, "updated_by": person, "updated_at": now}
    tx.conn.execute(update(table).where(table.c.id == draft.id).values(**values))


def _open_row(tx: Tx, app: str, lock: bool = False) -> Row[tuple[object, ...]] | None:
    query = select(table).where(table.c.app == app, table.c.state == "open")
    return tx.conn.execute(query.with_for_update() if lock else query).one_or_none()


def _draft(row: Row[tuple[object, ...]]) -> Draft:
    return Draft(row.id, row.app, row.base_revision, row.rev, row.spec, row.updated_by, row.updated_at)
