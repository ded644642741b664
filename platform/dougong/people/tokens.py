"""Tokens with which programs act as a person: shown once, kept as a hash, each can be ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, or_, select, update

from dougong import clock
from dougong.db import Database, Tx, new_id
from dougong.errors import SignInNeeded
from dougong.people.actor import Actor, load_actor
from dougong.people.bearer import hash_secret, new_secret
from dougong.people.tables import api_token

PREFIX = "dg_"
SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Token:
    """A token as its owner sees it."""

    id: int
    label: str
    created_at: datetime
    seen_at: datetime | None
    expires_at: datetime | None


def create(tx: Tx, person_id: int, label: str = "", expires_at: datetime | None = None) -> str:
    """A new token, ``dg_`` and 43 letters; it is shown now and never again."""
    token = PREFIX + new_secret()
    row = {"token_hash": hash_secret(token), "id": new_id(), "person_id": person_id, "label": label[:100]}
    tx.conn.execute(insert(api_token).values(**row, created_at=clock.now(), expires_at=expires_at))
    return token


def identify_token(tx: Tx, token: str, now: datetime | None = None) -> Actor:
    """Who holds the token; raises SignInNeeded when it is unknown, ended, expired or of a disabled person."""
    if not token.startswith(PREFIX):
        raise SignInNeeded("people.token_unknown")
    row = tx.conn.execute(select(api_token).where(api_token.c.token_hash == hash_secret(token))).one_or_none()
    if row is None or (row.expires_at is not None and row.expires_at <= (now or clock.now())):
        raise SignInNeeded("people.token_unknown")
    return load_actor(tx, row.person_id)


def recognise(database: Database, token: str) -> Actor:
    """``identify_token`` in a transaction of its own, and ``touch_token`` after it; raises SignInNeeded."""
    actor = database.read(lambda tx: identify_token(tx, token))
    touch_token(database, token)
    return actor


def touch_token(database: Database, token: str) -> None:
    """Note that the token was used, in a write of its own, which is made at most once a minute."""
    now = clock.now()
    here = api_token.c.token_hash == hash_secret(token)
    due = here & or_(api_token.c.seen_at.is_(None), api_token.c.seen_at <= now - SEEN_EVERY)
    if database.read(lambda tx: tx.conn.execute(select(api_token.c.id).where(due)).first()):
        database.write(lambda tx: tx.conn.execute(update(api_token).where(due).values(seen_at=now)))


def tokens_of(tx: Tx, person_id: int) -> tuple[Token, ...]:
    """The tokens of a person, the newest first."""
    c = api_token.c
    query = select(c.id, c.label, c.created_at, c.seen_at, c.expires_at).where(c.person_id == person_id)
    return tuple(Token(*row) for row in tx.conn.execute(query.order_by(c.id.desc())))


def end_token(tx: Tx, person_id: int, token_id: int) -> bool:
    """End one token of a person; False when the person has none with this id."""
    here = delete(api_token).where(api_token.c.id == token_id, api_token.c.person_id == person_id)
    return bool(tx.conn.execute(here).rowcount)


def end_tokens(tx: Tx, person_id: int) -> int:
    """End every token of a person; gives how many there were."""
    return tx.conn.execute(delete(api_token).where(api_token.c.person_id == person_id)).rowcount
