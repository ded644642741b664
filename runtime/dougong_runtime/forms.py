"""Filling in a new record: the form, drawn again as often as need be, then handed in once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, Response, request, url_for

from dougong import words
from dougong.errors import Conflict, Problem, Refused
from dougong.forms import RawRecord, without_blank_rows
from dougong.pages import came_from, reading, writing
from dougong.records import Create, Notice, Visit, submit
from dougong.tables import LiveForm
from dougong.web import choices, guards, htmx
from dougong_runtime.filling import Filling, new_filling
from dougong_runtime.form_page import Alert, FillPage, fill_page, new_key, with_starting_rows
from dougong_runtime.posted import FillingOf, Posted, Renewed, Taken, bound, redraws, take_files
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
    page = reading(lambda visit: _page(new_filling(visit, form_of(visit, app, form)), RawRecord(), new_key()))
    return htmx.answer(TEMPLATE, page)


@guards.signed_in(writes=True)
def create(app: str, form: str) -> Response:
    """Draw the form again, keep a draft, or hand the record in."""
    filling_of: FillingOf = lambda visit: new_filling(visit, form_of(visit, app, form))  # noqa: E731
    taken, key = take_files(filling_of), request.form.get("_key") or new_key()
    while True:
        try:
            return _answered(filling_of, taken, key)
        except Renewed:
            continue


def _answered(filling_of: FillingOf, taken: Taken, key: str) -> Response:
    posted = bound(filling_of, taken)
    if redraws():
        return _again(filling_of, posted, key, posted.problems, 200)
    posted.raw = without_blank_rows(posted.form, posted.raw)
    if not posted.fits:
        return _again(filling_of, posted, key, None, 409)
    draft = "_draft" in request.form
    try:
        if posted.problems:
            raise Refused(posted.problems)
        handed = writing(lambda visit: _hand_in(visit, filling_of(visit).live, key, posted, draft))
    except Refused as refused:
        return _again(filling_of, posted, key, refused.problems, refused.status)
    except Conflict as conflict:
        return _anew(filling_of, posted, conflict)
    return told(handed)


def told(handed: Handed) -> Response:
    """Go to the record, and say there what happened."""
    htmx.tell(handed.said)
    for notice in handed.notices:
        htmx.tell(noticed(notice, choices.language()), "info")
    return htmx.see_other(handed.url)


def _hand_in(visit: Visit, live: LiveForm, key: str, posted: Posted, draft: bool) -> Handed:
    posted.still(live)
    written = submit(visit, live, Create(posted.raw, draft=draft), key, posted.payload)
    said = words.say("runtime.draft_kept", visit.language) if draft else outcome(visit, live, written)
    app, _, form = live.ref.partition(".")
    return Handed(url_for("runtime.record", app=app, form=form, id=written.id), said, written.notices)


def _again(
    filling_of: FillingOf, posted: Posted, key: str, problems: Sequence[Problem] | None, status: int
) -> Response:
    """The page with what was typed; ``problems`` None: whatever a submission would be refused for."""

    def page(visit: Visit) -> FillPage:
        filling = filling_of(visit)
        posted.still(filling.live)
        found = filling.problems(*filling.evaluated(posted.raw)) if problems is None else problems
        return _page(filling, posted.raw, key, found, posted)

    return htmx.answer(TEMPLATE, reading(page), status=status)


def _anew(filling_of: FillingOf, posted: Posted, conflict: Conflict) -> Response:
    """This opening of the form was handed in with other content before: offer to hand this in as one more."""
    language = choices.language()
    page = reading(lambda visit: _page(filling_of(visit), posted.raw, new_key(), (), posted))
    alert = Alert("warn", words.say("runtime.key_reused", language), words.say("runtime.key_reused_help", language))
    if conflict.code != "record.key_reused":
        alert = Alert("warn", words.sentence(conflict, language), words.say("runtime.key_reused_help", language))
    return htmx.answer(TEMPLATE, replace(page, alert=alert, submit="runtime.submit_as_new"), status=conflict.status)


def _page(
    filling: Filling, raw: RawRecord, key: str, problems: Sequence[Problem] = (), posted: Posted | None = None
) -> FillPage:
    return fill_page(
        filling, with_starting_rows(filling, raw), problems, hidden=(("_key", key),), submit="runtime.submit", draft=True,
        back=came_from(), marks=posted.marks if posted else None, alert=posted.alert if posted else None,
        left=posted.left if posted else (),
    )  # fmt: skip


def routes(blueprint: Blueprint) -> None:
    """``/a/<app>/<form>/new``."""
    blueprint.add_url_rule("/a/<app>/<form>/new", "new", new, methods=["GET"])
    blueprint.add_url_rule("/a/<app>/<form>/new", "create", create, methods=["POST"])
