"""A form or field under another key: everything kept about its records follows; history and audit stay as written."""

from sqlalchemy import Table, update

from dougong.db import Tx
from dougong.files.tables import stored_file
from dougong.flows.tables import flow_instance, flow_task
from dougong.records.tables import counter, idempotency, record_change
from dougong.spec.compiled import CompiledApp
from dougong.spec.lineage import Lineage, lineage
from dougong.tables.search_index import search_table

ABOUT_FORMS: tuple[Table, ...] = (
    counter, idempotency, record_change, flow_instance, flow_task, stored_file, search_table,
)  # fmt: skip
"""Tables whose ``form`` is an ``app.form``."""
ABOUT_FIELDS = (counter, stored_file)
"""Those of them whose ``field`` is the path of a field."""


def follow_keys(tx: Tx, before: CompiledApp, after: CompiledApp) -> None:
    """Let what is kept about forms and fields that have another key now be found under it. Keys go by way of a mark no
    key can hold, as two may have changed places."""
    lines = lineage(before.spec, after.spec)
    for mark in ("", "~"):
        for key, line in lines.items():
            _form(tx, after.key, line, key, mark)
    for mark in ("", "~"):
        for key, line in lines.items():
            _fields(tx, f"{after.key}.{key}", line, mark)


def _form(tx: Tx, app: str, line: Lineage, key: str, mark: str) -> None:
    """First to the marked old key, then from there to the new one."""
    if line.form == key:
        return
    old, new = (f"{app}.{line.form}~", f"{app}.{key}") if mark else (f"{app}.{line.form}", f"{app}.{line.form}~")
    for table in ABOUT_FORMS:
        tx.conn.execute(update(table).where(table.c.form == old).values(form=new))


def _fields(tx: Tx, ref: str, line: Lineage, mark: str) -> None:
    for path, was in line.fields.items():
        if path == was:
            continue
        old, new = (f"{was}~", path) if mark else (was, f"{was}~")
        for table in ABOUT_FIELDS:
            tx.conn.execute(update(table).where(table.c.form == ref, table.c.field == old).values(field=new))
