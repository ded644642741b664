"""The JSON Schema of a form's stored record, derived from its fields: the shape only, never the rules."""

from collections.abc import Mapping
from typing import Any

from dougong.fields import Field, SubTable, in_language
from dougong.spec.compiled import CompiledField, CompiledForm
from dougong.spec.schema import DIALECT

Schema = dict[str, Any]


def record_schema(form: CompiledForm, language: str = "zh-CN") -> Schema:
    """Draft 2020-12. Blank values are absent. ``required`` names only what is required of every record: fields without
    ``show_if`` and ``require_if``, not inside anything that has a condition, and not computed. Titles in ``language``."""
    return {
        "$schema": DIALECT,
        "$id": f"urn:dougong:{form.ref}",
        **_wording(form.spec.title, form.spec.help, form.key, language),
        **_object(form, form.fields, language),
    }


def _object(form: CompiledForm, fields: Mapping[str, CompiledField], language: str) -> Schema:
    properties = {key: _property(form, field, language) for key, field in fields.items()}
    required = [key for key, field in fields.items() if always_required(field)]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def always_required(field: CompiledField) -> bool:
    """Whether every record that was submitted has a value there."""
    conditional = bool(field.shown or field.spec.show_if or field.spec.require_if)
    return field.spec.required and field.settable and not conditional


def _property(form: CompiledForm, field: CompiledField, language: str) -> Schema:
    spec = field.spec
    shape = _rows(form, spec, language) if isinstance(spec, SubTable) else spec.shape()
    return {**_wording(spec.title, spec.help, spec.key, language), **shape, "x-dougong": _hint(spec)}


def _rows(form: CompiledForm, spec: SubTable, language: str) -> Schema:
    row = _object(form, form.rows[spec.key], language)
    return {**spec.shape(), "items": {**row, "properties": {"id": {"type": "string"}, **row["properties"]}}}


def _wording(title: Any, help: Any, key: str, language: str) -> Schema:
    described = in_language(help, language)
    return {"title": in_language(title, language, key), **({"description": described} if described else {})}


def _hint(spec: Field) -> Schema:
    """What the shape does not say: the field type, and whether the value is computed."""
    return {"type": spec.type_key(), **({"computed": True} if spec.value or spec.computed_only else {})}
