"""Grants that concern one person, each as a condition on rows that holds in SQL and in Python."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, select, true

from dougong.access.columns import StoredColumns
from dougong.db import Tx
from dougong.formulas import Env
from dougong.people.actor import Actor
from dougong.people.tables import department, person
from dougong.spec.compiled import CompiledGrant
from dougong.spec.model import Who
from dougong.tables import LiveForm

Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class RowGrant:
    """One reason to act: on rows where ``sql`` (and, for one record's values, ``test``) holds, with these fields.

    ``read`` and ``edit`` are top-level field keys, None for all. Grants of an app and tasks of a flow both become this.
    """

    key: str
    can: frozenset[str]
    sql: Condition
    test: Callable[[Mapping[str, Any]], bool]
    read: frozenset[str] | None = None
    edit: frozenset[str] | None = None

    def reads(self, field: str) -> bool:
        """Whether it lets ``field`` be read on its rows."""
        return "read" in self.can and (self.read is None or field in self.read)

    def edits(self, field: str) -> bool:
        """Whether it lets ``field`` be changed on its rows."""
        return "edit" in self.can and (self.edit is None or field in self.edit)


def grants_for(tx: Tx, live: LiveForm, actor: Actor, env: Env) -> tuple[RowGrant, ...]:
    """The grants of the form's spec that can concern ``actor``; an empty result means: nothing at all."""
    found: list[RowGrant] = []
    for grant in live.form.grants:
        who = _who(tx, live, grant, actor)
        if who is not None:
            found.append(_row_grant(live, grant, who, env, tx.dialect))
    return (*found, *_own_draft(live, actor, found))


def _own_draft(live: LiveForm, actor: Actor, found: Iterable[RowGrant]) -> Iterable[RowGrant]:
    """Who may create a record may finish or drop the draft of it."""
    creating = [grant for grant in found if "create" in grant.can]
    if not creating:
        return
    edit = frozenset(key for key in live.form.fields if any(g.edit is None or key in g.edit for g in creating))
    read = edit | {key for key in live.form.fields if any(grant.reads(key) for grant in found)}
    c = live.physical.main.table.c
    sql = and_(c.created_by == actor.id, c.status == "draft")
    yield RowGrant(
        "own_draft", frozenset({"read", "edit", "delete"}), sql,
        lambda values: values.get("created_by") == actor.id and values.get("status") == "draft", read, edit,
    )  # fmt: skip


def everything(live: LiveForm) -> RowGrant:
    """The grant of an administrator who loads data: all rows, all fields, every action. Nothing else gives it."""
    return RowGrant("load", frozenset({"create", "read", "edit", "export"}), true(), lambda values: True)


@dataclass(frozen=True, slots=True)
class _Holder:
    """What a ``who`` says about rows: a SQL condition and its twin for one record."""

    sql: Condition
    test: Callable[[Mapping[str, Any]], bool]


_ANY = _Holder(true(), lambda values: True)


def _who(tx: Tx, live: LiveForm, grant: CompiledGrant, actor: Actor) -> _Holder | None:
    """None: the grant never concerns this person."""
    who = grant.spec.who
    if who == "everyone":
        return _ANY
    if who == "submitter":
        return _equals(live, "created_by", {actor.id})
    assert isinstance(who, Who)
    if who.role:
        return _ANY if f"{live.form.app}.{who.role}" in actor.roles else None
    if who.people:
        return _ANY if actor.login in who.people else None
    if who.department:
        return _ANY if who.department in _department_keys(tx, actor) else None
    if who.field:
        return _equals(live, who.field, {actor.id})
    if who.head_of:
        return _equals(live, "department", actor.head_of) if actor.head_of else None
    return _equals(live, "created_by", team) if (team := _team(tx, actor, who.level)) else None


def _department_keys(tx: Tx, actor: Actor) -> frozenset[str]:
    """The keys of the departments the person belongs to."""
    return frozenset(tx.conn.execute(select(department.c.key).where(department.c.id.in_(actor.departments))).scalars())


def _team(tx: Tx, actor: Actor, level: int) -> frozenset[int]:
    """The people whose supervisor, ``level`` steps up, is the actor."""
    team = frozenset({actor.id})
    for _ in range(level):
        team = frozenset(tx.conn.execute(select(person.c.id).where(person.c.supervisor_id.in_(team))).scalars())
    return team


def _equals(live: LiveForm, key: str, ids: Iterable[int]) -> _Holder:
    wanted = frozenset(ids)
    return _Holder(StoredColumns(live).value(key).in_(wanted), lambda values: values.get(key) in wanted)


def _row_grant(live: LiveForm, grant: CompiledGrant, who: _Holder, env: Env, dialect: str) -> RowGrant:
    rule = grant.rows
    if rule is None:
        sql, test = who.sql, who.test
    else:
        sql = and_(who.sql, rule.sql(StoredColumns(live), env, dialect))
        test = _both(who.test, lambda values: rule.evaluate(values, env) is True)
    return RowGrant(grant.spec.key, frozenset(grant.spec.can), sql, test, grant.read, grant.edit)


def _both(
    first: Callable[[Mapping[str, Any]], bool], second: Callable[[Mapping[str, Any]], bool]
) -> Callable[[Mapping[str, Any]], bool]:
    return lambda values: first(values) and second(values)
