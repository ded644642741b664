"""Sign-ins kept on the server: only a hash of the token is stored, and every one can be ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Row, and_, delete, insert, select, update

from dougong import clock
from dougong.config import Settings
from dougong.db import Database, Tx, new_id
from dougong.errors import SignInNeeded
from dougong.people.actor import Actor, load_actor
from dougong.people.bearer import hash_secret, new_secret
from dougong.people.tables import session

SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Session:
    """A sign-in as its owner sees it; ``current`` is the one that asks."""

    id: int
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str
    agent: str
    current: bool


def create(tx: Tx, person_id: int, settings: Settings, address: str = "", agent: str = "") -> str:
    """A new sign-in; gives its token, which is not kept. It keeps the limits in force now."""
    now, token = clock.now(), new_secret()
    row = {
        "token_hash": hash_secret(token),
        "id": new_id(),
        "person_id": person_id,
        "created_at": now,
        "seen_at": now,
        "expires_at": now + timedelta(days=settings.session_days),
        "idle_seconds": settings.idle_hours * 3600,
        "address": address[:64],
        "agent": "".join(letter for letter in agent if letter.isprintable())[:200],
    }
    tx.conn.execute(delete(session).where(session.c.person_id == person_id, session.c.expires_at <= now))
    tx.conn.execute(insert(session).values(row))
    return token


def identify(tx: Tx, token: str, now: datetime | None = None) -> Actor | None:
    """Who holds the token, loaded afresh; None when it is unknown, ended, expired, idle too long or of a disabled person."""
    row = _living(tx, token, now or clock.now())
    if row is None:
        return None
    try:
        return load_actor(tx, row.person_id)
    except SignInNeeded:
        return None


def recognise(database: Database, token: str, now: datetime | None = None) -> Actor | None:
    """``identify`` in a transaction of its own, and ``touch`` where it is due."""
    moment = now or clock.now()

    def work(tx: Tx) -> tuple[Actor | None, bool]:
        return identify(tx, token, moment), touch_due(tx, token, moment)

    actor, due = database.read(work)
    if actor is not None and due:
        touch(database, token, moment)
    return actor


def touch_due(tx: Tx, token: str, now: datetime | None = None) -> bool:
    """Whether the last request noted lies a minute back."""
    moment = now or clock.now()
    row = _living(tx, token, moment)
    return row is not None and moment - row.seen_at >= SEEN_EVERY


def touch(database: Database, token: str, now: datetime | None = None) -> None:
    """Note that the token was used, in a write of its own and at most once a minute."""
    moment = now or clock.now()
    stale = and_(session.c.token_hash == hash_secret(token), session.c.seen_at <= moment - SEEN_EVERY)
    database.write(lambda tx: tx.conn.execute(update(session).where(stale).values(seen_at=moment)))


def rotate(tx: Tx, token: str) -> str:
    """A new token for the same sign-in; the old one is dead. Raises SignInNeeded when it was dead already."""
    fresh = new_secret()
    here = update(session).where(session.c.token_hash == hash_secret(token))
    if not tx.conn.execute(here.values(token_hash=hash_secret(fresh), rotated=clock.now())).rowcount:
        raise SignInNeeded("people.sign_in_needed")
    _forget(tx, token)
    return fresh


def end(tx: Tx, token: str) -> None:
    """End the sign-in of this token, if there is one."""
    tx.conn.execute(delete(session).where(session.c.token_hash == hash_secret(token)))
    _forget(tx, token)


def end_one(tx: Tx, person_id: int, session_id: int) -> bool:
    """End one sign-in of a person; False when the person has none with this id."""
    here = delete(session).where(session.c.id == session_id, session.c.person_id == person_id)
    return bool(tx.conn.execute(here).rowcount)


def end_all(tx: Tx, person_id: int, but: str = "") -> int:
    """End every sign-in of a person, except the one with the token ``but``; gives how many there were."""
    here = delete(session).where(session.c.person_id == person_id)
    if but:
        here = here.where(session.c.token_hash != hash_secret(but))
    return tx.conn.execute(here).rowcount


def list_of(tx: Tx, person_id: int, token: str = "") -> tuple[Session, ...]:
    """The living sign-ins of a person, the last used first; ``token`` tells which one is asking."""
    now, current = clock.now(), hash_secret(token)
    rows = tx.conn.execute(
        select(session)
        .where(session.c.person_id == person_id, session.c.expires_at > now)
        .order_by(session.c.seen_at.desc(), session.c.id.desc())
    )
    return tuple(
        Session(r.id, r.created_at, r.seen_at, r.expires_at, r.address, r.agent, r.token_hash == current)
        for r in rows
        if _fresh(r, now)
    )


def _living(tx: Tx, token: str, now: datetime) -> Row[tuple[object, ...]] | None:
    """The row of a living sign-in, asked for once in a transaction."""
    key = ("people.session", hash_secret(token))
    if key not in tx.memo:
        tx.memo[key] = tx.conn.execute(select(session).where(session.c.token_hash == key[1])).one_or_none()
    row: Row[tuple[object, ...]] | None = tx.memo[key]
    return row if row is not None and _fresh(row, now) else None


def _forget(tx: Tx, token: str) -> None:
    tx.memo.pop(("people.session", hash_secret(token)), None)


def _fresh(row: Row[tuple[object, ...]], now: datetime) -> bool:
    return bool(now < row.expires_at and now < row.seen_at + timedelta(seconds=row.idle_seconds))
