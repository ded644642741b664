"""The form field that a picker or an upload is for (``?for=app.form.field``), if the person may fill it in somewhere."""

from flask import request

from dougong.errors import Forbidden, NotFound
from dougong.records import Visit
from dougong.spec.compiled import CompiledField


def asked_field(visit: Visit, *types: str) -> CompiledField:
    """The field named by ``?for=``, of one of ``types``. Raises NotFound for none, Forbidden for one not theirs to fill."""
    app, _, rest = request.args.get("for", "").partition(".")
    form, _, path = rest.partition(".")
    live = visit.forms.form(f"{app}.{form}")
    try:
        compiled = live.form.field(path)
    except KeyError:
        raise NotFound("runtime.no_such_field") from None
    if compiled.spec.type_key() not in types:
        raise NotFound("runtime.no_such_field")
    key, view = compiled.table or compiled.key, visit.view(live)
    may = key in view.creatable() or any(grant.edits(key) for grant in view.grants)
    if not compiled.settable or not may:
        raise Forbidden("access.may_not_set", title=compiled.spec.title)
    return compiled
