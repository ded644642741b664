"""Which part of one spec is which of another: by key, and by earlier keys where one was renamed."""

from bisect import bisect_left
from collections.abc import Hashable, Mapping, Sequence

from dougong.spec.diffing.parts import Part, Place

Parts = Mapping[Place, Part]


def matched(old: Parts, new: Parts) -> dict[Place, Place]:
    """Of each part of ``new`` that was there before, its place in ``old``.

    A part is the one of the same key; failing that, of the first of its earlier keys that ``new`` no longer uses.
    """
    found: dict[Place, Place] = {}
    for place, part in new.items():
        if place and part.scope not in found:
            continue
        here = _translated(place, part, found)
        if here in old:
            found[place] = here
        elif before := _renamed(here, part, old, new, found):
            found[place] = before
    return found


def _translated(place: Place, part: Part, found: Mapping[Place, Place]) -> Place:
    """The place as the old spec would name it."""
    return (*found[part.scope], *place[len(part.scope) :]) if place else ()


def _renamed(here: Place, part: Part, old: Parts, new: Parts, found: Mapping[Place, Place]) -> Place | None:
    taken = set(found.values()) if part.was else set()
    for key in part.was:
        before = (*here[:-1], key)
        if before in old and before not in taken and (*part.place[:-1], key) not in new:
            return before
    return None


def steady(order: Sequence[int]) -> set[int]:
    """The largest set of ``order``'s numbers that already stand in rising order: everything else has moved."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for index, number in enumerate(order):
        length = bisect_left(tails, number)
        before.append(ends[length - 1] if length else -1)
        tails[length : length + 1] = [number]
        ends[length : length + 1] = [index]
    kept: set[int] = set()
    index = ends[-1] if ends else -1
    while index >= 0:
        kept.add(order[index])
        index = before[index]
    return kept


def out_of_order(old: Sequence[Hashable], new: Sequence[Hashable]) -> set[Hashable]:
    """The fewest items that must have moved for the common ones to stand as in ``new``; items are unique."""
    ranks = {item: rank for rank, item in enumerate(old)}
    common = [item for item in new if item in ranks]
    kept = steady([ranks[item] for item in common])
    return {item for item in common if ranks[item] not in kept}
