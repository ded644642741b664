"""Every rule of a form on one record: what shows, what is computed, what is required; pure, and the same at every door."""

from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from dougong.fields.base import Stored
from dougong.formulas import Env, ErrorValue, Formula
from dougong.records.plan import Plan, plan_of
from dougong.spec.compiled import CompiledField, CompiledForm

Values = dict[str, Any]
_WIDE = Context(prec=80)


@dataclass(slots=True)
class Evaluated:
    """A record after its rules: places are ``total`` or ``lines[0].price``.

    ``values`` are effective: computed ones computed, hidden ones blank. ``dropped`` names places that were given a value
    while hidden, ``kept`` those given one while read-only. ``failed`` maps a computed place to its error value.
    """

    values: Values
    hidden: set[str] = field(default_factory=set)
    required: set[str] = field(default_factory=set)
    readonly: set[str] = field(default_factory=set)
    dropped: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    failed: dict[str, ErrorValue] = field(default_factory=dict)


def evaluate(
    form: CompiledForm, given: Mapping[str, Any], env: Env, old: Mapping[str, Any] | None = None, new: bool = True
) -> Evaluated:
    """Run the rules over ``given``: canonical values by key, sub-tables as lists of rows, system fields included.

    A key that is absent takes its default on a new record and its ``old`` value on an existing one.
    """
    plan, before = plan_of(form), old or {}
    if new and plan.all_quiet and not form.layout_shown and given.keys() <= plan.blank.keys():
        return Evaluated({**plan.blank, **given}, required=set(plan.required))
    record: Values = dict(plan.blank)
    for key in plan.system:
        record[key] = given.get(key)
    source: Mapping[str, Any] = given if new else {**before, **given}
    for key in plan.quiet:
        record[key] = source.get(key)
    result = Evaluated(record, required=set(plan.required))
    known = {table: {row["id"]: row for row in before.get(table) or ()} for table in form.rows}
    for compiled in plan.active:
        path = compiled.path
        if compiled.table:
            _evaluate_column(compiled, result, env, new, known[compiled.table])
        elif path in form.rows:
            _evaluate_rows(compiled, plan, given, result, env, before)
        else:
            record[path] = _value(compiled, path, given, record, result, env, before.get(path), new)
    for key, shown in form.layout_shown.items():
        if not _all(shown, record, env):
            result.hidden.add(key)
    for compiled in plan.active:
        _required(compiled, result, env)
    for table in form.rows:
        for row in record[table] or ():
            del row["_given"]
    return result


def places(form: CompiledForm, values: Mapping[str, Any]) -> Iterator[tuple[str, CompiledField, Any]]:
    """Every value of a record with its place: top-level fields, then the columns of each row."""
    for key, compiled in form.fields.items():
        yield key, compiled, values.get(key)
        for index, row in enumerate(values.get(key) or () if key in form.rows else ()):
            for column, inner in form.rows[key].items():
                yield f"{key}[{index}].{column}", inner, row.get(column)


def _evaluate_rows(
    compiled: CompiledField, plan: Plan, given: Mapping[str, Any], result: Evaluated, env: Env, old: Mapping[str, Any]
) -> None:
    """Take the rows of a sub-table; columns that need working out are evaluated when their own turn comes."""
    key = compiled.key
    rows = given.get(key, old.get(key))
    if not _all(compiled.shown, result.values, env):
        result.hidden.add(key)
        if rows:
            result.dropped.append(key)
        rows = None
    _flags(compiled, key, result.values, result, env)
    result.values[key] = [_row(row, plan.quiet_columns[key]) for row in rows] if rows else None
    for column in plan.required_columns[key] if rows else ():
        result.required.update(f"{key}[{index}].{column}" for index in range(len(rows or ())))


def _row(given: Mapping[str, Any], quiet: tuple[str, ...]) -> Values:
    row: Values = {column: given.get(column) for column in quiet}
    if "id" in given:
        row["id"] = given["id"]
    row["_given"] = given
    return row


def _evaluate_column(
    compiled: CompiledField, result: Evaluated, env: Env, new: bool, known: Mapping[Any, Mapping[str, Any]]
) -> None:
    for index, row in enumerate(result.values[compiled.table] or ()):
        place = f"{compiled.table}[{index}].{compiled.key}"
        inside: Mapping[str, Any] = ChainMap(row, result.values)
        stored = None if new else known.get(row.get("id"))
        before = None if stored is None else stored.get(compiled.key)
        row[compiled.key] = _value(compiled, place, row["_given"], inside, result, env, before, stored is None)


def _value(
    compiled: CompiledField, place: str, given: Mapping[str, Any], inside: Mapping[str, Any], result: Evaluated,
    env: Env, before: Any, new: bool,
) -> Any:  # fmt: skip
    """The effective value of one place."""
    typed = given.get(compiled.key)
    if not _all(compiled.shown, inside, env):
        result.hidden.add(place)
        held = typed if compiled.key in given else before
        if held is not None and compiled.settable:
            result.dropped.append(place)
        return None
    if compiled.value is not None:
        result.readonly.add(place)
        return _computed(compiled, compiled.value, place, inside, result, env)
    _flags(compiled, place, inside, result, env)
    if not compiled.settable:
        return typed if compiled.key in given else before
    if compiled.key not in given:
        return _default(compiled, place, inside, result, env) if new else before
    if place in result.readonly:
        kept = _default(compiled, place, inside, result, env) if new else before
        if typed != kept:
            result.kept.append(place)
        return kept
    return typed


def _required(compiled: CompiledField, result: Evaluated, env: Env) -> None:
    """Mark the places that must be filled in, once every value is known: two fields may each ask whether the other is
    blank."""
    if compiled.value is not None or not (compiled.spec.required or compiled.require):
        return
    record = result.values
    spots: list[tuple[str, Mapping[str, Any]]] = [(compiled.path, record)]
    if compiled.table:
        rows = enumerate(record[compiled.table] or ())
        spots = [(f"{compiled.table}[{index}].{compiled.key}", ChainMap(row, record)) for index, row in rows]
    for place, inside in spots:
        asked = compiled.spec.required or (compiled.require and compiled.require.evaluate(inside, env) is True)
        if asked and place not in result.hidden:
            result.required.add(place)


def _flags(compiled: CompiledField, place: str, inside: Mapping[str, Any], result: Evaluated, env: Env) -> None:
    if compiled.readonly is not None and compiled.readonly.evaluate(inside, env) is True:
        result.readonly.add(place)


def _default(compiled: CompiledField, place: str, inside: Mapping[str, Any], result: Evaluated, env: Env) -> Any:
    if compiled.default is None:
        return None
    return _computed(compiled, compiled.default, place, inside, result, env)


def _computed(
    compiled: CompiledField, formula: Formula, place: str, inside: Mapping[str, Any], result: Evaluated, env: Env
) -> Any:
    value = formula.evaluate(inside, env)
    if isinstance(value, ErrorValue):
        result.failed[place] = value
        return None
    if value == "" or value is None:
        return None
    return fitted(compiled, value)


def fitted(compiled: CompiledField, value: Any) -> Any:
    """A computed value in the shape of its field: a number rounded HALF_UP to its decimals, a moment cut to its second,
    without notice."""
    column = compiled.spec.columns()[0]
    if column.stored is Stored.EXACT and isinstance(value, Decimal):
        return _WIDE.plus(value.quantize(Decimal(1).scaleb(-column.scale), ROUND_HALF_UP, _WIDE))
    if column.stored is Stored.DATETIME and isinstance(value, datetime):
        return value.replace(microsecond=0)
    return value


def _all(conditions: tuple[Formula, ...], inside: Mapping[str, Any], env: Env) -> bool:
    return all(condition.evaluate(inside, env) is True for condition in conditions)
