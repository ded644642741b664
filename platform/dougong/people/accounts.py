"""Accounts: add a person, set a password, disable; each ends what it must end, at once."""

from typing import Any

from sqlalchemy import func, insert, select, update

from dougong import clock
from dougong.config import Settings
from dougong.db import Database, Tx, new_id
from dougong.errors import NotFound, Problem, Refused
from dougong.people import passwords, sessions, tokens
from dougong.people.actor import SYSTEM
from dougong.people.departments import load_tree
from dougong.people.names import LOGIN, fold_login, fold_name, reading
from dougong.people.tables import membership, person
from dougong.spec.nearest import meant


def person_columns(login: str, name: str) -> dict[str, Any]:
    """The columns that login and name give."""
    pinyin, initials = reading(name)
    names = {"login": login, "login_fold": fold_login(login), "name": name, "name_fold": fold_name(name)[:400]}
    return {**names, "pinyin": pinyin[:400], "initials": initials[:400]}


def new_person(login: str, name: str, **columns: Any) -> dict[str, Any]:
    """A whole row of a person with a new id, active, without rights and without a password."""
    given = {
        "id": new_id(),
        "active": True,
        "admin": False,
        "builder": False,
        "supervisor_id": None,
        "language": "",
        "theme": "",
        "email": "",
    }
    return {**given, "password_hash": None, "created_at": clock.now(), **person_columns(login, name), **columns}


def ensure_system(tx: Tx) -> None:
    """Have the row that ``created_by`` of the system points to; safe to run again."""
    if tx.conn.execute(select(person.c.id).where(person.c.id == SYSTEM.id)).first() is None:
        row = new_person(SYSTEM.login, SYSTEM.name, id=SYSTEM.id, active=False)
        tx.conn.execute(insert(person).values(row))


def find_person(tx: Tx, login: str) -> int:
    """The id of the person with this login; raises NotFound (``people.unknown_person``) with the nearest login."""
    found = tx.conn.execute(select(person.c.id).where(person.c.login_fold == fold_login(login), person.c.id != 0))
    id: int | None = found.scalar_one_or_none()
    if id is None:
        known = tx.conn.execute(select(person.c.login).where(person.c.id != 0)).scalars().all()
        raise NotFound("people.unknown_person", login=login, **meant(login, known))
    return id


def add_person(
    tx: Tx, login: str, name: str, departments: tuple[str, ...] = (), *, admin: bool = False, builder: bool = False,
    email: str = "",
) -> int:  # fmt: skip
    """A new person in these departments (keys, the first is the main one); gives the id. Raises Refused."""
    ensure_system(tx)
    tree, problems = load_tree(tx), login_problems(login)
    taken = select(func.count()).select_from(person).where(person.c.login_fold == fold_login(login))
    if not problems and tx.conn.execute(taken).scalar_one():
        problems.append(Problem("people.login_taken", "login", {"login": login}))
    if not fold_name(name):
        problems.append(Problem("people.name_missing", "name"))
    for key in departments:
        if key not in tree.by_key:
            params = {"name": key, **meant(key, tree.by_key)}
            problems.append(Problem("people.unknown_department", "departments", params))
    if problems:
        raise Refused(problems)
    row = new_person(login, name, admin=admin, builder=builder, email=email)
    tx.conn.execute(insert(person).values(row))
    for index, key in enumerate(dict.fromkeys(departments)):
        member = {"person_id": row["id"], "department_id": tree.by_key[key].id, "main": index == 0}
        tx.conn.execute(insert(membership).values(member))
    return int(row["id"])


def login_problems(login: str) -> list[Problem]:
    """What keeps a text from being a login."""
    fold = fold_login(login)
    fits = LOGIN.fullmatch(login) and 0 < len(fold) <= 64 and fold != SYSTEM.login
    return [] if fits else [Problem("people.login_not_possible", "login", {"login": login[:64]})]


def set_password(database: Database, settings: Settings, person_id: int, password: str) -> None:
    """Give a person a password; every sign-in and every token of the person ends. Raises Refused when it is too weak."""
    query = select(person.c.login).where(person.c.id == person_id)
    login = database.read(lambda tx: tx.conn.execute(query).scalar_one())
    if problems := passwords.problems_of(password, login):
        raise Refused(problems)
    fresh = passwords.hash_of(password, settings)

    def work(tx: Tx) -> None:
        tx.conn.execute(update(person).where(person.c.id == person_id).values(password_hash=fresh))
        end_everything(tx, person_id)

    database.write(work)


def disable(tx: Tx, person_id: int) -> None:
    """A person who left: no sign-in or token of theirs is alive any more. Raises Refused for the last admin."""
    tx.conn.execute(update(person).where(person.c.id == person_id).values(active=False))
    if tx.conn.execute(select(person.c.admin).where(person.c.id == person_id)).scalar_one():
        require_admin(tx)
    end_everything(tx, person_id)


def require_admin(tx: Tx) -> None:
    """Refuse a change after which nobody could administer."""
    there = select(person.c.id).where(person.c.admin, person.c.active)
    if tx.conn.execute(there).first() is None:
        raise Refused([Problem("people.no_admin_left")])


def end_everything(tx: Tx, person_id: int) -> None:
    """End every sign-in and every token of a person."""
    sessions.end_all(tx, person_id)
    tokens.end_tokens(tx, person_id)
