"""Whether two operations are about the same thing, and an operation as it reads after what others renamed or moved.

What an operation touches is told as names: ``forms.f.fields.total.title`` for a property, ``….total.@`` for where a part
stands, ``….total`` for all of it. Two names clash when one is the other or begins it.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from dougong.drafts.operations import AnyOperation, Convert, Delete, Move, Planted, Planting, Rename, Set

Names = frozenset[str]


def asks(done: AnyOperation) -> Names:
    """What must not have been changed by somebody else for this to be done unseen; ``done`` is filled."""
    if isinstance(done, Rename):
        return frozenset({f"{done.node}.key"})
    return writes(done)


def writes(done: AnyOperation) -> Names:
    """Everything a filled operation changed."""
    if isinstance(done, Set):
        return frozenset({f"{done.place}.{done.property}"})
    if isinstance(done, Convert):
        return frozenset({done.node})
    if isinstance(done, Move):
        return frozenset({f"{done.node}.@", f"{done.now}.@"})
    if isinstance(done, Rename):
        changed = (f"{each.place}.{each.member}" for each in done.changes)
        return frozenset({f"{done.node}.key", f"{done.now}.key", *changed})
    return frozenset(name for one in done.planted for name in _parts(one))


def _parts(one: Planted) -> Iterator[str]:
    """The part, and those in it that have places beside it instead of under it."""
    yield one.place
    if not isinstance(one.content, dict):
        return
    head, flow, _ = one.place.partition(".flow.steps.")
    base = head + flow.rstrip(".") if flow else one.place.rpartition(".")[0]
    for key in _flat(one.content):
        yield f"{base}.{key}"


def _flat(content: dict[str, Any]) -> Iterator[str]:
    inner = list(content.get("fields", ())) if content.get("type") == "section" else []
    inner += [step for branch in content.get("branches", ()) for step in branch.get("steps", ())]
    inner += content.get("otherwise", ())
    inner += content.get("steps", ()) if "when" in content else []
    for each in inner:
        yield each["key"]
        yield from _flat(each)


def clashes(mine: Names, theirs: Names) -> str:
    """A name that both are about, "" when there is none."""
    for one in sorted(mine):
        for other in theirs:
            if one == other or one.startswith(f"{other}.") or other.startswith(f"{one}."):
                return min(one, other, key=len)
    return ""


def followed(operation: AnyOperation, theirs: Iterable[AnyOperation]) -> AnyOperation:
    """The operation with the places that parts have now, after ``theirs`` (filled, oldest first) gave them others."""
    for each in theirs:
        if isinstance(each, Rename | Move) and each.now != each.node:
            operation = _relocated(operation, each.node, each.now)
    return operation


def _relocated(operation: AnyOperation, old: str, new: str) -> AnyOperation:
    def there(place: str) -> str:
        return new + place[len(old) :] if place == old or place.startswith(f"{old}.") else place

    changed: dict[str, Any] = {}
    for name in ("place", "node", "parent", "was_parent"):
        if value := getattr(operation, name, ""):
            changed[name] = there(value)
    if nodes := getattr(operation, "nodes", ()):
        changed["nodes"] = tuple(there(node) for node in nodes)
    old_key, new_key = old.rpartition(".")[2], new.rpartition(".")[2]
    if old_key != new_key:  # neighbours are keys; of two lists with the same key the wrong one is at worst a conflict
        for name in ("after", "was_after"):
            if getattr(operation, name, None) == old_key:
                changed[name] = new_key
    if isinstance(operation, Rename):
        changed["exact"] = tuple(msgspec.structs.replace(each, place=there(each.place)) for each in operation.exact)
    if isinstance(operation, Planting | Delete):
        changed["planted"] = tuple(_planted(one, there, old_key, new_key) for one in operation.planted)
    return msgspec.structs.replace(operation, **changed)


def _planted(one: Planted, there: Any, old_key: str, new_key: str) -> Planted:
    after = new_key if one.after == old_key else one.after
    return Planted(place=there(one.place), parent=there(one.parent), after=after, content=one.content)
