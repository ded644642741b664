"""Which parts a merge keeps: what neither side took out, and what one side took out while the other worked on it."""

from collections.abc import Callable
from functools import partial
from typing import Protocol

from dougong.spec import model
from dougong.spec.diffing.compare import changes, stands
from dougong.spec.diffing.matching import Parts
from dougong.spec.diffing.parts import Part, Place
from dougong.spec.dump import plain
from dougong.spec.uses import breaks
from dougong.spec.write import written


class Tell(Protocol):
    """Called with a code, the part that is kept, and whether mine is the side that took it out."""

    def __call__(self, code: str, part: Part, by_mine: bool) -> None: ...


Version = tuple[model.App, Parts]


def surviving(base: Version, mine: Version, theirs: Version, tell: Tell) -> set[Place]:
    """The places of what is kept. What is taken out here and changed, moved or newly used there is kept with all that
    stands in it, and told."""
    kept = {place for place in mine[1] if place in theirs[1] or place not in base[1]}
    kept |= {place for place in theirs[1] if place not in base[1]}
    for side, other, is_mine in ((mine, theirs, True), (theirs, mine, False)):
        kept |= _rescued(base, side, other, partial(tell, by_mine=is_mine))
    return kept


def _rescued(base: Version, side: Version, other: Version, tell: Callable[[str, Part], None]) -> set[Place]:
    """What ``side`` took out and ``other`` still needs."""
    worked, news = _worked_on(base[1], other[1])
    found: set[Place] = set()
    for place, part in other[1].items():
        if place in side[1] or place not in base[1]:
            continue
        if part.parent in found or part.scope in found:
            found.add(place)
        elif place in worked:
            found.add(place)
            tell("change.conflict_removed", part)
        elif _newly_used(base[0], other[0], part, news):
            found.add(place)
            tell("change.conflict_used", part)
    return found


def _worked_on(base: Parts, side: Parts) -> tuple[set[Place], str]:
    """The parts of ``side`` that are new, changed or moved, with all that stands around them; and the text of these
    parts, for a quick look whether a key is mentioned at all."""
    found: set[Place] = set()
    texts: list[str] = []
    for place, part in side.items():
        old = base.get(place)
        moved = old is not None and stands(old) != stands(part)
        if old is None or moved or any(True for _ in changes(old.struct, part.struct, key=part.single)):
            texts.append(written(plain(part.struct)))
            spot: Place = place
            while spot and spot not in found:
                found.add(spot)
                found.update(_around(side[spot], side))
                spot = side[spot].scope
    return found, "\n".join(texts)


def _around(part: Part, table: Parts) -> set[Place]:
    around: set[Place] = set()
    while part.parent:
        around.add(part.parent)
        part = table[part.parent]
    return around


def _newly_used(base: model.App, other: model.App, part: Part, news: str) -> bool:
    if part.key not in news:
        return False
    before = {(use.at, use.target) for use in breaks(base, part.name)}
    return any((use.at, use.target) not in before for use in breaks(other, part.name))
