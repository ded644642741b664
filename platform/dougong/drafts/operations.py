"""The operations that change a draft: what was asked, and, once applied, what was there before.

An operation comes in with what a person asks. ``apply`` gives it back filled: with the values and neighbours it met, so that
its inverse can be made of it alone. ``known`` says that what it tells of the state before is stated and must still hold.
"""

import json
from decimal import Decimal as _Decimal
from typing import Any

import msgspec
from msgspec import UNSET

from dougong.errors import Problem, Refused
from dougong.spec.reader import read
from dougong.spec.write import NotJson, written

__all__ = [
    "UNSET", "Add", "AnyOperation", "BulkAdd", "Change", "Convert", "Copy", "Delete", "Move", "Operation", "Planted",
    "Planting", "Rename", "Restore", "Set", "as_text", "from_text", "same", "stored",
]  # fmt: skip


class _Said(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The base of everything an operation is made of."""


class Planted(_Said, frozen=True, kw_only=True):
    """A part with its whole content, its place, the list it stands in, and the key of its neighbour before ("": none)."""

    place: str
    parent: str
    after: str
    content: Any


class Change(_Said, frozen=True, kw_only=True):
    """What a rename did to a member of the part at ``place`` ("": the app itself); absent values are UNSET."""

    place: str
    member: str
    before: Any = UNSET
    now: Any = UNSET


class Operation(_Said, frozen=True, kw_only=True, tag_field="op"):
    """One named change of a draft."""

    known: bool = False


class Planting(Operation, frozen=True, kw_only=True):
    """Whatever puts parts in; ``planted`` are the parts in the order they went in."""

    planted: tuple[Planted, ...] = ()


class Add(Planting, frozen=True, kw_only=True, tag="add"):
    """A new part in the list ``parent``, after the neighbour with the key ``after`` ("" first, absent last).

    ``type`` says which kind where there are several; ``key`` is derived from the title unless given; ``values`` are
    properties to start with. ``content`` is the whole part instead, as when pasting: keys that are taken are made anew.
    In a list of names (the columns of a list) the name is the ``content``.
    """

    parent: str
    after: str | None = None
    type: str = ""
    title: str | dict[str, str] = ""
    key: str = ""
    values: dict[str, Any] = {}
    content: Any = UNSET


class BulkAdd(Planting, frozen=True, kw_only=True, tag="bulk_add"):
    """A new part per line; among fields a line may say a type (see ``quick``), unless ``types`` says it for that line."""

    parent: str
    lines: tuple[str, ...]
    after: str | None = None
    types: tuple[str, ...] = ()


class Copy(Planting, frozen=True, kw_only=True, tag="copy"):
    """Copies under new keys: in ``parent`` after ``after``, or beside the last of the nodes. Formulas keep what they name."""

    nodes: tuple[str, ...]
    parent: str = ""
    after: str | None = None


class Restore(Planting, frozen=True, kw_only=True, tag="restore"):
    """Parts that were deleted, back as they were and where they were."""


class Set(Operation, frozen=True, kw_only=True, tag="set"):
    """One property of the part at ``place``; UNSET is absent. ``property`` may reach inside: ``card.title``, ``fields.total``.

    Where a property of free names (rights of a step, values of a test) comes back, it stands after the name ``after``.
    """

    place: str
    property: str
    value: Any = UNSET
    before: Any = UNSET
    after: str | None = None
    was_after: str | None = None


class Move(Operation, frozen=True, kw_only=True, tag="move"):
    """A part into the list ``parent`` after ``after`` ("" first, absent last); ``now`` is its place there."""

    node: str
    parent: str
    after: str | None = None
    was_parent: str = ""
    was_after: str = ""
    now: str = ""


class Convert(Operation, frozen=True, kw_only=True, tag="convert"):
    """Another type for a field or step. It keeps the properties both types have; ``lost`` names the others."""

    node: str
    type: str
    content: Any = UNSET
    before: Any = UNSET
    lost: tuple[str, ...] = ()


class Delete(Operation, frozen=True, kw_only=True, tag="delete"):
    """Parts with everything in them; ``planted`` is what went, in the order it went."""

    nodes: tuple[str, ...]
    planted: tuple[Planted, ...] = ()


class Rename(Operation, frozen=True, kw_only=True, tag="rename"):
    """Another key for the part at ``node``, every reference rewritten; ``changes`` are the properties that changed by it.

    ``exact`` are changes to take back as they were, wherever nobody has changed them since.
    """

    node: str
    key: str
    now: str = ""
    changes: tuple[Change, ...] = ()
    exact: tuple[Change, ...] = ()


AnyOperation = Add | BulkAdd | Copy | Restore | Set | Move | Convert | Delete | Rename


def as_text(operation: AnyOperation) -> str:
    """The operation as JSON that keeps every digit; raises Refused when it holds what JSON cannot."""
    try:
        return written(msgspec.to_builtins(operation, builtin_types=(_Decimal,)))
    except NotJson as wrong:
        raise Refused([Problem(wrong.code, "", wrong.params)]) from None


def from_text(text: str | bytes) -> AnyOperation:
    """An operation from JSON, from a page or from the log; raises Refused."""
    document = read(text)
    if document.problems or not document.whole:
        raise Refused(document.problems)
    try:
        return msgspec.convert(document.value, AnyOperation)  # type: ignore[no-any-return]
    except msgspec.ValidationError as error:
        raise Refused([Problem("drafts.not_an_operation", "", {"reason": str(error)[:200]})]) from None


def stored(text: str) -> AnyOperation:
    """An operation from JSON that ``as_text`` wrote."""
    return msgspec.convert(json.loads(text, parse_float=_Decimal), AnyOperation)  # type: ignore[no-any-return]


def same(one: Any, other: Any) -> bool:
    """Whether two plain values, either of them perhaps absent, are written alike."""
    if one is UNSET or other is UNSET:
        return one is other
    return written(one) == written(other)
