"""Deciding on a record's approval."""

from typing import Any, cast, get_args

from flask import Blueprint, Response, jsonify

from dougong.errors import Problem, Refused
from dougong.flows import Action, ActionKind
from dougong.flows.store import act
from dougong.records import RecordDesk, Visit, as_json, read
from dougong.web import guards
from dougong_runtime.api.body import json_object, version_of
from dougong_runtime.api.door import writing
from dougong_runtime.api.records import record_id

KINDS = tuple(kind for kind in get_args(ActionKind) if kind not in ("submit", "resubmit"))


@guards.token(writes=True)
def decide(app: str, form: str, id: str) -> Response:
    """``{"action", "comment", "version"}``, and ``values`` where the step lets fields be filled in; answers with the
    record as it is then."""
    body = json_object(("action", "comment", "version", "values"))
    kind, comment, values = body.get("action"), body.get("comment", ""), body.get("values")
    problems = []
    if kind not in KINDS:
        problems.append(Problem("api.unknown_action", "action", {"known": ", ".join(KINDS)}))
    if not isinstance(comment, str):
        problems.append(Problem("api.text_needed", "comment"))
    if values is not None and not isinstance(values, dict):
        problems.append(Problem("api.values_needed", "values"))
    if problems:
        raise Refused(problems)
    version = version_of(body.get("version"))

    def work(visit: Visit) -> dict[str, Any]:
        live = visit.forms.form(f"{app}.{form}")
        act(visit, live, record_id(id), Action(cast(ActionKind, kind), comment), version, values)
        visit.forget_views()  # the decision closed a task, and may have opened another
        desk = RecordDesk(visit)
        return as_json(live, read(visit, live, record_id(id), desk), desk)

    return jsonify(writing(work))


def routes(blueprint: Blueprint) -> None:
    """Where this is found."""
    blueprint.add_url_rule("/apps/<app>/<form>/records/<id>/decide", "decide", decide, methods=["POST"])
