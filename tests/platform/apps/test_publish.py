"""Published apps: every revision stays, a publish is all or nothing, and nobody meets what was rolled back."""

import json
import threading
from typing import Any

import pytest

from dougong.apps import Registry, publish_files
from dougong.errors import NotFound, Refused
from dougong.records import Create, write


def spec(app: str, *fields: dict[str, Any], to: str = "") -> bytes:
    made = [{"key": "a", "title": "A", "type": "text"}, *fields]
    if to:
        made.append({"key": "other", "title": "O", "type": "reference", "to": to})
    access = [{"key": "all", "who": "everyone", "can": ["create", "read"]}]
    form = {"key": "f", "title": "F", "fields": made, "access": access}
    return json.dumps({"dougong": 1, "app": {"key": app, "title": app}, "forms": [form]}).encode()


def publish(place: Any, **texts: bytes) -> Any:
    files = {f"{name}.json": text for name, text in texts.items()}
    return place.composition.database.write(lambda tx: publish_files(tx, files, "command"))


MORE = {"key": "b", "title": "B", "type": "text"}


def test_an_old_revision_stays_readable_and_the_newest_is_live(place: Any) -> None:
    publish(place, x=spec("rev"))
    publish(place, x=spec("rev", MORE))

    def look(visit: Any) -> None:
        assert list(visit.forms.form_at("rev.f", 1).form.fields) == ["a"]
        assert list(visit.forms.form("rev.f").form.fields) == ["a", "b"]
        assert visit.forms.form("rev.f").revision == 2
        with pytest.raises(NotFound):
            visit.forms.form_at("rev.f", 3)

    place.reading("ann", look)


def test_apps_that_refer_to_each_other_are_published_together(place: Any) -> None:
    done = publish(place, one=spec("mut1", to="mut2.f"), two=spec("mut2", to="mut1.f"))
    assert {app.key for app in done} == {"mut1", "mut2"}
    first = place.make("ann", "mut1.f", {"a": "x"}).id
    second = place.make("ann", "mut2.f", {"a": "y", "other": str(first)}).id
    assert place.look("ann", "mut2.f", second).values["other"] == first

    def referring(visit: Any) -> Any:
        return {(live.ref, path) for live, path in visit.forms.referring("mut1.f")}

    assert place.reading("ann", referring) == {("mut2.f", "other")}


def test_of_several_files_all_or_none_are_published(place: Any) -> None:
    with pytest.raises(Refused):
        publish(place, good=spec("half1"), bad=spec("half2", {"key": "b", "title": "B", "type": "nonsense"}))

    def absent(visit: Any) -> None:
        with pytest.raises(NotFound):
            visit.forms.form("half1.f")

    place.reading("ann", absent)
    assert place.rows("SELECT key FROM app WHERE key LIKE 'half%'") == []


def test_a_revision_seen_only_by_the_one_who_rolled_it_back_is_forgotten(place: Any) -> None:
    class Undo(Exception):
        pass

    def undone(tx: Any) -> None:
        publish_files(tx, {"x.json": spec("undo", MORE)}, "command")
        assert list(Registry(tx).form("undo.f").form.fields) == ["a", "b"]
        raise Undo

    publish(place, x=spec("undo"))
    with pytest.raises(Undo):
        place.composition.database.write(undone)
    publish(place, x=spec("undo", {"key": "c", "title": "C", "type": "text"}))
    assert list(place.live("undo.f").form.fields) == ["a", "c"]


def test_two_publishes_at_once_are_one_after_the_other(place: Any) -> None:
    failed: list[BaseException] = []

    def run(key: str) -> None:
        try:
            publish(place, x=spec("twice", {"key": key, "title": key, "type": "text"}))
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(key,)) for key in ("p", "q", "r")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failed
    assert place.live("twice.f").revision == 3


def test_writers_and_a_publish_at_once_lose_nothing(place: Any) -> None:
    publish(place, x=spec("busy"))
    failed: list[BaseException] = []

    def fill() -> None:
        try:
            for n in range(15):
                place.writing("ann", lambda v, n=n: write(v, v.forms.form("busy.f"), [Create({"a": str(n)})]))
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=fill) for _ in range(2)]
    for thread in threads:
        thread.start()
    for key in ("p", "q", "r"):
        publish(place, x=spec("busy", {"key": key, "title": key, "type": "text"}))
    for thread in threads:
        thread.join(60)
    assert not failed
    assert len(place.rows("SELECT id FROM x_busy_f")) == 30


def test_a_publish_is_audited(place: Any) -> None:
    publish(place, x=spec("told"))
    found = place.rows("SELECT detail FROM audit_entry WHERE action = 'app.published'")
    assert sum('"told"' in json.dumps(row[0]) or "told" in str(row[0]) for row in found) == 1
