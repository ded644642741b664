"""An SQLAlchemy engine with the settings that keep acknowledged data, on SQLite and on PostgreSQL."""

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url

from dougong.errors import Misconfigured
from dougong.formulas.sql.sqlite_functions import register_sqlite

WRITE = "dougong_write"
"""Execution option of a connection that will write: on SQLite it takes the write lock at BEGIN."""

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # NORMAL loses acknowledged rows on power loss
    "foreign_keys=ON",
    "busy_timeout=10000",
    "cache_size=-32768",
    "temp_store=MEMORY",
    "trusted_schema=OFF",
)


def make_engine(url: str) -> Engine:
    """The engine for a SQLAlchemy URL (``sqlite:///…`` or ``postgresql+psycopg://…``)."""
    try:
        parsed = make_url(url)
    except Exception as error:
        raise Misconfigured("config.database_url") from error
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(url)
    if parsed.get_backend_name() == "postgresql":
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True, pool_size=5, max_overflow=10
        )
    raise Misconfigured("config.database_url")


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": 10, "check_same_thread": False, "isolation_level": None})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        register_sqlite(connection)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # The driver would begin on its own, deferred and not around DDL: two writers would then fail instead of wait.
        writes = connection.get_execution_options().get(WRITE)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
