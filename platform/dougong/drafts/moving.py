"""Moving a part to another place, and making it another type: both take it out and put it in again."""

from typing import Any

import msgspec
from msgspec import UNSET

from dougong.drafts import tree
from dougong.drafts.blanks import blank
from dougong.drafts.content import made
from dougong.drafts.members import kinds_of, list_of, members
from dougong.drafts.operations import Convert, Move, same
from dougong.drafts.planting import plant
from dougong.errors import Conflict, Refused
from dougong.spec.dump import plain
from dougong.spec.model import App


def move(app: App, operation: Move, force: bool) -> tuple[App, Move]:
    """The app with the part elsewhere. Stated to be somewhere, it must still stand in that list, behind that neighbour."""
    path = tree.element(app, operation.node)
    node, was_parent, was_after = tree.named(app, path), tree.named(app, path[:-1]), tree.neighbour(app, path)
    if operation.known and not force and not _still_there(app, operation, was_parent):
        raise Conflict("drafts.moved_meanwhile", at=node, mine=operation.parent, theirs=was_parent)
    target = tree.listed(app, operation.parent)
    if target[: len(path)] == path:
        raise tree.refusal("drafts.into_itself", node)
    parent = tree.named(app, target)
    if parent == was_parent and operation.after == tree.key_of(tree.at(app, path)):
        raise tree.refusal("drafts.into_itself", node)
    content = plain(tree.at(app, path))
    app, planted = plant(tree.remove(app, path), parent, operation.after, content, exact=True, force=force)
    return app, Move(
        node=node,
        parent=planted.parent,
        after=planted.after,
        was_parent=was_parent,
        was_after=was_after,
        now=planted.place,
    )


def _still_there(app: App, operation: Move, parent: str) -> bool:
    if parent != operation.was_parent:
        return False
    keys = [tree.key_of(each) for each in tree.at(app, tree.listed(app, parent))]
    here = tree.key_of(tree.at(app, tree.element(app, operation.node)))
    before = keys[: keys.index(here)]
    return not operation.was_after or operation.was_after in before or operation.was_after not in keys


def convert(app: App, operation: Convert, force: bool) -> tuple[App, Convert]:
    """The app with the part of another type, in the same place."""
    path = tree.element(app, operation.node)
    node, part = tree.named(app, path), tree.at(app, path)
    member = list_of(tree.at(app, path[:-2]), path[-2])
    if member.holds != "parts" or operation.type not in kinds_of(member) or not operation.type:
        raise tree.refusal("drafts.no_such_type", node, type=operation.type)
    before = plain(part)
    if operation.known and not force and not same(before, operation.before):
        raise Conflict("drafts.changed", at=node, mine=operation.content, theirs=before)
    content, lost = operation.content, operation.lost
    if content is UNSET:
        form = tree.at(app, path[:2]).key if path[0] == "forms" else ""
        content, lost = _carried(app, form, part, kinds_of(member)[operation.type], node)
    parent, after = tree.named(app, path[:-1]), tree.neighbour(app, path)
    app, planted = plant(tree.remove(app, path), parent, after, content, exact=True)
    return app, Convert(node=node, type=operation.type, content=planted.content, before=before, lost=lost)


def _carried(
    app: App, form: str, part: msgspec.Struct, kind: type[msgspec.Struct], place: str
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The part as a ``kind``: what both types have and the new one accepts, and the names of what is lost."""
    kept: dict[str, Any] = {}
    lost: list[str] = []
    for name, member in members(type(part)).items():
        value = member.plain(part)
        if value is UNSET or type(part) is kind:
            continue
        if _accepted(kind, name, value, place):
            kept[name] = value
        elif member.holds == "parts" and value and name != "options":
            raise tree.refusal("drafts.holds_parts", place, property=name)
        elif value:
            lost.append(name)
    if type(part) is kind:
        return plain(part), ()
    return blank(app, form, kind, kept), tuple(lost)


def _accepted(kind: type[msgspec.Struct], name: str, value: Any, place: str) -> bool:
    member = members(kind).get(name)
    if member is None:
        return False
    try:
        made(kind, member, value, place)
    except Refused:
        return False
    return True
