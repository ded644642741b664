"""What there may be only once: unique values, running numbers, a submission under its key; also with threads."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from dougong import clock
from dougong.errors import Conflict, DougongError, Refused
from dougong.records import Create, Delete, submit, write


def codes(work: Callable[[], Any]) -> set[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        work()
    return {(p.at, p.code) for p in refused.value.problems}


def together(*works: Callable[[], Any]) -> list[Any]:
    """The result or DougongError of each, run at once; anything else is raised."""
    found: list[Any] = [None] * len(works)
    start = threading.Barrier(len(works))

    def run(index: int) -> None:
        start.wait()
        try:
            found[index] = works[index]()
        except BaseException as error:
            found[index] = error

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    for each in found:
        if isinstance(each, BaseException) and not isinstance(each, DougongError):
            raise each
    return found


CODE = {"key": "f", "fields": [{"key": "code", "type": "text", "title": "Code", "unique": True}]}


@pytest.fixture(scope="module")
def coded(place: Any) -> str:
    return place.publish(CODE) + ".f"


def test_a_value_is_had_once_whatever_its_case(place: Any, coded: str) -> None:
    first = place.make("ann", coded, {"code": "Köln-1"})
    assert codes(lambda: place.make("bob", coded, {"code": "KÖLN-1"})) == {("code", "record.not_unique")}
    place.make("bob", coded, {})
    place.make("bob", coded, {})  # blank is no value
    place.change("ann", coded, first.id, {"code": "köln-1"})  # one's own value in another case
    place.writing("ann", lambda v: write(v, v.forms.form(coded), [Delete(first.id, 2)]))
    place.make("bob", coded, {"code": "KÖLN-1"})


def test_a_value_is_had_once_within_a_batch(place: Any, coded: str) -> None:
    def work(visit: Any) -> None:
        write(visit, visit.forms.form(coded), [Create({"code": each}) for each in ("b1", "b2", "B1")])

    assert codes(lambda: place.writing("ann", work)) == {("[2].code", "record.not_unique")}


def test_of_two_at_once_one_is_refused_in_words(place: Any, coded: str) -> None:
    for turn in range(5):
        found = together(*(lambda t=turn: place.make("ann", coded, {"code": f"race {t}"}) for _ in range(4)))
        refused = [each for each in found if isinstance(each, Refused)]
        assert len(refused) == 3
        assert {p.code for each in refused for p in each.problems} == {"record.not_unique"}


NUMBERED = {
    "key": "f", "number": {"pattern": "N{YYYY}-{000}", "reset": "year", "gapless": True},
    "fields": [
        {"key": "a", "type": "text", "title": "A", "required": True},
        {"key": "s", "type": "serial", "title": "S", "pattern": "S{DD}{00}", "reset": "never"},
    ],
}  # fmt: skip


def test_numbers_have_no_gap_after_refusals_and_rollbacks(place: Any) -> None:
    ref = place.publish(NUMBERED) + ".f"
    day = datetime(2026, 5, 7, tzinfo=UTC)

    class Undo(Exception):
        pass

    def undone(visit: Any) -> None:
        write(visit, visit.forms.form(ref), [Create({"a": "x"})])
        raise Undo

    with clock.held(day):
        numbers = [place.make("ann", ref, {"a": "x"}).after["number"]]
        with pytest.raises(Undo):
            place.writing("ann", undone)
        with pytest.raises(Refused):
            place.make("ann", ref, {})
        draft = place.make("ann", ref, {}, draft=True)
        assert (draft.after["number"], draft.after["s"]) == (None, None)
        numbers.append(place.make("ann", ref, {"a": "x"}).after["number"])
        done = place.change("ann", ref, draft.id, {"a": "late"}, submit=True)
        numbers.append(done.after["number"])
        assert done.after["s"] == "S0703"
    assert numbers == ["N2026-001", "N2026-002", "N2026-003"]
    with clock.held(datetime(2027, 1, 1, tzinfo=UTC)):
        made = place.make("ann", ref, {"a": "x"})
    assert (made.after["number"], made.after["s"]) == ("N2027-001", "S0104")


def test_numbers_have_no_gap_with_writers_at_once(place: Any) -> None:
    ref = place.publish(NUMBERED) + ".f"

    def several() -> list[str]:
        found = []
        for turn in range(5):
            try:
                found.append(place.make("ann", ref, {"a": "x" if turn % 3 else ""}).after["number"])
            except Refused:
                found.append("")
        return found

    numbers = [number for each in together(*[several] * 4) for number in each if number]
    assert sorted(int(number[-3:]) for number in numbers) == list(range(1, len(numbers) + 1))
    assert len(numbers) == 12


def historic(place: Any, ref: str, *histories: dict[str, Any]) -> Any:
    def work(visit: Any) -> Any:
        return write(visit, visit.forms.form(ref), [Create({"a": "old"}, history=each) for each in histories])

    return place.writing("admin", work, door="load")


def test_history_brings_numbers_and_moves_the_counter_past_them(place: Any) -> None:
    ref = place.publish(NUMBERED) + ".f"
    then = {"created_at": "2025-03-04 09:00", "created_by": "bob", "status": "rejected"}
    old = historic(place, ref, {**then, "number": "N2025-007"}, then, {**then, "number": "odd 1"})
    assert [one.after["number"] for one in old] == ["N2025-007", "N2025-008", "odd 1"]
    assert old[0].after["created_at"] == datetime(2025, 3, 4, 1, tzinfo=UTC)
    assert place.look("ann", ref, old[0].id).status == "rejected"
    assert codes(lambda: historic(place, ref, {**then, "number": "N2025-008"})) == {("number", "record.not_unique")}
    twice = [{**then, "number": "N2025-020"}] * 2
    assert codes(lambda: historic(place, ref, *twice)) == {("[1].number", "record.not_unique")}
    assert historic(place, ref, then)[0].after["number"] == "N2025-009"
    with clock.held(datetime(2026, 5, 7, tzinfo=UTC)):
        assert place.make("ann", ref, {"a": "x"}).after["number"] == "N2026-001"


def test_history_takes_nothing_hostile(place: Any) -> None:
    ref = place.publish(NUMBERED) + ".f"
    hostile = ["\x00", "\ud800", "x" * 256, 10**5000, [1], {"a": 1}, float("nan"), True]
    for key in ("number", "status", "created_by", "created_at"):
        for raw in hostile:
            try:
                historic(place, ref, {key: raw})
            except DougongError:
                continue
            assert key == "number"
            assert isinstance(raw, (float, bool))
    with pytest.raises(DougongError):
        place.make("ann", ref, {"a": "x"}, history={"created_at": "2020-01-01"})


def test_a_number_pattern_that_starts_anew_goes_on_above_what_is_there(place: Any) -> None:
    plain = {**NUMBERED, "number": {"pattern": "N{YYYY}-{000}", "reset": "never"}}
    app = place.publish(plain)
    day = datetime(2026, 5, 7, tzinfo=UTC)
    with clock.held(day):
        place.make("ann", f"{app}.f", {"a": "1"})
        place.make("ann", f"{app}.f", {"a": "2"})
        place.publish(NUMBERED, app=app)
        assert place.make("ann", f"{app}.f", {"a": "3"}).after["number"] == "N2026-003"


def sent(place: Any, ref: str, values: dict[str, Any], key: str, login: str = "ann") -> Any:
    return place.writing(login, lambda v: submit(v, v.forms.form(ref), Create(values), key, values))


def test_a_key_submits_once_also_at_once(place: Any) -> None:
    ref = place.publish(NUMBERED) + ".f"
    found = together(*[lambda: sent(place, ref, {"a": "x"}, "k")] * 6)
    assert len({one.id for one in found}) == 1
    assert sorted(one.repeated for one in found) == [False, *[True] * 5]
    assert len(place.rows(f"SELECT id FROM x_{ref.replace('.', '_')}")) == 1
    with pytest.raises(Conflict):
        sent(place, ref, {"a": "y"}, "k")
    assert sent(place, ref, {"a": "y"}, "k", "bob").repeated is False


def test_a_refused_submission_keeps_no_key(place: Any) -> None:
    ref = place.publish(NUMBERED) + ".f"
    with pytest.raises(Refused):
        sent(place, ref, {}, "k")
    assert sent(place, ref, {"a": "x"}, "k").repeated is False


def test_keys_of_any_kind_are_told_apart(place: Any) -> None:
    ref = place.publish(NUMBERED) + ".f"
    keys = ["x" * 100, "x" * 101, "x" * 102, "\ud800", "\x00", "\x00a", "é", "sha256:" + "0" * 64]
    ids = [sent(place, ref, {"a": "x"}, key).id for key in keys]
    assert len(set(ids)) == len(keys)
    assert [sent(place, ref, {"a": "x"}, key).id for key in keys] == ids


def test_a_repeat_of_what_was_deleted_since_is_a_conflict(place: Any) -> None:
    ref = place.publish(NUMBERED) + ".f"
    id = sent(place, ref, {"a": "x"}, "k").id
    place.writing("ann", lambda v: write(v, v.forms.form(ref), [Delete(id, 1)]))
    with pytest.raises(Conflict):
        sent(place, ref, {"a": "x"}, "k")
