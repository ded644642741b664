"""The scene of a test: its people with their posts, its records as they were made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, update

from dougong import clock
from dougong.access import everything
from dougong.apps import Registry
from dougong.db import Tx, new_id
from dougong.errors import Refused
from dougong.fields import children
from dougong.fields.file import File
from dougong.files.tables import stored_file
from dougong.people import organisation
from dougong.people.accounts import add_person
from dougong.people.actor import SYSTEM, Actor
from dougong.people.organisation import Organisation
from dougong.people.tables import department, membership, person, role_member
from dougong.records import Create, RecordDesk, Visit, judge_batch, store_batch
from dougong.spec.model import App, Form, Test
from dougong.tables import LiveForm

_HISTORY = ("number", "status", "created_by", "created_at")
ANYBODY = "somebody"


@dataclass
class Cast:
    """Logins to ids, record keys to ids (and back), and who acts."""

    acting: str
    people: dict[str, int] = field(default_factory=dict)
    records: dict[str, int] = field(default_factory=dict)

    def key_of(self, record_id: int) -> str:
        """The test's name of a record."""
        return next((key for key, id in self.records.items() if id == record_id), str(record_id))


def set_scene(tx: Tx, spec: App, test: Test) -> Cast:
    """Put the people and records of a test into the transaction."""
    organisation.save(tx, Organisation(zone=ZoneInfo("Asia/Shanghai"), language=spec.app.language))
    cast = Cast(test.person or ANYBODY)
    for login in dict.fromkeys([*test.people, cast.acting]):
        cast.people[login] = add_person(tx, login, login, ())
    _posts(tx, spec, test, cast)
    names = {str(record.get("key")) for records in test.records.values() for record in records}
    own = spec.app.key
    left = [
        (ref if "." in ref else f"{own}.{ref}", dict(record))
        for ref, records in test.records.items()
        for record in records
    ]
    while left:
        ready = [each for each in left if not _named_in(each[1], names - cast.records.keys())] or left[:1]
        for ref, record in ready:
            _record(tx, ref, dict(record), cast)
        left = [each for each in left if each not in ready]
    return cast


def _named_in(record: Mapping[str, Any], missing: set[str]) -> bool:
    """Whether a record's values name another record that is not there yet."""
    return any(isinstance(value, str) and value in missing for key, value in record.items() if key != "key")


def _posts(tx: Tx, spec: App, test: Test, cast: Cast) -> None:
    """Supervisors, departments and roles."""
    departments: dict[str, int] = {}
    for login, said in test.people.items():
        me = cast.people[login]
        if said.supervisor:
            tx.conn.execute(
                update(person).where(person.c.id == me).values(supervisor_id=cast.people.get(said.supervisor))
            )
        if said.department:
            if said.department not in departments:
                departments[said.department] = _department(tx, said.department)
            own = insert(membership).values(person_id=me, department_id=departments[said.department], main=True)
            tx.conn.execute(own)
        for position, role in enumerate(said.roles):
            app, _, key = role.rpartition(".")
            held = insert(role_member).values(app=app or spec.app.key, role=key, person_id=me, position=position)
            tx.conn.execute(held)


def _department(tx: Tx, key: str) -> int:
    id = new_id()
    tx.conn.execute(insert(department).values(id=id, key=key, name=key, path=f"/{id}/"))
    return id


def _record(tx: Tx, ref: str, record: dict[str, Any], cast: Cast) -> None:
    """One record as it was made, at its own time, without its approval."""
    key = str(record.pop("key", ""))
    visit = _historian(tx, cast)
    live = visit.forms.form(ref)
    history = {name: record.pop(name) for name in _HISTORY if name in record}
    history.setdefault("created_at", clock.now().isoformat())
    values = stand_ins(tx, live.form.spec, named(live, record, cast), visit.actor.id)
    prepared = judge_batch(visit, live, [Create(values, history=history)], RecordDesk(visit))
    if prepared[0].problems:
        raise Refused([problem.under(f"records.{ref}.{key}") for problem in prepared[0].problems])
    cast.records[key] = store_batch(visit, live, prepared)[0].id


def _historian(tx: Tx, cast: Cast) -> Visit:
    """Somebody who may store anything: the scene is given, not earned."""
    actor = Actor(SYSTEM.id, SYSTEM.login, SYSTEM.name, admin=True)

    def all_of(_visit: Visit, live: LiveForm) -> list[Any]:
        return [everything(live)]

    return Visit(
        tx=tx, actor=actor, forms=Registry(tx), organisation=organisation.load(tx), now=clock.now(), door="test",
        grant_sources=(all_of,),
    )  # fmt: skip


def named(live: LiveForm, values: Mapping[str, Any], cast: Cast) -> dict[str, Any]:
    """Raw values in which the test's names of records are their ids."""
    found = dict(values)
    for path in [*live.form.fields, *(f"{t}.{k}" for t, fields in live.form.rows.items() for k in fields)]:
        field_ = live.form.field(path)
        if not any(c.references and "." in c.references for c in field_.spec.columns()):
            continue
        if field_.table:
            rows = found.get(field_.table)
            if isinstance(rows, list):
                found[field_.table] = [_renamed(r, field_.key, cast) if isinstance(r, dict) else r for r in rows]
        else:
            found = _renamed(found, field_.key, cast)
    return found


def _renamed(values: Mapping[str, Any], key: str, cast: Cast) -> dict[str, Any]:
    raw = values.get(key)
    if isinstance(raw, str) and raw in cast.records:
        return {**values, key: str(cast.records[raw])}
    return dict(values)


def stand_ins(tx: Tx, form: Form, values: dict[str, Any], owner: int) -> dict[str, Any]:
    """Raw values in which ``{"file": "a.pdf"}`` is an upload of that name, without bytes."""

    def replaced(nodes: Any, found: dict[str, Any]) -> dict[str, Any]:
        for node in nodes:
            raw = found.get(node.key)
            if isinstance(node, File) and isinstance(raw, list):
                found = {
                    **found,
                    node.key: [_upload(tx, each["file"], owner) if _is_stand_in(each) else each for each in raw],
                }
            elif node.type_key() == "subtable" and isinstance(raw, list):
                found = {
                    **found,
                    node.key: [replaced(children(node), row) if isinstance(row, dict) else row for row in raw],
                }
            elif node.type_key() == "section":
                found = replaced(children(node), found)
        return found

    return replaced(form.fields, values)


def _is_stand_in(raw: Any) -> bool:
    return isinstance(raw, dict) and isinstance(raw.get("file"), str)


def _upload(tx: Tx, name: str, owner: int) -> str:
    id = f"{new_id():032x}"
    kinds = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg"}
    media = kinds.get(name.rpartition(".")[2].lower(), "application/octet-stream")
    row = {"id": id, "name": name, "size": 1, "media_type": media, "sha256": "", "owner_id": owner}
    tx.conn.execute(insert(stored_file).values(**row, created_at=clock.now()))
    return id
