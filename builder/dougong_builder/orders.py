"""What was asked as operations on a draft: places found, texts typed, ways like "up" turned into neighbours."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import UNSET

from dougong.drafts import tree
from dougong.drafts.history import Entry
from dougong.drafts.members import IMPLIED, kinds_of, list_of, members
from dougong.drafts.operations import (
    Add,
    AnyOperation,
    BulkAdd,
    Convert,
    Copy,
    Delete,
    Move,
    Rename,
    Set,
    from_text,
    same,
)
from dougong.errors import Problem, Refused
from dougong.fields import Section
from dougong.spec.model import App
from dougong_builder.asked import Asked
from dougong_builder.leaving import leaving
from dougong_builder.typed import grouped, slot, typed


def orders(app: App, asked: Asked, language: str, since: Sequence[Entry] = ()) -> list[AnyOperation]:
    """The operations, in order; none where there is nothing to do. ``since`` is what happened after the page was made: what
    it only repeats from before that is not asked. Raises Refused, Conflict."""
    first = _saved(app, asked, language, since) if asked.first_save else []
    return [*first, *_ordered(app, asked, language, since)]


def _ordered(app: App, asked: Asked, language: str, since: Sequence[Entry]) -> list[AnyOperation]:
    if asked.has("operation"):
        return [from_text(asked.one("operation"))]
    if asked.op == "save":
        return _saved(app, asked, language, since)
    if asked.op == "move":
        return _moved(app, asked)
    made = {"add": _added, "set": _set, "bulk_add": _bulk, "copy": _copied, "convert": _converted}
    if asked.op == "delete":
        gone = asked.all("nodes") or asked.all("node")
        return [*leaving(app, gone), Delete(nodes=gone)]
    if asked.op == "rename":
        return [Rename(node=asked.one("node"), key=asked.one("key"))]
    if asked.op not in made:
        raise Refused([Problem("builder.no_such_operation", "", {"op": asked.op[:40]})])
    return [made[asked.op](app, asked, language)]


def part_at(app: App, place: str) -> msgspec.Struct:
    """The part at a place; raises Conflict, Refused."""
    part = tree.at(app, tree.find(app, place))
    if not isinstance(part, msgspec.Struct):
        raise tree.refusal("drafts.no_such_property", place, property="")
    return part


def _after(asked: Asked) -> str | None:
    return asked.one("after") if asked.has("after") else None


def _added(app: App, asked: Asked, language: str) -> AnyOperation:
    parent, kind = asked.one("parent"), asked.one("type")
    listed = tree.listed(app, parent)
    member = list_of(tree.at(app, listed[:-1]), listed[-1])
    if member.holds == "names":
        return Add(parent=parent, after=_after(asked), content=asked.one("name") or asked.one("key"))
    known = kinds_of(member).get(kind)
    given = grouped(known, asked.properties) if known else ()
    values = {name: typed(known, name, raw, texts, language) for name, raw, texts in given if known}
    said = {name: value for name, value in values.items() if value is not UNSET}
    title = said.pop("title", asked.one("title"))
    return Add(parent=parent, after=_after(asked), type=kind, title=title, key=asked.one("key"), values=said)


def _set(app: App, asked: Asked, language: str) -> AnyOperation:
    place, name = asked.one("place"), asked.one("property")
    part = part_at(app, place)
    by_language = {each[6:]: texts[-1] for each, texts in asked.given.items() if each.startswith("value.")}
    value = typed(part, name, asked.given.get("value", ()), by_language, language)
    return Set(place=place, property=name, value=value)


def _bulk(app: App, asked: Asked, language: str) -> AnyOperation:
    lines = tuple(line for text in asked.given.get("lines", ()) for line in text.splitlines() if line.strip())
    return BulkAdd(parent=asked.one("parent"), lines=lines, after=_after(asked), types=asked.given.get("types", ()))


def _copied(app: App, asked: Asked, language: str) -> AnyOperation:
    return Copy(nodes=asked.all("nodes") or asked.all("node"), parent=asked.one("parent"), after=_after(asked))


def _converted(app: App, asked: Asked, language: str) -> AnyOperation:
    return Convert(node=asked.one("node"), type=asked.one("type"))


# -- a property form --------------------------------------------------------------------------------------------------
def _saved(app: App, asked: Asked, language: str, since: Sequence[Entry]) -> list[AnyOperation]:
    """A Set for every property that differs from what it is, and from what the page showed; the key goes last."""
    place = asked.one("place")
    part = part_at(app, place)
    found: list[AnyOperation] = []
    given = asked.properties
    key = given.pop("key", ())
    for name, raw, by_language in grouped(part, given):
        where, at, inner = _owner(app, place, part, name)
        value = typed(at, inner, raw, by_language, language)
        here = slot(at, inner)
        if not _alike(at, inner, value, here.now if here else UNSET) and not _only_repeated(
            at, where, inner, value, since
        ):
            found.append(Set(place=where, property=inner, value=value))
    if key and key[-1].strip() and key[-1].strip() != getattr(part, "key", ""):
        found.append(Rename(node=place, key=key[-1].strip()))
    return found


def _owner(app: App, place: str, part: msgspec.Struct, name: str) -> tuple[str, msgspec.Struct, str]:
    """Where a property of a property form really is: ``options.asset.title`` is the title of an option."""
    first, _, rest = name.partition(".")
    member = members(type(part)).get(first)
    if member is None or member.holds != "parts" or "." not in rest:
        return place, part, name
    key, _, inner = rest.partition(".")
    there = f"{place}.{first}.{key}"
    return there, part_at(app, there), inner


def _alike(part: msgspec.Struct, name: str, value: Any, now: Any) -> bool:
    found = slot(part, name)
    default = found.default if found else UNSET
    return same(_written(value, default), _written(now, default))


def _written(value: Any, default: Any) -> Any:
    """A value as a file would have it: the default is absent."""
    plain = list(default) if isinstance(default, tuple) else default
    return UNSET if value is UNSET or (type(value) is type(plain) and value == plain) else value


def _only_repeated(part: msgspec.Struct, place: str, name: str, value: Any, since: Sequence[Entry]) -> bool:
    """Whether the page only sends back what it was given, and somebody else has changed that since."""
    for entry in since:
        done = entry.operation
        if isinstance(done, Set) and done.place == place and done.property == name:
            return _alike(part, name, value, done.before)
    return False


# -- moving by a way --------------------------------------------------------------------------------------------------
def _moved(app: App, asked: Asked) -> list[AnyOperation]:
    node = asked.one("node")
    if not asked.has("by"):
        return [Move(node=node, parent=asked.one("parent"), after=_after(asked))]
    goal = _goal(app, node, asked.one("by"))
    return [Move(node=node, parent=goal[0], after=goal[1])] if goal else []


def _goal(app: App, node: str, by: str) -> tuple[str, str | None] | None:
    """Parent and neighbour one step further; None at the edge. The first and last of a section step out of it."""
    path = tree.element(app, node)
    index, several = path[-1], tree.at(app, path[:-1])
    assert isinstance(index, int)
    parent = tree.named(app, path[:-1])
    if by == "up" and index:
        return parent, tree.key_of(several[index - 2]) if index > 1 else ""
    if by == "down" and index + 1 < len(several):
        return parent, tree.key_of(several[index + 1])
    if by == "in":
        return _inside(app, path, several, index)
    owner = path[:-2]
    if not owner or not isinstance(owner[-1], int) or (by != "out" and not isinstance(tree.at(app, owner), Section)):
        return None
    above, siblings, place = tree.named(app, owner[:-1]), tree.at(app, owner[:-1]), owner[-1]
    if by == "up":
        return above, tree.key_of(siblings[place - 1]) if place else ""
    return above, tree.key_of(siblings[place])


def _inside(app: App, path: Any, several: Any, index: int) -> tuple[str, str | None] | None:
    """Into the section or sub-table before, else the one behind."""
    if index and type(several[index - 1]) in IMPLIED:
        return tree.named(app, (*path[:-1], index - 1)), None
    if index + 1 < len(several) and type(several[index + 1]) in IMPLIED:
        return tree.named(app, (*path[:-1], index + 1)), ""
    return None
