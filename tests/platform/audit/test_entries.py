"""The audit trail: an entry for each write in its own transaction, never a value of a field."""

from typing import Any

import pytest

from dougong.records import Create, Update, write

FORM = {"key": "f", "fields": [{"key": k, "type": "text", "title": k} for k in ("a", "b")]}


def entries(place: Any, ref: str) -> list[Any]:
    query = "SELECT action, door, record_id, actor_id, detail FROM audit_entry WHERE form = :form ORDER BY id"
    return list(place.rows(query, form=ref))


def test_every_write_of_a_batch_has_its_entry(place: Any) -> None:
    ref = place.publish(FORM) + ".f"
    batch = [Create({"a": "CANARY"}), Create({"b": "x"})]
    made = place.writing("ann", lambda v: write(v, v.forms.form(ref), batch), door="api")
    changes = [Update(one.id, 1, {"a": "CANARY 2"}) for one in made]
    place.writing("bob", lambda v: write(v, v.forms.form(ref), changes))
    found = entries(place, ref)
    ids = [one.id for one in made]
    assert [(e.action, e.door, e.record_id) for e in found] == [
        *(("record.created", "api", id) for id in ids), *(("record.updated", "page", id) for id in ids),
    ]  # fmt: skip
    assert {e.actor_id for e in found} == {place.actor("ann").id, place.actor("bob").id}
    assert "CANARY" not in repr(found)
    assert "'a'" in str(found[2].detail).replace('"', "'")
    assert "'b'" not in str(found[2].detail).replace('"', "'")


def test_what_is_rolled_back_leaves_no_entry(place: Any) -> None:
    ref = place.publish(FORM) + ".f"

    class Undo(Exception):
        pass

    def work(visit: Any) -> None:
        write(visit, visit.forms.form(ref), [Create({"a": "x"})])
        raise Undo

    with pytest.raises(Undo):
        place.writing("ann", work)
    assert entries(place, ref) == []
