"""Sign-ins: a hash is kept, every limit and every reason to end one holds at the next request."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from dougong import clock
from dougong.config import Settings
from dougong.db import Database
from dougong.errors import Refused, SignInNeeded
from dougong.people import sessions, tokens
from dougong.people.accounts import disable, set_password
from dougong.people.signing_in import change_password, sign_in
from dougong.people.tables import person, role_member, session

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"


def who(database: Database, token: str, now: datetime | None = None) -> str | None:
    actor = database.read(lambda tx: sessions.identify(tx, token, now))
    return actor.login if actor else None


def start(database: Database, settings: Settings, id: int, **more: str) -> str:
    return database.write(lambda tx: sessions.create(tx, id, settings, **more))


def test_only_a_hash_of_the_token_is_stored(org: Database, settings: Settings, zhang: int) -> None:
    token = start(org, settings, zhang)
    row = org.read(lambda tx: tx.conn.execute(select(session)).one())
    assert len(token) == 43
    assert token not in map(str, row)
    assert who(org, token) == "zhang"
    assert who(org, row.token_hash) is None
    assert who(org, "") is None
    assert who(org, "\ud800") is None


def test_it_ends_after_its_days_even_when_used(org: Database, settings: Settings, zhang: int) -> None:
    with clock.held(NOW):
        token = start(org, settings, zhang)
    moment = NOW
    while moment < NOW + timedelta(days=14) - timedelta(hours=11):
        moment += timedelta(hours=11)
        assert sessions.recognise(org, token, moment) is not None
    assert sessions.recognise(org, token, NOW + timedelta(days=14, seconds=-1)) is not None
    assert sessions.recognise(org, token, NOW + timedelta(days=14)) is None


def test_it_ends_when_idle(org: Database, settings: Settings, zhang: int) -> None:
    with clock.held(NOW):
        token = start(org, settings, zhang)
    assert who(org, token, NOW + timedelta(hours=12, seconds=-1)) == "zhang"
    assert who(org, token, NOW + timedelta(hours=12)) is None
    assert sessions.recognise(org, token, NOW + timedelta(hours=11)) is not None
    assert who(org, token, NOW + timedelta(hours=22)) == "zhang"


def test_use_is_noted_once_a_minute_and_never_in_the_read(org: Database, settings: Settings, zhang: int) -> None:
    with clock.held(NOW):
        token = start(org, settings, zhang)
    seen = select(session.c.seen_at)
    for seconds, expected in ((30, 0), (59, 0), (60, 60), (110, 60), (120, 120)):
        who(org, token, NOW + timedelta(seconds=seconds + 600))
        sessions.recognise(org, token, NOW + timedelta(seconds=seconds))
        assert org.read(lambda tx: tx.conn.execute(seen).scalar_one()) == NOW + timedelta(seconds=expected)


def test_signing_in_gives_a_new_token_and_ends_the_old(org: Database, settings: Settings, zhang: int) -> None:
    first = sign_in(org, settings, "zhang", PASSWORD)
    second = sign_in(org, settings, "zhang", PASSWORD, old_token=first)
    assert first != second
    assert who(org, first) is None
    assert who(org, second) == "zhang"


def _sign_out(database: Database, settings: Settings, id: int, token: str) -> None:
    database.write(lambda tx: sessions.end(tx, token))


def _disabled(database: Database, settings: Settings, id: int, token: str) -> None:
    database.write(lambda tx: disable(tx, id))


def _made_inactive(database: Database, settings: Settings, id: int, token: str) -> None:
    database.write(lambda tx: tx.conn.execute(update(person).where(person.c.id == id).values(active=False)))


def _password_set(database: Database, settings: Settings, id: int, token: str) -> None:
    set_password(database, settings, id, "another fine phrase")


def _password_changed(database: Database, settings: Settings, id: int, token: str) -> None:
    change_password(database, settings, id, PASSWORD, "another fine phrase", token=token)


def _ended_from_the_list(database: Database, settings: Settings, id: int, token: str) -> None:
    (only,) = database.read(lambda tx: sessions.list_of(tx, id))
    assert database.write(lambda tx: sessions.end_one(tx, id, only.id))


def _ended_all(database: Database, settings: Settings, id: int, token: str) -> None:
    assert database.write(lambda tx: sessions.end_all(tx, id)) == 1


REASONS = (
    _sign_out, _disabled, _made_inactive, _password_set, _password_changed, _ended_from_the_list, _ended_all,
)  # fmt: skip


@pytest.mark.parametrize("reason", REASONS, ids=lambda each: each.__name__.strip("_"))
def test_dead_at_the_next_request(
    org: Database, settings: Settings, zhang: int, reason: Callable[[Database, Settings, int, str], None]
) -> None:
    token = start(org, settings, zhang)
    assert who(org, token) == "zhang"
    reason(org, settings, zhang, token)
    assert who(org, token) is None


def test_roles_lost_and_won_act_at_the_next_request(org: Database, settings: Settings, id_of: Any) -> None:
    token = start(org, settings, id_of("zhou"))

    def roles() -> frozenset[str]:
        actor = org.read(lambda tx: sessions.identify(tx, token))
        assert actor is not None
        return actor.roles

    assert roles() == {"purchase.buyer"}
    org.write(lambda tx: tx.conn.execute(delete(role_member).where(role_member.c.role == "buyer")))
    assert roles() == frozenset()


def test_changing_the_password_keeps_this_sign_in_under_a_new_token(
    org: Database, settings: Settings, zhang: int
) -> None:
    here, elsewhere = start(org, settings, zhang), start(org, settings, zhang)
    api = org.write(lambda tx: tokens.create(tx, zhang, "script"))
    fresh = change_password(org, settings, zhang, PASSWORD, "another fine phrase", token=here)
    assert [who(org, token) for token in (here, elsewhere, fresh)] == [None, None, "zhang"]
    with pytest.raises(SignInNeeded):
        org.read(lambda tx: tokens.identify_token(tx, api))
    (left,) = org.read(lambda tx: sessions.list_of(tx, zhang, fresh))
    assert left.current
    assert sign_in(org, settings, "zhang", "another fine phrase")
    with pytest.raises(Refused):
        sign_in(org, settings, "zhang", PASSWORD)


def test_changing_the_password_needs_the_old_one_and_a_good_new_one(
    org: Database, settings: Settings, zhang: int
) -> None:
    token = start(org, settings, zhang)

    def refusal(old: str, new: str) -> tuple[str, str]:
        with pytest.raises(Refused) as refused:
            change_password(org, settings, zhang, old, new, token=token)
        (problem,) = refused.value.problems
        return problem.code, problem.at

    assert refusal("wrong", "another fine phrase") == ("people.wrong_old_password", "old")
    assert refusal(PASSWORD, "short") == ("people.password_short", "new")
    assert refusal(PASSWORD, PASSWORD) == ("people.password_same", "new")
    assert who(org, token) == "zhang"


def test_the_list_shows_the_living_and_ends_only_ones_own(org: Database, settings: Settings, id_of: Any) -> None:
    zhou, sun = id_of("zhou"), id_of("sun")
    with clock.held(NOW - timedelta(days=1)):
        start(org, settings, zhou, agent="stale")
    with clock.held(NOW):
        token = start(org, settings, zhou, address="192.0.2.1", agent="Firefox\r\n" + "x" * 500)
        found = org.read(lambda tx: sessions.list_of(tx, zhou, token))
        assert [(each.address, each.current) for each in found] == [("192.0.2.1", True)]
        assert found[0].agent.startswith("Firefoxx")
        assert len(found[0].agent) == 200
        assert not org.write(lambda tx: sessions.end_one(tx, sun, found[0].id))
        assert who(org, token, NOW) == "zhou"


def test_a_token_that_is_dead_cannot_be_rotated(org: Database, settings: Settings, zhang: int) -> None:
    token = start(org, settings, zhang)
    org.write(lambda tx: sessions.end(tx, token))
    with pytest.raises(SignInNeeded):
        org.write(lambda tx: sessions.rotate(tx, token))
