"""One unit of work: a function run inside one transaction, run again when the engine says try again."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from dougong.db.engine import WRITE
from dougong.errors import Busy

T = TypeVar("T")
TRIES = 5
_RETRY_STATES = frozenset({"40001", "40P01", "55P03"})  # serialization failure, deadlock, lock not available


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
        """Run ``work`` in a writing transaction; it must be safe to run again from its start."""
        return self._run(work, writes=True)

    def _run(self, work: Callable[[Tx], T], writes: bool) -> T:
        for attempt in range(1, TRIES + 1):
            try:
                return self._once(work, writes)
            except DBAPIError as error:
                if not is_transient(error):
                    raise
                if attempt == TRIES:
                    raise Busy("db.busy") from error
                time.sleep(random.uniform(0.005, 0.03) * 2**attempt)
        raise AssertionError("unreachable")

    def _once(self, work: Callable[[Tx], T], writes: bool) -> T:
        options: dict[str, Any] = {WRITE: writes}
        if not writes and self.dialect == "postgresql":
            options["postgresql_readonly"] = True
        with self.engine.connect().execution_options(**options) as conn:
            tx = Tx(conn, writes)
            with conn.begin():
                result = work(tx)
        for effect in tx._after:
            effect()
        return result


def is_transient(error: DBAPIError) -> bool:
    """Whether running the same work again may succeed."""
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state in _RETRY_STATES or (state == "0A000" and "cached plan" in str(error.orig))
    return "locked" in str(error.orig) or "busy" in str(error.orig)
