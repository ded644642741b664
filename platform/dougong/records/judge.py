"""What must be true of a record before it is stored: required values, enough rows, limits of computed values, checks."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from dougong.db.types import DIGITS
from dougong.errors import Problem
from dougong.fields.base import Field, Invalid, Stored
from dougong.fields.subtable import SubTable
from dougong.formulas import Env
from dougong.records.desk import RecordDesk
from dougong.records.evaluate import Evaluated
from dougong.records.plan import plan_of
from dougong.spec.compiled import CompiledCheck, CompiledField, CompiledForm

_NONE: frozenset[str] = frozenset()
_CHOSEN = frozenset({"choice", "choices", "person", "department", "reference", "date", "datetime", "file"})
Reached = frozenset[str] | None
"""Top-level keys whose change asks for judging; None: everything is judged (a submission)."""


def judge(
    form: CompiledForm, evaluated: Evaluated, bad: set[str], env: Env, desk: RecordDesk, reached: Reached = None
) -> list[Problem]:
    """Every problem of an evaluated record, in drawing order, checks last. ``bad`` places have their problem already."""
    problems: list[Problem] = []
    tainted = _tainted(form, bad) if bad else _NONE
    values = evaluated.values
    for compiled, columns, only_missing in plan_of(form).judged:
        key = compiled.spec.key
        value = values.get(key)
        if only_missing and value is not None:
            continue
        if found := _place(compiled, key, value, evaluated, bad, tainted, desk, reached):
            problems += found
        for index, row in enumerate(value or () if columns else ()):
            for inner in columns:
                place = f"{key}[{index}].{inner.key}"
                problems += _place(inner, place, row.get(inner.key), evaluated, bad, tainted, desk, reached)
    if not form.checks:
        return problems
    checks = (check for check in form.checks if not (tainted and _read(check.test.refs) & tainted))
    return problems + [p for check in checks for p in _check(check, evaluated.values, env, reached)]


def _place(
    compiled: CompiledField, place: str, value: Any, evaluated: Evaluated, bad: set[str], tainted: frozenset[str],
    desk: RecordDesk, reached: Reached,
) -> list[Problem]:  # fmt: skip
    if place in evaluated.hidden or place in bad or not _asked(compiled, reached):
        return []
    if isinstance(compiled.spec, SubTable):
        return _enough_rows(compiled.spec, place, value or (), place in evaluated.required)
    if value is None:
        return _missing(compiled, place, evaluated)
    if compiled.value is not None and (compiled.table or compiled.key) not in tainted:
        return _computed_limits(compiled, place, value, desk)
    return []


def _tainted(form: CompiledForm, bad: set[str]) -> frozenset[str]:
    """Top-level keys that hold, or are computed from, a value that could not be understood: what a check or limit says
    of them would only repeat it."""
    found = {place.partition("[")[0] for place in bad}
    for path in form.order:
        field = form.field(path)
        if field.value is not None and _read(field.value.refs) & found:
            found.add(field.table or field.key)
    return frozenset(found)


def _read(refs: Iterable[str]) -> set[str]:
    return {path.partition(".")[0] for path in refs}


def changed_keys(form: CompiledForm, before: Mapping[str, Any], after: Mapping[str, Any]) -> frozenset[str]:
    """Top-level keys whose value differs; no rows at all is blank, zero and no are not."""
    return frozenset(key for key in form.fields if differs(before.get(key), after.get(key)))


def differs(before: Any, after: Any) -> bool:
    """Whether two canonical values are not the same; an empty list is as blank as None."""
    if isinstance(before, (list, tuple)) or isinstance(after, (list, tuple)):
        return (before or None) != (after or None)
    return bool(before != after)


def _asked(compiled: CompiledField, reached: Reached) -> bool:
    """Whether a change reached this field: itself, or what its conditions read."""
    if reached is None:
        return True
    conditions = (*compiled.shown, *((compiled.require,) if compiled.require else ()))
    read = {name for condition in conditions for name in _read(condition.refs)}
    return bool(({compiled.table or compiled.key} | read) & reached)


def _missing(compiled: CompiledField, place: str, evaluated: Evaluated) -> list[Problem]:
    if place not in evaluated.required or compiled.value is not None or not compiled.settable:
        return []
    return [missing(compiled.spec, place)]


def missing(spec: Field, place: str) -> Problem:
    """What a blank field that must be filled in is refused with: something is written there, or chosen."""
    code = "field.required_choice" if spec.type_key() in _CHOSEN else "field.required"
    return Problem(code, place, {"title": spec.title})


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
    if reached is not None and not _read(check.test.refs) & reached:
        return []
    if check.test.evaluate(values, env) is True:
        return []
    return [Problem("record.check", check.spec.at, {"message": check.spec.message, "check": check.spec.key})]
