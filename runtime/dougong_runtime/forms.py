"""Filling in a new record: the form, drawn again as often as need be, then handed in once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, Response, request, url_for

from dougong import words
from dougong.errors import Conflict, Problem, Refused
from dougong.forms import RawRecord, starting_rows, without_blank_rows
from dougong.pages import came_from, reading, writing
from dougong.records import Create, Notice, Visit, submit
from dougong.tables import LiveForm
from dougong.web import choices, guards, htmx
from dougong_runtime.filling import Filling, new_filling
from dougong_runtime.form_page import Alert, FillPage, fill_page, new_key
from dougong_runtime.posted import Posted, read_posted, redraws
from dougong_runtime.spoken import noticed
from dougong_runtime.start import form_of
from dougong_runtime.whats_next import outcome

TEMPLATE = "runtime/form.html"


@dataclass(frozen=True, slots=True)
class Handed:
    """A record that was stored: where it is, and what to say about it."""

    url: str
    said: str
    notices: tuple[Notice, ...]


@guards.signed_in
def new(app: str, form: str) -> Response:
    """The blank form, with its defaults."""
    page = reading(lambda visit: _page(_filling(visit, app, form), RawRecord(), key=new_key(), fresh=True))
    return htmx.answer(TEMPLATE, page)


@guards.signed_in(writes=True)
def create(app: str, form: str) -> Response:
    """Draw the form again, keep a draft, or hand the record in."""
    posted = read_posted(reading(lambda visit: _filling(visit, app, form)))
    key = request.form.get("_key") or new_key()
    if redraws():
        return _again(app, form, posted.raw, key, posted.problems, 200)
    live = reading(lambda visit: form_of(visit, app, form))
    draft = "_draft" in request.form
    raw = without_blank_rows(live.form, posted.raw)
    try:
        if posted.problems:
            raise Refused(posted.problems)
        handed = writing(lambda visit: _hand_in(visit, form_of(visit, app, form), raw, key, posted, draft))
    except Refused as refused:
        return _again(app, form, raw, key, refused.problems, refused.status)
    except Conflict as conflict:
        return _anew(app, form, raw, conflict)
    return told(handed)


def told(handed: Handed) -> Response:
    """Go to the record, and say there what happened."""
    htmx.tell(handed.said)
    for notice in handed.notices:
        htmx.tell(noticed(notice, choices.language()), "info")
    return htmx.see_other(handed.url)


def _hand_in(visit: Visit, live: LiveForm, raw: RawRecord, key: str, posted: Posted, draft: bool) -> Handed:
    written = submit(visit, live, Create(raw, draft=draft), key, posted.payload)
    said = words.say("runtime.draft_kept", visit.language) if draft else outcome(visit, live, written)
    app, _, form = live.ref.partition(".")
    return Handed(url_for("runtime.record", app=app, form=form, id=written.id), said, written.notices)


def _again(app: str, form: str, raw: RawRecord, key: str, problems: Sequence[Problem], status: int) -> Response:
    page = reading(lambda visit: _page(_filling(visit, app, form), raw, problems, key=key))
    return htmx.answer(TEMPLATE, page, status=status)


def _anew(app: str, form: str, raw: RawRecord, conflict: Conflict) -> Response:
    """This opening of the form was handed in with other content before: offer to hand this in as one more."""
    language = choices.language()
    page = reading(lambda visit: _page(_filling(visit, app, form), raw, key=new_key()))
    alert = Alert("warn", words.say("runtime.key_reused", language), words.say("runtime.key_reused_help", language))
    if conflict.code != "record.key_reused":
        alert = Alert("warn", words.sentence(conflict, language), words.say("runtime.key_reused_help", language))
    return htmx.answer(TEMPLATE, replace(page, alert=alert, submit="runtime.submit_as_new"), status=conflict.status)


def _filling(visit: Visit, app: str, form: str) -> Filling:
    return new_filling(visit, form_of(visit, app, form))


def _page(
    filling: Filling, raw: RawRecord, problems: Sequence[Problem] = (), *, key: str, fresh: bool = False
) -> FillPage:
    """The page; a sub-table that must have rows is never drawn without one."""
    shown = RawRecord(raw, raw.places)
    for table, rows in starting_rows(filling.live.form).items():
        if table in filling.edit and not shown.get(table):
            shown[table] = rows
            shown.places[table] = list(range(len(rows)))
    return fill_page(
        filling, shown, problems, hidden=(("_key", key),), submit="runtime.submit", draft=True, back=came_from(),
        fresh=fresh,
    )  # fmt: skip


def routes(blueprint: Blueprint) -> None:
    """``/a/<app>/<form>/new``."""
    blueprint.add_url_rule("/a/<app>/<form>/new", "new", new, methods=["GET"])
    blueprint.add_url_rule("/a/<app>/<form>/new", "create", create, methods=["POST"])

