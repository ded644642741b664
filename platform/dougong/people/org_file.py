"""An organisation file applied: organisation, departments, people and role members, in the one transaction given.

What the file does not name is left alone, so that it may be applied again and again; passwords are no matter of it. A role it
names is held afterwards by exactly those it lists.
"""

from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import UNSET, structs
from sqlalchemy import bindparam, delete, insert, select, update

from dougong.db import Tx, new_id
from dougong.people import organisation
from dougong.people.accounts import end_everything, ensure_system, new_person, person_columns, require_admin
from dougong.people.directory import Directory
from dougong.people.names import fold_login
from dougong.people.org_judge import There, judge, look
from dougong.people.org_parse import parse_org
from dougong.people.org_schema import OrgFile, OrgPerson
from dougong.people.tables import department, membership, person, role_member


@dataclass(frozen=True, slots=True)
class Applied:
    """How many a file named, and how many of them were new or changed."""

    departments: int
    people: int
    roles: int
    added: int
    changed: int


def apply_org(tx: Tx, text: str | bytes, source: str = "") -> Applied:
    """Apply the text of an organisation file; raises Refused with every problem, and then nothing is applied."""
    org, found = parse_org(text, source)
    there = look(tx)
    judge(org, there, found)
    found.refuse()
    ensure_system(tx)
    _put_head(tx, org)
    ids, added, changed = _put_people(tx, org, there)
    keys, moved = _put_departments(tx, org, there, ids)
    changed += _put_memberships(tx, org, ids, keys)
    for role, members in org.roles.items():
        changed += _put_role(tx, role, list(dict.fromkeys(ids[fold_login(login)] for login in members)))
    if any(row.admin and row.active for row in there.people.values()):
        require_admin(tx)
    Directory(tx).forget()
    return Applied(len(org.departments), len(org.people), len(org.roles), added + moved[0], changed + moved[1])


def _put_head(tx: Tx, org: OrgFile) -> None:
    if org.organisation is UNSET:
        return
    said: dict[str, Any] = {key: value for key, value in structs.asdict(org.organisation).items() if value is not UNSET}
    if "zone" in said:
        said["zone"] = ZoneInfo(said["zone"])
    organisation.save(tx, replace(organisation.load(tx), **said))


# -- people -----------------------------------------------------------------------------------------------------------
def _put_people(tx: Tx, org: OrgFile, there: There) -> tuple[dict[str, int], int, int]:
    """Ids by folded login, of everybody; how many are new; how many others changed."""
    ids = {fold: row.id for fold, row in there.people.items()}
    fresh = [new_person(p.login, p.name, **_said(p)) for p in org.people if fold_login(p.login) not in ids]
    if fresh:
        tx.conn.execute(insert(person), fresh)
        ids |= {row["login_fold"]: row["id"] for row in fresh}
    changes: dict[int, dict[str, Any]] = {}
    for each in org.people:
        before = there.people.get(fold_login(each.login))
        wanted = _supervisor(each, ids)
        if before is not None:
            wanted |= person_columns(each.login, each.name) | _said(each)
        if differing := {
            key: value for key, value in wanted.items() if before is None or getattr(before, key) != value
        }:
            changes[ids[fold_login(each.login)]] = differing
    for id, values in changes.items():
        tx.conn.execute(update(person).where(person.c.id == id).values(values))
        if values.get("active") is False:
            end_everything(tx, id)
    return ids, len(fresh), len(changes.keys() - {row["id"] for row in fresh})


def _said(each: OrgPerson) -> dict[str, Any]:
    said = {key: getattr(each, key) for key in ("admin", "builder", "active", "email", "language")}
    return {key: value for key, value in said.items() if value is not UNSET}


def _supervisor(each: OrgPerson, ids: dict[str, int]) -> dict[str, Any]:
    if each.supervisor is UNSET:
        return {}
    return {"supervisor_id": None if each.supervisor is None else ids[fold_login(each.supervisor)]}


# -- departments ------------------------------------------------------------------------------------------------------
def _put_departments(tx: Tx, org: OrgFile, there: There, ids: dict[str, int]) -> tuple[dict[str, int], tuple[int, int]]:
    """Ids by key, of every department; how many are new and how many others changed."""
    rows = {node.key: _columns_of(node) for node in there.tree.by_id.values()}
    before = {key: dict(row) for key, row in rows.items()}
    for each in org.departments:
        empty = {"id": new_id(), "parent_id": None, "head_id": None}
        rows.setdefault(each.key, {**empty, "key": each.key})["name"] = each.name
    keys = {key: row["id"] for key, row in rows.items()}
    for each in org.departments:
        if each.parent is not UNSET:
            rows[each.key]["parent_id"] = keys[each.parent] if each.parent is not None else None
        if each.head is not UNSET:
            rows[each.key]["head_id"] = ids[fold_login(each.head)] if each.head is not None else None
    _put_paths(rows)
    fresh = sorted((row for key, row in rows.items() if key not in before), key=lambda row: str(row["path"]).count("/"))
    if fresh:
        tx.conn.execute(insert(department), fresh)
    moved = [row for key, row in rows.items() if key in before and row != before[key]]
    if moved:
        here = update(department).where(department.c.id == bindparam("_id"))
        names = ("name", "parent_id", "head_id", "path")
        tx.conn.execute(
            here.values({name: bindparam(f"_{name}") for name in names}),
            [{f"_{name}": row[name] for name in ("id", *names)} for row in moved],
        )
    return keys, (len(fresh), len(moved))


def _columns_of(node: Any) -> dict[str, Any]:
    """A department of the tree as the columns of its row."""
    return {name: getattr(node, name) for name in ("id", "key", "name", "parent_id", "head_id", "path")}


def _put_paths(rows: dict[str, dict[str, Any]]) -> None:
    by_id = {row["id"]: row for row in rows.values()}

    def path(row: dict[str, Any]) -> str:
        above = path(by_id[row["parent_id"]]) if row["parent_id"] else "/"
        return f"{above}{row['id']}/"

    for row in rows.values():
        row["path"] = path(row)


# -- who belongs where ------------------------------------------------------------------------------------------------
def _put_memberships(tx: Tx, org: OrgFile, ids: dict[str, int], keys: dict[str, int]) -> int:
    """Put people into their departments, the first being the main one; gives how many people that changed."""
    there: dict[int, dict[int, bool]] = {}
    for row in tx.conn.execute(select(membership)):
        there.setdefault(row.person_id, {})[row.department_id] = row.main
    wanted = {
        ids[fold_login(each.login)]: {keys[key]: index == 0 for index, key in enumerate(each.departments)}
        for each in org.people
        if each.departments is not UNSET
    }
    changed = {id: places for id, places in wanted.items() if places != there.get(id, {})}
    for id, places in changed.items():
        tx.conn.execute(delete(membership).where(membership.c.person_id == id))
        rows = [{"person_id": id, "department_id": place, "main": main} for place, main in places.items()]
        if rows:
            tx.conn.execute(insert(membership), rows)
    return len(changed)


def _put_role(tx: Tx, name: str, members: list[int]) -> int:
    app, _, role = name.partition(".")
    c = role_member.c
    there = select(c.person_id).where(c.app == app, c.role == role).order_by(c.position)
    if members == list(tx.conn.execute(there).scalars()):
        return 0
    tx.conn.execute(delete(role_member).where(c.app == app, c.role == role))
    for position, id in enumerate(members):
        tx.conn.execute(insert(role_member).values(app=app, role=role, person_id=id, position=position))
    return 1
