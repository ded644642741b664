"""What an address of the runtime names: a published form, a record."""

from dougong.db import as_id
from dougong.errors import NotFound
from dougong.records import Visit
from dougong.tables import LiveForm


def form_of(visit: Visit, app: str, form: str) -> LiveForm:
    """The published form an address names; raises NotFound."""
    return visit.forms.form(f"{app}.{form}")


def record_id(raw: str) -> int:
    """The record an address names; raises NotFound for what cannot be one."""
    id = as_id(raw)
    if id is None:
        raise NotFound("record.not_found")
    return id
