"""Giving a part another key, with every reference to it rewritten by the function the caller brings."""

from collections.abc import Callable, Iterator

import msgspec

from dougong.drafts import keys, tree
from dougong.drafts.members import members
from dougong.drafts.operations import Change, Rename, same
from dougong.errors import Conflict
from dougong.spec.dump import plain
from dougong.spec.model import App
from dougong.spec.positions import Path

Renamer = Callable[[App, str, str], App]
"""(app, place, new key) → the app with that part's key and every reference to it changed, and its shape as it was."""


def rename(app: App, operation: Rename, renamer: Renamer) -> tuple[App, Rename]:
    """The app with the part under its new key."""
    path = tree.element(app, operation.node)
    node, part = tree.named(app, path), tree.at(app, path)
    if isinstance(part, str):
        raise tree.refusal("drafts.not_settable", node, property="key")
    if not keys.KEY.fullmatch(operation.key) or operation.key in keys.reserved(path[:-1]):
        raise tree.refusal("drafts.bad_key", node, key=operation.key[:60])
    if operation.key != part.key and operation.key in keys.space(app, path[:-1])[1]:
        raise Conflict("drafts.key_taken", at=node, key=operation.key)
    renamed = renamer(app, node, operation.key) if operation.key != part.key else app
    for path_back, change in _unchanged_since(app, operation):
        renamed = tree.put(renamed, path_back, _typed(renamed, path_back, change))
    return renamed, Rename(
        node=node, key=operation.key, now=tree.named(renamed, path), changes=tuple(_changes(app, renamed, ()))
    )


def _unchanged_since(app: App, operation: Rename) -> Iterator[tuple[Path, Change]]:
    """What can be taken back as it was: the paths stay the same, since a rename moves nothing."""
    for change in operation.exact:
        try:
            path = tree.find(app, change.place) if change.place else ()
        except Conflict:
            continue
        part = tree.at(app, path)
        if same(members(type(part))[change.member].plain(part), change.now):
            yield path, change


def _typed(app: App, path: Path, change: Change) -> msgspec.Struct:
    part: msgspec.Struct = tree.at(app, path)
    member = members(type(part))[change.member]
    # what stood there before was well-formed: no schema is asked, only the types made
    value = member.default if change.before is msgspec.UNSET else msgspec.convert(change.before, member.type)
    return msgspec.structs.replace(part, **{member.attribute: value})


def _changes(one: App, other: App, here: Path) -> Iterator[Change]:
    """Every member that differs, keys left out; places are those of the renamed app."""
    before, now = tree.at(one, here), tree.at(other, here)
    if before is now:
        return
    if isinstance(before, tuple):
        for index in range(len(before)):
            yield from _changes(one, other, (*here, index))
        return
    for name, member in members(type(before)).items():
        inner = getattr(before, member.attribute)
        if member.holds == "parts" or (member.holds == "part" and inner is not None):
            yield from _changes(one, other, (*here, member.attribute))
        elif name != "key" and plain(inner) != plain(getattr(now, member.attribute)):
            place = tree.named(other, here) if here else ""
            yield Change(place=place, member=name, before=member.plain(before), now=member.plain(now))
