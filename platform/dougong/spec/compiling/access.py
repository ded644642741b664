"""Grants and checks of a form."""

from collections.abc import Iterable, Mapping

from dougong.formulas import Scope
from dougong.formulas.kinds import BOOLEAN
from dougong.spec import model
from dougong.spec.compiled import CompiledCheck, CompiledField, CompiledGrant
from dougong.spec.compiling.context import Context
from dougong.spec.compiling.whom import judge_whom
from dougong.spec.positions import Path

Fields = Mapping[str, CompiledField]


def compile_grants(context: Context, form: model.Form, path: Path, scope: Scope, fields: Fields) -> list[CompiledGrant]:
    """The grants that hold; one whose row rule has faults grants nothing."""
    context.unique(((*path, "access", index), grant.key) for index, grant in enumerate(form.access))
    made: list[CompiledGrant] = []
    for index, grant in enumerate(form.access):
        here = (*path, "access", index)
        judge_whom(context, (*here, "who"), grant.who, scope)
        _judge_can(context, grant, here)
        _known(context, (*here, "read"), grant.read or (), fields)
        _known(context, (*here, "edit"), grant.edit or (), fields)
        _settable(context, (*here, "edit"), grant.edit or (), fields)
        rows = context.formula((*here, "rows"), grant.rows, scope, BOOLEAN, sql=True) if grant.rows else None
        if rows is not None or not grant.rows:
            made.append(CompiledGrant(grant, rows, _set(grant.read), _set(grant.edit)))
    return made


def _judge_can(context: Context, grant: model.Grant, path: Path) -> None:
    if not grant.can:
        context.faults.add((*path, "can"), "spec.grants_nothing")
    if len(set(grant.can)) != len(grant.can):
        twice = next(action for action in grant.can if grant.can.count(action) > 1)
        context.faults.add((*path, "can"), "spec.twice", name=twice)


def _known(context: Context, path: Path, keys: Iterable[str], fields: Fields) -> None:
    for index, key in enumerate(keys):
        if key not in fields:
            context.faults.unknown((*path, index), "spec.no_such_field", key, fields)


def _settable(context: Context, path: Path, keys: Iterable[str], fields: Fields) -> None:
    for index, key in enumerate(keys):
        if key in fields and not fields[key].settable:
            context.faults.add((*path, index), "spec.not_settable", name=key)


def _set(keys: tuple[str, ...] | None) -> frozenset[str] | None:
    return None if keys is None else frozenset(keys)


def compile_checks(context: Context, form: model.Form, path: Path, scope: Scope, fields: Fields) -> list[CompiledCheck]:
    """The checks whose test has no faults."""
    context.unique(((*path, "checks", index), check.key) for index, check in enumerate(form.checks))
    made: list[CompiledCheck] = []
    for index, check in enumerate(form.checks):
        here = (*path, "checks", index)
        if check.at and check.at not in fields:
            context.faults.unknown((*here, "at"), "spec.no_such_field", check.at, fields)
        context.said((*here, "message"), check.message, "spec.message_missing")
        test = context.formula((*here, "test"), check.test, scope, BOOLEAN)
        if test is not None:
            made.append(CompiledCheck(check, test))
    return made
