"""Signing in: one answer and one amount of work for every reason why not."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Row, select, update

from dougong.config import Settings
from dougong.db import Database, Tx
from dougong.errors import Problem, Refused
from dougong.people import lockout, passwords, sessions, tokens
from dougong.people.names import fold_login
from dougong.people.tables import person


def sign_in(
    database: Database,
    settings: Settings,
    login: str,
    password: str,
    *,
    address: str = "",
    agent: str = "",
    old_token: str = "",
) -> str:
    """The token of a new session. ``old_token``, of a session the browser already had, is ended.

    Raises TooMany while locked, and Refused (``people.wrong_credentials``) for a wrong login, a wrong password, a person
    without one and a disabled person alike.
    """
    lockout.begin(database, login, address)
    row = database.read(lambda tx: _find(tx, login))
    # Outside any transaction: a hash takes long enough to hold up every other writer.
    if not passwords.check(row.password_hash if row else None, password, settings) or row is None:
        raise _wrong()
    renewed = passwords.hash_of(password, settings) if passwords.outdated(row.password_hash, settings) else None

    def work(tx: Tx) -> str | None:
        # Looked at again under the write lock: disabled or given a new password since, this sign-in comes too late.
        if _find(tx, login, lock=True) != row:
            return None
        if renewed:
            tx.conn.execute(update(person).where(person.c.id == row.id).values(password_hash=renewed))
        if old_token:
            sessions.end(tx, old_token)
        lockout.succeeded(tx, login, address)
        return sessions.create(tx, row.id, settings, address, agent)

    token = database.write(work)
    if token is None:
        raise _wrong()
    return token


def _find(tx: Tx, login: str, lock: bool = False) -> Row[Any, Any] | None:
    query = select(person.c.id, person.c.password_hash)
    query = query.where(
        person.c.login_fold == fold_login(login[:1000]), person.c.active, person.c.password_hash.is_not(None)
    )
    return tx.conn.execute(query.with_for_update() if lock else query).one_or_none()


def _wrong() -> Refused:
    return Refused([Problem("people.wrong_credentials")])


def change_password(
    database: Database, settings: Settings, person_id: int, old: str, new: str, *, token: str = "", address: str = ""
) -> str:
    """Give oneself a new password, on proof of the old one; every other sign-in and every token ends, and this sign-in
    (``token``) goes on under the new token returned ("" without one). Wrong old passwords count as failed sign-ins."""
    query = select(person.c.login, person.c.password_hash).where(person.c.id == person_id)
    row = database.read(lambda tx: tx.conn.execute(query).one())
    lockout.begin(database, row.login, address)
    if not passwords.check(row.password_hash, old, settings):
        raise Refused([Problem("people.wrong_old_password", "old")])
    problems = [replace(problem, at="new") for problem in passwords.problems_of(new, row.login)]
    if not problems and passwords.same(old, new):
        problems = [Problem("people.password_same", "new")]
    fresh = "" if problems else passwords.hash_of(new, settings)

    def work(tx: Tx) -> str:
        lockout.succeeded(tx, row.login, address)
        if problems:
            return ""
        tx.conn.execute(update(person).where(person.c.id == person_id).values(password_hash=fresh))
        sessions.end_all(tx, person_id, but=token)
        tokens.end_tokens(tx, person_id)
        return sessions.rotate(tx, token) if token else ""

    rotated = database.write(work)
    if problems:
        raise Refused(problems)
    return rotated
