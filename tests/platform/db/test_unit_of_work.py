"""One transaction per unit of work: run again when the engine asks for it, whole or not at all, two writers in a queue."""

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, event, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, ProgrammingError

from dougong.db import Database, make_engine
from dougong.db.unit_of_work import TRIES, is_lost, is_taken, is_transient
from dougong.errors import Busy, Conflict

METADATA = MetaData()
THING = Table("thing_locked", METADATA, Column("id", Integer, primary_key=True), Column("name", String(20), unique=True))


@pytest.fixture
def database(engine_url: str) -> Any:
    made = Database(make_engine(engine_url))
    made.write(lambda tx: METADATA.create_all(tx.conn))
    yield made
    made.engine.dispose()


def names(database: Database) -> list[str]:
    return list(database.read(lambda tx: tx.conn.execute(select(THING.c.name).order_by(THING.c.id)).scalars()))


def add(tx: Any, id: int, name: str) -> None:
    tx.conn.execute(insert(THING).values(id=id, name=name))


class Told(Exception):
    """What a driver says, with the code it says it by."""

    def __init__(self, sqlstate: str | None = None, sqlite_errorcode: int = 0) -> None:
        super().__init__("database is locked")
        self.sqlstate = sqlstate
        self.sqlite_errorcode = sqlite_errorcode


def refusal(**told: Any) -> DBAPIError:
    return OperationalError("", {}, Told(**told))


@pytest.mark.parametrize("told", [{"sqlstate": "40001"}, {"sqlstate": "40P01"}, {"sqlite_errorcode": 5}])
def test_busy_is_tried_five_times_then_said(database: Database, told: dict[str, Any]) -> None:
    tries: list[int] = []

    def work(_tx: Any) -> None:
        tries.append(1)
        raise refusal(**told)

    with pytest.raises(Busy):
        database.write(work)
    assert len(tries) == TRIES == 5


def test_the_third_try_may_succeed(database: Database) -> None:
    tries: list[int] = []

    def work(tx: Any) -> str:
        tries.append(1)
        add(tx, len(tries), "kept")
        if len(tries) < 3:
            raise refusal(sqlite_errorcode=5)
        return "done"

    assert database.write(work) == "done"
    assert names(database) == ["kept"]


def test_a_unique_value_taken_meanwhile_runs_the_work_again(database: Database) -> None:
    seen: list[list[str]] = []

    def work(tx: Any) -> None:
        seen.append(list(tx.conn.execute(select(THING.c.name)).scalars()))
        if len(seen) == 1:
            add(tx, 1, "a")
            add(tx, 2, "a")

    database.write(work)
    assert len(seen) == 2


def test_a_unique_value_taken_every_time_is_a_conflict(database: Database) -> None:
    database.write(lambda tx: add(tx, 1, "a"))
    with pytest.raises(Conflict):
        database.write(lambda tx: add(tx, 2, "a"))


def test_a_table_called_locked_is_not_a_locked_database(database: Database) -> None:
    """The name of a constraint must not be mistaken for a reason."""
    database.write(lambda tx: add(tx, 1, "a"))
    with pytest.raises(IntegrityError) as refused:
        database._once(lambda tx: add(tx, 2, "a"), writes=True)
    assert is_taken(refused.value)
    assert not is_transient(refused.value)


def test_a_lost_connection_is_busy_and_not_repeated(database: Database) -> None:
    tries: list[int] = []

    def work(_tx: Any) -> None:
        tries.append(1)
        raise refusal(sqlstate="57P01")

    with pytest.raises(Busy):
        database.write(work)
    assert len(tries) == 1
    assert is_lost(refusal(sqlstate="08006"))


def test_other_errors_are_not_repeated(database: Database) -> None:
    tries: list[int] = []

    def work(tx: Any) -> None:
        tries.append(1)
        tx.conn.exec_driver_sql("SELECT nonsense FROM nowhere")

    with pytest.raises((OperationalError, ProgrammingError)):
        database.write(work)
    assert len(tries) == 1


def test_effects_run_once_after_the_commit_and_never_after_a_rollback(database: Database) -> None:
    done: list[str] = []

    def work(tx: Any) -> None:
        add(tx, 1, "a")
        tx.after_commit(lambda: done.append(",".join(names(database))))

    database.write(work)
    assert done == ["a"]

    def broken(tx: Any) -> None:
        tx.after_commit(lambda: done.append("never"))
        raise ValueError

    with pytest.raises(ValueError):
        database.write(broken)
    assert done == ["a"]


def test_a_failing_effect_does_not_repeat_committed_work(database: Database) -> None:
    tries: list[int] = []

    def work(tx: Any) -> None:
        tries.append(1)
        add(tx, len(tries), str(len(tries)))

        def fail() -> None:
            raise refusal(sqlite_errorcode=5)

        tx.after_commit(fail)

    with pytest.raises(OperationalError):
        database.write(work)
    assert names(database) == ["1"]


def test_what_a_failed_unit_created_is_gone_tables_too(database: Database) -> None:
    def work(tx: Any) -> None:
        tx.conn.exec_driver_sql("CREATE TABLE half_made (id INTEGER)")
        add(tx, 1, "a")
        tx.conn.exec_driver_sql("ALTER TABLE thing_locked ADD COLUMN more INTEGER")
        raise ValueError

    with pytest.raises(ValueError):
        database.write(work)
    assert names(database) == []
    with pytest.raises((OperationalError, ProgrammingError)):
        database.read(lambda tx: tx.conn.exec_driver_sql("SELECT id FROM half_made"))
    with pytest.raises((OperationalError, ProgrammingError)):
        database.read(lambda tx: tx.conn.exec_driver_sql("SELECT more FROM thing_locked"))


def test_two_writers_wait_instead_of_failing(database: Database) -> None:
    """Read, think, write: with a deferred transaction the second one would fail on SQLite."""
    database.write(lambda tx: add(tx, 1, "0"))
    failed: list[BaseException] = []
    tries: list[int] = []

    def count(tx: Any) -> None:
        tries.append(1)
        found = tx.conn.execute(select(THING.c.name).where(THING.c.id == 1).with_for_update()).scalar_one()
        time.sleep(0.002)
        tx.conn.execute(update(THING).where(THING.c.id == 1).values(name=str(int(found) + 1)))

    def run() -> None:
        try:
            for _ in range(10):
                database.write(count)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failed
    assert names(database) == ["40"]
    assert len(tries) == 40


@pytest.fixture
def sqlite(tmp_path: Path) -> Any:
    made = Database(make_engine(f"sqlite:///{tmp_path / 'own.sqlite3'}"))
    yield made
    made.engine.dispose()


def test_sqlite_is_opened_with_what_keeps_acknowledged_rows(sqlite: Database) -> None:
    def pragmas(tx: Any) -> list[Any]:
        asked = ("journal_mode", "synchronous", "foreign_keys", "trusted_schema")
        return [tx.conn.exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked]

    assert sqlite.read(pragmas) == ["wal", 2, 1, 0]


def test_a_writer_locks_at_once_and_a_reader_does_not(sqlite: Database) -> None:
    heard: list[str] = []
    event.listen(sqlite.engine, "before_cursor_execute", lambda c, cu, statement, *_: heard.append(statement))
    sqlite.write(lambda tx: None)
    sqlite.read(lambda tx: None)
    assert [each for each in heard if each.startswith("BEGIN")] == ["BEGIN IMMEDIATE", "BEGIN"]
