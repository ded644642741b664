"""Giving a part of a spec another key: the part, every reference to it, and its memory of the earlier key."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import msgspec

from dougong.errors import Problem, Refused
from dougong.formulas import tree
from dougong.spec import model, walk
from dougong.spec.diffing.finding import find
from dougong.spec.diffing.mentions import Target, mentions
from dougong.spec.diffing.mentions_text import Mention, names_of, read, resolved
from dougong.spec.diffing.parts import TOP, Part, parts
from dougong.spec.nearest import clipped
from dougong.spec.places import place
from dougong.spec.positions import Path

_KEY = re.compile(model.KEY)
_NAMED = frozenset({
    "role", "form", "field", "column", "section", "note", "option", "status", "check", "grant", "step", "branch",
    "source", "metric", "list", "report", "grouping", "test",
})  # fmt: skip
_TAKEN = {
    "form": model.RESERVED_FORMS, "status": frozenset(model.FIXED_STATUSES), "field": frozenset(model.SYSTEM_FIELDS),
    "column": frozenset(model.SYSTEM_FIELDS), "section": frozenset(model.SYSTEM_FIELDS),
    "note": frozenset(model.SYSTEM_FIELDS),
}  # fmt: skip


def rename(app: model.App, name: str, new_key: str) -> model.App:
    """``app`` with the part ``name`` (see ``find``) under ``new_key``, everything that names it rewritten.

    Where the kind of part remembers earlier keys (form, field, option), ``was`` gains the old one. Raises NotFound, and
    Refused when the key is badly written, reserved or taken, when a formula would take it for another field, or when a
    formula that may name it cannot be read. Tables of sample data are the caller's to rename.
    """
    part = find(app, name)
    if part.key == new_key:
        return app
    problems = [*_unfit(app, part, new_key), *_misread(app, part, new_key)]
    if problems:
        raise Refused(problems)
    edits = _edits(mentions(app, Target(app, part)), new_key)
    changed: model.App = edited(app, [*edits, (part.path, lambda struct: _rekeyed(struct, new_key))])
    return changed


def rename_elsewhere(other: model.App, app: model.App, name: str, new_key: str) -> model.App:
    """``other`` with its references to the part ``name`` of ``app``, as ``app`` stood before, under ``new_key``."""
    changed: model.App = edited(other, _edits(mentions(other, Target(app, find(app, name))), new_key))
    return changed


def _unfit(app: model.App, part: Part, key: str) -> Iterable[Problem]:
    """Why ``key`` cannot be the part's."""
    if part.kind not in _NAMED:
        yield Problem("change.not_renamed", part.name, {"name": part.name})
    elif not _KEY.fullmatch(key):
        yield Problem("spec.bad_key", part.name, {"value": clipped(key), "pattern": model.KEY})
    elif key in _TAKEN.get(part.kind, ()):
        yield Problem("spec.reserved_key", part.name, {"key": key})
    elif any(each.key == key and _rivals(each, part) for each in parts(app).values()):
        yield Problem("spec.key_twice", part.name, {"key": key})


def _rivals(one: Part, other: Part) -> bool:
    """Whether two parts may not share a key."""
    if one.scope != other.scope or one.single:
        return False
    return one.place[:-1] == other.place[:-1] or {one.kind, other.kind} == {"grouping"}


def _misread(app: model.App, part: Part, key: str) -> Iterable[Problem]:
    """Formulas that cannot be read, and those that would no longer mean the same: a row knows its neighbours and the
    record, the nearer first, so a new name can hide one further out."""
    if part.kind not in ("field", "column", "option", "status"):
        return
    form = next(each for each in app.forms if each.key == part.place[1])
    names = names_of(form)
    old = ".".join(part.place[3:])
    for written in walk.formulas(app):
        if written.form != form.key:
            continue
        at = place(app, written.path)
        root = read(written.text)
        if root is None and part.key in written.text:
            yield Problem("change.broken_formula", at, {"place": at})
        if root is None or not written.table or part.kind not in ("field", "column"):
            continue
        bare = {each.path for each in tree.walk(root) if isinstance(each, tree.Name) and "." not in each.path}
        record = any(resolved(each, written.table, names) == old for each in bare) and len(part.place) == TOP
        column = part.place[3:4] == (written.table,) and any(
            resolved(each, written.table, names) == key for each in bare
        )
        if (record and f"{written.table}.{key}" in names.fields) or (len(part.place) > TOP and column):
            yield Problem("change.captured", at, {"place": at, "key": key})


def _rekeyed(struct: Any, key: str) -> Any:
    old = struct.key
    if "was" not in struct.__struct_fields__:
        return msgspec.structs.replace(struct, key=key)
    was = (old, *(each for each in struct.was if each not in (old, key)))
    return msgspec.structs.replace(struct, key=key, was=was)


Edit = tuple[Path, Callable[[Any], Any]]
"""A path and what becomes of the value there."""


def _edits(found: Iterable[Mention], key: str) -> list[Edit]:
    texts: dict[Path, list[Mention]] = {}
    members: dict[Path, dict[str, str]] = {}
    for mention in found:
        if mention.at_key:
            name = str(mention.path[-1])
            members.setdefault(mention.path[:-1], {})[name] = name[: mention.start] + key + name[mention.end :]
        else:
            texts.setdefault(mention.path, []).append(mention)
    return [
        *((path, partial(_spliced, several=several, key=key)) for path, several in texts.items()),
        *((path, partial(_relabelled, names=names)) for path, names in members.items()),
    ]  # fmt: skip


def _spliced(text: str, several: Iterable[Mention], key: str) -> str:
    for mention in sorted(several, key=lambda each: each.start, reverse=True):
        text = text[: mention.start] + key + text[mention.end :]
    return text


def _relabelled(given: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The members under their new names, in the order they had."""
    return {names.get(name, name): each for name, each in given.items()}


def edited(value: Any, edits: Iterable[Edit]) -> Any:
    """``value`` with each edit made at its path, inner ones first; members of objects keep their order."""
    here: list[Callable[[Any], Any]] = []
    inside: dict[str | int, list[Edit]] = {}
    for path, change in edits:
        if path:
            inside.setdefault(path[0], []).append((path[1:], change))
        else:
            here.append(change)
    if inside and isinstance(value, msgspec.Struct):
        value = msgspec.structs.replace(value, **{str(k): edited(getattr(value, str(k)), v) for k, v in inside.items()})
    elif inside and isinstance(value, dict):
        value = {name: edited(each, inside[name]) if name in inside else each for name, each in value.items()}
    elif inside:
        made = [edited(each, inside[index]) if index in inside else each for index, each in enumerate(value)]
        value = type(value)(made)
    for change in here:
        value = change(value)
    return value
