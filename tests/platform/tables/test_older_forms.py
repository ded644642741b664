"""Records of running approvals under an older form: rights, titles, unique values and history stay right."""

import json
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from dougong.apps import compiled_for_publish, publish, publish_files
from dougong.apps.staging import fill_beforehand
from dougong.errors import Refused
from dougong.flows import Action
from dougong.flows.store import act
from dougong.records import Create, Update, read, write
from dougong.records.listing import Query, rows
from dougong.records.load import load

ALL = {"key": "all", "who": "everyone", "can": ["create", "read", "edit", "delete", "export"]}
OWN = [{"key": "own", "who": "submitter", "can": ["create", "read", "edit"]}]
SOME = [{"key": "some", "who": "everyone", "can": ["create", "read", "edit"], "read": ["a", "b"], "edit": ["a", "b", "secret"]}]


def field(key: str, type: str = "text", **more: Any) -> dict[str, Any]:
    return {"key": key, "title": key, "type": type, **more}


def form(*fields: dict[str, Any], key: str = "f", **more: Any) -> dict[str, Any]:
    return {"key": key, "fields": list(fields), **more}


def flow(step: str = "boss", **fields: str) -> dict[str, Any]:
    return {"key": "flow", "steps": [{"key": step, "type": "approve", "who": {"supervisor_of": "submitter"}, "fields": fields}]}


def stored(place: Any, ref: str, id: int) -> Any:
    return place.reading("admin", lambda v: load(v.tx, v.forms.form(ref), [id]))[id]


def test_a_step_that_is_gone_hides_what_it_hid(place: Any) -> None:
    fields = (field("a"), field("secret"))
    app = place.publish(form(*fields, access=OWN, flow=flow(secret="hidden")))
    ref = f"{app}.f"
    id = place.make("ann", ref, {"a": "x", "secret": "private"}).id
    assert place.look("bob", ref, id).readable == {"a"}
    renamed = (field("a"), field("hush", was=["secret"]))
    place.publish(form(*renamed, access=OWN, flow=flow("chief", hush="hidden")), app=app)
    assert place.look("bob", ref, id).readable == {"a"}, "in lists and reports"
    pinned = place.reading("bob", lambda v: read(v, v.forms.form_at(ref, 1), id))
    assert pinned.readable == {"a"}, "on the page of the running approval"
    query = lambda v: rows(v, Query(v.forms.form(ref), ("a",)))  # noqa: E731
    assert [one.id for one in place.reading("bob", query).rows] == [id]


def test_who_is_asked_by_a_flow_that_is_gone_still_sees_the_record(place: Any) -> None:
    app = place.publish(form(field("a"), field("secret"), access=OWN, flow=flow(secret="hidden")))
    ref = f"{app}.f"
    id = place.make("ann", ref, {"a": "x", "secret": "private"}).id
    place.publish(form(field("a"), field("secret"), access=OWN), app=app)
    assert place.look("bob", ref, id).readable == {"a"}


def test_a_title_is_made_anew_when_it_is_made_of_something_else(place: Any) -> None:
    fields = (field("a"), field("b"), field("secret"))
    lists = [{"key": "l", "title": "L", "form": "f", "columns": ["a"], "search": ["a"]}]
    app = place.publish(form(*fields, record_title="secret", access=SOME), lists=lists)
    ref = f"{app}.f"
    id = place.make("ann", ref, {"a": "public", "secret": "private"}).id
    assert place.look("cai", ref, id).title == ""
    place.publish(form(*fields, record_title="a", access=SOME), app=app, lists=lists)
    assert place.look("cai", ref, id).title == "public"

    def found(text: str) -> list[int]:
        query = lambda v: rows(v, Query(v.forms.form(ref), ("a",), text=text, search_in=("_title",)))  # noqa: E731
        return [one.id for one in place.reading("cai", query).rows]

    assert (found("private"), found("public")) == ([], [id])


def test_a_title_follows_the_first_text_and_the_names_in_it(place: Any) -> None:
    app = place.publish(form(field("a", "number"), field("b"), record_title='a & "/" & b'))
    ref = f"{app}.f"
    id = place.make("ann", ref, {"a": "12", "b": "x"}).id
    place.publish(form(field("c", "number", decimals=2, was=["a"]), field("b"), record_title='b & "!"'), app=app)
    assert place.look("ann", ref, id).title == "x!"


def test_an_older_form_does_not_write_its_title(place: Any) -> None:
    fields = (field("a"), field("b"), field("secret"))
    app = place.publish(form(*fields, record_title="secret", access=SOME, flow=flow()))
    ref = f"{app}.f"
    id = place.make("ann", ref, {"a": "public", "secret": "private"}).id
    place.publish(form(*fields, record_title="a", access=SOME, flow=flow()), app=app)
    place.writing("bob", lambda v: write(v, v.forms.form(ref), [Update(id, 1, {"a": "other"})]))
    assert place.look("cai", ref, id).title == "other"


def test_a_title_of_now_is_not_shown_through_an_older_form(place: Any) -> None:
    fields = (field("a"), field("b"), field("secret"))
    app = place.publish(form(*fields, record_title="a", access=SOME, flow=flow()))
    ref = f"{app}.f"
    id = place.make("ann", ref, {"a": "public", "secret": "private"}).id
    place.publish(form(*fields, record_title="secret", access=SOME, flow=flow()), app=app)
    place.writing("bob", lambda v: write(v, v.forms.form(ref), [Update(id, 1, {"a": "other"})]))
    seen = place.reading("cai", lambda v: read(v, v.forms.form_at(ref, 1), id))
    assert "private" not in seen.title
    assert "_title" not in seen.values


def test_what_is_written_beside_rows_is_no_change_of_theirs(place: Any) -> None:
    app = place.publish(form(field("a"), field("t", "subtable", fields=[field("x")]), flow=flow(a="edit")))
    ref = f"{app}.f"
    id = place.make("ann", ref, {"a": "1", "t": [{"x": "5"}]}).id
    place.publish(form(field("a"), field("t", "subtable", fields=[field("x", "number")]), flow=flow()), app=app)
    made = place.writing("bob", lambda v: write(v, v.forms.form(ref), [Update(id, 1, {"a": "2"})]))[0]
    assert set(made.after["t"][0]) == {"id", "x"}
    (changes,) = place.rows("SELECT changes FROM record_change WHERE record_id = :id", id=id)
    changes = changes[0] if isinstance(changes[0], dict) else json.loads(changes[0])
    assert set(changes) == {"a"}
    row = made.after["t"][0]["id"]
    place.writing("bob", lambda v: write(v, v.forms.form(ref), [Update(id, 2, {"t": [{"id": row}, {"x": "7"}]})]))
    assert [each["x"] for each in stored(place, ref, id)["t"]] == [5, 7]


def test_a_value_that_must_be_unique_today_is_refused_under_an_older_form(place: Any) -> None:
    app = place.publish(form(field("a"), field("n"), flow=flow()))
    ref = f"{app}.f"
    id = place.make("ann", ref, {"a": "one", "n": "1"}).id
    unique = (field("a", unique=True), field("n", "number", unique=True))
    place.publish(form(*unique, flow=flow()), app=app)
    place.make("cai", ref, {"a": "two", "n": "2"})
    for values, places in (({"a": "two"}, ["a"]), ({"n": "2.0"}, ["n"])):
        with pytest.raises(Refused) as caught:
            place.writing("ann", lambda v, values=values: write(v, v.forms.form(ref), [Update(id, 1, values)]))
        assert [(p.code, p.at) for p in caught.value.problems] == [("record.not_unique", p) for p in places]
    place.writing("ann", lambda v: write(v, v.forms.form(ref), [Update(id, 1, {"a": "one", "n": "about 2"})]))


def test_a_batch_may_not_hold_a_unique_value_under_two_forms(place: Any) -> None:
    app = place.publish(form(field("a", unique=True), field("b"), flow=flow()))
    ref = f"{app}.f"
    id = place.make("ann", ref, {"a": "one"}).id
    place.publish(form(field("a", unique=True), field("c", was=["b"]), flow=flow()), app=app)
    with pytest.raises(Refused) as caught:
        place.writing("ann", lambda v: write(v, v.forms.form(ref), [Update(id, 1, {"a": "same"}), Create({"a": "same"})]))
    assert [p.code for p in caught.value.problems] == ["record.not_unique"]


def test_records_are_locked_in_one_order_whatever_form_they_are_under(place: Any) -> None:
    app = place.publish(form(field("a"), flow=flow()))
    ref = f"{app}.f"
    first = place.make("ann", ref, {"a": "one"}).id
    place.publish(form(field("a"), field("b"), flow=flow()), app=app)
    second = place.make("ann", ref, {"a": "two"}).id

    def work(visit: Any) -> None:
        write(visit, visit.forms.form(ref), [Update(second, 1, {"a": "x"}), Update(first, 1, {"a": "y"})])

    asked = place.asked(lambda: place.writing("ann", work))
    if place.composition.database.dialect == "postgresql":
        locking = [each for each in asked if "FOR UPDATE" in each and f"x_{app}_f" in each]
        assert "IN" in locking[0], "all at once, before any form is asked"
    assert (stored(place, ref, first)["a"], stored(place, ref, second)["a"]) == ("y", "x")


def test_problems_are_told_at_the_keys_they_came_under(place: Any) -> None:
    table = field("t", "subtable", fields=[field("x", required=True)])
    app = place.publish(form(field("a", max_length=5), table, flow=flow()))
    ref = f"{app}.f"
    id = place.make("ann", ref, {"a": "one", "t": [{"x": "ex"}]}).id
    table = field("s", "subtable", was=["t"], fields=[field("y", was=["x"])])
    place.publish(form(field("c", was=["a"]), table, flow=flow()), app=app)
    with pytest.raises(Refused) as caught:
        place.writing("ann", lambda v: write(v, v.forms.form(ref), [Update(id, 1, {"c": "far too long", "s": [{"y": ""}]})]))
    assert {p.at for p in caught.value.problems} == {"c", "s[0].y"}


def test_what_a_decision_brings_is_told_at_the_keys_it_came_under(place: Any) -> None:
    app = place.publish(form(field("a", max_length=5), field("n"), flow=flow(a="required")))
    ref = f"{app}.f"
    id = place.make("ann", ref, {"n": "x"}).id
    place.publish(form(field("c", was=["a"]), field("n"), field("new"), flow=flow()), app=app)

    def decide(**values: Any) -> Any:
        return place.writing("bob", lambda v: act(v, v.forms.form(ref), id, Action("approve"), None, values))

    for values, told in (
        ({"c": "far too long"}, [("field.too_long", "c")]), ({}, [("field.required", "c")]),
        ({"c": "ok", "new": "x"}, [("record.field_is_newer", "new")]),
    ):  # fmt: skip
        with pytest.raises(Refused) as caught:
            decide(**values)
        assert [(p.code, p.at) for p in caught.value.problems] == told
    decide(c="ok")
    assert (stored(place, ref, id)["c"], stored(place, ref, id)["status"]) == ("ok", "approved")


def test_an_installation_from_before_layouts_reads_its_old_revisions(place: Any) -> None:
    table = field("t", "subtable", fields=[field("x")])
    app = place.publish(form(field("a"), field("n"), table, flow=flow()))
    ref = f"{app}.f"
    id = place.make("ann", ref, {"a": "one", "n": "about 5", "t": [{"x": "ex"}]}).id
    with place.composition.database.engine.begin() as conn:
        conn.execute(text("UPDATE revision SET layout = NULL WHERE app = :app"), {"app": app})
    table = field("s", "subtable", was=["t"], fields=[field("y", was=["x"])])
    place.publish(form(field("c", was=["a"]), field("n", "number"), table, flow=flow()), app=app)
    then = place.reading("admin", lambda v: load(v.tx, v.forms.form_at(ref, 1), [id]))[id]
    assert (then["a"], then["n"], [row["x"] for row in then["t"]]) == ("one", "about 5", ["ex"])
    place.change("ann", ref, id, {"c": "two", "n": "6"})
    assert (stored(place, ref, id)["c"], stored(place, ref, id)["n"]) == ("two", Decimal(6))


def spec(app: str, *forms: Any) -> bytes:
    given = [{"title": each["key"], "access": [ALL], **each} for each in forms]
    return json.dumps({"dougong": 1, "app": {"key": app, "title": app}, "forms": given}).encode()


def test_a_publish_that_is_rolled_back_leaves_nothing_behind(place: Any) -> None:
    app = place.publish(form(field("a")))
    other = place.publish(form(field("r", "reference", to=f"{app}.f")))
    database = place.composition.database

    def work(tx: Any) -> None:
        publish_files(tx, {"x": spec(app, form(field("a"), field("new")))}, "command")
        publish_files(tx, {"y": spec(other, form(field("r", "reference", to=f"{app}.f"), field("more")))}, "command")
        raise LookupError

    with pytest.raises(LookupError):
        database.write(work)
    assert set(place.live(f"{app}.f").form.fields) == {"a"}
    assert set(place.live(f"{other}.f").form.fields) == {"r"}
    assert place.make("ann", f"{other}.f", {}).id


def test_another_publish_after_a_change_that_was_given_up(place: Any) -> None:
    table = field("t", "subtable", fields=[field("x")])
    app = place.publish(form(field("a"), field("b"), table))
    ref, database = f"{app}.f", place.composition.database
    ids = [place.make("ann", ref, {"a": str(n), "t": [{"x": str(n)}]}).id for n in range(4)]
    numbers = field("t", "subtable", fields=[field("x", "number")])
    given_up = spec(app, form(field("a", "number"), field("b"), numbers))
    filled = fill_beforehand(database, database.read(lambda tx: compiled_for_publish(tx, given_up, "x")), many=2)
    assert len(filled) == 2
    place.change("ann", ref, ids[0], {"a": "77"})
    place.publish(form(field("c", was=["a"]), field("d", "number", was=["b"])), app=app)
    place.change("ann", ref, ids[0], {"c": "78", "d": "5"})
    place.publish(form(field("c"), field("d"), table), app=app)
    assert [stored(place, ref, id)["c"] for id in ids] == ["78", "1", "2", "3"]
    assert [[row["x"] for row in stored(place, ref, id)["t"]] for id in ids] == [["0"], ["1"], ["2"], ["3"]]


def test_a_text_that_may_be_long_now_is_kept_whole(place: Any) -> None:
    """An index over short texts gives way when they may be long: PostgreSQL takes no long ones."""
    lists = [{"key": "l", "title": "L", "form": "f", "columns": ["a"], "sort": ["a"]}]
    app = place.publish(form(field("a", max_length=50), field("b", max_length=50, unique=True)), lists=lists)
    place.publish(
        form(field("a", max_length=20000), field("b", max_length=20000, unique=True)), app=app, lists=lists
    )
    long = "".join(chr(0x4E00 + (n * 7919) % 20000) for n in range(9000))
    id = place.make("ann", f"{app}.f", {"a": long, "b": long}).id
    assert stored(place, f"{app}.f", id)["a"] == long
    with pytest.raises(Refused):
        place.make("ann", f"{app}.f", {"b": long})


def test_many_rows_of_what_becomes_a_long_text(place: Any) -> None:
    app = place.publish(form(field("a", "number")))
    ref, database = f"{app}.f", place.composition.database
    for n in range(3):
        place.make("ann", ref, {"a": str(n)})
    text_of = spec(app, form(field("a", "paragraph")))
    compiled = database.read(lambda tx: compiled_for_publish(tx, text_of, "x"))
    filled = fill_beforehand(database, compiled, many=2)
    database.write(lambda tx: publish(tx, compiled, None, "", filled))
    long = "".join(chr(0x4E00 + (n * 7919) % 20000) for n in range(9000))
    id = place.make("ann", ref, {"a": long}).id
    assert stored(place, ref, id)["a"] == long
