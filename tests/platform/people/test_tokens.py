"""API tokens: shown once, kept as a hash, dead when they should be."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from dougong import clock
from dougong.config import Settings
from dougong.db import Database
from dougong.errors import SignInNeeded
from dougong.people import sessions, tokens
from dougong.people.accounts import disable, set_password
from dougong.people.tables import api_token

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def dead(database: Database, token: str) -> bool:
    try:
        database.read(lambda tx: tokens.identify_token(tx, token))
    except SignInNeeded:
        return True
    return False


def test_a_token_names_its_person_and_only_its_hash_is_kept(org: Database, zhang: int) -> None:
    token = org.write(lambda tx: tokens.create(tx, zhang, "nightly load"))
    assert token.startswith("dg_")
    assert len(token) == 46
    assert org.read(lambda tx: tokens.identify_token(tx, token)).login == "zhang"
    row = org.read(lambda tx: tx.conn.execute(select(api_token)).one())
    assert token not in map(str, row)
    assert token[3:] not in map(str, row)
    assert dead(org, token[3:])
    assert dead(org, row.token_hash)
    assert dead(org, "")


def test_it_ends_when_its_time_is_over_or_it_is_ended_by_its_owner(org: Database, zhang: int) -> None:
    with clock.held(NOW):
        token = org.write(lambda tx: tokens.create(tx, zhang, expires_at=NOW + timedelta(days=1)))
        other = org.write(lambda tx: tokens.create(tx, zhang))
    with clock.held(NOW + timedelta(days=1, seconds=-1)):
        assert not dead(org, token)
    with clock.held(NOW + timedelta(days=1)):
        assert dead(org, token)
        assert not dead(org, other)
    newest = org.read(lambda tx: tokens.tokens_of(tx, zhang))[0]
    assert not org.write(lambda tx: tokens.end_token(tx, zhang + 1, newest.id))
    assert org.write(lambda tx: tokens.end_token(tx, zhang, newest.id))
    assert dead(org, other)


def test_a_new_password_and_leaving_end_it(org: Database, settings: Settings, zhang: int) -> None:
    first = org.write(lambda tx: tokens.create(tx, zhang))
    set_password(org, settings, zhang, "another fine phrase")
    assert dead(org, first)
    second = org.write(lambda tx: tokens.create(tx, zhang))
    org.write(lambda tx: disable(tx, zhang))
    assert dead(org, second)


def test_a_token_is_no_session_and_a_session_no_token(org: Database, settings: Settings, zhang: int) -> None:
    token = org.write(lambda tx: tokens.create(tx, zhang))
    browser = org.write(lambda tx: sessions.create(tx, zhang, settings))
    assert org.read(lambda tx: sessions.identify(tx, token)) is None
    assert dead(org, browser)


def test_use_is_noted_once_a_minute(org: Database, zhang: int) -> None:
    token = org.write(lambda tx: tokens.create(tx, zhang))
    for seconds, expected in ((0, 0), (59, 0), (60, 60)):
        with clock.held(NOW + timedelta(seconds=seconds)):
            assert tokens.recognise(org, token).id == zhang
        (kept,) = org.read(lambda tx: tokens.tokens_of(tx, zhang))
        assert kept.seen_at == NOW + timedelta(seconds=expected)
