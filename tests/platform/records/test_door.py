"""The one door: what is kept, dropped, computed and refused when a record is made or changed, on both engines."""

import threading
from typing import Any

import pytest

from dougong.errors import Conflict, Forbidden, NotFound, Refused
from dougong.records import Create, Delete, Update, read, write


def problems(work: Any) -> set[tuple[str, str]]:
    """(place, code) of everything ``work`` is refused for."""
    with pytest.raises(Refused) as refused:
        work()
    return {(p.at, p.code) for p in refused.value.problems}


ORDER = {
    "key": "order",
    "record_title": "name",
    "fields": [
        {"key": "name", "type": "text", "title": "Name", "required": True},
        {"key": "kind", "type": "choice", "title": "Kind", "options": [{"key": "a"}, {"key": "b"}], "default": '"a"'},
        {"key": "extra", "type": "text", "title": "Extra", "show_if": 'kind = "b"', "require_if": "total > 100"},
        {"key": "rate", "type": "number", "title": "Rate", "decimals": 2, "default": "1.5", "readonly_if": 'kind = "b"'},
        {
            "key": "lines", "type": "subtable", "title": "Lines", "min_rows": 1,
            "fields": [
                {"key": "item", "type": "text", "title": "Item", "required": True},
                {"key": "amount", "type": "money", "title": "Amount", "at_least": 0},
                {"key": "note", "type": "text", "title": "Note", "readonly_if": "amount > 10", "default": '"new"'},
                {"key": "twice", "type": "formula", "title": "Twice", "value": "amount * 2"},
                {"key": "no", "type": "serial", "title": "No.", "pattern": "L{000}"},
            ],
        },
        {"key": "total", "type": "money", "title": "Total", "value": "SUM(lines.amount)", "at_most": 1000},
    ],
    "checks": [
        {"key": "small", "at": "total", "test": "total < 500", "message": "too much"},
        {"key": "named", "at": "name", "test": 'name <> "bad"', "message": "bad"},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def order(place: Any) -> str:
    return place.publish(ORDER) + ".order"


def one(**more: Any) -> dict[str, Any]:
    return {"name": "n", "lines": [{"item": "x", "amount": "5"}], **more}


def test_values_are_computed_defaulted_and_titled(place: Any, order: str) -> None:
    id = place.make("ann", order, one()).id
    record = place.look("ann", order, id)
    assert record.title == "n"
    assert record.status == "approved"  # no flow: there is nothing to wait for
    values = record.values
    assert (values["kind"], str(values["rate"]), str(values["total"])) == ("a", "1.50", "5.00")
    assert (values["lines"][0]["note"], str(values["lines"][0]["twice"])) == ("new", "10.00")
    assert values["lines"][0]["no"].startswith("L")


def test_every_problem_comes_at_once_and_nothing_is_stored(place: Any, order: str) -> None:
    before = len(place.rows(f"SELECT id FROM x_{order.replace('.', '_')}"))
    bad = {"name": "bad", "kind": "z", "total": "1", "nonsense": 1, "id": 4, "lines": [{"amount": "-1", "odd": 1}]}
    assert problems(lambda: place.make("ann", order, bad)) == {
        ("name", "record.check"), ("kind", "field.not_an_option"), ("total", "record.not_settable"),
        ("nonsense", "record.unknown_field"), ("id", "record.not_settable"), ("lines[0].amount", "field.at_least"),
        ("lines[0].odd", "record.unknown_field"), ("lines[0].item", "field.required"),
    }  # fmt: skip
    assert len(place.rows(f"SELECT id FROM x_{order.replace('.', '_')}")) == before


def test_what_a_batch_is_refused_for_stands_at_its_change(place: Any, order: str) -> None:
    def work(visit: Any) -> None:
        write(visit, visit.forms.form(order), [Create(one()), Create({"name": "n"})])

    assert problems(lambda: place.writing("ann", work)) == {("[1].lines", "field.too_few_rows")}


def test_a_hidden_value_is_dropped_with_notice(place: Any, order: str) -> None:
    made = place.make("ann", order, one(extra="gone"))
    assert [(n.code, n.at) for n in made.notices] == [("record.dropped_hidden", "extra")]
    assert made.after["extra"] is None
    shown = place.make("ann", order, one(kind="b", extra="kept"))
    assert shown.after["extra"] == "kept"
    hid = place.change("ann", order, shown.id, {"kind": "a"})
    assert [(n.code, n.at) for n in hid.notices] == [("record.dropped_hidden", "extra")]
    assert place.look("ann", order, shown.id).values["extra"] is None


def test_a_read_only_value_is_kept_with_notice(place: Any, order: str) -> None:
    made = place.make("ann", order, one(rate="3"))
    assert str(made.after["rate"]) == "3.00"
    kept = place.change("ann", order, made.id, {"kind": "b", "rate": "9"})
    assert str(kept.after["rate"]) == "3.00"
    assert [n.code for n in kept.notices] == ["record.kept_readonly"]


def test_a_read_only_column_keeps_its_value_when_its_row_is_sent_or_left_alone(place: Any, order: str) -> None:
    made = place.make("ann", order, one(lines=[{"item": "x", "amount": "5", "note": "mine"}]))
    row = place.look("ann", order, made.id).values["lines"][0]
    locked = place.change("ann", order, made.id, {"lines": [{"id": str(row["id"]), "amount": "20"}]})
    assert locked.after["lines"][0]["note"] == "mine"
    again = place.change("ann", order, made.id, {"lines": [{"id": str(row["id"]), "note": "other"}]})
    assert again.after["lines"][0]["note"] == "mine"
    assert place.change("ann", order, made.id, {"name": "m"}).after["lines"][0]["note"] == "mine"
    stored = place.look("ann", order, made.id).values["lines"][0]
    assert (stored["note"], stored["item"], stored["no"]) == ("mine", "x", row["no"])


def test_rows_are_merged_by_id_added_moved_and_removed(place: Any, order: str) -> None:
    rows = [{"item": each, "amount": "1"} for each in "abc"]
    made = place.make("ann", order, one(lines=rows))
    first, second, third = place.look("ann", order, made.id).values["lines"]
    sent = [{"id": third["id"], "amount": "7"}, {"item": "d"}, {"id": str(first["id"])}]
    place.change("ann", order, made.id, {"lines": sent})
    found = place.look("ann", order, made.id).values["lines"]
    assert [(row["item"], str(row["amount"])) for row in found] == [("c", "7.00"), ("d", "None"), ("a", "1.00")]
    assert [found[0]["id"], found[2]["id"]] == [third["id"], first["id"]]
    assert str(place.look("ann", order, made.id).values["total"]) == "8.00"
    assert second["id"] not in {row["id"] for row in found}


def test_a_row_of_another_record_or_named_twice_is_refused(place: Any, order: str) -> None:
    mine, other = place.make("ann", order, one()), place.make("ann", order, one())
    foreign = place.look("ann", order, other.id).values["lines"][0]["id"]
    own = place.look("ann", order, mine.id).values["lines"][0]["id"]
    for rows, at in (
        ([{"id": str(foreign), "item": "stolen"}], "lines[0].id"),
        ([{"id": own}, {"id": own}], "lines[1].id"),
        ([{"id": "x"}], "lines[0].id"),
        ([{"id": 10**30}], "lines[0].id"),
    ):
        assert (at, "record.no_such_row") in problems(lambda r=rows: place.change("ann", order, mine.id, {"lines": r}))
    assert place.look("ann", order, other.id).values["lines"][0]["item"] == "x"
    copied = place.make("ann", order, one(lines=[{"id": str(foreign), "item": "copy"}]))
    assert copied.after["lines"][0]["id"] != foreign


def test_a_change_is_judged_by_the_rules_it_reaches(place: Any, order: str) -> None:
    made = place.make("ann", order, one())
    assert problems(lambda: place.change("ann", order, made.id, {"name": ""})) == {("name", "field.required")}
    assert problems(lambda: place.change("ann", order, made.id, {"lines": []})) == {("lines", "field.too_few_rows")}
    over = {"lines": [{"item": "x", "amount": "600"}]}
    assert ("total", "record.check") in problems(lambda: place.change("ann", order, made.id, over))
    most = {"lines": [{"item": "x", "amount": "2000"}]}
    assert ("total", "field.at_most") in problems(lambda: place.change("ann", order, made.id, most))


def test_clearing_a_required_zero_is_refused(place: Any) -> None:
    app = place.publish({"key": "f", "fields": [{"key": "n", "type": "number", "title": "N", "required": True}]})
    made = place.make("ann", f"{app}.f", {"n": "0"})
    assert problems(lambda: place.change("ann", f"{app}.f", made.id, {"n": ""})) == {("n", "field.required")}


def test_zero_and_no_are_remembered_as_changes(place: Any) -> None:
    fields = [{"key": "n", "type": "number", "title": "N"}, {"key": "y", "type": "yesno", "title": "Y"}]
    app = place.publish({"key": "f", "fields": fields})
    made = place.make("ann", f"{app}.f", {})
    place.change("ann", f"{app}.f", made.id, {"n": "0", "y": "no"})
    changes = place.rows("SELECT changes FROM record_change WHERE record_id = :id", id=made.id)
    assert len(changes) == 1
    assert '"n"' in str(changes[0][0]).replace("'", '"')
    assert '"y"' in str(changes[0][0]).replace("'", '"')


def test_a_stale_version_is_a_conflict_and_an_absent_record_not_found(place: Any, order: str) -> None:
    made = place.make("ann", order, one())
    place.change("ann", order, made.id, {"name": "m"})
    for change in (Update(made.id, 1, {"name": "x"}), Delete(made.id, 1)):
        with pytest.raises(Conflict):
            place.writing("ann", lambda v, c=change: write(v, v.forms.form(order), [c]))
    for id in (made.id + 1, 0, -1, 2**63, 10**40):
        with pytest.raises(NotFound):
            place.writing("ann", lambda v, i=id: write(v, v.forms.form(order), [Update(i, 1, {})]))


def test_a_submitted_record_is_neither_saved_unjudged_nor_handed_in_again(place: Any, order: str) -> None:
    made = place.make("ann", order, one())
    assert problems(lambda: place.change("ann", order, made.id, {"name": ""}, draft=True)) == {
        ("name", "field.required")
    }
    with pytest.raises(Conflict):
        place.change("ann", order, made.id, {}, submit=True)


def test_a_draft_is_its_authors_alone_until_it_is_handed_in(place: Any, order: str) -> None:
    draft = place.make("ann", order, {"kind": "b"}, draft=True)
    assert draft.after["status"] == "draft"
    for login in ("bob", "admin"):
        with pytest.raises(NotFound):
            place.look(login, order, draft.id)
        with pytest.raises(NotFound):
            place.writing(login, lambda v: write(v, v.forms.form(order), [Delete(draft.id, 1)]))
    assert problems(lambda: place.change("ann", order, draft.id, {}, submit=True)) == {
        ("name", "field.required"), ("lines", "field.too_few_rows"),
    }  # fmt: skip
    place.change("ann", order, draft.id, {"name": "half"}, draft=True)
    done = place.change("ann", order, draft.id, one(), submit=True)
    assert done.submitted
    assert place.look("bob", order, draft.id).status == "approved"


def test_a_record_that_is_referred_to_stays(place: Any) -> None:
    app = _things(place)
    thing, use = f"{app}.thing", f"{app}.use"

    def drop(ref: str, id: int) -> Any:
        return place.writing("ann", lambda v: write(v, v.forms.form(ref), [Delete(id, read(v, v.forms.form(ref), id).version)]))

    first, second, third = (place.make("ann", thing, {"name": name}).id for name in ("p", "q", "r"))
    user = place.make("ann", use, {"top": "p", "rows": [{"inner": str(second)}]}).id
    assert problems(lambda: drop(thing, first)) == {("", "record.referenced")}
    assert problems(lambda: drop(thing, second)) == {("", "record.referenced")}
    drop(thing, third)
    assert problems(lambda: place.make("ann", use, {"top": "r"})) == {("top", "field.no_such_record")}
    place.make("ann", thing, {"name": "r"})  # a deleted record frees what only one may have
    drop(use, user)
    drop(thing, first)
    drop(thing, second)
    with pytest.raises(NotFound):
        place.look("ann", thing, first)


def test_a_record_is_never_deleted_while_another_comes_to_refer_to_it(place: Any) -> None:
    app = _things(place)
    thing, use = f"{app}.thing", f"{app}.use"
    for turn in range(6):
        id = place.make("ann", thing, {"name": f"race {turn}"}).id
        done: dict[str, Any] = {}

        def run(what: str, work: Any, done: dict[str, Any] = done) -> None:
            try:
                done[what] = work()
            except Exception as error:
                done[what] = error

        drop = lambda i=id: place.writing("bob", lambda v: write(v, v.forms.form(thing), [Delete(i, 1)]))  # noqa: E731
        point = lambda i=id: place.make("ann", use, {"top": str(i)})  # noqa: E731
        threads = [threading.Thread(target=run, args=each) for each in (("drop", drop), ("use", point))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert sum(isinstance(each, Refused) for each in done.values()) == 1, done


def _things(place: Any) -> str:
    app = f"refs_{place.composition.database.dialect}"
    return place.publish(
        {"key": "thing", "fields": [{"key": "name", "type": "text", "title": "Name", "unique": True}]},
        {
            "key": "use",
            "fields": [
                {"key": "top", "type": "reference", "title": "Top", "to": f"{app}.thing"},
                {"key": "rows", "type": "subtable", "title": "Rows",
                 "fields": [{"key": "inner", "type": "reference", "title": "Inner", "to": f"{app}.thing"}]},
            ],
        },
        app=app,
    )  # fmt: skip


def test_who_may_not_may_not(place: Any) -> None:
    app = place.publish({
        "key": "f", "fields": [{"key": "a", "type": "text", "title": "A"}, {"key": "b", "type": "text", "title": "B"}],
        "access": [
            {"key": "own", "who": "submitter", "can": ["read"]},
            {"key": "anns", "who": {"people": ["ann"]}, "can": ["create"], "edit": ["a"], "rows": 'a <> "no"'},
            {"key": "bobs", "who": {"people": ["bob"]}, "can": ["read", "edit"], "read": ["a"], "edit": ["b"]},
        ],
    })  # fmt: skip
    ref = f"{app}.f"
    with pytest.raises(Forbidden):
        place.make("cai", ref, {"a": "x"})
    with pytest.raises(Forbidden):
        place.make("ann", ref, {"a": "no"})
    assert problems(lambda: place.make("ann", ref, {"b": "x"})) == {("b", "access.may_not_set")}
    id = place.make("ann", ref, {"a": "x"}).id
    assert problems(lambda: place.change("bob", ref, id, {"a": "y"})) == {("a", "access.may_not_set")}
    place.change("bob", ref, id, {"b": "secret"})
    assert "b" not in place.look("bob", ref, id).values
    with pytest.raises(Forbidden):
        place.change("ann", ref, id, {"a": "y"})
    with pytest.raises(NotFound):
        place.look("cai", ref, id)


def test_one_audit_entry_per_write(place: Any, order: str) -> None:
    made = place.make("ann", order, one())
    place.change("ann", order, made.id, {"name": "m"})
    place.writing("ann", lambda v: write(v, v.forms.form(order), [Delete(made.id, 2)]))
    found = place.rows("SELECT action, door FROM audit_entry WHERE record_id = :id ORDER BY id", id=made.id)
    assert [tuple(row) for row in found] == [(f"record.{what}", "page") for what in ("created", "updated", "deleted")]
    with pytest.raises(Refused):
        place.make("ann", order, {})
    assert len(place.rows("SELECT id FROM audit_entry WHERE form = :form AND record_id IS NULL", form=order)) == 0


def test_a_title_from_the_first_text_needs_that_field_to_be_readable(place: Any) -> None:
    app = place.publish({
        "key": "f",
        "fields": [{"key": "secret", "type": "text", "title": "S"}, {"key": "open", "type": "text", "title": "O"}],
        "access": [
            {"key": "anns", "who": {"people": ["ann"]}, "can": ["create", "read"]},
            {"key": "bobs", "who": {"people": ["bob"]}, "can": ["read"], "read": ["open"]},
        ],
    })  # fmt: skip
    id = place.make("ann", f"{app}.f", {"secret": "CANARY", "open": "o"}).id
    assert place.look("ann", f"{app}.f", id).title == "CANARY"
    assert "CANARY" not in repr(place.look("bob", f"{app}.f", id))
