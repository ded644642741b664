"""Keys inside texts: a piece of a text, the names and the written-out values of a formula."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from dougong.fields import Field
from dougong.fields.choice import Optional
from dougong.formulas import FormulaProblem, tree
from dougong.formulas.parse import parse
from dougong.spec import model, walk
from dougong.spec.positions import Path
from dougong.spec.system import SYSTEM_TYPES

_COMPARED = frozenset({"=", "<>", "<", "<=", ">", ">="})


@dataclass(frozen=True, slots=True)
class Mention:
    """Characters ``start`` to ``end`` of the text at ``path`` are the key; ``at_key``: of the name of the member
    there, not of its value. ``formula``: the text is a formula."""

    path: Path
    start: int
    end: int
    at_key: bool = False
    formula: bool = False


def piece(path: Path, text: str, key: str) -> Mention:
    """A text that ends with the key: ``-total``, ``purchase.request``."""
    return Mention(path, len(text) - len(key), len(text))


@dataclass(frozen=True, slots=True)
class Names:
    """The names a form gives its formulas: fields by ``total`` and ``lines.price``, and which fields are chosen."""

    fields: frozenset[str]
    choices: frozenset[str]


def names_of(form: model.Form) -> Names:
    """The names of one form."""
    placed = [each for each in walk.fields(form) if isinstance(each.node, Field)]
    choices = frozenset(each.name for each in placed if isinstance(each.node, Optional))
    return Names(frozenset(each.name for each in placed), choices)


def resolved(path: str, table: str, names: Names) -> str | None:
    """The field (or system field) that a name in a formula means, in a row of ``table`` or in the record; as the
    formula language does: the nearest first, in lower case when nothing is spelt so."""
    for name in (path, path.lower()):
        if table and f"{table}.{name}" in names.fields:
            return f"{table}.{name}"
        if name in names.fields or name in SYSTEM_TYPES:
            return name
    return None


def formula_mentions(app: model.App, form: str, kind: str, field: str, key: str) -> Iterator[Mention]:
    """Where formulas over ``form`` name the field, or write out the option or status ``key`` of ``field``.

    A formula that cannot even be read mentions nothing.
    """
    found = next((each for each in app.forms if each.key == form), None)
    if found is None or kind not in ("field", "option", "status"):
        return
    names = names_of(found)
    for written in walk.formulas(app):
        root = read(written.text) if written.form == form else None
        if root is None:
            continue
        if kind == "field":
            spans = _names(root, written, names, field)
        else:
            spans = _values(root, written, names, field, key, _own(app, written) == field)
        yield from (Mention(written.path, start, end, formula=True) for start, end in spans)


@lru_cache(maxsize=4096)
def read(text: str) -> tree.Node | None:
    """The tree of a formula, kinds not judged; None when it cannot be read."""
    found = parse(text)
    return None if isinstance(found, FormulaProblem) else found


def _own(app: model.App, written: walk.Written) -> str | None:
    """The field whose value the formula gives, where it gives one."""
    if written.path[-1] not in ("default", "value") or written.path[2:3] != ("fields",):
        return None
    node = app
    for step in written.path[:-1]:
        node = node[step] if isinstance(step, int) else getattr(node, step)  # type: ignore[index]
    return f"{written.table}.{node.key}" if written.table else str(node.key)  # type: ignore[attr-defined]


def _names(root: tree.Node, written: walk.Written, names: Names, field: str) -> Iterator[tuple[int, int]]:
    for node in tree.walk(root):
        if isinstance(node, tree.Name):
            meant = resolved(node.path, written.table, names)
            start = node.start + written.text[node.start : node.end].index(node.path)
            if meant == field:
                last = len(node.path.rpartition(".")[0])
                yield start + (last + 1 if last else 0), start + len(node.path)
            elif meant is not None and meant.startswith(f"{field}.") and "." in node.path:
                yield start, start + node.path.index(".")


def _values(
    root: tree.Node, written: walk.Written, names: Names, field: str, key: str, own: bool
) -> Iterator[tuple[int, int]]:
    """Texts equal to the key that stand beside the field's name, in a comparison or as arguments of one function; in
    the formula of the field's own value also those that stand beside no other chosen field."""
    claimed: dict[int, bool] = {}
    for node in tree.walk(root):
        if isinstance(node, tree.Call) or (isinstance(node, tree.Chain) and _COMPARED & set(node.operators)):
            beside = {
                resolved(each.path, written.table, names) for each in node.children() if isinstance(each, tree.Name)
            }
            for each in node.children():
                if isinstance(each, tree.Literal) and beside & (names.choices | {"status"}):
                    claimed[each.start] = claimed.get(each.start, False) or field in beside
    for node in tree.walk(root):
        if isinstance(node, tree.Literal) and node.value == key and claimed.get(node.start, own):
            start = node.start + written.text[node.start : node.end].index(f'"{key}"') + 1
            yield start, start + len(key)
