"""Raw values of a batch → canonical values, the same verdict at every door."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dougong.db import as_id
from dougong.errors import Problem
from dougong.fields.base import Field, Invalid
from dougong.fields.subtable import SubTable
from dougong.records.change import Notice
from dougong.records.desk import RecordDesk
from dougong.records.plan import plan_of
from dougong.spec.compiled import CompiledField, CompiledForm

Fields = Mapping[str, CompiledField]


@dataclass(slots=True)
class Coerced:
    """Canonical values by key (only those given), with everything that was wrong and everything that was noticed.

    ``bad`` names places whose raw value could not be understood: they have a problem already.
    """

    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    bad: set[str] = field(default_factory=set)


def prime(form: CompiledForm, batch: Iterable[Mapping[str, Any]], desk: RecordDesk) -> None:
    """Look up every person, department, record and file that the batch names, in one query for each kind."""
    plan = plan_of(form)
    wanted: set[tuple[str, str]] = set()
    for raw in batch if plan.looking or plan.looking_columns else ():
        _collect(plan.looking, raw, wanted)
        for key, fields in plan.looking_columns.items():
            rows, spec = raw.get(key), form.fields[key].spec
            assert isinstance(spec, SubTable)
            for row in rows if isinstance(rows, (list, tuple)) and len(rows) <= spec.max_rows else ():
                if isinstance(row, (dict, Mapping)):
                    _collect(fields, row, wanted)
    if wanted:
        desk.prime(wanted)


def _collect(fields: Sequence[CompiledField], raw: Mapping[str, Any], wanted: set[tuple[str, str]]) -> None:
    for compiled in fields:
        if (value := raw.get(compiled.key)) is not None:
            wanted.update(compiled.spec.wants(value))


def coerce(form: CompiledForm, raw: Mapping[str, Any], desk: RecordDesk, settable: frozenset[str]) -> Coerced:
    """Judge one record's raw values one by one. ``settable`` are the keys this person may give here."""
    result = Coerced()
    takes, into = plan_of(form).takes, result.values
    for key, value in raw.items():
        take = takes.get(key)
        if take is None or key not in settable:
            _coerce_other(form, key, value, desk, result, settable)
            continue
        try:
            into[key] = take(value, desk)
        except Invalid as wrong:
            _refused(form.fields[key].spec, key, wrong, result, into)
        if desk.notices:
            _note(form.fields[key].spec, key, desk, result)
    return result


def _coerce_other(
    form: CompiledForm, key: str, value: Any, desk: RecordDesk, result: Coerced, settable: frozenset[str]
) -> None:
    """A sub-table, or a value that is not taken at all."""
    compiled = form.fields.get(key)
    if compiled is None or key not in settable or not compiled.settable:
        result.problems.append(_not_taken(form, key, compiled))
    else:
        _coerce_rows(compiled, form.rows[key], value, desk, result)


def _not_taken(form: CompiledForm, key: str, compiled: CompiledField | None) -> Problem:
    """Why a value is not taken at all."""
    if compiled is None:
        known = key in form.scope.names
        return Problem("record.not_settable" if known else "record.unknown_field", key, {"title": key})
    code = "access.may_not_set" if compiled.settable else "record.not_settable"
    return Problem(code, key, {"title": compiled.spec.title})


def _coerce_one(
    compiled: CompiledField, place: str, raw: Any, desk: RecordDesk, result: Coerced, into: dict[str, Any]
) -> None:
    try:
        into[compiled.key] = compiled.spec.coerce(raw, desk)
    except Invalid as wrong:
        _refused(compiled.spec, place, wrong, result, into)
    if desk.notices:
        _note(compiled.spec, place, desk, result)


def _refused(spec: Field, place: str, wrong: Invalid, result: Coerced, into: dict[str, Any]) -> None:
    into[spec.key] = None
    result.bad.add(place)
    result.problems.append(Problem(wrong.code, place, {"title": spec.title, **wrong.params}))


def _note(spec: Field, place: str, desk: RecordDesk, result: Coerced) -> None:
    for code, params in desk.take_notices():
        result.notices.append(Notice(code, place, {"title": spec.title, **params}))


def _coerce_rows(compiled: CompiledField, fields: Fields, raw: Any, desk: RecordDesk, result: Coerced) -> None:
    spec = compiled.spec
    assert isinstance(spec, SubTable)
    try:
        rows = spec.rows(raw)
    except Invalid as wrong:
        result.bad.add(compiled.key)
        result.problems.append(Problem(wrong.code, compiled.key, {"title": spec.title, **wrong.params}))
        return
    result.values[compiled.key] = [
        _coerce_row(f"{compiled.key}[{index}]", fields, row, desk, result) for index, row in enumerate(rows)
    ]


def _coerce_row(
    place: str, fields: Fields, raw: Mapping[str, Any], desk: RecordDesk, result: Coerced
) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for key, value in raw.items():
        inner = f"{place}.{key}"
        compiled = fields.get(key)
        if key == "id":
            row["id"] = _row_id(value, inner, result)
        elif compiled is None:
            result.problems.append(Problem("record.unknown_field", inner, {"title": key}))
        elif not compiled.settable:
            result.problems.append(Problem("record.not_settable", inner, {"title": compiled.spec.title}))
        else:
            _coerce_one(compiled, inner, value, desk, result, row)
    return row


def _row_id(raw: Any, place: str, result: Coerced) -> int | None:
    """A row's id as text or number; whether the record has such a row is asked when it is stored."""
    if raw is None or raw == "":
        return None
    if isinstance(raw, (str, int)) and (id := as_id(raw)) is not None:
        return id
    result.problems.append(Problem("record.no_such_row", place, {}))
    return None
