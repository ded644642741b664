"""Whether two operations are about the same thing, and an operation as it reads after what others renamed or moved.

What an operation touches is told as names: ``forms.f.fields.total.title`` for a property, ``….total.@`` for where a part
stands, ``….total`` for all of it. Two names clash when one is the other or begins it.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from dougong.drafts.operations import AnyOperation, Convert, Delete, Move, Planted, Planting, Rename, Set
from dougong.drafts.tree import key_of

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
        return frozenset({*_parts(done.node, done.before), *_parts(done.node, done.content)})
    if isinstance(done, Move):
        return frozenset({f"{done.node}.@", f"{done.now}.@"})
    if isinstance(done, Rename):
        changed = (f"{each.place}.{each.member}" for each in done.changes)
        return frozenset({f"{done.node}.key", f"{done.now}.key", *changed})
    return frozenset(name for one in done.planted for name in _parts(one.place, one.content))


def _parts(place: str, content: Any) -> Iterator[str]:
    """A part, and those in it that have places beside it instead of under it."""
    yield place
    if not isinstance(content, dict):
        return
    head, flow, _ = place.partition(".flow.steps.")
    base = head + flow.rstrip(".") if flow else place.rpartition(".")[0]
    for key in _flat(content):
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
            operation = _relocated(operation, each)
    return operation


def _relocated(operation: AnyOperation, by: Rename | Move) -> AnyOperation:
    changed: dict[str, Any] = {}
    for name, beside in (("parent", "after"), ("was_parent", "was_after")):
        if parent := getattr(operation, name, ""):
            changed[name] = _there(parent, by)
            if after := getattr(operation, beside, None):
                changed[beside] = _neighbour(parent, after, by)
    for name in ("place", "node"):
        if place := getattr(operation, name, ""):
            changed[name] = _there(place, by)
    if nodes := getattr(operation, "nodes", ()):
        changed["nodes"] = tuple(_there(node, by) for node in nodes)
    if isinstance(operation, Rename):
        changed["exact"] = tuple(
            msgspec.structs.replace(each, place=_there(each.place, by)) for each in operation.exact
        )
    if isinstance(operation, Planting | Delete):
        changed["planted"] = tuple(_planted(one, by) for one in operation.planted)
    return msgspec.structs.replace(operation, **changed)


def _there(place: str, by: Rename | Move) -> str:
    return by.now + place[len(by.node) :] if place == by.node or place.startswith(f"{by.node}.") else place


def _planted(one: Planted, by: Rename | Move) -> Planted:
    after = _neighbour(one.parent, one.after, by)
    return Planted(place=_there(one.place, by), parent=_there(one.parent, by), after=after, content=one.content)


def _neighbour(parent: str, after: str, by: Rename | Move) -> str:
    """The key that a neighbour in the list ``parent`` has now."""
    if not isinstance(by, Rename):
        return after
    for each in by.changes:  # a list of names, one of which it was
        if f"{each.place}.{each.member}" == parent and isinstance(each.before, list) and isinstance(each.now, list):
            pairs = zip(each.before, each.now, strict=False) if len(each.before) == len(each.now) else ()
            return next((key_of(now) for before, now in pairs if key_of(before) == after), after)
    around, _, old = by.node.rpartition(".")
    flat = around.endswith((".fields", ".flow.steps")) and parent.startswith(f"{around}.")
    return by.key if after == old and (parent == around or flat) else after
