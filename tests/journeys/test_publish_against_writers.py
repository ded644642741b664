"""A write that began under one revision and meets another starts again; a publish waits for writers."""

import json
import threading
from typing import Any

from dougong.apps import publish_files
from dougong.db import Tx
from dougong.people.accounts import add_person
from dougong.people.actor import load_actor
from dougong.records import Create, Visit, read, write


def spec(*keys: str) -> dict[str, bytes]:
    fields = [{"key": key, "type": "text", "title": key} for key in keys]
    grant = {"key": "all", "who": "everyone", "can": ["create", "read", "edit"]}
    form = {"key": "note", "title": "Note", "fields": fields, "access": [grant]}
    app = {"dougong": 1, "app": {"key": "pad", "title": "Pad"}, "forms": [form]}
    return {"pad.json": json.dumps(app).encode()}


def publish(site: Any, *keys: str) -> None:
    site.composition.database.write(lambda tx: publish_files(tx, spec(*keys), "test"))


def person(site: Any) -> Any:
    id = site.composition.database.write(lambda tx: add_person(tx, "amy", "Amy", ()))
    return site.composition.database.read(lambda tx: load_actor(tx, id))


def test_a_write_begins_again_when_the_app_was_published_meanwhile(empty_site: Any) -> None:
    publish(empty_site, "one")
    amy = person(empty_site)
    tries: list[int] = []

    def work(visit: Visit) -> int:
        live = visit.forms.form("pad.note")
        tries.append(live.revision)
        if len(tries) == 1 and visit.tx.dialect == "postgresql":
            publish(empty_site, "one", "two")  # somebody else, between reading the form and writing the record
        return write(visit, live, [Create({"one": "a"})])[0].id

    id = empty_site.composition.write(amy, "page", work)
    assert tries == ([1, 2] if empty_site.composition.database.dialect == "postgresql" else [1])
    stored = empty_site.composition.read(amy, "page", lambda v: read(v, v.forms.form("pad.note"), id))
    assert stored.values["revision"] == tries[-1]


def test_a_publish_waits_for_a_writer(empty_site: Any) -> None:
    publish(empty_site, "one")
    amy = person(empty_site)
    written, order = threading.Event(), []

    def work(visit: Visit) -> None:
        write(visit, visit.forms.form("pad.note"), [Create({"one": "a"})])
        written.set()
        other.join(0.5)
        order.append("written")

    def publishing() -> None:
        written.wait(10)

        def go(tx: Tx) -> None:
            publish_files(tx, spec("one", "two"), "test")
            order.append("published")

        empty_site.composition.database.write(go)

    other = threading.Thread(target=publishing)
    other.start()
    empty_site.composition.write(amy, "page", work)
    other.join(20)
    assert order == ["written", "published"]
