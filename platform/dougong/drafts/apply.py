"""Applying an operation to a spec, and the operation that takes it back."""

from dataclasses import dataclass

import msgspec

from dougong.drafts import moving, planting, renaming, setting
from dougong.drafts.operations import (
    Add,
    AnyOperation,
    BulkAdd,
    Convert,
    Copy,
    Delete,
    Move,
    Planted,
    Planting,
    Rename,
    Restore,
    Set,
    as_text,
    from_text,
)
from dougong.drafts.renaming import Renamer
from dougong.spec.model import App
from dougong.spec.rename import rename as rewriting


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of an operation: the app after it, the operation as it was done, and the one that takes it back."""

    app: App
    operation: AnyOperation
    inverse: AnyOperation


def apply(app: App, operation: AnyOperation, renamer: Renamer = rewriting, force: bool = False) -> Applied:
    """The app after ``operation``. Raises Conflict when something it names or states no longer holds (``at`` its place,
    ``mine`` and ``theirs`` the two values), Refused when it would not leave a well-formed spec.

    ``force`` holds to nothing that was stated, and puts what lost its neighbour last.
    """
    after, done = _done(app, from_text(as_text(operation)), renamer, force)
    return Applied(after, done, inverse(done))


def _done(app: App, operation: AnyOperation, renamer: Renamer, force: bool) -> tuple[App, AnyOperation]:
    if isinstance(operation, Set):
        return setting.set_property(app, operation, force)
    if isinstance(operation, Move):
        return moving.move(app, operation, force)
    if isinstance(operation, Convert):
        return moving.convert(app, operation, force)
    if isinstance(operation, Delete):
        return planting.delete(app, operation, force)
    if isinstance(operation, Rename):
        return renaming.rename(app, operation, renamer)
    after, planted = _planted(app, operation, force)
    return after, msgspec.structs.replace(operation, planted=planted)


def _planted(app: App, operation: Planting, force: bool) -> tuple[App, tuple[Planted, ...]]:
    if operation.known or isinstance(operation, Restore):
        return planting.planted_again(app, operation, force)
    if isinstance(operation, Add):
        return planting.add(app, operation)
    if isinstance(operation, BulkAdd):
        return planting.bulk_add(app, operation)
    assert isinstance(operation, Copy)
    return planting.copied(app, operation)


def inverse(done: AnyOperation) -> AnyOperation:
    """The operation that takes back one that was done."""
    if isinstance(done, Set):
        return Set(
            place=done.place, property=done.property, value=done.before, before=done.value,
            after=done.was_after, was_after=done.after, known=True,
        )  # fmt: skip
    if isinstance(done, Move):
        return Move(
            node=done.now, parent=done.was_parent, after=done.was_after, was_parent=done.parent,
            was_after=done.after or "", known=True,
        )  # fmt: skip
    if isinstance(done, Convert):
        kind = str(done.before.get("type", ""))
        return Convert(node=done.node, type=kind, content=done.before, before=done.content, known=True)
    if isinstance(done, Rename):
        return Rename(node=done.now, key=done.node.rpartition(".")[2], exact=done.changes, known=True)
    planted = done.planted[::-1]
    if isinstance(done, Delete):
        return Restore(planted=planted, known=True)
    return Delete(nodes=tuple(one.place for one in planted), planted=planted, known=True)
