"""Deleting a record: one page that says what will be gone, one button."""

from dataclasses import dataclass

from flask import Blueprint, Response, request, url_for

from dougong import words
from dougong.db import as_id
from dougong.errors import Conflict, DougongError, Forbidden, Refused
from dougong.forms.slots import sentence
from dougong.pages import reading, writing
from dougong.records import Delete, RecordDesk, Visit, read, write
from dougong.tables import LiveForm
from dougong.web import guards, htmx
from dougong_runtime.form_page import Alert
from dougong_runtime.spoken import spoken
from dougong_runtime.start import form_of, record_id

TEMPLATE = "runtime/delete.html"


@dataclass(frozen=True, slots=True)
class DeletePage:
    """What would be deleted, and where to go instead."""

    heading: str
    name: str
    version: int
    action: str
    back: str
    alert: Alert | None = None


@guards.signed_in
def ask(app: str, form: str, id: str) -> Response:
    """Ask before deleting."""
    return htmx.answer(TEMPLATE, reading(lambda visit: _page(visit, form_of(visit, app, form), record_id(id))))


@guards.signed_in(writes=True)
def delete(app: str, form: str, id: str) -> Response:
    """Delete the record as it was seen."""
    version = as_id(request.form.get("version", "")) or 0
    try:
        said = writing(lambda visit: _delete(visit, form_of(visit, app, form), record_id(id), version))
    except (Refused, Conflict) as error:
        return _again(app, form, id, error)
    htmx.tell(said)
    return htmx.see_other(url_for("runtime.records", app=app, form=form))


def _delete(visit: Visit, live: LiveForm, id: int, version: int) -> str:
    name = _name(visit, live, id)
    write(visit, live, [Delete(id, version)])
    return words.say("runtime.deleted", visit.language, name=name)


def _again(app: str, form: str, id: str, error: DougongError) -> Response:
    def page(visit: Visit) -> DeletePage:
        said = spoken(visit, RecordDesk(visit), error.code, error.params)
        if isinstance(error, Refused):
            said = sentence(error.problems[0], visit.language)
        return _page(visit, form_of(visit, app, form), record_id(id), Alert("warn", said))

    return htmx.answer(TEMPLATE, reading(page), status=error.status)


def _page(visit: Visit, live: LiveForm, id: int, alert: Alert | None = None) -> DeletePage:
    record = read(visit, live, id)
    if "delete" not in record.actions:
        raise Forbidden("access.may_not_delete", title=live.form.spec.title)
    app, _, form = live.ref.partition(".")
    return DeletePage(
        heading=words.title(live.form.spec.title, visit.language, form),
        name=_name(visit, live, id),
        version=record.version,
        action=url_for("runtime.delete_record", app=app, form=form, id=id),
        back=url_for("runtime.record", app=app, form=form, id=id),
        alert=alert,
    )


def _name(visit: Visit, live: LiveForm, id: int) -> str:
    """What the record is called: its title, or the form's with a word that it is one of it."""
    record = read(visit, live, id)
    return record.title.strip() or words.title(live.form.spec.title, visit.language, live.form.key)


def routes(blueprint: Blueprint) -> None:
    """``/a/<app>/<form>/<id>/delete``."""
    blueprint.add_url_rule("/a/<app>/<form>/<id>/delete", "delete", ask, methods=["GET"])
    blueprint.add_url_rule("/a/<app>/<form>/<id>/delete", "delete_record", delete, methods=["POST"])
