"""Records: list, create, read, change, delete."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for

from dougong.db import as_id
from dougong.errors import NotFound, Problem, Refused
from dougong.records import Create, Delete, RecordDesk, Update, Visit, Written, as_json, read, read_many, submit, write
from dougong.records.cursor import Cursor
from dougong.records.listing import Query, rows
from dougong.records.order import SortKey
from dougong.tables import LiveForm
from dougong.web import guards
from dougong_runtime.api.body import flag_of, json_object, only, values_of, version_of
from dougong_runtime.api.door import reading, writing

ORDER = (SortKey("created_at"),)
MOST = 200


@guards.token
def index(app: str, form: str) -> Response:
    """A page of the readable records, the oldest first."""
    only(request.args, ("limit", "cursor"))
    limit, cursor = _limit(), request.args.get("cursor")

    def work(visit: Visit) -> dict[str, Any]:
        live = visit.forms.form(f"{app}.{form}")
        start = _start(cursor) if cursor else None
        page = rows(visit, Query(live, (), sort=ORDER, cursor=start, limit=limit))
        desk = RecordDesk(visit)
        records = read_many(visit, live, [row.id for row in page.rows], desk)
        return {
            "records": [as_json(live, record, desk) for record in records],
            "next": page.next.text() if page.next else None,
        }

    return jsonify(reading(work))


@guards.token(writes=True)
def create(app: str, form: str) -> tuple[Response, int]:
    """Submit a record, once per Idempotency-Key."""
    body = json_object(("values", "draft"))
    values, draft, key = values_of(body), flag_of(body, "draft"), request.headers.get("Idempotency-Key", "")

    def work(visit: Visit) -> tuple[dict[str, Any], bool]:
        live = visit.forms.form(f"{app}.{form}")
        made = submit(visit, live, Create(values, draft=draft), key, {"values": values, "draft": draft})
        return shown(visit, live, made), made.repeated

    made, repeated = writing(work)
    response = jsonify(made)
    response.headers["Location"] = url_for("api.show", app=app, form=form, id=made["id"])
    return response, 200 if repeated else 201


@guards.token
def show(app: str, form: str, id: str) -> Response:
    """One record."""
    only(request.args, ())

    def work(visit: Visit) -> dict[str, Any]:
        live, desk = visit.forms.form(f"{app}.{form}"), RecordDesk(visit)
        return as_json(live, read(visit, live, record_id(id), desk), desk)

    return jsonify(reading(work))


@guards.token(writes=True)
def change(app: str, form: str, id: str) -> Response:
    """Change some values of a record at the version that was seen; ``submit`` hands a draft or a returned one in."""
    body = json_object(("values", "version", "submit"))
    values, version, hand_in = values_of(body), version_of(body.get("version")), flag_of(body, "submit")

    def work(visit: Visit) -> dict[str, Any]:
        live = visit.forms.form(f"{app}.{form}")
        return shown(visit, live, write(visit, live, [Update(record_id(id), version, values, submit=hand_in)])[0])

    return jsonify(writing(work))


@guards.token(writes=True)
def remove(app: str, form: str, id: str) -> tuple[str, int]:
    """Delete a record at the version that was seen (``?version=``)."""
    only(request.args, ("version",))
    version = version_of(request.args.get("version"))

    def work(visit: Visit) -> None:
        write(visit, visit.forms.form(f"{app}.{form}"), [Delete(record_id(id), version)])

    writing(work)
    return "", 204


def record_id(text: str) -> int:
    """The id an address names; raises NotFound for what cannot be one."""
    id = as_id(text)
    if id is None:
        raise NotFound("record.not_found")
    return id


def shown(visit: Visit, live: LiveForm, made: Written) -> dict[str, Any]:
    """A record as it is after a write: without its values for whoever may write it and not read it."""
    desk = RecordDesk(visit)
    visit.forget_views()
    for record in read_many(visit, live, [made.id], desk):
        return as_json(live, record, desk)
    after = made.after or {}
    return {
        "id": str(made.id), "number": after.get("number") or "", "version": after.get("version"),
        "status": after.get("status"), "values": {},
    }  # fmt: skip


def _start(cursor: str) -> Cursor:
    """Where the page starts; a cursor of another list starts nowhere here."""
    start = Cursor.parse(cursor, len(ORDER))
    if not isinstance(start.values[0], datetime):
        raise Refused([Problem("list.bad_cursor", "cursor")])
    return start


def _limit() -> int:
    text = request.args.get("limit", "50")
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= MOST):
        raise Refused([Problem("api.bad_limit", "limit", {"most": MOST})])
    return int(text)


def routes(blueprint: Blueprint) -> None:
    """Where these are found."""
    many, one = "/apps/<app>/<form>/records", "/apps/<app>/<form>/records/<id>"
    blueprint.add_url_rule(many, "index", index, methods=["GET"])
    blueprint.add_url_rule(many, "create", create, methods=["POST"])
    blueprint.add_url_rule(one, "show", show, methods=["GET"])
    blueprint.add_url_rule(one, "change", change, methods=["PATCH"])
    blueprint.add_url_rule(one, "remove", remove, methods=["DELETE"])
