"""Merging two changes of one spec: three-way, by key, part by part and property by property."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from dougong.spec import model
from dougong.spec.diffing import naming
from dougong.spec.diffing.aligning import aligned
from dougong.spec.diffing.compare import changes, lists, stands
from dougong.spec.diffing.matching import Parts
from dougong.spec.diffing.parts import Part, Place, keyed, parts, properties, single
from dougong.spec.diffing.surviving import surviving
from dougong.spec.diffing.threeway import MISSING, Clash, merged_order, merged_value
from dougong.spec.dump import plain

Home = tuple[Place, str]
"""A list that parts stand in: the place of the parent and the name of the list."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """What both sides changed differently: the place, and its value in base, mine and theirs (plain JSON; None where
    it is absent). The merged spec has mine; what one side took out and the other worked on is kept."""

    code: str
    at: str
    base: Any
    mine: Any
    theirs: Any
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Merged:
    """The outcome of a merge. Without conflicts ``app`` holds every change of both sides; it may still have problems
    that neither side had (two limits that cross), which compiling tells."""

    app: model.App
    conflicts: tuple[Conflict, ...]


def merge(base: model.App, mine: model.App, theirs: model.App) -> Merged:
    """``base`` with the changes that lead to ``mine`` and those that lead to ``theirs``."""
    one = _Merge()
    base, mine, theirs = aligned(base, mine, theirs, one.renamed)
    one.base, one.mine, one.theirs = parts(base), parts(mine), parts(theirs)
    one.kept = surviving((base, one.base), (mine, one.mine), (theirs, one.theirs), one.removed)
    app = one.app()
    waiting = [one.renaming(*each, app) for each in one.renamings]
    return Merged(app, (*waiting, *one.conflicts))


class _Merge:
    """One merge under way."""

    def __init__(self) -> None:
        self.base: Parts = {}
        self.mine: Parts = {}
        self.theirs: Parts = {}
        self.kept: set[Place] = set()
        self.conflicts: list[Conflict] = []
        self.renamings: list[tuple[Part, str, str, str]] = []

    # -- conflicts ----------------------------------------------------------------------------------------------------
    def renamed(self, part: Part, was: str, ours: str, other: str) -> None:
        self.renamings.append((part, was, ours, other))

    def renaming(self, part: Part, was: str, ours: str, other: str, app: model.App) -> Conflict:
        params = {"place": naming.title_of(part, parts(app)), "mine": ours, "theirs": other}
        return Conflict("change.conflict_renamed", f"{part.name}.key", was, ours, other, params)

    def removed(self, code: str, part: Part, by_mine: bool) -> None:
        was, now = plain(self.base[part.place].struct), plain(part.struct)
        mine, theirs = (None, now) if by_mine else (now, None)
        table = self.theirs if by_mine else self.mine
        params = {"place": _called(part, "", table)}
        self.conflicts.append(Conflict(code, part.name, was, mine, theirs, params))

    def clash(self, code: str, part: Part, member: str, three: tuple[Any, Any, Any]) -> None:
        table = self.mine if part.place in self.mine else self.theirs
        shown = [None if each is MISSING or each is msgspec.NODEFAULT else each for each in three]
        params = {
            "place": _called(part, member, table),
            "mine": naming.value(part, member, shown[1], table), "theirs": naming.value(part, member, shown[2], table),
        }  # fmt: skip
        at = ".".join(each for each in (part.name, member) if each)
        self.conflicts.append(Conflict(code, at, plain(shown[0]), plain(shown[1]), plain(shown[2]), params))

    # -- parts --------------------------------------------------------------------------------------------------------
    def versions(self, place: Place) -> list[Part]:
        return [table[place] for table in (self.mine, self.theirs, self.base) if place in table]

    def app(self) -> model.App:
        """The merged spec."""
        homes = {place: self._home(place) for place in self._in_order() if place and not self.versions(place)[0].single}
        children: dict[Home, set[Place]] = {}
        for place in list(homes):
            homes[place] = home = self._reachable(place, homes)
            children.setdefault(home, set()).add(place)
        orders = (lists(self.base), lists(self.mine), lists(self.theirs))
        ordered = {home: self._ordered(home, inner, orders) for home, inner in children.items()}
        made = self._built((), ordered)
        assert isinstance(made, model.App)
        return made

    def _in_order(self) -> list[Place]:
        return [place for place in dict.fromkeys((*self.mine, *self.theirs)) if place in self.kept]

    def _home(self, place: Place) -> Home:
        """The list a part stands in: that of the side that moved it."""
        was, mine, theirs = (
            stands(table[place]) if place in table else None for table in (self.base, self.mine, self.theirs)
        )
        if mine is None or theirs is None:
            found = mine or theirs
            assert found is not None  # it is kept, so one side has it
            return found
        if mine != theirs and was not in (mine, theirs):
            names = tuple(None if each is None else ".".join(each[0]) for each in (was, mine, theirs))
            self.clash("change.conflict_parent", self.mine[place], "", (names[0], names[1], names[2]))
        return theirs if mine == was else mine

    def _reachable(self, place: Place, homes: Mapping[Place, Home]) -> Home:
        """The home, unless it was taken out or two sides moved things into each other: then where the form begins."""
        home, scope = homes[place], self.versions(place)[0].scope
        spot, seen = home[0], {place}
        while spot != scope:
            if spot in seen or spot not in self.kept:
                part = self.versions(place)[0]
                self.clash("change.conflict_parent", part, "", (None, None, None))
                return scope, "steps" if home[1] == "otherwise" else home[1]
            seen.add(spot)
            spot = homes[spot][0]
        return home

    def _ordered(self, home: Home, inner: set[Place], orders: Sequence[Mapping[Home, list[Place]]]) -> list[Place]:
        base, mine, theirs = (each.get(home, []) for each in orders)
        order, torn = merged_order(base, mine, theirs, inner)
        if torn and home[0] in self.mine:
            names = [[place[-1] for place in each] for each in (base, mine, theirs)]
            self.clash("change.conflict_order", self.mine[home[0]], home[1], (names[0], names[1], names[2]))
        missing = [place for place in self._in_order() if place in inner and place not in set(order)]
        return [*order, *missing]

    def _built(self, place: Place, ordered: Mapping[Home, list[Place]]) -> msgspec.Struct:
        kind, values = self._own(place, ordered)
        for listed in keyed(kind):
            values[listed] = tuple(self._built(inner, ordered) for inner in ordered.get((place, listed), ()))
        for member in single(kind):
            inner = (*place, member)
            values[member] = self._built(inner, ordered) if inner in self.kept else None
        return kind(**values)

    def _own(self, place: Place, ordered: Mapping[Home, list[Place]]) -> tuple[type[msgspec.Struct], dict[str, Any]]:
        """The type of a part and its own properties."""
        three = [table[place].struct if place in table else None for table in (self.base, self.mine, self.theirs)]
        part = self.versions(place)[0]
        clashes: list[Clash] = []
        if three[1] is None or three[2] is None:
            struct = part.struct
            return type(struct), {name: getattr(struct, name) for name, _ in properties(type(struct)).values()}
        kind = self._kind(place, three, ordered, clashes)
        values = {}
        for written, (name, default) in properties(kind).items():
            base, mine, theirs = (getattr(each, name, default) if each is not None else MISSING for each in three)
            values[name] = merged_value(base, mine, theirs, clashes, written)
        for member, was, ours, other in clashes:
            self.clash("change.conflict_value", part, member, (was, ours, other))
        return kind, values

    def _kind(
        self, place: Place, three: list[Any], ordered: Mapping[Home, list[Place]], clashes: list[Clash]
    ) -> type[msgspec.Struct]:
        """The type: that of the side that changed it, if it can hold what now stands inside."""
        kinds: list[type[msgspec.Struct]] = [type(each) for each in three]
        was, mine, theirs = kinds
        kind = theirs if mine is was else mine
        inside = [listed for (parent, listed), inner in ordered.items() if parent == place and inner]
        unfit = any(each not in keyed(kind) for each in inside)
        if mine is not theirs and (was not in (mine, theirs) or unfit or _lost(three, kind)):
            clashes.append(("type", _type(three[0]), _type(three[1]), _type(three[2])))
            return kind if not unfit else mine if kind is theirs else theirs
        return kind


def _lost(three: Sequence[Any], kind: type[msgspec.Struct]) -> bool:
    """Whether the side that kept the type changed a property that the new type does not know."""
    base, stayed = three[0], three[1] if type(three[1]) is type(three[0]) else three[2]
    was: type[msgspec.Struct] = type(base)
    unknown = properties(was).keys() - properties(kind).keys()
    return any(name.partition(".")[0] in unknown for name, _, _ in changes(base, stayed))


def _type(struct: Any) -> str:
    return "" if struct is None else str(struct.__struct_config__.tag or "")


def _called(part: Part, member: str, table: Parts) -> naming.Text:
    texts = [naming.title_of(part, table), *([naming.property_name(part, member, table)] if member else [])]
    return naming.joined([naming.where(part, table), naming.joined(texts, " · ")], "")
