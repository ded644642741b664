"""What must be true of a record before it is stored: required values, enough rows, limits of computed values, checks."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from dougong.db.types import DIGITS
from dougong.errors import Problem
from dougong.fields.base import Invalid, Stored
from dougong.fields.subtable import SubTable
from dougong.formulas import Env
from dougong.records.desk import RecordDesk
from dougong.records.evaluate import Evaluated, places
from dougong.spec.compiled import CompiledCheck, CompiledField, CompiledForm

Reached = frozenset[str] | None
"""Top-level keys whose change asks for judging; None: everything is judged (a submission)."""


def judge(
    form: CompiledForm, evaluated: Evaluated, bad: set[str], env: Env, desk: RecordDesk, reached: Reached = None
) -> list[Problem]:
    """Every problem of an evaluated record, in drawing order, checks last. ``bad`` places have their problem already."""
    problems: list[Problem] = []
    for place, compiled, value in places(form, evaluated.values):
        if place in evaluated.hidden or place in bad or not _asked(compiled, reached):
            continue
        if isinstance(compiled.spec, SubTable):
            problems += _enough_rows(compiled.spec, place, value or (), place in evaluated.required)
        elif value is None:
            problems += _missing(compiled, place, evaluated)
        elif compiled.value is not None:
            problems += _computed_limits(compiled, place, value, desk)
    if bad:
        return problems  # a check over a value that could not be understood would only repeat it
    return problems + [p for check in form.checks for p in _check(check, evaluated.values, env, reached)]


def changed_keys(form: CompiledForm, before: Mapping[str, Any], after: Mapping[str, Any]) -> frozenset[str]:
    """Top-level keys whose value differs."""
    return frozenset(key for key in form.fields if (before.get(key) or None) != (after.get(key) or None))


def _asked(compiled: CompiledField, reached: Reached) -> bool:
    """Whether a change reached this field: itself, or what its conditions read."""
    if reached is None:
        return True
    conditions = (*compiled.shown, *((compiled.require,) if compiled.require else ()))
    read = {path.partition(".")[0] for condition in conditions for path in condition.refs}
    return bool(({compiled.table or compiled.key} | read) & reached)


def _missing(compiled: CompiledField, place: str, evaluated: Evaluated) -> list[Problem]:
    if place not in evaluated.required or compiled.value is not None or not compiled.settable:
        return []
    return [Problem("field.required", place, {"title": compiled.spec.title})]


def _enough_rows(spec: SubTable, place: str, rows: Any, required: bool) -> list[Problem]:
    least = max(spec.min_rows, 1 if required else 0)
    if len(rows) >= least:
        return []
    return [Problem("field.too_few_rows", place, {"title": spec.title, "least": least})]


def _computed_limits(compiled: CompiledField, place: str, value: Any, desk: RecordDesk) -> list[Problem]:
    """A computed value keeps the limits of its field, as a typed one would."""
    column = compiled.spec.columns()[0]
    if column.stored is not Stored.EXACT or not isinstance(value, Decimal):
        return []
    title = compiled.spec.title
    if abs(value) >= Decimal(10) ** (DIGITS - column.scale):
        return [Problem("field.too_many_digits", place, {"title": title, "digits": DIGITS - column.scale})]
    try:
        compiled.spec.coerce(format(value, "f"), desk)
    except Invalid as wrong:
        return [Problem(wrong.code, place, {"title": title, **wrong.params})]
    return []


def _check(check: CompiledCheck, values: Mapping[str, Any], env: Env, reached: Reached) -> list[Problem]:
    read = {path.partition(".")[0] for path in check.test.refs}
    if reached is not None and not read & reached:
        return []
    if check.test.evaluate(values, env) is True:
        return []
    return [Problem("record.check", check.spec.at, {"message": check.spec.message, "check": check.spec.key})]
