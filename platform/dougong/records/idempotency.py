"""One submission per key: the first statement of a submission claims it, a repeat finds the record it made."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from dougong.errors import Conflict, Problem, Refused
from dougong.records.tables import idempotency
from dougong.records.visit import Visit

LONGEST = 100
_HASHED = "sha256:"


def payload_hash(payload: Mapping[str, Any]) -> str:
    """A hash of a raw parsed payload, the same for the same content in any order of keys; raises Refused for one that
    is nested without end or holds numbers of thousands of digits."""
    try:
        text = json.dumps(payload, sort_keys=True, ensure_ascii=False, default=str)
    except (TypeError, ValueError, RecursionError) as error:
        raise Refused([Problem("record.bad_payload")]) from error
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def kept_key(key: str) -> str:
    """The key as it is stored: itself when it is short and plain, else its hash."""
    if len(key) <= LONGEST and key.isascii() and key.isprintable() and not key.startswith(_HASHED):
        return key
    return _HASHED + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def claim(visit: Visit, form: str, key: str, hash: str) -> int | None:
    """Claim ``key``, or return the id of the record an equal submission made; raises Conflict for another payload."""
    insert = sqlite.insert if visit.tx.dialect == "sqlite" else postgresql.insert
    c = idempotency.c
    claimed = visit.tx.conn.execute(
        insert(idempotency)
        .values(person_id=visit.actor.id, form=form, key=kept_key(key), hash=hash, created_at=visit.now)
        .on_conflict_do_nothing()
        .returning(c.key)
    )
    if claimed.first() is not None:  # a driver need not count what an INSERT stored
        return None
    row = visit.tx.conn.execute(
        select(c.hash, c.record_id).where(c.person_id == visit.actor.id, c.form == form, c.key == kept_key(key))
    ).one()
    if row.hash != hash:
        raise Conflict("record.key_reused")
    return int(row.record_id)


def fulfil(visit: Visit, form: str, key: str, record_id: int) -> None:
    """Remember which record the claimed key made."""
    c = idempotency.c
    visit.tx.conn.execute(
        update(idempotency)
        .where(c.person_id == visit.actor.id, c.form == form, c.key == kept_key(key))
        .values(record_id=record_id)
    )
