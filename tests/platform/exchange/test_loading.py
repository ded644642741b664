"""Tables of text into records: the same verdicts as every door, by line and column, all or nothing."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dougong.errors import Forbidden, Refused
from dougong.exchange import Loaded, Sheet, load_table, read_table
from dougong.exchange.table import decode

FORM = {
    "key": "f", "number": {"pattern": "{000}"},
    "fields": [
        {"key": "name", "type": "text", "title": {"zh-CN": "名称", "en": "Name"}, "required": True, "unique": True},
        {"key": "amount", "type": "money", "title": "Amount", "default": "7"},
        {"key": "kind", "type": "choice", "title": "Kind", "options": [{"key": "a", "title": "Äpfel"}, {"key": "b"}]},
        {"key": "owner", "type": "person", "title": "Owner"},
        {"key": "parent", "type": "reference", "title": "Parent", "to": "APP.f"},
        {"key": "rows", "type": "subtable", "title": "Rows", "fields": [
            {"key": "item", "type": "text", "title": "Item", "required": True},
            {"key": "n", "type": "number", "title": "N", "at_least": 0},
        ]},
        {"key": "sum", "type": "number", "title": "Sum", "value": "SUM(rows.n)"},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def ref(place: Any) -> str:
    app = f"load{place.composition.database.dialect[0]}"
    fields = [{**f, "to": f"{app}.f"} if f["key"] == "parent" else f for f in FORM["fields"]]
    place.publish({**FORM, "fields": fields}, app=app)
    return f"{app}.f"


def load(place: Any, ref: str, header: list[str], *lines: list[str], login: str = "admin", **more: Any) -> Loaded:
    sheet = Sheet("t.csv", tuple(header), [(number, line) for number, line in enumerate(lines, 2)])
    return place.writing(login, lambda v: load_table(v, v.forms.form(ref), sheet, **more), door="load")


def problems(work: Any) -> set[tuple[str, str, int | None, int | None]]:
    with pytest.raises(Refused) as refused:
        work()
    return {(p.code, p.at, p.line, p.column) for p in refused.value.problems}


def stored(place: Any, ref: str, name: str) -> Any:
    found = place.rows(f"SELECT id FROM x_{ref.replace('.', '_')} WHERE name = :name", name=name)
    return place.look("admin", ref, found[0][0]).values if found else None


def test_columns_by_key_and_title_values_as_people_write_them(place: Any, ref: str) -> None:
    one_, two = ["one", "￥1,200.555", "äpfel", "鲍勃 (bob)"], ["two", "", "b", ""]
    done = load(place, ref, ["名称", "Amount", "kind", "Owner"], one_, two)
    assert (done.records, done.rows, done.notices) == (2, 2, 1)
    one = stored(place, ref, "one")
    assert (str(one["amount"]), one["kind"], one["owner"]) == ("1200.56", "a", place.actor("bob").id)
    assert str(stored(place, ref, "two")["amount"]) == "7.00", "a blank cell leaves the default"
    assert one["status"] == "approved"


def test_rows_of_one_key_are_one_record(place: Any, ref: str) -> None:
    load(place, ref, ["key", "name", "rows.item", "Rows.N"],
         ["1", "g1", "x", "1"], ["1", "", "y", "2"], ["2", "g2", "", ""], ["3", "g3", "z", "4"])  # fmt: skip
    assert [(row["item"], str(row["n"])) for row in stored(place, ref, "g1")["rows"]] == [("x", "1"), ("y", "2")]
    assert stored(place, ref, "g1")["sum"] == 3
    assert stored(place, ref, "g2")["rows"] is None


def test_every_problem_has_its_line_and_column_and_nothing_is_stored(place: Any, ref: str) -> None:
    found = problems(
        lambda: load(
            place, ref, ["#", "name", "amount", "rows.item", "rows.n"],
            ["1", "p1", "x", "a", "1"], ["1", "p1", "", "b", "-1"], ["2", "", "", "", ""], ["3", "p1", "", "c", ""],
            ["3", "other", "", "d", "2", "beyond"],
        )
    )  # fmt: skip
    assert found == {
        ("field.not_a_number", "amount", 2, 3), ("field.at_least", "rows[1].n", 3, 5), ("field.required", "name", 4, 2),
        ("record.not_unique", "name", 5, 2), ("load.group_differs", "name", 6, 2),
        ("load.cell_without_column", "", 6, 6),
    }  # fmt: skip
    assert stored(place, ref, "p1") is None


def test_a_value_is_unique_across_batches(place: Any, ref: str) -> None:
    many = [[f"m{n}"] for n in range(1200)] + [["m5"]]
    assert problems(lambda: load(place, ref, ["name"], *many)) == {("record.not_unique", "name", 1202, 1)}
    assert stored(place, ref, "m5") is None


def test_a_reference_finds_what_an_earlier_batch_of_the_same_file_stored(place: Any, ref: str) -> None:
    assert problems(lambda: load(place, ref, ["name", "parent"], ["r", "r0"])) == {
        ("field.no_such_record", "parent", 2, 2)
    }
    lines = [[f"r{n}", ""] for n in range(1000)] + [["rlast", "r0"]]
    assert load(place, ref, ["name", "parent"], *lines).records == 1001
    assert stored(place, ref, "rlast")["parent"] == int(stored(place, ref, "r0")["id"])


def test_history_is_for_administrators_and_loads_are_one_audit_entry(place: Any, ref: str) -> None:
    header, line = ["name", "created_at", "提交人"], ["h1", "2024-02-03 10:00", "ann"]
    with pytest.raises(Forbidden):
        load(place, ref, header, line, login="ann", history=True)
    load(place, ref, header, line, history=True)
    found = stored(place, ref, "h1")
    assert found["created_at"].isoformat() == "2024-02-03T02:00:00+00:00"
    assert found["created_by"] == place.actor("ann").id
    assert problems(lambda: load(place, ref, header, line)) == {
        ("load.unknown_column", "created_at", 1, 2), ("load.unknown_column", "提交人", 1, 3),
    }  # fmt: skip
    before = len(place.rows("SELECT id FROM audit_entry"))
    load(place, ref, ["name"], ["l1"], ["l2"])
    entry = place.rows("SELECT action, count, form FROM audit_entry ORDER BY id DESC")[0]
    assert tuple(entry) == ("record.loaded", 2, ref)
    assert len(place.rows("SELECT id FROM audit_entry")) == before + 1


def test_an_unknown_or_repeated_column_names_itself(place: Any, ref: str) -> None:
    assert problems(lambda: load(place, ref, ["name", "Name", "amont", "sum.x"], ["a", "b", "c", ""])) == {
        ("load.column_twice", "Name", 1, 2), ("load.unknown_column", "amont", 1, 3), ("load.unknown_column", "sum.x", 1, 4),
    }  # fmt: skip


def test_without_the_right_to_create_there_is_no_load(place: Any) -> None:
    app = place.publish({**FORM, "fields": FORM["fields"][:1], "access": [
        {"key": "r", "who": "everyone", "can": ["read"]}]})  # fmt: skip
    with pytest.raises(Forbidden):
        load(place, f"{app}.f", ["name"], ["a"], login="ann")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_texts_of_every_usual_encoding_are_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes('名称;备注\n"甲;""乙""\n丙";x\n;\n丁'.encode(encoding))
    sheet = read_table(path)
    assert sheet.header == ("名称", "备注")
    assert sheet.rows == [(3, ['甲;"乙"\n丙', "x"]), (5, ["丁"])]


@pytest.mark.parametrize("encoding", ["nonsense", "hex", "idna", "punycode", "a\x00b", "utf-7", ""])
def test_an_encoding_that_is_none_is_passed_over(encoding: str) -> None:
    assert decode("名".encode(), "t", encoding)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_refused(tmp_path_factory: Any, content: bytes) -> None:
    folder = tmp_path_factory.getbasetemp()
    for name in ("t.csv", "t.xlsx"):
        (folder / name).write_bytes(content)
        try:
            sheet = read_table(folder / name)
        except Refused:
            continue
        assert sheet.header
