"""Changing a stored record: a draft taken up again, a returned one mended, a finished one corrected."""

from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, Response, request, url_for

from dougong import words
from dougong.db import as_id
from dougong.errors import Conflict, Forbidden, Problem, Refused
from dougong.forms import RawRecord, without_blank_rows
from dougong.pages import reading, writing
from dougong.records import RecordDesk, Update, Visit, read, write
from dougong.web import guards, htmx
from dougong_runtime import stale
from dougong_runtime.filling import Filling, stored_filling
from dougong_runtime.form_page import Alert, FillPage, fill_page
from dougong_runtime.forms import Handed, told
from dougong_runtime.posted import BASE, FillingOf, Posted, Renewed, Taken, bound, redraws, take_files
from dougong_runtime.spoken import spoken
from dougong_runtime.start import held_form, record_id
from dougong_runtime.whats_next import outcome

TEMPLATE = "runtime/form.html"
_SUBMIT = {"draft": "runtime.submit", "returned": "runtime.resubmit"}


@guards.signed_in
def edit(app: str, form: str, id: str) -> Response:
    """The record in its form."""
    page = reading(lambda visit: _page(_filling(visit, app, form, id), RawRecord()))
    return htmx.answer(TEMPLATE, page)


@guards.signed_in(writes=True)
def save(app: str, form: str, id: str) -> Response:
    """Draw the form again, keep what was typed, or hand the record in."""
    filling_of: FillingOf = lambda visit: _filling(visit, app, form, id)  # noqa: E731
    taken = take_files(filling_of)
    while True:
        try:
            return _answered(filling_of, taken)
        except Renewed:
            continue


def _answered(filling_of: FillingOf, taken: Taken) -> Response:
    posted = bound(filling_of, taken)
    if redraws():
        return _again(filling_of, posted, posted.problems, 200)
    posted.raw = without_blank_rows(posted.form, stale.chosen(posted.raw))
    if not posted.fits:
        return _again(filling_of, posted, None, 409)
    try:
        if posted.problems:
            raise Refused(posted.problems)
        handed = writing(lambda visit: _store(visit, filling_of(visit), posted))
    except Refused as refused:
        return _again(filling_of, posted, refused.problems, refused.status)
    except Conflict as conflict:
        return _stale(filling_of, posted, conflict)
    return told(handed)


def _store(visit: Visit, filling: Filling, posted: Posted) -> Handed:
    live, before = filling.live, filling.before
    assert before is not None
    posted.still(live)
    draft, number, status = "_draft" in request.form, int(before["id"]), before["status"]
    submit = status in _SUBMIT and not draft
    version = as_id(request.form.get("_version", "")) or 0
    written = write(visit, live, [Update(number, version, posted.raw, submit=submit, draft=draft and not submit)])[0]
    done = words.say("runtime.draft_kept" if status == "draft" else "runtime.saved", visit.language)
    said = outcome(visit, live, written) if submit else done
    app, _, form = live.ref.partition(".")
    return Handed(url_for("runtime.record", app=app, form=form, id=number), said, written.notices)


def _filling(visit: Visit, app: str, form: str, id: str) -> Filling:
    live = held_form(visit, app, form, id)
    record = read(visit, live, record_id(id))
    if "edit" not in record.actions:
        raise Forbidden("access.may_not_edit", title=live.form.spec.title)
    return stored_filling(visit, live, record.id, record.readable, record.editable)


def _page(
    filling: Filling, raw: RawRecord, problems: Sequence[Problem] = (), posted: Posted | None = None
) -> FillPage:
    assert filling.before is not None
    before = filling.before
    app, _, form = filling.live.ref.partition(".")
    version = request.form.get("_version", "") if posted else str(before["version"])
    bases = posted.bases if posted else stale.bases(filling)
    return fill_page(
        filling, raw, problems,
        hidden=(("_version", version), *((BASE, f"{key}:{mark}") for key, mark in bases)),
        submit=_SUBMIT.get(before["status"], "runtime.save"), draft=before["status"] in _SUBMIT,
        back=url_for("runtime.record", app=app, form=form, id=before["id"]), number=before["number"] or "",
        marks=posted.marks if posted else None, alert=posted.alert if posted else None,
        left=posted.left if posted else (),
    )  # fmt: skip


def _again(
    filling_of: FillingOf, posted: Posted, problems: Sequence[Problem] | None, status: int
) -> Response:
    """The page with what was typed; ``problems`` None: whatever storing it would be refused for."""

    def page(visit: Visit) -> FillPage:
        filling = filling_of(visit)
        posted.still(filling.live)
        found = filling.problems(*filling.evaluated(posted.raw)) if problems is None else problems
        return _page(filling, posted.raw, found, posted)

    return htmx.answer(TEMPLATE, reading(page), status=status)


def _stale(filling_of: FillingOf, posted: Posted, conflict: Conflict) -> Response:
    """The form over the record as it is now: nothing typed is lost, and what both changed is put side by side."""

    def page(visit: Visit) -> FillPage:
        filling = filling_of(visit)
        posted.still(filling.live)
        merged = stale.merge(filling, posted.raw, dict(posted.bases))
        desk = RecordDesk(visit)
        said = spoken(visit, desk, "runtime.stale", {"by": filling.before["updated_by"]}) if filling.before else ""
        help_key = "runtime.stale_choose" if merged.clashes else "runtime.stale_merged"
        params = {"titles": list(merged.taken)} if merged.taken else {}
        more = words.say("runtime.stale_taken", visit.language, **params) if merged.taken else ""
        help_ = " ".join(part for part in (words.say(help_key, visit.language), more) if part)
        drawn = _page(filling, merged.raw, (), posted)
        hidden = [pair for pair in drawn.hidden if pair[0] not in ("_version", BASE)]
        hidden.append(("_version", str(filling.before["version"] if filling.before else "")))
        hidden += [(BASE, f"{key}:{mark}") for key, mark in stale.bases(filling)]
        return replace(drawn, hidden=tuple(hidden), alert=Alert("warn", said, help_), clashes=merged.clashes)

    if conflict.code != "record.stale":
        raise conflict
    return htmx.answer(TEMPLATE, reading(page), status=conflict.status)


def routes(blueprint: Blueprint) -> None:
    """``/a/<app>/<form>/<id>/edit``."""
    blueprint.add_url_rule("/a/<app>/<form>/<id>/edit", "edit", edit, methods=["GET"])
    blueprint.add_url_rule("/a/<app>/<form>/<id>/edit", "save", save, methods=["POST"])
