"""What an address of the runtime names: a published form, a record."""

from dougong.apps import Registry
from dougong.db import as_id
from dougong.errors import NotFound
from dougong.records import Visit
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


def record_id(raw: str) -> int:
    """The record an address names; raises NotFound for what cannot be one."""
    id = as_id(raw)
    if id is None:
        raise NotFound("record.not_found")
    return id
