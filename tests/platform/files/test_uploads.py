"""Uploads: kept whole or not at all, held by one record, used only by who brought them, swept when nobody claimed them."""

import io
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dougong import clock
from dougong.errors import NotFound, Refused, TooLarge
from dougong.files import Shelf, open_upload, receive, register, sweep
from dougong.files.media import media_type_of
from dougong.files.uploads import clean_name
from dougong.records import RecordDesk, Update, read, write

FORM = {
    "key": "f",
    "fields": [
        {"key": "papers", "type": "file", "title": "Papers"},
        {"key": "rows", "type": "subtable", "title": "R", "fields": [{"key": "scan", "type": "file", "title": "S"}]},
    ],
}  # fmt: skip


def upload(place: Any, login: str, content: bytes = b"%PDF-1 x", name: str = "a.pdf") -> str:
    shelf, owner = place.composition.shelf, place.actor(login).id
    received = receive(shelf, io.BytesIO(content), 1 << 20)
    work = lambda tx: register(tx, shelf, received, name, owner, clock.now()).id  # noqa: E731
    return str(place.composition.database.write(work))


@pytest.fixture(scope="module")
def ref(place: Any) -> str:
    return place.publish(FORM) + ".f"


def refused(work: Any) -> set[tuple[str, str]]:
    with pytest.raises(Refused) as found:
        work()
    return {(p.at, p.code) for p in found.value.problems}


def test_a_record_holds_what_its_author_brought(place: Any, ref: str) -> None:
    one, two = upload(place, "ann"), upload(place, "ann")
    id = place.make("ann", ref, {"papers": [one], "rows": [{"scan": [two]}]}).id
    held = place.rows("SELECT id, form, record_id, field FROM stored_file WHERE record_id = :id ORDER BY field", id=id)
    assert [tuple(row) for row in held] == [(one, ref, id, "papers"), (two, ref, id, "rows.scan")]
    place.change("bob", ref, id, {"papers": [one]})  # whoever may edit may keep what is there
    place.change("bob", ref, id, {"papers": []})
    place.change("bob", ref, id, {"papers": one})  # and put back what was the record's own


def test_a_file_of_somebody_else_is_refused(place: Any, ref: str) -> None:
    anns = upload(place, "ann")
    assert refused(lambda: place.make("bob", ref, {"papers": [anns]})) == {("papers", "field.no_such_file")}
    bad = {"rows": [{"scan": [anns]}]}
    assert refused(lambda: place.make("bob", ref, bad)) == {("rows[0].scan", "field.no_such_file")}
    assert refused(lambda: place.make("bob", ref, {"papers": ["0" * 32]})) == {("papers", "field.no_such_file")}


def test_a_file_another_record_holds_is_refused_even_to_its_owner(place: Any, ref: str) -> None:
    one = upload(place, "ann")
    first = place.make("ann", ref, {"papers": [one]}).id
    assert refused(lambda: place.make("ann", ref, {"papers": [one]})) == {("papers", "field.no_such_file")}
    other = place.make("ann", ref, {}).id

    def borrow(visit: Any) -> None:
        """A desk that has shown the first record is used to write the other one."""
        live, desk = visit.forms.form(ref), RecordDesk(visit)
        read(visit, live, first, desk)
        assert desk.file(one) is not None
        write(visit, live, [Update(other, 1, {"papers": [one]})], desk)

    assert refused(lambda: place.writing("ann", borrow)) == {("papers", "field.no_such_file")}


def test_of_two_records_that_claim_a_file_at_once_one_is_refused(place: Any, ref: str) -> None:
    for _ in range(3):
        one = upload(place, "ann")
        found: list[str] = []

        def claim(one: str = one, found: list[str] = found) -> None:
            try:
                place.make("ann", ref, {"papers": [one]})
                found.append("made")
            except Refused as error:
                found.append(error.problems[0].code)

        threads = [threading.Thread(target=claim) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert sorted(found) == ["field.no_such_file", "field.no_such_file", "made"]


def test_two_records_of_a_batch_cannot_share_a_file(place: Any, ref: str) -> None:
    from dougong.records import Create

    one = upload(place, "ann")
    batch = [Create({"papers": [one]}), Create({"papers": [one]})]
    assert refused(lambda: place.writing("ann", lambda v: write(v, v.forms.form(ref), batch))) == {
        ("[1].papers", "field.no_such_file")
    }


def test_what_nobody_claims_is_swept_after_a_day(place: Any, ref: str) -> None:
    claimed, left = upload(place, "ann"), upload(place, "ann")
    place.make("ann", ref, {"papers": [claimed]})
    database, shelf = place.composition.database, place.composition.shelf
    assert database.write(lambda tx: sweep(tx, shelf, clock.now() + timedelta(hours=23))) == 0
    assert database.write(lambda tx: sweep(tx, shelf, clock.now() + timedelta(hours=25))) >= 1
    with pytest.raises(NotFound):
        database.read(lambda tx: open_upload(tx, shelf, left))
    found, stream = database.read(lambda tx: open_upload(tx, shelf, claimed))
    assert (found.ref.media_type, stream.read()) == ("application/pdf", b"%PDF-1 x")
    stream.close()


def test_an_empty_file_is_refused_and_an_oversized_one_leaves_nothing(place: Any, tmp_path: Path) -> None:
    with pytest.raises(Refused):
        upload(place, "ann", b"")
    shelf = Shelf(tmp_path)
    with pytest.raises(TooLarge):
        receive(shelf, io.BytesIO(b"x" * 2000), 1000)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("id", ["", "../../etc/passwd", "A" * 32, "g", "0/1", "\x00"])
def test_only_an_id_reaches_the_file_system(tmp_path: Path, id: str) -> None:
    with pytest.raises(NotFound):
        Shelf(tmp_path).open(id)


@given(st.text(max_size=400))
def test_a_file_name_is_short_plain_and_never_empty(name: str) -> None:
    clean = clean_name(name)
    assert 1 <= len(clean) <= 120
    assert not set(clean) & set("/\\\x00\n\r\u202e")
    assert clean_name(clean) == clean


@given(st.binary(max_size=100), st.text(max_size=20))
def test_a_type_comes_from_the_content(head: bytes, name: str) -> None:
    assert "/" in media_type_of(head, name)
    assert media_type_of(b"<svg onload=x>", "x.png") == "application/octet-stream"
    assert media_type_of("中文".encode()[:5], "a.txt") == "text/plain"


def test_the_clock_of_a_sweep_is_its_callers(place: Any) -> None:
    shelf = place.composition.shelf
    assert place.composition.database.write(lambda tx: sweep(tx, shelf, datetime(2020, 1, 1, tzinfo=UTC))) == 0
