"""The API described as OpenAPI 3.1: the forms and reports that the token's person may use."""

from collections.abc import Iterator
from typing import Any, cast

from flask import Blueprint, Response, jsonify, request

from dougong.access import View
from dougong.apps import Registry
from dougong.fields import in_language
from dougong.records import Visit
from dougong.spec.record_schema import record_schema
from dougong.tables import LiveForm
from dougong.web import guards
from dougong.words import say
from dougong_runtime.api.body import only
from dougong_runtime.api.decide import KINDS
from dougong_runtime.api.door import reading
from dougong_runtime.api.records import MOST

Json = dict[str, Any]


@guards.token
def openapi() -> Response:
    """The description."""
    only(request.args, ())
    return jsonify(reading(_document))


def _document(visit: Visit) -> Json:
    paths: Json = {}
    schemas: Json = {"problem": _PROBLEM}
    for app in cast(Registry, visit.forms).apps():
        for live in app.forms.values():
            if visit.view(live).may("create") or visit.view(live).may("read"):
                schemas[live.ref] = _values(live, visit.view(live), visit.language)
                schemas[f"{live.ref}.record"] = _record(live)
                paths |= dict(_paths(live, visit.language))
        for key, report in app.compiled.reports.items():
            if visit.view(visit.forms.form(report.form.ref)).may("read"):
                summary = in_language(report.spec.title, visit.language, key)
                answers = {"200": _json("A report", {"type": "object"})}
                paths[f"/apps/{app.key}/reports/{key}"] = {
                    "get": _operation(f"{app.key}.{key}.report", summary, answers)
                }
    return {
        "openapi": "3.1.0",
        "info": {"title": say("api.title", visit.language), "version": "1"},
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    }


def _paths(live: LiveForm, language: str) -> Iterator[tuple[str, Json]]:
    app, form = live.form.app, live.form.key
    name = in_language(live.form.spec.title, language, form)
    record = _json(name, {"$ref": f"#/components/schemas/{live.ref}.record"})
    page = {
        "type": "object",
        "properties": {
            "records": {"type": "array", "items": {"$ref": f"#/components/schemas/{live.ref}.record"}},
            "next": {"type": ["string", "null"]},
        },
    }
    limit = {"type": "integer", "minimum": 1, "maximum": MOST}
    given = {"values": {"$ref": f"#/components/schemas/{live.ref}"}}
    version = {"type": "integer"}
    many, one = f"/apps/{app}/{form}/records", f"/apps/{app}/{form}/records/{{id}}"
    id = [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]

    def operation(verb: str, answers: Json, body: Json | None = None, parameters: list[Json] | None = None) -> Json:
        return _operation(f"{live.ref}.{verb}", name, answers, body, parameters)

    yield (
        many,
        {
            "get": operation(
                "list", {"200": _json(name, page)}, None, [_asked("limit", limit), _asked("cursor", {"type": "string"})]
            ),
            "post": operation(
                "create", {"201": record, "200": record}, _body(given | _flag("draft"), ["values"]), [_KEY]
            ),
        },
    )
    changed = _body({**given, "version": version, **_flag("submit")}, ["values", "version"])
    yield (
        one,
        {
            "parameters": id,
            "get": operation("read", {"200": record}),
            "patch": operation("change", {"200": record}, changed),
            "delete": operation("delete", {"204": {"description": name}}, None, [_asked("version", version, True)]),
        },
    )
    if live.form.spec.flow is not None:
        decision = {"action": {"enum": list(KINDS)}, "comment": {"type": "string"}, "version": version}
        body = _body({**decision, "values": {"type": "object"}}, ["action", "version"])
        yield f"{one}/decide", {"parameters": id, "post": operation("decide", {"200": record}, body)}


def _operation(
    id: str, summary: str, answers: Json, body: Json | None = None, parameters: list[Json] | None = None
) -> Json:
    wrong = {"description": "RFC 9457", "content": {"application/problem+json": {"schema": _PROBLEM_REF}}}
    found: Json = {"operationId": id, "summary": summary, "responses": {**answers, "default": wrong}}
    if body is not None:
        found["requestBody"] = body
    if parameters:
        found["parameters"] = parameters
    return found


def _values(live: LiveForm, view: View, language: str) -> Json:
    """What values look like, as far as this person may read or fill them in. Nothing is required of them here: a change
    names only what changes, and the rules of the form say the rest."""
    schema = record_schema(live.form, language)
    known = view.creatable() | {key for key in live.form.fields if view.reads_somewhere(key)}
    computed = {key for key, field in live.form.fields.items() if not field.settable}
    properties = {
        key: {**part, "readOnly": True} if key in computed else part
        for key, part in schema["properties"].items()
        if key in known
    }
    left_out = ("$schema", "$id", "required", "properties")
    return {**{key: part for key, part in schema.items() if key not in left_out}, "properties": properties}


def _record(live: LiveForm) -> Json:
    text = {"type": "string"}
    values = {"$ref": f"#/components/schemas/{live.ref}"}
    parts = {"id": text, "number": text, "version": {"type": "integer"}, "status": text, "values": values}
    return {"type": "object", "properties": parts, "required": list(parts)}


def _json(description: str, schema: Json) -> Json:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _body(properties: Json, required: list[str]) -> Json:
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _flag(name: str) -> Json:
    return {name: {"type": "boolean"}}


def _asked(name: str, schema: Json, required: bool = False) -> Json:
    return {"name": name, "in": "query", "required": required, "schema": schema}


_KEY = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string"}}
_PROBLEM_REF = {"$ref": "#/components/schemas/problem"}
_PROBLEM = {
    "type": "object",
    "properties": {
        "title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"},
        "code": {"type": "string"}, "problems": {"type": "array", "items": {"type": "object"}},
    },
}  # fmt: skip


def routes(blueprint: Blueprint) -> None:
    """Where this is found."""
    blueprint.add_url_rule("/openapi.json", "openapi", openapi, methods=["GET"])
