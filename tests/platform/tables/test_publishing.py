"""Tables made from forms: kept through every publish, whatever fields are called, whole or not at all."""

import json
from typing import Any

import pytest
from sqlalchemy import inspect

from dougong.apps import Registry, publish_files
from dougong.errors import NotFound, Refused
from dougong.records import Delete, write
from dougong.records.listing import Query, rows

SHADOWS = ("_config", "_content", "_data", "_docsize", "_idx")


def field(key: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "title": key, "type": "text", **more}


def codes(work: Any) -> set[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        work()
    return {(p.at, p.code) for p in refused.value.problems}


HARD = [
    "select", "order", "group", "from", "table", "where", "user", "default", "primary", "references", "ctid", "xmin",
    "oid", "tableoid", "rowid", "count", "index", "keys", "values", "metadata", "rank", "limit", "offset", "true", "null",
    "x" * 48, "x" * 47 + "y", "a_fold", "a", "title", "text_day", "text",
]  # fmt: skip


def test_any_key_works_as_a_field_a_column_and_a_sub_table(place: Any) -> None:
    app, form = "z" * 48, "y" * 48
    rows_ = [{"key": f"{key[:44]}_{n}", "title": "R", "type": "subtable", "fields": [field(k) for k in HARD]}
             for n, key in enumerate(("select", "w" * 48))]  # fmt: skip
    fields = [field(key, unique=key == "order") for key in HARD] + [
        {"key": "day", "title": "D", "type": "datetime"}, {"key": "amount", "title": "A", "type": "money"},
    ]  # fmt: skip
    lists = [{"key": "l", "title": "L", "form": form, "columns": ["select"], "search": HARD, "filters": HARD, "sort": HARD}]
    place.publish({"key": form, "fields": [*fields, *rows_]}, {"key": "y" * 47 + "z", "fields": fields}, app=app,
                  lists=lists)  # fmt: skip
    ref = f"{app}.{form}"
    values = {key: f"v {key}" for key in HARD} | {"day": "2026-01-01 08:00", "amount": "1"}
    row = {key: f"r {key}" for key in HARD}
    id = place.make("ann", ref, values | {each["key"]: [row, row] for each in rows_}).id
    for sub in rows_:
        stored = place.look("ann", ref, id).values[sub["key"]]
        assert [{key: each[key] for key in HARD} for each in stored] == [row, row]
    place.change("ann", ref, id, {"order": "changed", rows_[0]["key"]: []})
    found = place.look("ann", ref, id).values
    assert {key: found[key] for key in HARD} == {key: f"v {key}" for key in HARD} | {"order": "changed"}
    query = lambda v: rows(v, Query(v.forms.form(ref), tuple(HARD), text="v rowid", search_in=("rowid",)))  # noqa: E731
    assert [one.id for one in place.reading("ann", query).rows] == [id]


def test_no_physical_name_is_longer_than_an_engine_keeps(place: Any) -> None:
    place.publish({"key": "k" * 48, "fields": [field("f" * 48, unique=True)]}, app=f"{'m' * 47}{_letter(place)}")
    inspector = inspect(place.composition.database.engine)
    for table in inspector.get_table_names():
        if table.endswith(SHADOWS):
            continue  # what FTS5 keeps beside its table; SQLite has no limit
        assert len(table) <= 63
        assert all(len(column["name"]) <= 63 for column in inspector.get_columns(table))
        assert all(len(str(index["name"])) <= 63 for index in inspector.get_indexes(table))


def _letter(place: Any) -> str:
    return str(place.composition.database.dialect[0])


def test_adding_fields_rows_and_searches_keeps_what_is_there(place: Any) -> None:
    app = place.publish({"key": "f", "fields": [field("a"), field("gone")]})
    ref = f"{app}.f"
    id = place.make("ann", ref, {"a": "日本 first", "gone": "kept"}).id
    sub = {"key": "rows", "title": "R", "type": "subtable", "fields": [field("x")]}
    lists = [{"key": "l", "title": "L", "form": "f", "columns": ["a"], "search": ["a"], "sort": ["b"], "filters": ["a"]}]
    place.publish({"key": "f", "fields": [field("a"), field("b"), sub]}, app=app, lists=lists)
    assert place.look("ann", ref, id).values["a"] == "日本 first"
    assert place.look("ann", ref, id).values["rows"] is None
    place.change("ann", ref, id, {"b": "new", "rows": [{"x": "1"}]})
    for text in ("日本", "fir"):
        query = lambda v, t=text: rows(v, Query(v.forms.form(ref), ("a",), text=t, search_in=("a",)))  # noqa: E731
        assert [one.id for one in place.reading("ann", query).rows] == [id], "the index was filled again"
    place.publish({"key": "f", "fields": [field("a"), field("gone")]}, app=app)
    assert place.look("ann", ref, id).values["gone"] == "kept", "a field that comes back has its values"


def test_a_field_becomes_unique_only_when_its_values_are(place: Any) -> None:
    app = place.publish({"key": "f", "fields": [field("a")]})
    ref = f"{app}.f"
    first, second = (place.make("ann", ref, {"a": value}).id for value in ("Same", "sAME"))
    unique = {"key": "f", "fields": [field("a", unique=True)]}
    assert codes(lambda: place.publish(unique, app=app)) == {("forms.f.fields.a", "tables.not_unique_yet")}
    place.writing("ann", lambda v: write(v, v.forms.form(ref), [Delete(second, 1)]))
    place.publish(unique, app=app)
    assert codes(lambda: place.make("ann", ref, {"a": "same"})) == {("a", "record.not_unique")}
    place.publish({"key": "f", "fields": [field("a")]}, app=app)
    place.make("ann", ref, {"a": "same"})
    assert place.look("ann", ref, first).values["a"] == "Same"


def test_long_texts_and_files_may_be_filtered_and_unique(place: Any) -> None:
    """An index entry holds a third of a page on PostgreSQL; a JSON column cannot be compared there at all."""
    fields = [
        field("long", type="paragraph", max_length=100_000, unique=True), field("wide", max_length=5000),
        field("papers", type="file"), field("many", type="choices", options=[{"key": f"k{n}"} for n in range(1900)]),
    ]  # fmt: skip
    lists = [{"key": "l", "title": "L", "form": "f", "columns": ["wide"], "filters": ["wide", "papers", "many"]}]
    ref = place.publish({"key": "f", "fields": fields}, lists=lists) + ".f"
    noise = "".join(chr(0x4E00 + (n * 7919) % 20000) for n in range(5000))
    place.make("ann", ref, {"long": noise * 20, "wide": noise, "many": [f"k{n}" for n in range(1900)]})
    assert codes(lambda: place.make("ann", ref, {"long": noise * 20})) == {("long", "record.not_unique")}
    place.make("ann", ref, {"long": noise})


def test_a_failed_publish_leaves_nothing_behind(place: Any) -> None:
    app = place.publish({"key": "f", "fields": [field("a")]})

    class Undo(Exception):
        pass

    def work(tx: Any) -> None:
        spec = {"dougong": 1, "app": {"key": app, "title": "x"}, "forms": [
            {"key": "f", "title": "F", "fields": [field("a"), field("half")]},
            {"key": "g", "title": "G", "fields": [field("a")]},
        ]}  # fmt: skip
        publish_files(tx, {"x.json": json.dumps(spec).encode()}, "command")
        assert set(Registry(tx).app(app).forms) == {"f", "g"}
        raise Undo

    before = set(inspect(place.composition.database.engine).get_table_names())
    with pytest.raises(Undo):
        place.composition.database.write(work)
    assert set(inspect(place.composition.database.engine).get_table_names()) == before
    place.publish({"key": "f", "fields": [field("a"), field("other")]}, app=app)
    live = place.live(f"{app}.f")
    assert list(live.form.fields) == ["a", "other"], "the revision of the same number that was rolled back is forgotten"
    assert live.revision == 2
    with pytest.raises(NotFound):
        place.live(f"{app}.g")
    place.make("ann", f"{app}.f", {"other": "x"})


def test_publishing_the_same_again_changes_nothing(place: Any) -> None:
    app = place.publish({"key": "f", "fields": [field("a")]})
    place.publish({"key": "f", "fields": [field("a")]}, app=app)
    assert place.live(f"{app}.f").revision == 1
