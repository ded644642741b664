"""Whether what an organisation file says fits together, and with the people already there: every problem at once."""

import re
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from zoneinfo import available_timezones

from msgspec import UNSET
from sqlalchemy import Row, select

from dougong.db import Tx
from dougong.people.accounts import login_problems
from dougong.people.departments import Tree, load_tree
from dougong.people.names import fold_login
from dougong.people.org_parse import Found
from dougong.people.org_schema import OrgFile
from dougong.people.tables import person
from dougong.spec.nearest import meant
from dougong.spec.positions import Path

ROLE = re.compile(r"[a-z][a-z0-9_]{0,47}\.[a-z][a-z0-9_]{0,47}")
DEEPEST = 20
"""How many levels of departments there may be under the first."""
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class There:
    """What is there before the file is applied; people by folded login."""

    tree: Tree
    people: Mapping[str, Row[Any]]


def look(tx: Tx) -> There:
    """Everybody and every department: a file names any of them."""
    rows = tx.conn.execute(select(person).where(person.c.id != 0).with_for_update())
    return There(load_tree(tx), {row.login_fold: row for row in rows})


def judge(org: OrgFile, there: There, found: Found) -> None:
    """Add every problem to ``found``."""
    _judge_head(org, found)
    _judge_doubles(org, found)
    logins = [*(row.login for row in there.people.values()), *(each.login for each in org.people)]
    folds = {fold_login(login) for login in logins}
    keys = {*there.tree.by_key, *(each.key for each in org.departments)}
    for path, login in _logins(org):
        if fold_login(login) not in folds:
            found.add("people.unknown_person", path, login=login, **meant(login, logins))
    for path, key in _keys(org):
        if key not in keys:
            found.add("people.unknown_department", path, name=key, **meant(key, keys))
    for role in org.roles:
        if not ROLE.fullmatch(role):
            found.add("people.org_role_name", ("roles", role), role=role)
    _judge_loops(org, there, found)


def _judge_head(org: OrgFile, found: Found) -> None:
    head = org.organisation
    if head is UNSET:
        return
    if head.zone is not UNSET and head.zone not in (zones := available_timezones()):
        found.add("people.unknown_zone", ("organisation", "zone"), zone=head.zone, **meant(head.zone, zones))
    hours = [] if head.calendar is UNSET else head.calendar.get("hours", [])
    for index, (start, end) in enumerate(hours):
        if start >= end:
            found.add("people.hours_backwards", ("organisation", "calendar", "hours", index), start=start, end=end)


def _judge_doubles(org: OrgFile, found: Found) -> None:
    keys: set[str] = set()
    for index, department in enumerate(org.departments):
        if department.key in keys:
            found.add("people.org_department_twice", ("departments", index, "key"), name=department.key)
        keys.add(department.key)
    folds: set[str] = set()
    for index, each in enumerate(org.people):
        path: Path = ("people", index, "login")
        for problem in login_problems(each.login):
            found.add(problem.code, path, **problem.params)
        if fold_login(each.login) in folds:
            found.add("people.org_person_twice", path, login=each.login)
        folds.add(fold_login(each.login))


def _logins(org: OrgFile) -> Iterator[tuple[Path, str]]:
    for index, department in enumerate(org.departments):
        if isinstance(department.head, str):
            yield ("departments", index, "head"), department.head
    for index, each in enumerate(org.people):
        if isinstance(each.supervisor, str):
            yield ("people", index, "supervisor"), each.supervisor
    for role, members in org.roles.items():
        for index, login in enumerate(members):
            yield ("roles", role, index), login


def _keys(org: OrgFile) -> Iterator[tuple[Path, str]]:
    for index, department in enumerate(org.departments):
        if isinstance(department.parent, str):
            yield ("departments", index, "parent"), department.parent
    for index, each in enumerate(org.people):
        for place, key in enumerate(each.departments or () if each.departments is not UNSET else ()):
            yield ("people", index, "departments", place), key


def _judge_loops(org: OrgFile, there: There, found: Found) -> None:
    tree = there.tree
    parents = {key: tree.by_id[node.parent_id].key if node.parent_id else None for key, node in tree.by_key.items()}
    for department in org.departments:
        parents.setdefault(department.key, None)
        if department.parent is not UNSET:
            parents[department.key] = department.parent
    places = {each.key: index for index, each in enumerate(org.departments)}
    for loop in loops(parents):
        index = next(places[key] for key in loop if key in places)
        found.add("people.department_loop", ("departments", index, "parent"), loop=" → ".join([*loop, loop[0]]))
    _judge_depth(org, parents, found)
    _judge_supervisors(org, there, found)


def _judge_depth(org: OrgFile, parents: Mapping[str, str | None], found: Found) -> None:
    for index, department in enumerate(org.departments):
        depth, at = 0, parents.get(department.key)
        while at is not None and depth < DEEPEST:
            depth, at = depth + 1, parents.get(at)
        if at is not None and not found.problems:
            found.add("people.departments_too_deep", ("departments", index, "parent"), n=DEEPEST)


def _judge_supervisors(org: OrgFile, there: There, found: Found) -> None:
    folds = {row.id: fold for fold, row in there.people.items()}
    above = {fold: folds.get(row.supervisor_id) for fold, row in there.people.items()}
    names = {fold: row.login for fold, row in there.people.items()}
    places: dict[str, int] = {}
    for index, each in enumerate(org.people):
        fold = fold_login(each.login)
        places[fold], names[fold] = index, each.login
        above.setdefault(fold, None)
        if each.supervisor is not UNSET:
            above[fold] = None if each.supervisor is None else fold_login(each.supervisor)
    for loop in loops(above):
        index = next(places[fold] for fold in loop if fold in places)
        said = " → ".join(names[fold] for fold in [*loop, loop[0]])
        found.add("people.supervisor_loop", ("people", index, "supervisor"), loop=said)


def loops(above: Mapping[K, K | None]) -> list[tuple[K, ...]]:
    """Every ring in a mapping of each to the one above it."""
    found: list[tuple[K, ...]] = []
    done: set[K] = set()
    for start in above:
        trail: dict[K, None] = {}
        at: K | None = start
        while at is not None and at in above and at not in done and at not in trail:
            trail[at] = None
            at = above[at]
        if at is not None and at in trail:
            line = list(trail)
            found.append(tuple(line[line.index(at) :]))
        done.update(trail)
    return found
