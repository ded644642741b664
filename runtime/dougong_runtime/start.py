"""What an address of the runtime names: a published form, a record."""

from dougong.apps import Registry
from dougong.db import as_id
from dougong.errors import NotFound
from dougong.records import Visit
from dougong.records.judging import form_for
from dougong.tables import LiveForm


def form_of(visit: Visit, app: str, form: str) -> LiveForm:
    """The published form an address names, also by an earlier key of it; raises NotFound."""
    try:
        return visit.forms.form(f"{app}.{form}")
    except NotFound:
        forms = Registry(visit.tx).app(app).forms.values()
        found = next((live for live in forms if form in live.form.spec.was), None)
        if found is None:
            raise
        return found


def held_form(visit: Visit, app: str, form: str, id: str) -> LiveForm:
    """The form that holds for a record: of a running approval the one it began on, else the published one; raises
    NotFound."""
    return form_for(visit, form_of(visit, app, form), record_id(id))


def record_id(raw: str) -> int:
    """The record an address names; raises NotFound for what cannot be one."""
    id = as_id(raw)
    if id is None:
        raise NotFound("record.not_found")
    return id
