"""A field of an old revision is found again today, whatever became of its key meanwhile."""

import itertools
from typing import Any

import msgspec
import pytest

from dougong.apps.following import followed, step
from dougong.spec.model import App


def app(**forms: list[Any]) -> App:
    """An app of forms, each with fields: ``a``, ``c<a`` (was ``a``) or a pair of a sub-table and its columns."""
    made = []
    for key, fields in forms.items():
        name, _, was = key.partition("__")
        made.append({"key": name, "title": name, "was": [was] if was else [], "fields": [field(each) for each in fields]})
    plain = {"dougong": 1, "app": {"key": "x", "title": "x"}, "forms": made}
    return msgspec.convert(plain, App)


def field(said: Any) -> dict[str, Any]:
    name, columns = said if isinstance(said, tuple) else (said, None)
    key, _, was = name.partition("<")
    more = {"type": "text"} if columns is None else {"type": "subtable", "fields": [field(each) for each in columns]}
    return {"key": key, "title": key, "was": [was] if was else [], **more}


def now(*revisions: App) -> dict[str, tuple[str, dict[str, str]]]:
    """Form today → what it was, and of its fields what each was."""
    steps = [step(before, after) for before, after in itertools.pairwise(revisions)]
    return {key: (line.form, dict(line.fields)) for key, line in followed(revisions[0], steps).items()}


@pytest.mark.parametrize(
    ("revisions", "fields"),
    [
        (["a", "c<a", "c a"], {"c": "a"}),  # another field got the old key
        (["a b", "b", "a b"], {"a": "a", "b": "b"}),  # taken away and brought back
        (["a b", "b", "a<b"], {"a": "b"}),  # the key went to another while it was away
        (["a b", "b", "a<b", "a b"], {"a": "b"}),  # and what is called so afterwards is neither
        (["a", "b<a", "c<b", "a<c"], {"a": "a"}),
        (["a b", "c<a d<b", "b<c a<d"], {"b": "a", "a": "b"}),  # changed places
    ],
)
def test_fields(revisions: list[str], fields: dict[str, str]) -> None:
    assert now(*(app(f=each.split()) for each in revisions)) == {"f": ("f", fields)}


def test_columns_go_with_their_sub_table() -> None:
    one, two, three = (app(f=[("t", ["x", "y"])]), app(f=[("s<t", ["x", "z<y"])]), app(f=[("s", ["x", "z", "y"])]))
    assert now(one, two, three) == {"f": ("f", {"s": "t", "s.x": "t.x", "s.z": "t.y"})}
    away = app(f=["other"])
    back = app(f=["other", ("t", ["x"])])
    assert now(one, away, back) == {"f": ("f", {"t": "t", "t.x": "t.x"})}
    taken = app(f=["other", ("t<u", ["x", "y"])])
    assert now(one, app(f=["other", ("u", ["x"])]), taken) == {"f": ("f", {})}


def test_forms() -> None:
    assert now(app(f=["a"]), app(g__f=["a"]), app(g=["a"], f=["a"])) == {"g": ("f", {"a": "a"})}
    assert now(app(f=["a"], g=["b"]), app(g=["b"]), app(f=["a"], g=["b"])) == {
        "f": ("f", {"a": "a"}), "g": ("g", {"b": "b"}),
    }  # fmt: skip
    assert now(app(f=["a"], g=["a"]), app(g=["a"]), app(f__g=["a"])) == {"f": ("g", {"a": "a"})}
