"""Comparing two specs: parts by key, their properties one by one, their order by the fewest moves."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from dougong.spec import model
from dougong.spec.diffing import describe
from dougong.spec.diffing.difference import Difference
from dougong.spec.diffing.matching import Parts, matched, out_of_order
from dougong.spec.diffing.parts import Part, Place, parts, properties
from dougong.spec.dump import plain
from dougong.spec.schema import LANGUAGES


def diff(old: model.App, new: model.App) -> tuple[Difference, ...]:
    """Everything that differs, in the order of the new spec, what is gone at the end.

    Of something new or gone only the outermost part is told: a form without its fields, a field without its options.
    What stands in a section or a branch is told by itself, as it could have stayed.
    """
    before, after = parts(old), parts(new)
    pairs = matched(before, after)
    found: list[Difference] = []
    moved = _moved(before, after, pairs)
    for place, part in after.items():
        if place in pairs:
            found += _of_pair(before[pairs[place]], part, moved, before, after)
        elif part.scope in pairs:
            found.append(describe.coming("added", part, after))
    kept = set(pairs.values())
    gone = (part for place, part in before.items() if place not in kept and part.scope in kept)
    return (*found, *(describe.coming("removed", part, before) for part in gone))


def _of_pair(
    old: Part, new: Part, moved: Mapping[Place, Place | None], before: Parts, after: Parts
) -> Iterator[Difference]:
    if old.key != new.key and not new.single:
        yield describe.renamed(old, new, after)
    if new.place in moved:
        yield describe.moved(old, new, moved[new.place], before, after)
    for name, was, now in changes(old.struct, new.struct, key=new.single):
        yield describe.changed(new, name, was, now, before, after)


def changes(old: msgspec.Struct, new: msgspec.Struct, key: bool = False) -> Iterator[tuple[str, Any, Any]]:
    """The properties that differ: name, value before, value after. ``key``: whether the key is one of them."""
    tags = (old.__struct_config__.tag, new.__struct_config__.tag)
    if tags[0] != tags[1]:
        yield "type", *tags
    mine, theirs = properties(type(old)), properties(type(new))
    for name in {**theirs, **mine}:
        if name == "was" or (name == "key" and not key):
            continue
        member, other = mine.get(name), theirs.get(name)
        was, now = _value(old, member, other), _value(new, other, member)
        yield from _differing(name, was, now)


def _value(struct: msgspec.Struct, member: tuple[str, Any] | None, other: tuple[str, Any] | None) -> Any:
    """What a part says; where its type knows no such property, what the other's says by default."""
    if member:
        return getattr(struct, member[0])
    return other[1] if other and other[1] is not msgspec.NODEFAULT else None


def _differing(name: str, was: Any, now: Any) -> Iterator[tuple[str, Any, Any]]:
    if alike(was, now):
        return
    inner = _members(was), _members(now)
    if inner[0] is None or inner[1] is None or _blank_on_one_side(inner[0], inner[1]):
        yield name, was, now
        return
    for key in {**inner[0], **inner[1]}:
        one, other = inner[0].get(key), inner[1].get(key)
        if (key in inner[0]) is (key in inner[1]):
            yield from _differing(f"{name}.{key}", one, other)
        else:
            yield f"{name}.{key}", one, other


def _blank_on_one_side(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether a member is blank here and absent there, which only the whole can tell."""
    return any((one if key in one else other)[key] is None for key in one.keys() ^ other.keys())


def _members(value: Any) -> dict[str, Any] | None:
    """What can be compared one by one: the members of an object, but not the languages of a text nor a way of saying
    who."""
    if isinstance(value, msgspec.Struct) and not isinstance(value, model.Who):
        return {name: getattr(value, member[0]) for name, member in properties(type(value)).items()}
    return value if isinstance(value, dict) and not (value and value.keys() <= set(LANGUAGES)) else None


def alike(one: Any, other: Any) -> bool:
    """Whether two values mean the same: 5 and 5.0 do, 1 and true do not."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(each, other[key]) for key, each in one.items())
    if isinstance(one, msgspec.Struct) and type(one) is type(other):
        return alike(plain(one), plain(other))
    return bool(one == other)


def _moved(before: Parts, after: Parts, pairs: Mapping[Place, Place]) -> dict[Place, Place | None]:
    """What moved, and behind whom it stands now (None: first)."""
    old, new = lists(before), lists(after)
    found: dict[Place, Place | None] = {}
    for (parent, listed), several in new.items():
        there = (pairs[parent], listed) if parent in pairs else None
        stayed = {place for place in several if place in pairs and stands(before[pairs[place]]) == there}
        were = old.get(there, []) if there else []
        shifted = out_of_order(were, [pairs[place] for place in several if place in stayed])
        for index, place in enumerate(several):
            if place in pairs and (place not in stayed or pairs[place] in shifted):
                found[place] = several[index - 1] if index else None
    return found


def stands(part: Part) -> tuple[Place, str]:
    """The list it stands in: the parent's place and the list's name."""
    return part.parent, part.listed


def lists(several: Parts) -> dict[tuple[Place, str], list[Place]]:
    """The places in each list of parts, in order."""
    found: dict[tuple[Place, str], list[Place]] = {}
    for place, part in several.items():
        if place and not part.single:
            found.setdefault(stands(part), []).append(place)
    return found
