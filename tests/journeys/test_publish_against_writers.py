"""A write that began under one revision and meets another starts again; a publish waits for writers."""

import json
import random
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from dougong.apps import compiled_for_publish, converting, publish_files
from dougong.apps import publish as publish_app
from dougong.apps.staging import fill_beforehand
from dougong.compose import compose
from dougong.db import Tx
from dougong.errors import Busy
from dougong.people.accounts import add_person
from dougong.people.actor import load_actor
from dougong.records import Create, Update, Visit, read, write


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


def typed(kind: str) -> bytes:
    """The app with ``one`` of a type; ``two`` comes and goes with it."""
    one = {"key": "one", "title": "one", "type": kind} | ({"decimals": 0} if kind == "number" else {})
    two = [{"key": "two", "title": "two", "type": "text"}] if kind == "number" else []
    grant = {"key": "all", "who": "everyone", "can": ["create", "read", "edit"]}
    form = {"key": "note", "title": "Note", "fields": [one, *two], "access": [grant]}
    return json.dumps({"dougong": 1, "app": {"key": "pad", "title": "Pad"}, "forms": [form]}).encode()


def flip(database: Any, kind: str, meanwhile: Callable[[int, int], None]) -> None:
    """Publish a change of type as one over many rows is: filled beforehand, then switched."""
    compiled = database.read(lambda tx: compiled_for_publish(tx, typed(kind), "pad.json"))
    filled = fill_beforehand(database, compiled, many=1, progress=meanwhile)
    database.write(lambda tx: publish_app(tx, compiled, None, "", filled))


def race(site: Any, monkeypatch: pytest.MonkeyPatch, flips: int, writers: int) -> int:
    """Writers create and change records without a pause while the type is changed again and again; what each was told is
    stored is there at the end. Gives how many writes there were."""
    monkeypatch.setattr(converting, "BATCH", 7)
    database = site.composition.database
    database.write(lambda tx: publish_files(tx, {"pad.json": typed("text")}, "test"))
    amy, over = person(site), threading.Event()
    kept: dict[int, str] = {}
    failures: list[BaseException] = []
    writes = 0

    def writing(seed: int) -> None:
        nonlocal writes
        chance, mine = random.Random(seed), list[tuple[int, int]]()
        try:
            while not over.is_set():
                time.sleep(0.004)  # people pause; SQLite's lock is not handed out in turn
                value = str(chance.randrange(10_000))
                known = chance.choice(mine) if mine and chance.random() < 0.6 else None
                change = Update(known[0], known[1], {"one": value}) if known else Create({"one": value})
                try:
                    done = site.composition.write(amy, "page", lambda v, c=change: write(v, v.forms.form("pad.note"), [c])[0])
                except Busy:
                    continue
                mine = [each for each in mine if each != known] + [(done.id, done.after["version"])]
                kept[done.id], writes = value, writes + 1
        except BaseException as error:
            failures.append(error)

    def wait(done: int = 0, total: int = 0) -> None:
        """Until every writer has written once more."""
        before = writes
        for _ in range(400):
            if writes >= before + writers or failures:
                return
            time.sleep(0.005)

    threads = [threading.Thread(target=writing, args=(seed,)) for seed in range(writers)]
    for thread in threads:
        thread.start()
    try:
        for turn in range(flips):
            wait()
            flip(database, ("number", "text")[turn % 2], wait)
    finally:
        over.set()
        for thread in threads:
            thread.join(30)
    assert not failures, failures
    stored = site.composition.read(
        amy, "page", lambda v: {id: read(v, v.forms.form("pad.note"), id).values["one"] for id in kept}
    )
    assert {id: str(value) for id, value in stored.items()} == kept
    return writes


def test_writers_lose_nothing_to_changes_of_type(empty_site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert race(empty_site, monkeypatch, flips=4, writers=2) > 10


@pytest.mark.soak
def test_writers_lose_nothing_to_many_changes_of_type(empty_site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    print(race(empty_site, monkeypatch, flips=20, writers=3), "writes, none lost")


def test_the_race_is_lost_where_writers_do_not_write_both(empty_site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: without what is written beside, the proof above fails."""
    monkeypatch.setattr(sys.modules["dougong.records.write"], "fill_newer", lambda visit, live, batch: None)
    with pytest.raises(AssertionError):
        race(empty_site, monkeypatch, flips=4, writers=2)


def test_another_worker_notices_at_its_next_request(empty_site: Any) -> None:
    """Two workers are two compositions over one database: each has read the form and keeps what it compiled."""
    publish(empty_site, "one")
    amy, other = person(empty_site), compose(empty_site.composition.settings)

    def fields(composition: Any) -> tuple[int, list[str]]:
        live = composition.read(amy, "page", lambda v: v.forms.form("pad.note"))
        return live.revision, list(live.form.fields)

    assert fields(other) == fields(empty_site.composition) == (1, ["one"])
    publish(empty_site, "one", "two")
    assert fields(other) == (2, ["one", "two"])
    written = other.write(amy, "page", lambda v: write(v, v.forms.form("pad.note"), [Create({"two": "b"})])[0])
    publish(empty_site, "two")
    kept = other.read(amy, "page", lambda v: read(v, v.forms.form("pad.note"), written.id))
    assert kept.values["two"] == "b"
    other.database.engine.dispose()
