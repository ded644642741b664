"""The form field that a picker or an upload is for (``?for=app.form.field``), if the person may fill it in somewhere."""

from flask import request

from dougong.db import as_id
from dougong.errors import Forbidden, NotFound
from dougong.records import Visit
from dougong.spec.compiled import CompiledField
from dougong.tables import LiveForm
from dougong_runtime.sketch import sketch
from dougong_runtime.start import form_of


def asked_field(visit: Visit, *types: str) -> CompiledField:
    """The field named by ``?for=``, of one of ``types``; with ``?draft=`` of the form a builder tries out. One that the
    form has no more is found as it was in revision ``?rev=``, for a page drawn by that is still being filled in. Raises
    NotFound for none, Forbidden for one not theirs to fill."""
    app, _, rest = request.args.get("for", "").partition(".")
    form, _, path = rest.partition(".")
    if "draft" in request.args:
        return _tried_out(visit, app, form, path, types)
    live = form_of(visit, app, form)
    compiled, live = _drawn(visit, live, path, types)
    key, view = compiled.table or compiled.key, visit.view(live)
    may = key in view.creatable() or any(grant.edits(key) for grant in view.grants)
    if not compiled.settable or not may:
        raise Forbidden("access.may_not_set", title=compiled.spec.title)
    return compiled


def _drawn(visit: Visit, live: LiveForm, path: str, types: tuple[str, ...]) -> tuple[CompiledField, LiveForm]:
    """The field with its form: that of now, or, for those who may still write in that one, the older one."""
    try:
        return _field(live, path, types), live
    except NotFound:
        said = as_id(request.args.get("rev", "")) or 0
        view = visit.view(live)
        if not 0 < said < live.revision or not (view.may("create") or view.may("edit")):
            raise
        old = visit.forms.form_at(live.ref, said)
        return _field(old, path, types), old


def _tried_out(visit: Visit, app: str, form: str, path: str, types: tuple[str, ...]) -> CompiledField:
    if not visit.actor.is_builder:
        raise Forbidden("web.builders_only")
    return _field(sketch(visit, app, form), path, types)


def _field(live: LiveForm, path: str, types: tuple[str, ...]) -> CompiledField:
    try:
        compiled = live.form.field(path)
    except KeyError:
        raise NotFound("runtime.no_such_field") from None
    if compiled.spec.type_key() not in types:
        raise NotFound("runtime.no_such_field")
    return compiled
