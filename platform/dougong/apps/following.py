"""Which form and field of today each one of an older revision is, followed from publish to publish.

What is taken away keeps its tables and its key, so that it is there again when it is brought back; only when another form
or field takes the key over is it gone for good.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace

from dougong.fields.reference import Reference
from dougong.spec.diffing.parts import parts
from dougong.spec.lineage import Lineage, lineage
from dougong.spec.model import App

Paths = Mapping[str, frozenset[str]]
"""Form → the paths of its fields."""


@dataclass(frozen=True, slots=True)
class Step:
    """One publish: what each form was, by its key after it, and the forms there are then."""

    lines: Mapping[str, Lineage]
    after: Paths


@dataclass(slots=True)
class _Way:
    """Where a form has got to: ``fields`` by their first path; ``there`` tells whether it is part of the app just now."""

    form: str
    there: bool = True
    fields: dict[str, tuple[str, bool]] = field(default_factory=dict)


def step(before: App, after: App) -> Step:
    """The publish of ``after``."""
    return Step(lineage(before, after), _paths(after))


def followed(start: App, steps: Iterable[Step]) -> dict[str, Lineage]:
    """By the key that each form has after the last step: what it was in ``start``, as ``spec.lineage`` tells of one
    publish."""
    ways = {key: _Way(key, fields={path: (path, True) for path in several}) for key, several in _paths(start).items()}
    for each in steps:
        _take(each, ways)
    return {
        way.form: Lineage(first, {path: old for old, (path, there) in way.fields.items() if there})
        for first, way in ways.items()
        if way.there
    }


def under_present_keys(app: App, lines: Mapping[str, Lineage]) -> App:
    """A spec whose references to forms of its own name them as they are called now."""
    now = {f"{app.app.key}.{line.form}": f"{app.app.key}.{key}" for key, line in lines.items() if line.form != key}
    if not now:
        return app
    return replace(app, forms=tuple(replace(form, fields=_pointing(form.fields, now)) for form in app.forms))


def _pointing(nodes: tuple[Any, ...], now: Mapping[str, str]) -> tuple[Any, ...]:
    return tuple(_pointed(node, now) for node in nodes)


def _pointed(node: Any, now: Mapping[str, str]) -> Any:
    if isinstance(node, Reference):
        return replace(node, to=now.get(node.to, node.to))
    inner = getattr(node, "fields", None)
    return replace(node, fields=_pointing(inner, now)) if inner else node


def _paths(app: App) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {form.key: set() for form in app.forms}
    for place, part in parts(app).items():
        if part.kind in ("field", "column"):
            found[place[1]].add(".".join(place[3:]))
    return {key: frozenset(several) for key, several in found.items()}


def _take(each: Step, ways: dict[str, _Way]) -> None:
    now = {line.form: key for key, line in each.lines.items()}
    for first, way in list(ways.items()):
        if way.there and way.form in now:
            way.form = now[way.form]
            _follow(each.lines[way.form], each.after[way.form], way)
        elif way.there:
            way.there = False
        elif way.form in each.lines:  # another form has the key from here on
            del ways[first]
        elif way.form in each.after:
            way.there = True
            way.fields = {old: (path, path in each.after[way.form]) for old, (path, _) in way.fields.items()}


def _follow(line: Lineage, after: frozenset[str], way: _Way) -> None:
    now = {old: new for new, old in line.fields.items()}
    moved: dict[str, tuple[str, bool]] = {}
    for first, (path, there) in way.fields.items():
        if there and path in now:
            moved[first] = now[path], True
            continue
        table, dot, key = path.rpartition(".")
        at = f"{now.get(table, table)}{dot}{key}"
        taken = at in line.fields or (bool(table) and table not in now and table in line.fields)
        if not taken or there:
            moved[first] = at, not there and at in after
    way.fields = moved
