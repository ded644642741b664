"""One record as one person may see it: the readable values, and what may be done with it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dougong.access import View
from dougong.errors import NotFound
from dougong.records.desk import RecordDesk
from dougong.records.load import load
from dougong.records.shape import json_values
from dougong.records.visit import Visit
from dougong.spec.compiled import CompiledField
from dougong.tables import LiveForm


@dataclass(frozen=True)
class Record:
    """``values`` holds system values and the readable fields; ``readable`` and ``editable`` are top-level keys;
    ``actions`` are those of read, edit, delete, export that are allowed on it."""

    id: int
    version: int
    number: str
    title: str
    status: str
    values: Mapping[str, Any]
    readable: frozenset[str]
    editable: frozenset[str]
    actions: frozenset[str]


def read(visit: Visit, live: LiveForm, id: int, desk: RecordDesk | None = None) -> Record:
    """The record; raises NotFound when it is absent, gone or not for this person to see. ``desk`` learns its names."""
    found = read_many(visit, live, [id], desk)
    if not found:
        raise NotFound("record.not_found")
    return found[0]


def read_many(visit: Visit, live: LiveForm, ids: Sequence[int], desk: RecordDesk | None = None) -> list[Record]:
    """The readable records among ``ids``, in their order."""
    stored = load(visit.tx, live, ids)
    visit.expect(live, stored)
    view = visit.view(live)
    records = [_seen(live, view, id, stored[id]) for id in ids if id in stored and view.may("read", stored[id])]
    if desk is not None:
        learn(desk, live, [record.values for record in records])
    return records


def _seen(live: LiveForm, view: View, id: int, values: Mapping[str, Any]) -> Record:
    """The record through this person's grants."""
    readable = view.readable(values)
    visible = {key: value for key, value in values.items() if key in readable or key not in live.form.fields}
    title = visible.pop("_title", None)
    title = title if title and view.shows_title(values, readable) else None
    return Record(
        id=id, version=values["version"], number=values["number"] or "", title=title or values["number"] or "",
        status=values["status"], values=visible, readable=readable, editable=view.editable(values),
        actions=frozenset(action for action in ("read", "edit", "delete", "export") if view.may(action, values)),
    )  # fmt: skip


def as_json(live: LiveForm, record: Record, desk: RecordDesk) -> dict[str, Any]:
    """``{"id", "number", "version", "values"}``: a record as the API gives it."""
    values = json_values(live.form, record.values, desk)
    return {
        "id": str(record.id), "number": record.number, "version": record.version, "status": record.status,
        "values": values,
    }  # fmt: skip


def learn(desk: RecordDesk, live: LiveForm, batch: Iterable[Mapping[str, Any]]) -> None:
    """Let the desk look up every name these stored values need to be shown."""
    people: set[int] = set()
    departments: set[int] = set()
    records: dict[str, set[int]] = defaultdict(set)
    files: set[str] = set()

    def note(field: CompiledField, value: Any) -> None:
        if value is None:
            return
        if field.spec.type_key() == "file":
            files.update(value)
            return
        target = next((c.references for c in field.spec.columns() if c.references), None)
        if target == "person":
            people.add(value)
        elif target == "department":
            departments.add(value)
        elif target:
            records[target].add(value)

    for values in batch:
        people.update(values[key] for key in ("created_by", "updated_by") if values.get(key))
        departments.update(values[key] for key in ("department",) if values.get(key))
        for key, field in live.form.fields.items():
            for row in values.get(key) or () if key in live.form.rows else ():
                for column, inner in live.form.rows[key].items():
                    note(inner, row.get(column))
            if key not in live.form.rows:
                note(field, values.get(key))
    desk.prime_ids(people, departments, records)
    desk.prime_files(files)
