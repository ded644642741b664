"""The last look before storing: a record's JSON form against the JSON Schema derived from its form."""

from collections.abc import Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from jsonschema import Draft202012Validator

from dougong.errors import Problem
from dougong.records.change import Delete
from dougong.records.desk import RecordDesk
from dougong.records.plan import Writers, plan_of
from dougong.records.prepared import Prepared
from dougong.spec.compiled import CompiledForm
from dougong.spec.record_schema import record_schema
from dougong.tables import LiveForm

try:  # the bulk path, some 80 times faster; the words of an error always come from jsonschema
    import jsonschema_rs
except ImportError:
    jsonschema_rs = None  # type: ignore[assignment]


def shape_problems(live: LiveForm, prepared: Sequence[Prepared], desk: RecordDesk) -> None:
    """Add a problem to each change whose values would not fit the schema; drafts and refused changes are passed over."""
    judged = [p for p in prepared if not p.problems and not isinstance(p.change, Delete)]
    if not judged:
        return
    quick, exact = _validators(live.form)
    for one in judged:
        value = json_values(live.form, one.after, desk)
        if quick is not None and quick.is_valid(value):
            continue
        for error in exact.iter_errors(value):
            place = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in error.absolute_path).lstrip(".")
            one.add(Problem("record.shape", place, {"rule": str(error.validator)}))


def json_values(form: CompiledForm, values: Mapping[str, Any], desk: RecordDesk) -> dict[str, Any]:
    """The stored fields of a record in their JSON form; blank ones are absent."""
    result: dict[str, Any] = {}
    plan = plan_of(form)
    for key, to_json in plan.to_json:
        if (value := values.get(key)) is not None:
            result[key] = value if to_json is None else to_json(value, desk)
    for key, columns in plan.columns_to_json:
        if found := values.get(key):
            result[key] = [_row_json(columns, row, desk) for row in found]
    return result


def _row_json(columns: Writers, row: Mapping[str, Any], desk: RecordDesk) -> dict[str, Any]:
    own = {"id": str(row["id"])} if row.get("id") else {}
    return own | {
        key: row[key] if to_json is None else to_json(row[key], desk)
        for key, to_json in columns
        if row.get(key) is not None
    }


_KEPT: WeakKeyDictionary[CompiledForm, tuple[Any, Draft202012Validator]] = WeakKeyDictionary()


def _validators(form: CompiledForm) -> tuple[Any, Draft202012Validator]:
    """The fast validator (or None) and the one that words errors, made once per compiled form."""
    found = _KEPT.get(form)
    if found is None:
        schema = _without_required(record_schema(form))
        quick = None if jsonschema_rs is None else jsonschema_rs.Draft202012Validator(schema)
        found = _KEPT[form] = (quick, Draft202012Validator(schema))
    return found


def _without_required(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a record or row without what must be there: a draft lacks values, and of a submission the rules ask
    for them."""
    kept = {key: value for key, value in schema.items() if key != "required"}
    kept["properties"] = {
        key: {**shape, "items": _without_required(shape["items"])}
        if shape.get("items", {}).get("type") == "object" else shape
        for key, shape in schema["properties"].items()
    }  # fmt: skip
    return kept
