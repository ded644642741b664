"""Keys that pass from one form or field to another over several publishes: nothing is mixed up, nothing gets in the way."""

from typing import Any

import pytest

from dougong.errors import Refused
from dougong.records import RecordDesk, Update, as_json, read, write
from dougong.records.listing import Query, rows
from dougong.records.load import load

ALL = {"key": "all", "who": "everyone", "can": ["create", "read", "edit", "delete", "export"]}
FLOW = {"key": "flow", "steps": [{"key": "boss", "type": "approve", "who": {"supervisor_of": "submitter"}}]}
LONG = "k" * 48


def field(key: str, type: str = "text", **more: Any) -> dict[str, Any]:
    return {"key": key, "title": key, "type": type, **more}


def form(*fields: dict[str, Any], key: str = "f", **more: Any) -> dict[str, Any]:
    return {"key": key, "fields": list(fields), **more}


def at(place: Any, ref: str, revision: int, id: int) -> Any:
    """A record as an older revision holds it."""
    return place.reading("admin", lambda v: load(v.tx, v.forms.form_at(ref, revision), [id]))[id]


def test_a_form_may_take_the_key_of_one_that_was_removed(place: Any) -> None:
    numbered = {"number": {"pattern": "N{000}"}}
    app = place.publish(form(field("a"), **numbered), form(field("b"), key="h", **numbered))
    place.make("ann", f"{app}.h", {"b": "gone"})
    id = place.make("ann", f"{app}.f", {"a": "one"}).id
    place.publish(form(field("a"), **numbered), app=app)
    place.publish(form(field("a"), key="h", was=["f"], **numbered), app=app)
    assert place.look("ann", f"{app}.h", id).values["a"] == "one"
    assert place.make("ann", f"{app}.h", {"a": "two"}).after["number"] == "N002"
    place.publish(form(field("a"), key="h", **numbered), form(field("x"), **numbered), app=app)
    assert place.make("ann", f"{app}.f", {"x": "new"}).after["number"] == "N001", "a new form counts from the start"


def test_of_two_forms_with_one_key_the_one_of_today_is_meant(place: Any) -> None:
    """What had the key before is gone, and with it the rights that it gave."""
    app = place.publish(form(field("b"), key="h"), form(field("a"), flow=FLOW))
    id = place.make("ann", f"{app}.f", {"a": "one"}).id
    place.publish(form(field("a"), flow=FLOW), app=app)
    place.publish(form(field("a"), field("c"), flow=FLOW, key="h", was=["f"]), app=app)
    assert set(place.reading("admin", lambda v: v.forms.form_at(f"{app}.h", 1)).form.fields) == {"a"}
    place.change("ann", f"{app}.h", id, {"a": "two"})
    assert place.look("bob", f"{app}.h", id).values["a"] == "two"


def test_a_sub_table_may_take_the_key_of_one_that_was_removed(place: Any) -> None:
    lines, things = (field(key, "subtable", fields=[field("x")]) for key in ("lines", "things"))
    app = place.publish(form(field("a"), lines, things))
    ref = f"{app}.f"
    id = place.make("ann", ref, {"a": "one", "lines": [{"x": "kept"}], "things": [{"x": "gone"}]}).id
    place.publish(form(field("a"), lines), app=app)
    place.publish(form(field("a"), {**things, "was": ["lines"]}), app=app)
    assert [row["x"] for row in place.look("ann", ref, id).values["things"]] == ["kept"]
    assert [row["x"] for row in at(place, ref, 1, id)["things"]] == ["gone"]


def test_a_running_number_may_take_the_key_of_one_that_was_removed(place: Any) -> None:
    one, two = field("n", "serial", pattern="S{000}"), field("m", "serial", pattern="T{000}")
    app = place.publish(form(field("a"), one, two))
    ref = f"{app}.f"
    place.make("ann", ref, {"a": "one"})
    place.make("ann", ref, {"a": "two"})
    place.publish(form(field("a"), one), app=app)
    place.make("ann", ref, {"a": "three"})
    place.publish(form(field("a"), {**one, "key": "m", "was": ["n"]}), app=app)
    assert place.make("ann", ref, {"a": "four"}).after["m"] == "S004"


def test_the_longest_keys_can_be_renamed(place: Any) -> None:
    table = field(LONG, "subtable", fields=[field(LONG)])
    app = place.publish(form(table, field("n" * 48, "serial", pattern="S{000}"), key=LONG))
    id = place.make("ann", f"{app}.{LONG}", {LONG: [{LONG: "x"}]}).id
    other = "j" * 48
    moved = {**table, "key": other, "was": [LONG], "fields": [field(other, was=[LONG])]}
    serial = field("m" * 48, "serial", pattern="S{000}", was=["n" * 48])
    place.publish(form(moved, serial, key=other, was=[LONG]), app=app)
    got = place.look("ann", f"{app}.{other}", id).values
    assert ([row[other] for row in got[other]], got["m" * 48]) == (["x"], "S001")


def test_a_renamed_field_is_searched_by_its_own_words(place: Any) -> None:
    lists = [{"key": "l", "title": "L", "form": "f", "columns": ["a"], "search": ["a"]}]
    app = place.publish(form(field("a"), field("b")), lists=lists)
    ref = f"{app}.f"
    id = place.make("ann", ref, {"a": "secret", "b": "plain"}).id
    place.publish(form(field("b")), app=app)
    place.publish(form(field("a", was=["b"])), app=app, lists=lists)

    def found(text: str) -> list[int]:
        query = lambda v: rows(v, Query(v.forms.form(ref), ("a",), text=text, search_in=("a",)))  # noqa: E731
        return [one.id for one in place.reading("ann", query).rows]

    assert (found("secret"), found("plain")) == ([], [id])


def test_a_key_brings_no_values_of_another_field_along(place: Any) -> None:
    app = place.publish(form(field("b"), field("a")))
    ref = f"{app}.f"
    id = place.make("ann", ref, {"a": "gone", "b": "kept"}).id
    place.publish(form(field("b")), app=app)
    place.publish(form(field("a", was=["b"])), app=app)
    assert place.look("ann", ref, id).values["a"] == "kept"
    place.change("ann", ref, id, {"a": ""})
    place.publish(form(field("a", "number")), app=app)
    place.publish(form(field("a")), app=app)
    assert place.look("ann", ref, id).values["a"] is None


def test_two_sub_tables_change_their_names(place: Any) -> None:
    one, two = field("one", "subtable", fields=[field("x")]), field("two", "subtable", fields=[field("y")])
    app = place.publish(form(one, two))
    ref = f"{app}.f"
    id = place.make("ann", ref, {"one": [{"x": "1"}], "two": [{"y": "2"}]}).id
    place.publish(form({**one, "key": "three", "was": ["one"]}, {**two, "key": "four", "was": ["two"]}), app=app)
    place.publish(form({**one, "key": "two", "was": ["three"]}, {**two, "key": "one", "was": ["four"]}), app=app)
    got = place.look("ann", ref, id).values
    assert ([row["x"] for row in got["two"]], [row["y"] for row in got["one"]]) == (["1"], ["2"])


SECRETIVE = [
    {"key": "some", "who": "everyone", "can": ["create", "read", "edit"], "read": ["a", "b"], "edit": ["a", "b"]},
    {"key": "boss", "who": {"people": ["bob"]}, "can": ["read", "edit"]},
]


def test_a_field_is_followed_through_several_publishes(place: Any) -> None:
    """``a`` became ``c``, then another field was called ``a``: what the old form calls ``a`` is ``c``, with its rights."""
    app = place.publish(form(field("a"), field("b"), flow=FLOW))
    ref = f"{app}.f"
    id = place.make("ann", ref, {"a": "private", "b": "x"}).id
    place.publish(form(field("c", was=["a"]), field("b"), flow=FLOW), app=app)
    place.publish(form(field("c"), field("b"), field("a"), flow=FLOW, access=SECRETIVE), app=app)
    then = place.reading("admin", lambda v: v.forms.form_at(ref, 1))
    assert then.newer == {"a": "c", "b": "b"}
    assert place.reading("cai", lambda v: read(v, v.forms.form_at(ref, 1), id)).readable == {"b"}
    place.writing("bob", lambda v: write(v, v.forms.form(ref), [Update(id, 1, {"c": "changed"})]))
    now = place.reading("admin", lambda v: load(v.tx, v.forms.form(ref), [id]))[id]
    assert (now["c"], now["a"]) == ("changed", None)


def test_a_new_key_is_not_taken_for_the_old_field_of_that_key(place: Any) -> None:
    app = place.publish(form(field("a"), field("t", "subtable", fields=[field("x")]), flow=FLOW))
    ref = f"{app}.f"
    done = place.make("ann", ref, {"a": "one", "t": [{"x": "ex"}]})
    place.publish(form(field("c", was=["a"]), field("t", "subtable", fields=[field("y", was=["x"])]), flow=FLOW), app=app)
    place.publish(
        form(field("c"), field("a"), field("t", "subtable", fields=[field("y"), field("x")]), flow=FLOW), app=app
    )
    row = place.reading("admin", lambda v: load(v.tx, v.forms.form(ref), [done.id]))[done.id]["t"][0]["id"]
    for values in ({"a": "other"}, {"t": [{"id": row, "x": "other"}]}):
        with pytest.raises(Refused) as caught:
            place.writing("ann", lambda v, values=values: write(v, v.forms.form(ref), [Update(done.id, 1, values)]))
        assert [problem.code for problem in caught.value.problems] == ["record.field_is_newer"]
    now = place.reading("admin", lambda v: load(v.tx, v.forms.form(ref), [done.id]))[done.id]
    assert (now["c"], now["a"], [(each["y"], each["x"]) for each in now["t"]]) == ("one", None, [("ex", None)])


def test_an_approval_goes_on_after_its_form_was_removed_and_brought_back(place: Any) -> None:
    app = place.publish(form(field("a"), flow=FLOW), form(field("z"), key="g"))
    ref = f"{app}.f"
    id = place.make("ann", ref, {"a": "one"}).id
    place.publish(form(field("z"), key="g"), app=app)
    place.publish(form(field("a"), flow=FLOW), form(field("z"), key="g"), app=app)
    place.writing("bob", lambda v: write(v, v.forms.form(ref), [Update(id, 1, {"a": "two"})]))
    assert place.look("admin", ref, id).values["a"] == "two"


def test_a_pinned_form_finds_the_records_of_a_form_that_was_renamed(place: Any) -> None:
    key = place.publish(form(field("a"), key="target"))
    to = f"{key}.target"
    place.publish(form(field("a"), key="target"), form(field("r", "reference", to=to), field("b"), flow=FLOW), app=key)
    id = place.make("ann", to, {"a": "one"}).id
    pinned = place.make("ann", f"{key}.f", {"r": str(id), "b": "x"}).id
    renamed = form(field("a"), key="aim", was=["target"])
    place.publish(renamed, form(field("r", "reference", to=f"{key}.aim"), field("b"), flow=FLOW), app=key)
    ref = f"{key}.f"

    def drawn(visit: Any) -> Any:
        live, desk = visit.forms.form_at(ref, 2), RecordDesk(visit)
        return as_json(live, read(visit, live, pinned, desk), desk)["values"]["r"]

    assert place.reading("ann", drawn) == str(id)
    other = place.make("ann", f"{key}.aim", {"a": "two"}).id
    place.change("ann", ref, pinned, {"r": str(other)})
    assert place.look("ann", ref, pinned).values["r"] == other


def test_a_pinned_form_that_refers_to_a_form_that_is_gone(place: Any) -> None:
    key = place.publish(form(field("a"), key="target"))
    to = f"{key}.target"
    place.publish(form(field("a"), key="target"), form(field("r", "reference", to=to), field("b"), flow=FLOW), app=key)
    id = place.make("ann", to, {"a": "one"}).id
    ref, pinned = f"{key}.f", place.make("ann", f"{key}.f", {"r": str(id), "b": "x"}).id
    place.publish(form(field("b"), flow=FLOW), app=key)

    def drawn(visit: Any) -> Any:
        live, desk = visit.forms.form_at(ref, 2), RecordDesk(visit)
        return as_json(live, read(visit, live, pinned, desk), desk)["values"]["r"]

    assert place.reading("ann", drawn) == str(id)
    place.change("ann", ref, pinned, {"b": "y"})
    assert place.look("ann", ref, pinned).values["b"] == "y"


def test_rows_under_an_older_form_keep_their_numbers_through_every_publish(place: Any) -> None:
    columns = [field("k", "serial", pattern="R{000}")]
    table = field("t", "subtable", fields=[field("x"), *columns])
    app = place.publish(form(field("a"), table, flow=FLOW))
    ref = f"{app}.f"
    id = place.make("ann", ref, {"a": "1", "t": [{"x": "1"}]}).id
    table = field("s", "subtable", was=["t"], fields=[field("y", "number", was=["x"]), *columns, field("z")])
    place.publish(form(field("a"), table, flow=FLOW), app=app)

    def held() -> list[tuple[Any, Any]]:
        found = place.reading("ann", lambda v: load(v.tx, v.forms.form(ref), [id]))[id]["s"]
        return [(row["y"], row["k"]) for row in found]

    row = place.reading("ann", lambda v: load(v.tx, v.forms.form(ref), [id]))[id]["s"][0]["id"]
    place.change("ann", ref, id, {"s": [{"id": row}, {"y": "5"}]})
    assert held() == [(1, "R001"), (5, "R002")]
    place.publish(form(field("a"), flow=FLOW), app=app)
    place.change("ann", ref, id, {"a": "2"})
    place.publish(form(field("a"), table, flow=FLOW), app=app)
    assert held() == [(1, "R001"), (5, "R002")]
