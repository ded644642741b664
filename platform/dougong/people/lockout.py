"""Failed attempts are counted by account and by address, apart from the request, and lock for a doubling time.

An attempt is counted before the password is looked at and taken back when it was right: a hundred attempts at once are then a
hundred counts. Nothing here asks whether the login exists.
"""

import hashlib
import ipaddress
import math
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from dougong import clock
from dougong.db import Database, Tx
from dougong.errors import TooMany
from dougong.people.names import fold_login
from dougong.people.tables import sign_in_failure as failure

ACCOUNT_LIMIT = 5
ADDRESS_LIMIT = 20  # a whole office may share one address
FIRST_LOCK = timedelta(minutes=1)
LONGEST_LOCK = timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(hours=1)


def begin(database: Database, login: str, address: str) -> None:
    """Count an attempt; raises TooMany (``retry_after`` seconds) while the account or the address is locked."""
    now, keys = clock.now(), _keys(login, address)
    wait = database.write(lambda tx: _begin(tx, keys, now))
    if wait:
        raise TooMany("people.locked", retry_after=wait, minutes=-(-wait // 60))


def succeeded(tx: Tx, login: str, address: str) -> None:
    """The attempt was right: the account's count is gone, the address gets back only this one attempt."""
    for key, limit in _keys(login, address).items():
        here = failure.c.key == key
        if limit == ACCOUNT_LIMIT:
            tx.conn.execute(delete(failure).where(here))
        else:
            # Gone as a whole, an attacker's own account would be the way to try forever.
            tx.conn.execute(update(failure).where(here).values(attempts=failure.c.attempts - 1, locked_until=None))


def _keys(login: str, address: str) -> dict[str, int]:
    """The counters of an attempt with their limits. Hashed, as people type passwords into the wrong box."""
    account = hashlib.sha256(fold_login(login[:1000]).encode("utf-8", "surrogatepass")).hexdigest()
    return {f"account:{account}": ACCOUNT_LIMIT, f"address:{_network(address)}": ADDRESS_LIMIT}


def _network(address: str) -> str:
    """The address; of IPv6 its /64, which one subscriber has whole."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((int(parsed) >> 64 << 64, 64)))
    return str(parsed)


def _begin(tx: Tx, keys: dict[str, int], now: datetime) -> int:
    """Seconds to wait, or 0 after counting the attempt on every key."""
    gone = or_(failure.c.locked_until.is_(None), failure.c.locked_until <= now - FORGOTTEN_AFTER)
    tx.conn.execute(delete(failure).where(failure.c.last_at <= now - FORGOTTEN_AFTER, gone))
    insert = sqlite_insert if tx.dialect == "sqlite" else postgresql_insert
    fresh = [{"key": key, "attempts": 0, "last_at": now, "locked_until": None} for key in sorted(keys)]
    tx.conn.execute(insert(failure).on_conflict_do_nothing(), fresh)
    here = failure.c.key.in_(list(keys))
    rows = tx.conn.execute(select(failure).where(here).order_by(failure.c.key).with_for_update()).all()
    waits: list[timedelta] = [
        row.locked_until - now for row in rows if row.locked_until is not None and row.locked_until > now
    ]
    if waits:
        return math.ceil(max(waits).total_seconds())
    for row in rows:
        count = row.attempts + 1
        lock = now + _lock(count - keys[row.key]) if count >= keys[row.key] else None
        here = failure.c.key == row.key
        tx.conn.execute(update(failure).where(here).values(attempts=count, last_at=now, locked_until=lock))
    return 0


def _lock(beyond: int) -> timedelta:
    """1, 2, 4 … minutes, at most an hour."""
    return min(FIRST_LOCK * (1 << min(beyond, 10)), LONGEST_LOCK)
