"""Fields and forms that change their type or key: values follow, nothing is lost, and old revisions can still be read."""

import json
import sys
from decimal import Decimal
from typing import Any

import pytest

from dougong.apps import compiled_for_publish, converting, publish, publish_files
from dougong.apps.staging import fill_beforehand
from dougong.records import Update, write
from dougong.records.listing import Query, rows
from dougong.records.load import load

EVERYBODY = [{"key": "all", "who": "everyone", "can": ["create", "read", "edit", "delete", "export"]}]


def field(key: str, type: str = "text", **more: Any) -> dict[str, Any]:
    return {"key": key, "title": key, "type": type, **more}


def form(*fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"key": "f", "fields": list(fields), **more}


FLOW = {"key": "flow", "steps": [{"key": "boss", "type": "approve", "who": {"supervisor_of": "submitter"}}]}
NUMBER = form(field("a", "number", decimals=2), field("b"))


def at(place: Any, ref: str, revision: int, id: int) -> Any:
    """A record as an older revision holds it."""
    return place.reading("admin", lambda v: load(v.tx, v.forms.form_at(ref, revision), [id]))[id]


def test_text_becomes_a_number_where_it_is_one(place: Any) -> None:
    app = place.publish(form(field("a"), field("b")))
    ref = f"{app}.f"
    ids = {text: place.make("ann", ref, {"a": text, "b": "x"}).id for text in ("1,200.5", "７", "about ten", "0.125")}
    blank = place.make("ann", ref, {"b": "none"}).id
    place.publish(NUMBER, app=app)
    got = {text: place.look("ann", ref, id).values["a"] for text, id in ids.items()}
    assert got == {"1,200.5": Decimal("1200.50"), "７": Decimal(7), "about ten": None, "0.125": None}
    assert place.look("ann", ref, blank).values["a"] is None
    assert {text: at(place, ref, 1, id)["a"] for text, id in ids.items()} == {text: text for text in ids}


def test_what_was_written_comes_back_with_the_type(place: Any) -> None:
    """Undo of a publish: text is again as it was typed, also what could not become a number; what was set meanwhile stays."""
    app = place.publish(form(field("a"), field("b")))
    ref = f"{app}.f"
    ids = [place.make("ann", ref, {"a": text}).id for text in ("1,200.50", "about ten", "3", "4")]
    place.publish(NUMBER, app=app)
    place.change("ann", ref, ids[2], {"a": "5"})
    place.change("ann", ref, ids[3], {"a": ""})
    place.publish(form(field("a"), field("b")), app=app)
    assert [place.look("ann", ref, id).values["a"] for id in ids] == ["1,200.50", "about ten", "5.00", None]


def test_a_searched_field_is_found_by_its_new_words(place: Any) -> None:
    lists = [{"key": "l", "title": "L", "form": "f", "columns": ["a"], "search": ["a"]}]
    numbers = form(field("a", "number", decimals=0), field("b"))
    app = place.publish(numbers)
    ref = f"{app}.f"
    id = place.make("ann", ref, {"a": "4711", "b": "x"}).id
    place.publish(form(field("a"), field("b")), app=app, lists=lists)
    query = lambda v: rows(v, Query(v.forms.form(ref), ("a",), text="4711", search_in=("a",)))  # noqa: E731
    assert [one.id for one in place.reading("ann", query).rows] == [id]


def test_renamed_fields_take_their_values_along(place: Any) -> None:
    lines = field("lines", "subtable", fields=[field("x"), field("y")])
    app = place.publish(form(field("a"), field("b"), lines))
    ref = f"{app}.f"
    id = place.make("ann", ref, {"a": "one", "b": "two", "lines": [{"x": "ex", "y": "why"}]}).id
    things = field("things", "subtable", was=["lines"], fields=[field("z", was=["x"]), field("y")])
    place.publish(form(field("c", was=["a"]), field("b"), things), app=app)
    got = place.look("ann", ref, id).values
    assert (got["c"], got["b"], [(row["z"], row["y"]) for row in got["things"]]) == ("one", "two", [("ex", "why")])
    then = at(place, ref, 1, id)
    assert (then["a"], [(row["x"], row["y"]) for row in then["lines"]]) == ("one", [("ex", "why")])
    place.publish(form(field("c"), field("b"), field("a"), things), app=app)
    assert place.look("ann", ref, id).values["a"] is None, "a new field under an earlier key starts blank"


def test_a_key_passes_on_to_what_it_was(place: Any) -> None:
    app = place.publish(form(field("a"), field("b"), field("n", "serial", pattern="S{000}")))
    ref = f"{app}.f"
    first = place.make("ann", ref, {"a": "one", "b": "two"})
    place.publish(form(field("c", was=["a"]), field("b"), field("m", "serial", pattern="S{000}", was=["n"])), app=app)
    got = place.look("ann", ref, first.id).values
    assert (got["c"], got["b"], got["m"]) == ("one", "two", "S001")
    assert place.make("ann", ref, {"c": "x"}).after["m"] == "S002", "the counter goes on"
    assert at(place, ref, 1, first.id)["a"] == "one"


def test_a_form_is_renamed_with_everything_about_it(place: Any) -> None:
    key = place.publish(form(field("a"), flow=FLOW))
    place.publish(form(field("a"), flow=FLOW), {"key": "g", "fields": [field("to", "reference", to=f"{key}.f")]}, app=key)
    id = place.make("ann", f"{key}.f", {"a": "one"}).id
    pointing = place.make("ann", f"{key}.g", {"to": str(id)}).id
    renamed = {"key": "h", "was": ["f"], "fields": [field("a")], "flow": FLOW}
    moved = {"key": "g", "fields": [field("to", "reference", to=f"{key}.h")]}
    place.publish(renamed, moved, app=key)
    assert place.look("ann", f"{key}.h", id).values["a"] == "one"
    assert place.look("ann", f"{key}.g", pointing).values["to"] == id
    assert place.rows("SELECT form FROM flow_instance WHERE record_id = :id", id=id) == [(f"{key}.h",)]
    assert place.rows("SELECT count(*) FROM flow_task WHERE form = :form", form=f"{key}.f") == [(0,)]
    assert at(place, f"{key}.h", 1, id)["a"] == "one"


def test_a_running_approval_keeps_its_form_and_writes_both_columns(place: Any) -> None:
    steps = [{**FLOW["steps"][0], "fields": {"a": "edit"}}]
    app = place.publish(form(field("a"), field("gone"), flow={**FLOW, "steps": steps}))
    ref = f"{app}.f"
    id = place.make("ann", ref, {"a": "1", "gone": "still here"}).id
    place.publish(form(field("sum", "number", decimals=0, was=["a"]), field("new"), flow=FLOW), app=app)
    place.writing("bob", lambda v: write(v, v.forms.form(ref), [Update(id, 1, {"sum": "2,000"})]))
    pinned, now = at(place, ref, 1, id), place.look("admin", ref, id).values
    assert (pinned["a"], pinned["gone"], pinned["revision"]) == ("2,000", "still here", 1)
    assert now["sum"] == Decimal(2000), "lists and reports read the newer column"
    place.writing("bob", lambda v: write(v, v.forms.form(ref), [Update(id, 2, {"sum": "a lot"})]))
    assert at(place, ref, 1, id)["a"] == "a lot", "the pinned form takes any text"
    assert place.look("admin", ref, id).values["sum"] is None, "blank where it does not convert"


def text_of(app: str) -> bytes:
    """The app whose ``a`` is a number."""
    forms = [{**NUMBER, "title": "f", "access": EVERYBODY}]
    return json.dumps({"dougong": 1, "app": {"key": app, "title": app}, "forms": forms}).encode()


def test_writers_write_both_while_many_rows_are_filled(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(converting, "BATCH", 3)
    app = place.publish(form(field("a"), field("b")))
    ref, database = f"{app}.f", place.composition.database
    ids = [place.make("ann", ref, {"a": str(n)}).id for n in range(10)]
    made: list[int] = []

    def meanwhile(done: int, total: int) -> None:
        if not made:
            made.append(place.make("ann", ref, {"a": "100"}).id)
            place.change("ann", ref, ids[0], {"a": "1000"})
            place.change("ann", ref, ids[9], {"a": "nine"})

    compiled = database.read(lambda tx: compiled_for_publish(tx, text_of(app), "x"))
    filled = fill_beforehand(database, compiled, many=5, progress=meanwhile)
    assert place.look("ann", ref, ids[1]).values["a"] == "1", "nobody reads the new column yet"
    statements = place.asked(lambda: database.write(lambda tx: publish(tx, compiled, None, "", filled)))
    values = [each for each in statements if each.startswith(f"UPDATE x_{app}") and "_title=" not in each]
    assert not values, "nothing is left to be filled"
    got = [place.look("ann", ref, id).values["a"] for id in (*ids, *made)]
    assert got == [Decimal(1000), *map(Decimal, range(1, 9)), None, Decimal(100)]


def test_a_change_given_up_half_way_is_passed_over(place: Any) -> None:
    app = place.publish(form(field("a"), field("b")))
    ref, database = f"{app}.f", place.composition.database
    ids = [place.make("ann", ref, {"a": str(n)}).id for n in range(4)]
    fill_beforehand(database, database.read(lambda tx: compiled_for_publish(tx, text_of(app), "x")), many=2)
    place.change("ann", ref, ids[0], {"a": "77"})
    database.write(lambda tx: publish_files(tx, {"x.json": text_of(app)}, "command"))
    assert [place.look("ann", ref, id).values["a"] for id in ids] == [Decimal(77), 1, 2, 3]
    place.change("ann", ref, ids[0], {"a": "78"})
    assert place.look("ann", ref, ids[0]).values["a"] == 78


def test_a_new_field_is_filled_beforehand_where_records_are_many(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(converting, "BATCH", 3)
    app = place.publish(form(field("a")))
    ref, database = f"{app}.f", place.composition.database
    ids = [place.make("ann", ref, {"a": str(n)}).id for n in range(7)]
    forms = [{**form(field("a"), field("c", default='"Café"')), "title": "f", "access": EVERYBODY}]
    text = json.dumps({"dougong": 1, "app": {"key": app, "title": app}, "forms": forms}).encode()
    compiled = database.read(lambda tx: compiled_for_publish(tx, text, "x"))
    stored = dict(zip(("", "fold"), compiled.forms["f"].fields["c"].spec.to_columns("Café", None), strict=True))
    batches: list[int] = []
    filled = fill_beforehand(
        database, compiled, 5, lambda done, total: batches.append(done), {"f.c": stored}
    )  # fmt: skip
    late = place.make("ann", ref, {"a": "late"}).id
    database.write(lambda tx: publish(tx, compiled, None, "", filled))
    assert batches == [3, 6, 7]
    assert [place.look("ann", ref, id).values["c"] for id in (*ids, late)] == ["Café"] * 7 + [None]
    assert place.make("ann", ref, {"a": "new"}).after["c"] == "Café"


def test_many_records_get_their_titles_and_words_after_the_switch(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    lists = [{"key": "l", "title": "L", "form": "f", "columns": ["a"], "search": ["a"]}]
    app = place.publish(form(field("a"), field("b")), lists=lists)
    ref, database = f"{app}.f", place.composition.database
    ids = [place.make("ann", ref, {"a": f"first{n}", "b": f"second{n}"}).id for n in range(5)]
    monkeypatch.setattr(sys.modules["dougong.apps.publish"], "MANY", 3)
    forms = [{**form(field("a"), field("b"), record_title="b"), "title": "f", "access": EVERYBODY}]
    spec = {"dougong": 1, "app": {"key": app, "title": app}, "forms": forms, "lists": lists}
    statements = place.asked(lambda: database.write(lambda tx: publish_files(tx, {"x": json.dumps(spec).encode()}, "test")))
    assert [place.look("ann", ref, id).title for id in ids] == [f"second{n}" for n in range(5)]
    stored = next(at for at, each in enumerate(statements) if each.startswith("INSERT INTO revision"))
    assert all(at > stored for at, each in enumerate(statements) if "_title=" in each), "the switch did not wait for it"
    query = lambda v: rows(v, Query(v.forms.form(ref), ("a",), text="second3", search_in=("_title",)))  # noqa: E731
    assert [one.id for one in place.reading("ann", query).rows] == [ids[3]]
