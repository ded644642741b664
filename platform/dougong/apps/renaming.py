"""A form or field under another key: everything kept about its records follows; history and audit stay as written."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Table, update

from dougong.db import Tx
from dougong.files.tables import stored_file
from dougong.flows.tables import flow_instance, flow_task
from dougong.records.tables import counter, idempotency, record_change
from dougong.spec.compiled import CompiledApp
from dougong.spec.lineage import lineage
from dougong.tables.catalogue import aside
from dougong.tables.search_index import search_table

ABOUT_FORMS: tuple[Table, ...] = (
    counter, idempotency, record_change, flow_instance, flow_task, stored_file, search_table,
)  # fmt: skip
"""Tables whose ``form`` is an ``app.form``."""
ABOUT_FIELDS = (counter, stored_file)
"""Those of them whose ``field`` is the path of a field."""


def follow_keys(tx: Tx, before: CompiledApp, after: CompiledApp) -> None:
    """Let what is kept about forms and fields that have another key now be found under it."""
    lines = lineage(before.spec, after.spec)
    _move(tx, ABOUT_FORMS, "form", {f"{after.key}.{line.form}": f"{after.key}.{key}" for key, line in lines.items()})
    for key, line in lines.items():
        _move(tx, ABOUT_FIELDS, "field", {was: path for path, was in line.fields.items()}, f"{after.key}.{key}")


def _move(tx: Tx, tables: Iterable[Table], column: str, keys: Mapping[str, str], form: str = "") -> None:
    """Old key → new one, by way of marks that no key can be, as two may have changed places. What is kept about
    something that was taken away gives its key up."""
    moved = {old: new for old, new in keys.items() if old != new}
    app = f"{next(iter(moved)).partition('.')[0]}." if moved and not form else ""
    marks = {old: f"{app}{aside()}" for old in moved}
    steps = [(hidden, f"{app}{aside()}") for hidden in set(moved.values()) - moved.keys()]
    steps += [*marks.items(), *((mark, moved[old]) for old, mark in marks.items())]
    for table in tables:
        for old, new in steps:
            where = [table.c[column] == old, *([table.c.form == form] if form else [])]
            tx.conn.execute(update(table).where(*where).values({column: new}))
