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
from dougong_runtime.posted import read_posted, redraws
from dougong_runtime.spoken import spoken
from dougong_runtime.start import form_of, record_id
from dougong_runtime.whats_next import outcome

TEMPLATE = "runtime/form.html"
_SUBMIT = {"draft": "runtime.submit", "returned": "runtime.resubmit"}


@guards.signed_in
def edit(app: str, form: str, id: str) -> Response:
    """The record in its form."""
    page = reading(lambda visit: _page(_filling(visit, app, form, id), RawRecord(), fresh=True))
    return htmx.answer(TEMPLATE, page)


@guards.signed_in(writes=True)
def save(app: str, form: str, id: str) -> Response:
    """Draw the form again, keep what was typed, or hand the record in."""
    filling = reading(lambda visit: _filling(visit, app, form, id))
    posted = read_posted(filling)
    if redraws():
        return _again(app, form, id, posted.raw, posted.problems, 200)
    raw = without_blank_rows(filling.live.form, stale.chosen(posted.raw))
    try:
        if posted.problems:
            raise Refused(posted.problems)
        handed = writing(lambda visit: _store(visit, app, form, id, raw))
    except Refused as refused:
        return _again(app, form, id, raw, refused.problems, refused.status)
    except Conflict as conflict:
        return _stale(app, form, id, raw, conflict)
    return told(handed)


def _store(visit: Visit, app: str, form: str, id: str, raw: RawRecord) -> Handed:
    live, number = form_of(visit, app, form), record_id(id)
    draft = "_draft" in request.form
    before = read(visit, live, number)
    submit = before.status in _SUBMIT and not draft
    version = as_id(request.form.get("_version", "")) or 0
    written = write(visit, live, [Update(number, version, raw, submit=submit, draft=draft and not submit)])[0]
    done = words.say("runtime.draft_kept" if before.status == "draft" else "runtime.saved", visit.language)
    said = outcome(visit, live, written) if submit else done
    return Handed(url_for("runtime.record", app=app, form=form, id=id), said, written.notices)


def _filling(visit: Visit, app: str, form: str, id: str) -> Filling:
    live = form_of(visit, app, form)
    record = read(visit, live, record_id(id))
    if "edit" not in record.actions:
        raise Forbidden("access.may_not_edit", title=live.form.spec.title)
    return stored_filling(visit, live, record.id, record.readable, record.editable)


def _page(filling: Filling, raw: RawRecord, problems: Sequence[Problem] = (), *, fresh: bool = False) -> FillPage:
    assert filling.before is not None
    before = filling.before
    app, _, form = filling.live.ref.partition(".")
    version = str(before["version"]) if fresh else request.form.get("_version", "")
    marks = stale.bases(filling) if fresh else _posted_bases()
    return fill_page(
        filling, raw, problems,
        hidden=(("_version", version), *((stale.NAME, f"{key}:{mark}") for key, mark in marks)),
        submit=_SUBMIT.get(before["status"], "runtime.save"), draft=before["status"] in _SUBMIT,
        back=url_for("runtime.record", app=app, form=form, id=before["id"]), number=before["number"] or "", fresh=fresh,
    )  # fmt: skip


def _posted_bases() -> list[tuple[str, str]]:
    pairs = (str(text).rpartition(":") for text in request.form.getlist(stale.NAME))
    return [(key, mark) for key, _, mark in pairs]


def _again(app: str, form: str, id: str, raw: RawRecord, problems: Sequence[Problem], status: int) -> Response:
    page = reading(lambda visit: _page(_filling(visit, app, form, id), raw, problems))
    return htmx.answer(TEMPLATE, page, status=status)


def _stale(app: str, form: str, id: str, raw: RawRecord, conflict: Conflict) -> Response:
    """The form over the record as it is now: nothing typed is lost, and what both changed is put side by side."""

    def page(visit: Visit) -> FillPage:
        filling = _filling(visit, app, form, id)
        merged = stale.merge(filling, raw)
        desk = RecordDesk(visit)
        said = spoken(visit, desk, "runtime.stale", {"by": filling.before["updated_by"]}) if filling.before else ""
        help_key = "runtime.stale_choose" if merged.clashes else "runtime.stale_merged"
        params = {"titles": list(merged.taken)} if merged.taken else {}
        more = words.say("runtime.stale_taken", visit.language, **params) if merged.taken else ""
        help_ = " ".join(part for part in (words.say(help_key, visit.language), more) if part)
        fresh = _page(filling, merged.raw)
        hidden = [pair for pair in fresh.hidden if pair[0] not in ("_version", stale.NAME)]
        hidden.append(("_version", str(filling.before["version"] if filling.before else "")))
        hidden += [(stale.NAME, f"{key}:{mark}") for key, mark in stale.bases(filling)]
        return replace(fresh, hidden=tuple(hidden), alert=Alert("warn", said, help_), clashes=merged.clashes)

    if conflict.code != "record.stale":
        raise conflict
    return htmx.answer(TEMPLATE, reading(page), status=conflict.status)


def routes(blueprint: Blueprint) -> None:
    """``/a/<app>/<form>/<id>/edit``."""
    blueprint.add_url_rule("/a/<app>/<form>/<id>/edit", "edit", edit, methods=["GET"])
    blueprint.add_url_rule("/a/<app>/<form>/<id>/edit", "save", save, methods=["POST"])
