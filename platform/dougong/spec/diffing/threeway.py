"""Three versions of one value or one order made into one; where both sides changed the same thing, the conflict."""

from collections.abc import Hashable, Iterator, Sequence
from typing import Any, Final

import msgspec

from dougong.spec import model
from dougong.spec.diffing.parts import properties
from dougong.spec.diffing.patch import identical
from dougong.spec.schema import LANGUAGES

MISSING: Final = object()
"""A value that one of the versions does not have."""
Clash = tuple[str, Any, Any, Any]
"""Which member of the value (``number.pattern``; "" for all of it), and its base, mine and theirs."""


def merged_value(base: Any, mine: Any, theirs: Any, clashes: list[Clash], name: str = "") -> Any:
    """One value of three; where both sides changed it differently, mine (theirs where mine
    took it out), and one more of ``clashes``."""
    if _same(mine, theirs) or _same(base, theirs):
        return mine
    if _same(base, mine):
        return theirs
    three = (base, mine, theirs)
    if all(isinstance(each, dict) for each in three):
        return _members(base, mine, theirs, clashes, name)
    if (
        isinstance(mine, msgspec.Struct)
        and not isinstance(mine, model.Who)
        and len({type(each) for each in three}) == 1
    ):
        return _struct(base, mine, theirs, clashes, name)
    if all(isinstance(each, tuple) and _unique(each) for each in three):
        listed, torn = merged_list(base, mine, theirs)
        if not torn:
            return tuple(listed)
    clashes.append((name, base, mine, theirs))
    return theirs if mine is MISSING else mine


def _same(one: Any, other: Any) -> bool:
    return one is other or (one is not MISSING and other is not MISSING and identical(one, other))


def _unique(items: tuple[Any, ...]) -> bool:
    return all(isinstance(each, str) for each in items) and len(set(items)) == len(items)


def _members(
    base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any], clashes: list[Clash], name: str
) -> Any:
    """Member by member; a language that only one side has is added."""
    result = {}
    for key in merged_list(list(base), list(mine), list(theirs), keep=True)[0]:
        versions = [each.get(key, MISSING) for each in (base, mine, theirs)]
        inner = name if {*base, *mine, *theirs} <= set(LANGUAGES) else f"{name}.{key}".strip(".")
        value = merged_value(versions[0], versions[1], versions[2], clashes, inner)
        if value is not MISSING:
            result[key] = value
    return result


def _struct(base: Any, mine: Any, theirs: Any, clashes: list[Clash], name: str) -> Any:
    kind: type[msgspec.Struct] = type(mine)
    made = {}
    for written, (attribute, _) in properties(kind).items():
        was, ours, other = (getattr(each, attribute) for each in (base, mine, theirs))
        made[attribute] = merged_value(was, ours, other, clashes, f"{name}.{written}".strip("."))
    return kind(**made)


def merged_list(
    base: Sequence[Any], mine: Sequence[Any], theirs: Sequence[Any], keep: bool = False
) -> tuple[list[Any], bool]:
    """One list of three with unique items: what either side added is in, what either took out is out (with ``keep``
    only what both took out); and whether both put the rest in different orders (mine counts then)."""
    out = set() if keep else {each for each in base if each not in mine or each not in theirs}
    items = {each for each in (*mine, *theirs) if each not in out}
    return merged_order(base, mine, theirs, items)


def merged_order(
    base: Sequence[Hashable], mine: Sequence[Hashable], theirs: Sequence[Hashable], items: set[Any]
) -> tuple[list[Any], bool]:
    """``items`` in one order: that of the side that changed it, what the other side added behind its neighbour there;
    and whether both changed the order of the same items."""
    mine, theirs = [each for each in mine if each in items], [each for each in theirs if each in items]
    was = [each for each in base if each in items]
    i_moved, they_moved = _common(was, mine), _common(was, theirs)
    both = _common(mine, theirs)
    first, second = (mine, theirs) if i_moved or not they_moved else (theirs, mine)
    return list(_woven(first, second)), i_moved and they_moved and both


def _common(one: Sequence[Hashable], other: Sequence[Hashable]) -> bool:
    """Whether the common items stand in different orders."""
    ours, theirs = set(one), set(other)
    return [each for each in one if each in theirs] != [each for each in other if each in ours]


def _woven(first: Sequence[Hashable], second: Sequence[Hashable]) -> Iterator[Hashable]:
    """``first``, each further item of ``second`` behind the one it follows there."""
    known, behind = set(first), dict[Hashable | None, list[Hashable]]()
    anchor: Hashable | None = None
    for item in second:
        if item in known:
            anchor = item
        else:
            behind.setdefault(anchor, []).append(item)
    yield from behind.get(None, ())
    for item in first:
        yield item
        yield from behind.get(item, ())
