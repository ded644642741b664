"""Failed attempts lock by account and by address; nothing the attacker may vary resets them or tells who exists."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from dougong import clock
from dougong.config import Settings
from dougong.db import Database
from dougong.errors import DougongError, Refused, TooMany
from dougong.people import lockout, passwords
from dougong.people.signing_in import change_password, sign_in
from dougong.people.tables import person, sign_in_failure

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"


def attempt(
    database: Database, settings: Settings, login: str, password: str = "wrong", address: str = "192.0.2.1"
) -> Any:
    """What an attempt comes to: the token, or code and parameters of the refusal."""
    try:
        return sign_in(database, settings, login, password, address=address)
    except Refused as error:
        return [(problem.code, dict(problem.params), problem.at) for problem in error.problems]
    except TooMany as error:
        return error.code, error.params["retry_after"]


def test_five_failures_lock_for_a_minute_and_then_twice_as_long_each(
    org: Database, settings: Settings, zhang: int
) -> None:
    moment, waits = NOW, []
    for _ in range(5):
        with clock.held(moment):
            assert attempt(org, settings, "zhang")[0][0] == "people.wrong_credentials"
    for _ in range(9):
        with clock.held(moment):
            code, wait = attempt(org, settings, "zhang", PASSWORD)
        assert code == "people.locked"
        waits.append(wait)
        moment += timedelta(seconds=wait)
        with clock.held(moment):
            assert attempt(org, settings, "zhang")[0][0] == "people.wrong_credentials"
    assert waits == [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]


def test_case_width_spaces_and_unseen_letters_are_one_account(org: Database, settings: Settings, zhang: int) -> None:
    spellings = ["zhang", "ZHANG", " zhang ", "zh\u200bang", "ｚｈａｎｇ", "zh ang\t", "\x00zhang"]
    with clock.held(NOW):
        for index, spelling in enumerate(spellings[:5]):
            attempt(org, settings, spelling, address=f"192.0.2.{index}")
        for spelling in spellings:
            assert attempt(org, settings, spelling, PASSWORD, address="198.51.100.7")[0] == "people.locked"


def test_twenty_failures_of_one_address_lock_it_whatever_the_account(
    org: Database, settings: Settings, zhang: int
) -> None:
    with clock.held(NOW):
        for index in range(20):
            attempt(org, settings, f"guess{index}", address="2001:db8:1:2::1")
        assert attempt(org, settings, "zhang", PASSWORD, "2001:db8:1:2:ffff::9")[0] == "people.locked"
        assert isinstance(attempt(org, settings, "zhang", PASSWORD, "2001:db8:1:3::1"), str)


def test_ones_own_good_password_does_not_reset_the_address(org: Database, settings: Settings, zhang: int) -> None:
    with clock.held(NOW):
        for index in range(20):
            assert attempt(org, settings, f"guess{index}")[0][0] == "people.wrong_credentials"
            if index < 19:
                assert isinstance(attempt(org, settings, "zhang", PASSWORD), str)
        assert attempt(org, settings, "zhang", PASSWORD)[0] == "people.locked"


def test_a_good_password_clears_the_account(org: Database, settings: Settings, zhang: int) -> None:
    with clock.held(NOW):
        for _ in range(3):
            for _ in range(4):
                attempt(org, settings, "zhang")
            assert isinstance(attempt(org, settings, "zhang", PASSWORD), str)


def test_failures_are_forgotten_an_hour_later(org: Database, settings: Settings, zhang: int) -> None:
    with clock.held(NOW):
        for _ in range(4):
            attempt(org, settings, "zhang")
    with clock.held(NOW + timedelta(hours=1)):
        for _ in range(4):
            attempt(org, settings, "zhang")
        assert isinstance(attempt(org, settings, "zhang", PASSWORD), str)
        assert len(org.read(lambda tx: tx.conn.execute(select(sign_in_failure)).all())) == 1


def test_attempts_at_once_are_counted_one_by_one(org: Database, settings: Settings, zhang: int) -> None:
    found: list[Any] = []
    start = threading.Barrier(12)

    def run() -> None:
        start.wait()
        found.append(attempt(org, settings, "zhang"))

    threads = [threading.Thread(target=run) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(outcome[0] == "people.locked" for outcome in found) == 7


def test_counters_hold_no_login_and_stay_when_the_request_fails(org: Database, settings: Settings, zhang: int) -> None:
    attempt(org, settings, "MySecretPassword")
    rows = org.read(lambda tx: tx.conn.execute(select(sign_in_failure)).all())
    assert {row.attempts for row in rows} == {1}
    assert "mysecretpassword" not in str(rows).casefold()


def test_guessing_the_old_password_in_the_account_page_locks_too(org: Database, settings: Settings, zhang: int) -> None:
    with clock.held(NOW):
        for _ in range(5):
            with pytest.raises(Refused):
                change_password(org, settings, zhang, "guess", "another fine phrase")
        with pytest.raises(TooMany):
            change_password(org, settings, zhang, PASSWORD, "another fine phrase")


def test_every_reason_why_not_gets_one_answer_and_one_hash(
    org: Database, settings: Settings, zhang: int, id_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = org.read(
        lambda tx: tx.conn.execute(select(person.c.password_hash).where(person.c.id == zhang)).scalar_one()
    )
    gone = update(person).where(person.c.login == "sun").values(password_hash=stored, active=False)
    org.write(lambda tx: tx.conn.execute(gone))
    hasher = type(passwords._hasher(1))
    runs: list[str] = []

    def verify(self: Any, hash: str, password: bytes, real: Any = hasher.verify) -> bool:
        runs.append(hash.rsplit("$", 2)[0])
        return bool(real(self, hash, password))

    passwords.check(None, "warm", settings)
    monkeypatch.setattr(hasher, "verify", verify)
    cases = ("zhang", "nobody", "zhou", "sun", "system", "", "x" * 100_000, "\ud800")
    answers = [attempt(org, settings, login, address=f"192.0.2.{n}") for n, login in enumerate(cases)]
    assert answers == [[("people.wrong_credentials", {}, "")]] * len(cases)
    assert len(runs) == len(cases)
    assert len(set(runs)) == 1  # the same parameters, so the same time


def test_locked_looks_the_same_for_those_who_exist_and_those_who_do_not(
    org: Database, settings: Settings, zhang: int
) -> None:
    with clock.held(NOW):
        for _ in range(5):
            known, unknown = (attempt(org, settings, login, address="") for login in ("zhang", "nobody"))
            assert known == unknown
        assert attempt(org, settings, "zhang", address="::1") == attempt(org, settings, "nobody", address="::1")


def test_a_lock_says_how_long(org: Database) -> None:
    with clock.held(NOW):
        for _ in range(5):
            lockout.begin(org, "zhang", "192.0.2.1")
        with pytest.raises(DougongError) as refused:
            lockout.begin(org, "zhang", "192.0.2.1")
    assert refused.value.status == 429
    assert refused.value.params == {"retry_after": 60, "minutes": 1}
