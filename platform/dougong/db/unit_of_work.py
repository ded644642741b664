"""One unit of work: a function run inside one transaction, run again when the engine says try again."""

import random
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection

from dougong.db.engine import WRITE
from dougong.errors import Busy, Conflict

T = TypeVar("T")
TRIES = 5
_RETRY_STATES = frozenset({"40001", "40P01", "55P03"})  # serialization failure, deadlock, lock not available
_GONE_STATES = frozenset({"57P01", "57P02", "57P03", "53300"})  # shut down, crashed, starting, too many connections


class Again(Exception):
    """Raised by work that finds what it started from replaced meanwhile: run it again from its start."""


@dataclass
class Tx:
    """The transaction a unit of work runs in. ``memo`` lives as long as it does; verbs never commit."""

    conn: Connection
    writes: bool
    memo: dict[Any, Any] = field(default_factory=dict)
    _after: list[Callable[[], None]] = field(default_factory=list)

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self.conn.dialect.name

    def after_commit(self, effect: Callable[[], None]) -> None:
        """Run ``effect`` once the transaction has committed; never when it is rolled back."""
        self._after.append(effect)


class Database:
    """The door to the engine: ``read`` and ``write`` run a function in one transaction each."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self.engine.dialect.name

    def read(self, work: Callable[[Tx], T]) -> T:
        """Run ``work`` in a transaction that takes no write lock."""
        return self._run(work, writes=False)

    def write(self, work: Callable[[Tx], T]) -> T:
        """Run ``work`` in a writing transaction; it must be safe to run again from its start.

        It is run again also when a unique index refused it: the second time it sees what the other one stored, and can
        say so. Raises Busy when the database stayed busy or went away, Conflict when the index refuses every time.
        """
        return self._run(work, writes=True)

    def _run(self, work: Callable[[Tx], T], writes: bool) -> T:
        tx, result = self._tried(work, writes)
        for effect in tx._after:  # after the last try: what fails here must not run committed work again
            effect()
        return result

    def _tried(self, work: Callable[[Tx], T], writes: bool) -> tuple[Tx, T]:
        for attempt in range(1, TRIES + 1):
            try:
                return self._once(work, writes)
            except Again as error:
                if attempt == TRIES:
                    raise Busy("db.busy") from error
            except NoConnection as error:
                raise Busy("db.busy") from error
            except DBAPIError as error:
                if is_lost(error):
                    raise Busy("db.busy") from error
                if not (is_transient(error) or is_taken(error)):
                    raise
                if attempt == TRIES:
                    raise Conflict("db.taken") if is_taken(error) else Busy("db.busy") from error
            time.sleep(random.uniform(0.005, 0.03) * 2**attempt)
        raise AssertionError("unreachable")

    def _once(self, work: Callable[[Tx], T], writes: bool) -> tuple[Tx, T]:
        options: dict[str, Any] = {WRITE: writes}
        if not writes and self.dialect == "postgresql":
            options["postgresql_readonly"] = True
        with self.engine.connect().execution_options(**options) as conn:
            tx = Tx(conn, writes)
            with conn.begin():
                result = work(tx)
        return tx, result


def is_transient(error: DBAPIError) -> bool:
    """Whether running the same work again may succeed."""
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state in _RETRY_STATES or (state == "0A000" and "cached plan" in str(error.orig))
    return _sqlite_code(error) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def is_taken(error: DBAPIError) -> bool:
    """Whether a unique index or primary key refused a value that somebody else stored meanwhile."""
    if getattr(error.orig, "sqlstate", None) == "23505":
        return True
    return _sqlite_code(error) in (sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)


def is_lost(error: DBAPIError) -> bool:
    """Whether the server cannot be reached, or ended the connection."""
    state = getattr(error.orig, "sqlstate", None)
    return error.connection_invalidated or (state or "")[:2] == "08" or state in _GONE_STATES


def _sqlite_code(error: DBAPIError) -> int:
    return int(getattr(error.orig, "sqlite_errorcode", 0))
