"""Putting parts in and taking them out: add, bulk add, copy, restore, delete."""

import copy
from typing import Any

from msgspec import UNSET

from dougong.drafts import keys, quick, tree
from dougong.drafts.blanks import blank
from dougong.drafts.content import made
from dougong.drafts.members import kinds_of, list_of, members
from dougong.drafts.operations import Add, BulkAdd, Copy, Delete, Planted, Planting, same
from dougong.errors import Conflict
from dougong.fields import SubTable, children
from dougong.spec.dump import plain
from dougong.spec.model import App
from dougong.spec.positions import Path

Made = tuple[App, tuple[Planted, ...]]


def plant(
    app: App, parent: str, after: str | None, content: Any, exact: bool = False, force: bool = False
) -> tuple[App, Planted]:
    """``content`` into a list. With ``exact`` its keys stay, and one that is taken is a Conflict; else it gets others."""
    listed = tree.listed(app, parent)
    where = tree.named(app, listed)
    content = keyed(app, listed, content, exact)
    owner = tree.at(app, listed[:-1])
    element = made(type(owner), list_of(owner, listed[-1]), content, f"{where}.{_name(content)}", item=True)
    index = tree.index_after(app, listed, after, force)
    app = tree.insert(app, listed, index, element)
    path: Path = (*listed, index)
    return app, Planted(
        place=tree.named(app, path), parent=where, after=tree.neighbour(app, path), content=plain(element)
    )


def _name(content: Any) -> str:
    return str(content.get("key", "")) if isinstance(content, dict) else str(content)


def keyed(app: App, listed: Path, content: Any, exact: bool) -> Any:
    """``content`` with keys that are free where it goes; the given object is left as it is."""
    if isinstance(content, str):
        where, taken = keys.space(app, listed)
        if tree.key_of(content) in taken:
            raise Conflict("drafts.key_taken", at=f"{where}.{tree.key_of(content)}", key=tree.key_of(content))
        return content
    content = copy.deepcopy(content)
    for group in keys.groups(app, listed, content):
        used = set(group.taken)
        for part in group.parts:
            if exact and part.get("key") in used:
                raise Conflict("drafts.key_taken", at=f"{group.space}.{part['key']}", key=part["key"])
            if not exact:
                part["key"] = keys.free(str(part.get("key", "")), used | group.reserved)
            used.add(part.get("key", ""))
    return content


def planted_again(app: App, operation: Planting, force: bool) -> Made:
    """Everything an operation planted, just as it was."""
    done = []
    for one in operation.planted:
        app, again = plant(app, one.parent, one.after, one.content, exact=True, force=force)
        done.append(again)
    return app, tuple(done)


def add(app: App, operation: Add) -> Made:
    """One new part."""
    listed = tree.listed(app, operation.parent)
    content = operation.content
    if content is UNSET:
        said: dict[str, Any] = {"key": operation.key} if operation.key else {}
        said |= {"title": operation.title} if operation.title else {}
        content = started(app, listed, operation.type, said | operation.values)
    elif isinstance(content, dict) and operation.key:
        content = content | {"key": operation.key}
    app, one = plant(app, operation.parent, operation.after, content)
    return app, (one,)


def started(app: App, listed: Path, kind: str, said: dict[str, Any]) -> Any:
    """The plain part of a kind that begins with what is said of it, its key derived from its title."""
    member = list_of(tree.at(app, listed[:-1]), listed[-1])
    where = tree.named(app, listed)
    if member.holds == "names":
        raise tree.refusal("drafts.name_needed", where)
    known = kinds_of(member)
    if (kind or "") not in known:
        raise tree.refusal("drafts.no_such_type", where, type=kind)
    _, taken = keys.space(app, listed)
    taken |= keys.reserved(listed)
    key = said.get("key") or keys.derived(said.get("title", ""), taken, kind or str(listed[-1]).rstrip("s"))
    form = tree.at(app, listed[:2]).key if listed[0] == "forms" and len(listed) > 1 else ""
    return blank(app, form, known[kind], {"key": key, **_titled(known[kind], said)})


def _titled(kind: Any, said: dict[str, Any]) -> dict[str, Any]:
    """What is said, the title where the kind has a place for it: a check has its message, a grant none."""
    if "title" in members(kind) or "title" not in said:
        return said
    rest = {name: value for name, value in said.items() if name != "title"}
    return {"message": said["title"], **rest} if "message" in members(kind) else rest


def bulk_add(app: App, operation: BulkAdd) -> Made:
    """A part per line that says something."""
    listed = tree.listed(app, operation.parent)
    lines = operation.lines
    types = (*operation.types, *[""] * (len(lines) - len(operation.types)))
    pairs = [(line, kind) for line, kind in zip(lines, types, strict=False) if line.strip()]
    if listed[-1] == "fields":
        said = quick.contents(pairs, _titles(app, listed), keys.space(app, listed)[1] | keys.reserved(listed))
    else:
        said = [{"type": kind, "title": line.strip()} for line, kind in pairs]
    after, done = operation.after, []
    for one in said:
        kind = str(one.pop("type", ""))
        content = started(app, tree.listed(app, operation.parent), kind, one)
        app, made_one = plant(app, operation.parent, after, content)
        done.append(made_one)
        after = str(made_one.content["key"])
    return app, tuple(done)


def _titles(app: App, listed: Path) -> dict[str, str]:
    """What a formula of a new field may name: title → key, of the fields beside it and around it."""
    form = tree.at(app, listed[:2])
    found: dict[str, str] = {}
    waiting = [*form.fields, *(tree.at(app, listed) if isinstance(tree.at(app, listed[:-1]), SubTable) else ())]
    for node in waiting:
        if not isinstance(node, SubTable):
            waiting += children(node)
        for title in [node.title] if isinstance(node.title, str) else node.title.values():
            found[title] = node.key
    return found


def copied(app: App, operation: Copy) -> Made:
    """Copies of parts, each behind the one before."""
    paths = [tree.element(app, node) for node in operation.nodes]
    if not paths:
        raise tree.refusal("drafts.nothing_named", "")
    contents = [plain(tree.at(app, path)) for path in paths]
    parent, after = tree.beside(app, operation.nodes[-1])
    if operation.parent:
        parent, after = operation.parent, operation.after  # type: ignore[assignment]
    done = []
    for content in contents:
        if isinstance(content, dict):
            content.pop("was", None)
        app, one = plant(app, parent, after, content)
        done.append(one)
        after = tree.key_of(one.content) if isinstance(one.content, str) else str(one.content["key"])
    return app, tuple(done)


def delete(app: App, operation: Delete, force: bool) -> tuple[App, Delete]:
    """The app without the parts; what lies in another one that goes, goes with it."""
    paths = [tree.element(app, node) for node in operation.nodes]
    if not paths:
        raise tree.refusal("drafts.nothing_named", "")
    outer = dict.fromkeys(
        path for path in paths if not any(path[: len(other)] == other and path != other for other in paths)
    )
    places = [tree.named(app, path) for path in outer]
    done = []
    for index, place in enumerate(places):
        path = tree.element(app, place)
        content = plain(tree.at(app, path))
        if operation.known and not force and not same(content, operation.planted[index].content):
            raise Conflict("drafts.changed", at=place, theirs=content, mine=None)
        done.append(
            Planted(place=place, parent=tree.named(app, path[:-1]), after=tree.neighbour(app, path), content=content)
        )
        app = tree.remove(app, path)
    return app, Delete(nodes=tuple(places), planted=tuple(done))
