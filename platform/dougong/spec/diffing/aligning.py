"""Bringing renamings of one version into the others, so that three versions name the same things by the same keys."""

from collections.abc import Callable

from dougong.errors import Refused
from dougong.spec import model
from dougong.spec.diffing.matching import matched
from dougong.spec.diffing.parts import TWIN, Part, Place, parts
from dougong.spec.rename import rename

Tell = Callable[[Part, str, str, str], None]
"""Called when both renamed a part differently: the part as mine, its key in base, mine and theirs."""


def aligned(base: model.App, mine: model.App, theirs: model.App, tell: Tell) -> tuple[model.App, model.App, model.App]:
    """The three under the keys of mine, and where only theirs was renamed, under those of theirs.

    A renaming that another version cannot follow, its new key being taken there, is left: it merges as something gone
    and something new.
    """
    base, theirs = _followed(base, mine, theirs, tell)
    base, mine = _followed(base, theirs, mine, lambda part, was, one, other: None)
    return base, mine, theirs


def _followed(base: model.App, leader: model.App, other: model.App, tell: Tell) -> tuple[model.App, model.App]:
    """``base`` and ``other`` with the renamings of ``leader``, outermost first."""
    left: set[Place] = set()
    table = parts(leader)
    while True:
        before = parts(base)
        pairs = matched(before, table)
        renamed = [
            part for place, part in table.items()
            if place in pairs and place not in left and not part.single and before[pairs[place]].key != part.key
        ]  # fmt: skip
        if not renamed:
            return base, other
        part = renamed[0]
        try:
            base, other = _one(base, other, before[pairs[part.place]], part, tell)
        except Refused:
            left.add(part.place)


def _one(base: model.App, other: model.App, old: Part, new: Part, tell: Tell) -> tuple[model.App, model.App]:
    if TWIN in "".join((*old.place, *new.place)):
        raise Refused(())
    there = parts(other)
    theirs = next((there[place] for place, was in matched(parts(base), there).items() if was == old.place), None)
    after = rename(base, old.name, new.key)
    if theirs is None:
        return after, other
    followed = rename(other, theirs.name, new.key)
    if theirs.key not in (old.key, new.key):
        tell(new, old.key, new.key, theirs.key)
    return after, followed
