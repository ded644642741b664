"""Search: Chinese by its neighbours, words by their beginning, alike on both engines and in the reader's rights."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dougong.apps import publish_files
from dougong.compose import compose
from dougong.config import Settings
from dougong.db import upgrade
from dougong.errors import Forbidden
from dougong.people.accounts import add_person
from dougong.people.actor import Actor
from dougong.records import Create, Update, Visit, write
from dougong.records.listing import Query, rows
from dougong.records.search import grams, pieces

NAMES = ["采购 A4 复印纸", "打印纸采购", "Anna's résumé.pdf", "北京市朝阳区", "京北", "x-ray 12.5mm",
         "日本語テスト", "한국어", "纸"]


@pytest.fixture
def find(engine_url: str, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """``find(text, fields)``: the names found; ``find.write(changes)`` writes first."""
    secret = "a secret of tests only, forty letters long"
    composition = compose(Settings(data=tmp_path / "data", database=engine_url, secret=secret, argon2_time_cost=1))
    upgrade(composition.database.engine)
    amy = composition.database.write(lambda tx: add_person(tx, "amy", "Amy", ()))
    fields = [{"key": key, "type": "text", "title": key} for key in ("name", "note", "hidden")]
    form = {
        "key": "thing", "title": "Thing", "fields": fields,
        "access": [{"key": "all", "who": "everyone", "can": ["read", "edit", "delete"], "read": ["name", "note"]}],
    }  # fmt: skip
    lists = [{"key": "all", "title": "All", "form": "thing", "columns": ["name"], "search": ["name", "note", "hidden"]}]
    spec = {"dougong": 1, "app": {"key": "t", "title": "T", "language": "en"}, "forms": [form], "lists": lists}
    composition.database.write(lambda tx: publish_files(tx, {"t.json": json.dumps(spec).encode()}, "command"))
    admin, reader = Actor(0, "system", "system", admin=True), Actor(amy, "amy", "Amy")

    def written(*changes: Any) -> list[int]:
        return composition.write(
            admin, "load", lambda visit: [w.id for w in write(visit, visit.forms.form("t.thing"), changes)]
        )

    def found(text: str, search_in: tuple[str, ...] = ("name",)) -> set[str]:
        def work(visit: Visit) -> set[str]:
            query = Query(visit.forms.form("t.thing"), ("name",), text=text, search_in=search_in)
            return {row.values["name"] for row in rows(visit, query).rows}

        return composition.read(reader, "page", work)

    found.write = written  # type: ignore[attr-defined]
    yield found
    composition.database.engine.dispose()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("采购", {NAMES[0], NAMES[1]}), ("纸", {NAMES[0], NAMES[1], NAMES[8]}), ("复印纸", {NAMES[0]}),
        ("印纸", {NAMES[0], NAMES[1]}),
        ("A4", {NAMES[0]}), ("a4 采购", {NAMES[0]}), ("采购 打印", {NAMES[1]}), ("北京", {NAMES[3]}), ("京北", {NAMES[4]}),
        ("ann", {NAMES[2]}), ("nna", set()), ("ANNA", {NAMES[2]}), ("pdf", {NAMES[2]}), ("12", {NAMES[5]}),
        ("5mm", {NAMES[5]}),
        ("テスト", {NAMES[6]}), ("本語", {NAMES[6]}), ("한국", {NAMES[7]}), ("购采", set()), ("没有", set()),
        ('"', set()), ("OR", set()), ("采购 OR 纸", set()), ("NEAR(采购)", set()), ("name:采购", set()), ("*", set()),
        ("-纸", {NAMES[0], NAMES[1], NAMES[8]}), ("' | '", set()), ("纸:*", {NAMES[0], NAMES[1], NAMES[8]}), ("\\", set()),
    ],
)  # fmt: skip
def test_what_is_found(find: Any, text: str, expected: set[str]) -> None:
    find.write(*(Create({"name": name}) for name in NAMES))
    assert find(text) == expected


def test_every_asked_word_in_one_field(find: Any) -> None:
    find.write(Create({"name": "red", "note": "blue"}), Create({"name": "red blue"}))
    assert find("red blue", ("name", "note")) == {"red blue"}
    assert find("blue", ("name", "note")) == {"red", "red blue"}


def test_the_index_follows_changes(find: Any) -> None:
    first, _other = find.write(Create({"name": "旧名"}), Create({"name": "另一个"}))
    find.write(Update(first, 1, {"name": "新名"}))
    assert find("旧名") == set()
    assert find("新名") == {"新名"}


def test_a_field_that_is_nowhere_readable_is_refused(find: Any) -> None:
    find.write(Create({"name": "x", "hidden": "treasure"}))
    with pytest.raises(Forbidden):
        find("treasure", ("hidden",))
    assert find("treasure", ("name", "note")) == set()


@pytest.mark.parametrize("text", ["a" * 5000, "纸" * 5000, "\x00", "\ud800x", "😀", "ß", "ﬁ", "İ"])
def test_strange_questions_find_nothing_and_do_no_harm(find: Any, text: str) -> None:
    find.write(Create({"name": "plain"}))
    assert find(text) == set()


def test_grams_and_pieces() -> None:
    assert grams("采购 A4纸") == ["采购", "购", "a4", "纸"]
    assert pieces("“采购”：A4/纸_x") == ["采购", "a4", "纸", "x"]
    assert grams("") == []
