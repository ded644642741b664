"""What changed in a record, by field; and the load as history, which brings dates and end states along."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert

from dougong.db import new_id
from dougong.errors import Forbidden, Problem
from dougong.fields.base import Invalid, as_text
from dougong.fields.moment import DateTime
from dougong.records.change import Written
from dougong.records.desk import RecordDesk
from dougong.records.judge import differs
from dougong.records.prepared import Prepared
from dougong.records.tables import record_change
from dougong.records.visit import Visit
from dougong.spec.system import statuses
from dougong.tables import LiveForm

ENDED = ("approved", "rejected", "withdrawn")
LONGEST = 255
HISTORY_KEYS = frozenset({"number", "status", "created_by", "created_at"})
_MOMENT = DateTime(key="created_at")


def remember(visit: Visit, live: LiveForm, written: Sequence[Written]) -> None:
    """Keep before and after of every field an update changed; a new record is its own first state."""
    rows = [
        {
            "id": new_id(), "form": live.ref, "record_id": one.id, "version": one.after["version"], "at": visit.now,
            "actor_id": visit.actor.id, "door": visit.door, "changes": differences(live, one.before, one.after),
        }
        for one in written
        if one.kind == "updated" and one.before is not None and one.after is not None
    ]  # fmt: skip
    if rows:
        visit.tx.conn.execute(insert(record_change), rows)


def differences(live: LiveForm, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Field key → [before, after] in JSON form, for the fields (and the status) that differ."""
    keys = ["status", *live.form.fields]
    return {
        key: [plain(before.get(key)), plain(after.get(key))]
        for key in keys
        if differs(before.get(key), after.get(key))
    }


def plain(value: Any) -> Any:
    """A canonical value as JSON keeps it: numbers as exact text, ids as text."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value


def history_values(
    visit: Visit, live: LiveForm, given: Mapping[str, Any], one: Prepared, desk: RecordDesk
) -> dict[str, Any]:
    """System values of a record that was made elsewhere, from raw ones; admins only."""
    if not visit.actor.admin:
        raise Forbidden("access.history_is_for_admins")
    system: dict[str, Any] = {}
    for key, raw in given.items():
        try:
            value = _history_value(visit, live, key, raw, desk)
        except Invalid as wrong:
            one.add(Problem(wrong.code, key, {"title": key, **wrong.params}))
            continue
        if value is not None:
            system[key] = value
    if "created_at" in system:
        system["updated_at"] = system["created_at"]
    if "created_by" in system:
        system["updated_by"] = system["created_by"]
        entry = desk.directory.entry_by_id(system["created_by"])
        system["department"] = entry.department_id if entry else None
    return system


def _end_states(visit: Visit, live: LiveForm) -> Iterable[str]:
    """A load brings end states; a spec's own tests may set up any state."""
    return (status.key for status in statuses(live.form)) if visit.door == "test" else ENDED


def _history_value(visit: Visit, live: LiveForm, key: str, raw: Any, desk: RecordDesk) -> Any:
    text = as_text(raw)
    if text is None:
        return None
    if len(text) > LONGEST:
        raise Invalid("field.too_long", most=LONGEST, count=len(text))
    if key == "created_by":
        person = desk.person(text)
        if person is None:
            raise Invalid("field.no_such_person", given=text)
        return person.id
    if key == "created_at":
        return _MOMENT.coerce(text, desk)
    if key == "status" and text not in _end_states(visit, live):
        raise Invalid("record.not_an_end_status", text=text)
    return text
