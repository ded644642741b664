"""Judged values → rows: inserts and updates in bulk, sub-table rows, titles; nothing is decided here."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, delete, update

from dougong.db import Tx, id_block
from dougong.formulas import Env, ErrorValue
from dougong.formulas.fold import fold
from dougong.records.bulk import insert_rows, layout_of
from dougong.records.newer import newer_of, plain_rows
from dougong.spec.compiled import CompiledField, CompiledForm
from dougong.spec.model import SYSTEM_FIELDS
from dougong.tables import LiveForm, PhysicalTable, title_key

Values = dict[str, Any]
TITLE_LENGTH = 300
_SYSTEM = (*SYSTEM_FIELDS, "_created_at_day", "_updated_at_day", "_number_fold", "_title", "_title_fold")


def insert_records(tx: Tx, live: LiveForm, batch: Sequence[Values], env: Env) -> None:
    """Store new records; each has its ``id`` and system values. Their rows get ids here."""
    layout = layout_of(tx, live.physical.main, _SYSTEM, live.form.fields.values())
    days = _Days(env.zone)
    rows = layout.rows(((_system_row(live, values, env, days), values) for values in batch), env.zone)
    insert_rows(tx, layout.table, layout.names, rows)
    for key in live.form.rows:
        parents = [(int(values["id"]), values[key]) for values in batch if values.get(key)]
        placed = [(parent, index, row) for parent, rows in parents for index, row in enumerate(rows)]
        _insert_sub_rows(tx, live, key, placed, env.zone)


def update_record(tx: Tx, live: LiveForm, before: Mapping[str, Any], after: Values, env: Env) -> None:
    """Store a changed record: its columns, and of its sub-tables the rows that were added, changed or removed."""
    main = live.physical.main
    row = _record_row(live, after, env)
    if live.now is not None:  # the published form says what a record is called
        del row["_title"], row["_title_fold"]
    tx.conn.execute(update(main.table).where(main.table.c.id == row.pop("id")).values(row))
    for key in live.form.rows:
        if (before.get(key) or []) != plain_rows(after.get(key)):
            _update_rows(tx, live, key, before, after, env.zone)


def retitle(tx: Tx, live: LiveForm, values: Values, env: Env) -> None:
    """Call a stored record what the form calls it; also in ``values``."""
    title = record_title(live.form, values, env)
    if title != values["_title"]:
        table = live.physical.main.table
        named = {"_title": title, "_title_fold": fold(title) if title else None}
        tx.conn.execute(update(table).where(table.c.id == int(values["id"])).values(named))
        values["_title"] = title


def mark_deleted(tx: Tx, live: LiveForm, values: Values, now: datetime) -> None:
    """Mark a record as gone; its row stays."""
    table = live.physical.main.table
    tx.conn.execute(
        update(table).where(table.c.id == int(values["id"])).values(_deleted_at=now, version=values["version"])
    )


def record_title(form: CompiledForm, values: Mapping[str, Any], env: Env) -> str | None:
    """What the record is called: its title formula, else its first field of text; None when that is blank."""
    if form.record_title is not None:
        made = form.record_title.evaluate(values, env)
        text = None if isinstance(made, ErrorValue) else made
    else:
        key = title_key(form)
        text = None if key is None else values.get(key)
    return str(text).strip()[:TITLE_LENGTH] or None if text is not None else None


def _system_row(live: LiveForm, values: Values, env: Env, days: "_Days") -> list[Any]:
    """The values of the system columns, in the order of ``_SYSTEM``; the title is noted in ``values`` too."""
    get = values.get
    title = values["_title"] = record_title(live.form, values, env)
    number = get("number")
    return [
        int(values["id"]), *[get(key) for key in SYSTEM_FIELDS[1:]],
        days[values["created_at"]], days[values["updated_at"]],
        fold(number) if number else None, title, fold(title) if title else None,
    ]  # fmt: skip


class _Days(dict[datetime, date]):
    """Moment → its day in a zone; most records of a batch share one moment."""

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__()
        self.zone = zone

    def __missing__(self, moment: datetime) -> date:
        found = self[moment] = moment.astimezone(self.zone).date()
        return found


def _record_row(live: LiveForm, values: Values, env: Env) -> Values:
    row = dict(zip(_SYSTEM, _system_row(live, values, env, _Days(env.zone)), strict=True))
    return row | columns(live.physical.main, live.form.fields.values(), values, env.zone)


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
    return {**row, **newer_of(values)}


def _insert_sub_rows(
    tx: Tx, live: LiveForm, key: str, placed: Sequence[tuple[int, int, Values]], zone: ZoneInfo
) -> None:
    """Store new rows of a sub-table, given as (record id, position, row); each gets its id."""
    layout = layout_of(tx, live.physical.rows[key], ("id", "_parent", "_position"), live.form.rows[key].values())
    pairs = []
    for id, (parent, position, row) in zip(id_block(len(placed)) if placed else (), placed, strict=True):
        row["id"] = id
        pairs.append(([id, parent, position], row))
    insert_rows(tx, layout.table, layout.names, layout.rows(pairs, zone))


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
    fresh = [(parent, index, row) for index, row in enumerate(rows) if not row.get("id")]
    _insert_sub_rows(tx, live, key, fresh, zone)


def _renamed(row: Values) -> Values:
    return {f"new_{name}": value for name, value in row.items()}
