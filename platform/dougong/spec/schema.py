"""The JSON Schema of the app spec (draft 2020-12), composed from the objects of the spec and each field type's options.

What has several forms is told apart by ``if … then …``, never by ``oneOf``, so that a mistake is reported where it is and
not as "none of these fits".
"""

import copy
import inspect
from functools import cache
from typing import Any

import msgspec

from dougong.fields import TYPES, Option, Section
from dougong.spec import model

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ID = f"urn:dougong:spec:{model.FORMAT}"
LANGUAGES = ("zh-CN", "en")
_TEXT: dict[str, Any] = {"anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}]}
DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
Schema = dict[str, Any]


def schema() -> Schema:
    """The JSON Schema of an app spec, as a new dict."""
    return copy.deepcopy(composed())


@cache
def composed() -> Schema:
    """The same, shared: not to be changed."""
    steps = (model.Approve, model.Handle, model.Branching)
    kinds = (model.App, *steps, *TYPES.values())
    references, components = msgspec.json.schema_components(kinds, ref_template="{name}")
    renamed = {reference["$ref"]: _name(kind) for kind, reference in zip(kinds, references, strict=True)}
    names = {name: renamed.get(name, name.rpartition(".")[2]) for name in components}
    assert len(set(names.values())) == len(names)
    parts = {names[name]: _rewritten(component, names) for name, component in components.items()}
    _tighten(parts)
    return {"$schema": DIALECT, "$id": ID, **parts.pop("App"), "$defs": {**parts, "text": _local_text()}}


def _name(kind: Any) -> str:
    tag = kind.__struct_config__.tag
    if tag is None:
        return str(kind.__name__)
    return f"{'step' if issubclass(kind, model.Step) else 'field'}-{tag}"


def _local_text() -> Schema:
    return {
        "title": "Text", "description": "A text people read: one string, or one per language.",
        "type": ["string", "object"], "properties": {language: {"type": "string"} for language in LANGUAGES},
        "additionalProperties": False, "minProperties": 1,
    }  # fmt: skip


def _rewritten(part: Any, names: dict[str, str]) -> Any:
    """A part of msgspec's schema in the forms used here."""
    if isinstance(part, list | tuple):
        return [_rewritten(each, names) for each in part]
    if not isinstance(part, dict):
        return part
    if "anyOf" in part:
        rest = {key: _rewritten(value, names) for key, value in part.items() if key not in ("anyOf", "discriminator")}
        return {**_union(part, names), **rest}
    if part.get("format") == "date":
        return {**part, "pattern": DATE}
    if "$ref" in part:
        return {**part, "$ref": f"#/$defs/{names[part['$ref']]}"}
    result = {key: _rewritten(value, names) for key, value in part.items()}
    if isinstance(part.get("description"), str):
        result["description"] = " ".join(inspect.cleandoc(part["description"]).split())
    return result


def _union(part: Schema, names: dict[str, str]) -> Schema:
    if "discriminator" in part:
        return _tagged(part["discriminator"]["mapping"], names)
    if part["anyOf"] == _TEXT["anyOf"]:
        return {"$ref": "#/$defs/text"}
    forms = [_rewritten(each, names) for each in part["anyOf"]]
    objects = [form for form in forms if "$ref" in form]
    if not objects:
        return _merged(forms)
    others = [form for form in forms if "$ref" not in form]
    if len(objects) > 1 or len(others) != 1:
        raise TypeError(f"no way to tell these apart: {forms}")
    if others[0] == {"type": "null"}:
        return {"if": {"not": {"type": "null"}}, "then": objects[0]}
    return {"if": {"type": "object"}, "then": objects[0], "else": others[0]}


def _tagged(mapping: dict[str, str], names: dict[str, str]) -> Schema:
    """Objects told apart by ``type``."""
    ways = [
        {
            "if": {"properties": {"type": {"const": tag}}, "required": ["type"]},
            "then": {"$ref": f"#/$defs/{names[name]}"},
        }
        for tag, name in mapping.items()
    ]
    return {"type": "object", "required": ["type"], "properties": {"type": {"enum": [*mapping]}}, "allOf": ways}


def _merged(forms: list[Schema]) -> Schema:
    """Forms of different JSON types as one: a keyword only speaks of values of its own type."""
    types = [form["type"] for form in forms]
    if "number" in types:
        forms = [form for form in forms if form["type"] != "integer"]
    result: Schema = {"type": [form["type"] for form in forms]}
    for form in forms:
        for key in form.keys() - {"type"}:
            if key in result:
                raise TypeError(f"two forms say {key}: {forms}")
            result[key] = form[key]
    return result


def _tighten(parts: dict[str, Schema]) -> None:
    """What the objects' own types leave open: keys are keys everywhere, and the version is this one."""
    key = {"type": "string", "pattern": model.KEY}
    for name in [_name(kind) for kind in TYPES.values()] + [Option.__name__]:
        parts[name]["properties"]["key"] = key
        parts[name]["properties"]["was"]["items"] = key
    parts["Form"]["properties"]["was"]["items"] = key
    parts["App"]["properties"]["dougong"] = {"const": model.FORMAT, "description": "The version of the format."}
    parts[_name(Section)]["properties"]["fields"] = parts["Form"]["properties"]["fields"]
