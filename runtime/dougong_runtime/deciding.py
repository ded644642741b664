"""Deciding on a record: agree, reject, return, complete, withdraw, resubmit, comment."""

from typing import cast

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest

from dougong import words
from dougong.db import as_id
from dougong.errors import Conflict, DougongError, Refused
from dougong.flows.guards import Action, ActionKind
from dougong.flows.log import find_instance
from dougong.flows.store import act
from dougong.forms import RawRecord
from dougong.pages import address, came_from, reading, writing
from dougong.records import RecordDesk, Visit, read
from dougong.tables import LiveForm
from dougong.web import guards, htmx
from dougong_runtime.filling import Filling, stored_filling
from dougong_runtime.form_page import Alert
from dougong_runtime.posted import read_posted, redraws
from dougong_runtime.record import TEMPLATE
from dougong_runtime.record_actions import DECISIONS, KINDS, doing
from dougong_runtime.record_page import RecordPage, record_page
from dougong_runtime.spoken import remedy, spoken
from dougong_runtime.start import held_form, record_id
from dougong_runtime.whats_next import with_next


@guards.signed_in(writes=True)
def decide(app: str, form: str, id: str) -> Response:
    """Do what the button says, with the comment and the fields of the step, all in one transaction."""
    posted = read_posted(lambda visit: _filling(visit, held_form(visit, app, form, id), record_id(id)))
    if redraws():
        return _again(app, form, id, posted.raw)
    action = _action()
    try:
        if posted.problems:
            raise Refused(posted.problems)
        said = writing(lambda visit: _act(visit, held_form(visit, app, form, id), record_id(id), action, posted.raw))
    except (Refused, Conflict) as error:
        return _again(app, form, id, posted.raw, error)
    htmx.tell(said)
    back = {"back": came_from()} if request.form.get("back") else {}
    back |= {"at": at} if (at := request.form.get("at", "")).isdecimal() else {}
    return htmx.see_other(address("runtime.record", {"app": app, "form": form, "id": id, **back}))


def _action() -> Action:
    kind = request.form.get("action", "")
    if kind not in KINDS:
        raise BadRequest
    return Action(cast(ActionKind, kind), request.form.get("comment", ""), request.form.get("task", ""))


def _act(visit: Visit, live: LiveForm, id: int, action: Action, raw: RawRecord) -> str:
    deciding = action.kind in DECISIONS
    version = as_id(request.form.get("version", "")) if deciding else None
    state = act(visit, live, id, action, version, dict(raw) if deciding else None)
    done = words.say(f"runtime.did_{action.kind}", visit.language)
    return done if action.kind == "comment" else with_next(visit, live, done, state)


def _filling(visit: Visit, live: LiveForm, id: int) -> Filling:
    """The fields of the person's open task, to read what was posted for them."""
    record = read(visit, live, id)
    instance = find_instance(visit, live, id) if live.form.spec.flow else None
    fields = frozenset(doing(visit, live, record, instance).fields)
    return stored_filling(visit, live, id, frozenset(), fields)


def _again(app: str, form: str, id: str, raw: RawRecord, error: DougongError | None = None) -> Response:
    """The page as it is now, with everything that was typed, and why it was not done."""

    def page(visit: Visit) -> RecordPage:
        return record_page(
            visit, held_form(visit, app, form, id), record_id(id), raw=raw, comment=request.form.get("comment", ""),
            problems=error.problems if isinstance(error, Refused) else (),
            alert=_alert(visit, error) if isinstance(error, Conflict) else None,
        )  # fmt: skip

    return htmx.answer(TEMPLATE, reading(page), status=error.status if error else 200)


def _alert(visit: Visit, error: DougongError) -> Alert:
    desk = RecordDesk(visit)
    return Alert("warn", *(say(visit, desk, error.code, error.params) for say in (spoken, remedy)))


def routes(blueprint: Blueprint) -> None:
    """``/a/<app>/<form>/<id>/decide``."""
    blueprint.add_url_rule("/a/<app>/<form>/<id>/decide", "decide", decide, methods=["POST"])
