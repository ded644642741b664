"""Settling the conflicts of a merge: where the other side is chosen, the merged spec gets what that side says."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from dougong.drafts import tree
from dougong.drafts.apply import apply
from dougong.drafts.operations import UNSET, AnyOperation, Convert, Delete, Move, Rename, Set
from dougong.errors import Conflict as Stale
from dougong.errors import Refused
from dougong.spec.diffing.matching import Parts
from dougong.spec.diffing.parts import Part, parts, properties
from dougong.spec.dump import plain
from dougong.spec.merge import Conflict, Merged
from dougong.spec.model import App
from dougong.spec.schema import LANGUAGES

MINE, THEIRS = "mine", "theirs"
SIDES = (MINE, THEIRS)
_GONE = ("change.conflict_removed", "change.conflict_used")


def settled(merged: Merged, theirs: App, sides: Mapping[str, str]) -> tuple[App, tuple[Conflict, ...]]:
    """The merged spec with every conflict as chosen, and the conflicts whose place is not in ``sides``: there it has mine.
    ``theirs`` is the other side, whole. Raises Refused or Conflict where a choice can no longer be followed."""
    app = merged.app
    chosen = [each for each in merged.conflicts if sides.get(each.at) in SIDES]
    for conflict in sorted(chosen, key=_turn):
        try:
            app = _settled(app, conflict, sides[conflict.at], theirs)
        except (Stale, Refused) as error:
            if not _is_void(error):
                raise
    return app, tuple(each for each in merged.conflicts if each not in chosen)


def _is_void(error: Stale | Refused) -> bool:
    """Whether there is nothing left to choose: it stood in what another choice took out, or the type that was chosen knows
    no such property."""
    codes = {each.code for each in error.problems} if isinstance(error, Refused) else {error.code}
    return codes <= {"drafts.gone", "drafts.no_such_place", "drafts.no_such_property"}


def _turn(conflict: Conflict) -> int:
    """What is taken out comes after what is changed, and other keys come last: places are named by the present ones."""
    return 2 if conflict.code == "change.conflict_renamed" else int(conflict.code in _GONE)


def _settled(app: App, conflict: Conflict, side: str, theirs: App) -> App:
    if conflict.code in _GONE:
        return _kept_or_not(app, conflict, side)
    return _theirs(app, conflict, theirs) if side == THEIRS else app


def _kept_or_not(app: App, conflict: Conflict, side: str) -> App:
    """A merge keeps what one side took out and the other needs; whoever took it out may have his way."""
    if (conflict.mine if side == MINE else conflict.theirs) is not None:
        return app
    return _done(app, Delete(nodes=(conflict.at,)))


def _theirs(app: App, conflict: Conflict, other: App) -> App:
    code, at = conflict.code, conflict.at
    if code == "change.conflict_order":
        return _ordered(app, at, conflict.theirs)
    if code == "change.conflict_parent":
        return _moved(app, at, conflict.theirs)
    if code == "change.conflict_renamed":
        return _done(app, Rename(node=at.rpartition(".")[0], key=str(conflict.theirs)))
    part, member = _split(app, at)
    if member == "type":
        return _converted(app, part, str(conflict.theirs), parts(other))
    return _set(app, part, member, _value(part, member, conflict))


def _done(app: App, operation: AnyOperation) -> App:
    return apply(app, operation, force=True).app


def _split(app: App, at: str) -> tuple[Part, str]:
    """The part that a place is in, and the property of it."""
    names = {part.name: part for part in parts(app).values()}
    steps = at.split(".")
    for length in range(len(steps), 0, -1):
        part = names.get(".".join(steps[:length]))
        if part is not None:
            return part, ".".join(steps[length:])
    return names[""], at


def _set(app: App, part: Part, member: str, value: Any) -> App:
    return _done(app, Set(place=part.name, property=member, value=UNSET if value is None else value))


def _value(part: Part, member: str, conflict: Conflict) -> Any:
    """What theirs says; of a text in several languages only the language both changed."""
    now = plain(part.struct).get(member)
    several = isinstance(now, dict) and bool(now) and now.keys() <= set(LANGUAGES)
    if not several or isinstance(conflict.theirs, dict):
        return conflict.theirs
    found = {key: conflict.theirs if text == conflict.mine else text for key, text in now.items()}
    return {key: text for key, text in found.items() if text is not None}


def _converted(app: App, part: Part, kind: str, other: Parts) -> App:
    """The part with the type it has there, and what only this type can say."""
    app = _done(app, Convert(node=part.name, type=kind))
    there = other.get(part.place)
    if there is None:  # it has another key there, and a type is all that can be told of it
        return app
    mine, said = properties(type(part.struct)), plain(there.struct)
    for name in properties(type(there.struct)):
        if name not in mine and name in said:
            app = _done(app, Set(place=part.name, property=name, value=said[name]))
    return app


def _moved(app: App, at: str, parent: str | None) -> App:
    """The part in the list it stands in there; where that is gone too, as it is."""
    if parent is None:
        return app
    for inner in ("", ".fields", ".steps", ".otherwise"):
        try:
            return _done(app, Move(node=at, parent=parent + inner))
        except (Refused, Stale):
            continue
    return app


def _ordered(app: App, at: str, wanted: Iterable[str]) -> App:
    """A list in their order; what they do not have stays behind the one it stands behind now."""
    path = tree.find(app, at)
    several: tuple[msgspec.Struct, ...] = tree.at(app, path)
    by_key = {tree.key_of(each): each for each in several}
    first = [key for key in wanted if key in by_key]
    behind: dict[str, list[str]] = {}
    anchor = ""
    for key in by_key:
        if key in first:
            anchor = key
        else:
            behind.setdefault(anchor, []).append(key)
    order = [*behind.get("", ()), *(each for key in first for each in (key, *behind.get(key, ())))]
    return tree.put(app, path, tuple(by_key[key] for key in order))
