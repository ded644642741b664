"""What the objects of a spec consist of: their members, and which of these are lists of parts or of names."""

import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union

import msgspec
from msgspec import UNSET

from dougong.fields import Section, SubTable
from dougong.spec import model
from dougong.spec.dump import plain

IMPLIED: Mapping[type, str] = {Section: "fields", SubTable: "fields", model.Branch: "steps"}
"""The list that is meant when something is put into one of these."""

Part = msgspec.Struct


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a kind of part. ``item`` is the type of what a list holds; ``default`` is UNSET when it must be said."""

    name: str
    attribute: str
    type: Any
    default: Any
    holds: Literal["parts", "names", "part", "value"]
    item: Any = None

    def plain(self, part: Part) -> Any:
        """Its value as plain JSON, UNSET where it is the default and so never written."""
        value = getattr(part, self.attribute)
        if type(value) is type(self.default) and value == self.default:
            return UNSET
        return plain(value)


def members(kind: Any) -> Mapping[str, Member]:
    """The members of a kind of part by the name they have in a file."""
    return _members(kind)


def list_of(part: Part, attribute: str | int) -> Member:
    """The member that a list of ``part`` is."""
    return next(member for member in members(type(part)).values() if member.attribute == attribute)


@cache
def _members(kind: type[Part]) -> Mapping[str, Member]:
    return {field.encode_name: _member(field) for field in msgspec.structs.fields(kind)}


def _member(field: Any) -> Member:
    default = field.default if field.default is not msgspec.NODEFAULT else UNSET
    if field.default_factory is not msgspec.NODEFAULT:
        default = field.default_factory()
    bare, item = without_none(field.type), None
    holds: Literal["parts", "names", "part", "value"] = "value"
    if typing.get_origin(bare) is tuple:
        item = typing.get_args(bare)[0]
        holds = _held(item)
    elif is_part(bare):
        holds = "part"
    return Member(field.encode_name, field.name, field.type, default, holds, item)


def _held(item: Any) -> Literal["parts", "names", "value"]:
    kinds = list(alternatives(item))
    if all(is_part(kind) and "key" in kind.__struct_fields__ for kind in kinds):
        return "parts"
    return "names" if all(kind is str or typing.get_origin(kind) is Literal for kind in kinds) else "value"


def is_part(kind: Any) -> bool:
    """Whether a type is an object of the spec."""
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def alternatives(kind: Any) -> Iterator[Any]:
    """The types a type may be, annotations gone."""
    if typing.get_origin(kind) is Annotated:
        yield from alternatives(typing.get_args(kind)[0])
    elif typing.get_origin(kind) in (Union, UnionType):
        for each in typing.get_args(kind):
            yield from alternatives(each)
    else:
        yield kind


def without_none(kind: Any) -> Any:
    """The one type that a type is besides None; itself when there are several."""
    kinds = [each for each in alternatives(kind) if each is not NoneType]
    return kinds[0] if len(kinds) == 1 else kind


def tag(kind: type[Part]) -> str:
    """What ``type`` says of a kind, "" when it says nothing."""
    return str(kind.__struct_config__.tag or "")


def kinds_of(member: Member) -> Mapping[str, type[Part]]:
    """The kinds of part a list holds, by their ``type``."""
    return {tag(kind): kind for kind in alternatives(member.item)}
