"""Judged values → rows: inserts and updates in bulk, sub-table rows, titles; nothing is decided here."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, delete, insert, update

from dougong.db import Tx, id_block
from dougong.formulas import Env, ErrorValue
from dougong.formulas.fold import fold
from dougong.spec.compiled import CompiledField, CompiledForm
from dougong.spec.model import SYSTEM_FIELDS
from dougong.tables import LiveForm, PhysicalTable

Values = dict[str, Any]
TITLE_LENGTH = 300


def insert_records(tx: Tx, live: LiveForm, batch: Sequence[Values], env: Env) -> None:
    """Store new records; each has its ``id`` and system values. Their rows get ids here."""
    main = live.physical.main
    tx.conn.execute(insert(main.table), [_record_row(live, values, env) for values in batch])
    for key in live.form.rows:
        parents = [(int(values["id"]), values[key]) for values in batch if values.get(key)]
        _insert_rows(tx, live, key, parents, env.zone)


def update_record(tx: Tx, live: LiveForm, before: Mapping[str, Any], after: Values, env: Env) -> None:
    """Store a changed record: its columns, and of its sub-tables the rows that were added, changed or removed."""
    main = live.physical.main
    row = _record_row(live, after, env)
    tx.conn.execute(update(main.table).where(main.table.c.id == row.pop("id")).values(row))
    for key in live.form.rows:
        if (before.get(key) or None) != (after.get(key) or None):
            _update_rows(tx, live, key, before, after, env.zone)


def mark_deleted(tx: Tx, live: LiveForm, values: Values, now: datetime) -> None:
    """Mark a record as gone; its row stays."""
    table = live.physical.main.table
    tx.conn.execute(
        update(table).where(table.c.id == int(values["id"])).values(_deleted_at=now, version=values["version"])
    )


def record_title(form: CompiledForm, values: Mapping[str, Any], env: Env) -> str | None:
    """What the record is called: its title formula, else its first text; None when that is blank."""
    if form.record_title is not None:
        made = form.record_title.evaluate(values, env)
        text = None if isinstance(made, ErrorValue) else made
    else:
        text = next((values.get(key) for key, f in form.fields.items() if f.spec.searchable and values.get(key)), None)
    return str(text).strip()[:TITLE_LENGTH] or None if text is not None else None


def _record_row(live: LiveForm, values: Values, env: Env) -> Values:
    zone = env.zone
    row: Values = {key: values.get(key) for key in SYSTEM_FIELDS}
    row["id"] = int(values["id"])
    row["_created_at_day"] = values["created_at"].astimezone(zone).date()
    row["_updated_at_day"] = values["updated_at"].astimezone(zone).date()
    row["_number_fold"] = fold(values["number"]) if values.get("number") else None
    row["_title"] = values["_title"] = record_title(live.form, values, env)
    row["_title_fold"] = fold(row["_title"]) if row["_title"] else None
    return row | columns(live.physical.main, live.form.fields.values(), values, zone)


def columns(table: PhysicalTable, fields: Iterable[CompiledField], values: Mapping[str, Any], zone: ZoneInfo) -> Values:
    """Canonical values → column name → stored value, companions included; blank is None in all of them."""
    row: Values = {}
    for field in fields:
        kept = field.spec.columns()
        if not kept:
            continue
        value = values.get(field.key)
        stored = (None,) * len(kept) if value is None else field.spec.to_columns(value, zone)
        for column, part in zip(kept, stored, strict=True):
            physical = table.column(field.key, column.suffix)
            assert physical is not None
            row[physical.name] = part
    return row


def _insert_rows(tx: Tx, live: LiveForm, key: str, parents: Iterable[tuple[int, list[Values]]], zone: ZoneInfo) -> None:
    physical, fields = live.physical.rows[key], live.form.rows[key].values()
    pairs = [(parent, position, row) for parent, rows in parents for position, row in enumerate(rows)]
    if not pairs:
        return
    stored = []
    for id, (parent, position, row) in zip(id_block(len(pairs)), pairs, strict=True):
        row["id"] = id
        stored.append({"id": id, "_parent": parent, "_position": position} | columns(physical, fields, row, zone))
    tx.conn.execute(insert(physical.table), stored)


def _update_rows(tx: Tx, live: LiveForm, key: str, before: Mapping[str, Any], after: Values, zone: ZoneInfo) -> None:
    physical, fields = live.physical.rows[key], live.form.rows[key].values()
    table, parent = physical.table, int(after["id"])
    rows: list[Values] = after.get(key) or []
    kept = {row["id"] for row in rows if row.get("id")}
    gone = [row["id"] for row in before.get(key) or () if row["id"] not in kept]
    if gone:
        tx.conn.execute(delete(table).where(table.c["_parent"] == parent, table.c.id.in_(gone)))
    changed = [
        {"row_id": row["id"], "row_position": index} | _renamed(columns(physical, fields, row, zone))
        for index, row in enumerate(rows)
        if row.get("id")
    ]
    if changed:
        names = [name for name in changed[0] if name not in ("row_id", "row_position")]
        statement = (
            update(table)
            .where(table.c.id == bindparam("row_id"), table.c["_parent"] == parent)
            .values({"_position": bindparam("row_position")} | {n.removeprefix("new_"): bindparam(n) for n in names})
        )
        tx.conn.execute(statement, changed)
    fresh = [(index, row) for index, row in enumerate(rows) if not row.get("id")]
    if fresh:
        _insert_at(tx, physical, fields, parent, fresh, zone)


def _renamed(row: Values) -> Values:
    return {f"new_{name}": value for name, value in row.items()}


def _insert_at(
    tx: Tx, physical: PhysicalTable, fields: Iterable[CompiledField], parent: int, fresh: list[tuple[int, Values]],
    zone: ZoneInfo,
) -> None:  # fmt: skip
    stored = []
    for id, (position, row) in zip(id_block(len(fresh)), fresh, strict=True):
        row["id"] = id
        stored.append({"id": id, "_parent": parent, "_position": position} | columns(physical, fields, row, zone))
    tx.conn.execute(insert(physical.table), stored)
