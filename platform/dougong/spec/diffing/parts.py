"""A spec as a flat table of its parts: every object with a key, under a place that stays when the object moves.

A place is a tuple of keys: ``("forms", "request", "fields", "lines", "price")``. As in ``places`` the sections around a
field and the steps around a step are left out. The second of two objects with one key (a faulty draft) is told from
the first by a mark that no key can hold.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Annotated, Any, get_args, get_origin

import msgspec

from dougong.fields import Section
from dougong.spec import model
from dougong.spec.positions import Path

Place = tuple[str, ...]
TWIN = "~"
_KINDS = {
    "": "app", "app": "app", "roles": "role", "forms": "form", "statuses": "status", "options": "option", "checks": "check",
    "access": "grant", "flow": "flow", "steps": "step", "otherwise": "step", "branches": "branch",
    "sources": "source", "metrics": "metric", "lists": "list", "reports": "report", "groups": "grouping",
    "columns": "grouping", "tests": "test",
}  # fmt: skip
_THROUGH = (Section, model.Branching, model.Branch)
"""What stands around a thing without being part of its name, in the lists ``_FLAT``."""
_FLAT = {"fields": "fields", "steps": "steps", "otherwise": "steps"}
"""Lists whose items are named across all levels of their form or flow, with the name they share."""
TOP = 4
"""How long the place of a field is that is no column."""


@dataclass(frozen=True, slots=True)
class Part:
    """One object with a key. ``scope`` is the place of the part within which its key is unique, ``parent`` that of the
    part it stands in, ``listed`` the name of the list there (of a ``single``, the member); ``path`` is its path in the
    document."""

    place: Place
    struct: msgspec.Struct
    path: Path
    scope: Place = ()
    parent: Place = ()
    listed: str = ""
    single: bool = False

    @property
    def kind(self) -> str:
        """``form``, ``field``, ``section``, ``column``, ``step``, …; ``part`` for what this room does not know."""
        if self.listed == "fields":
            tag = str(self.struct.__struct_config__.tag)
            return tag if tag in ("section", "note") else "column" if len(self.place) > TOP else "field"
        return _KINDS.get(self.listed, "part")

    @property
    def key(self) -> str:
        """Its key."""
        return str(getattr(self.struct, "key", ""))

    @property
    def was(self) -> tuple[str, ...]:
        """Its earlier keys, where its kind remembers them."""
        earlier: tuple[str, ...] = getattr(self.struct, "was", ())
        return earlier

    @property
    def name(self) -> str:
        """The place as people write it: ``forms.request.fields.lines.price``."""
        return written(self.place)


def written(place: Place) -> str:
    """``forms.request.fields.lines.price``."""
    return ".".join(step.partition(TWIN)[0] for step in place)


def parts(app: model.App) -> dict[Place, Part]:
    """Every part by its place, the app itself (``()``) first, each before what is inside it."""
    found: dict[Place, Part] = {(): Part((), app, ())}
    waiting = list(_inside(found[()], found))[::-1]
    while waiting:
        part = waiting.pop()
        place = part.place
        if place in found:
            twin = 2
            while (*place[:-1], f"{place[-1]}{TWIN}{twin}") in found:
                twin += 1
            part = replace(part, place=(*place[:-1], f"{place[-1]}{TWIN}{twin}"))
        found[part.place] = part
        waiting += reversed(list(_inside(part, found)))
    return found


def _inside(outer: Part, found: Mapping[Place, Part]) -> Iterator[Part]:
    """The parts directly inside one."""
    for listed in single(type(outer.struct)):
        inner = getattr(outer.struct, listed)
        if inner is not None:
            yield Part((*outer.place, listed), inner, (*outer.path, listed), outer.place, outer.place, listed, True)
    for listed in keyed(type(outer.struct)):
        scope, prefix = _named_under(outer, listed, found)
        for index, inner in enumerate(getattr(outer.struct, listed)):
            yield Part((*prefix, inner.key), inner, (*outer.path, listed, index), scope, outer.place, listed)


def _named_under(outer: Part, listed: str, found: Mapping[Place, Part]) -> tuple[Place, Place]:
    """The scope of what stands in a list of ``outer``, and the beginning of its places."""
    if listed == "fields" and not isinstance(outer.struct, model.Form | Section):
        return outer.place, outer.place
    shared = _FLAT.get(listed)
    if shared is None:
        return outer.place, (*outer.place, listed)
    owner = outer
    while isinstance(owner.struct, _THROUGH):
        owner = found[owner.parent]
    return owner.place, (*owner.place, shared)


@cache
def keyed(kind: type[msgspec.Struct]) -> tuple[str, ...]:
    """The members of a kind that are lists of objects with keys."""
    return tuple(
        field.name
        for field in msgspec.structs.fields(kind)
        if get_origin(_bare(field.type)) is tuple and _has_key(get_args(_bare(field.type))[0])
    )


@cache
def single(kind: type[msgspec.Struct]) -> tuple[str, ...]:
    """The members of a kind that are one object with a key, or none."""
    return tuple(field.name for field in msgspec.structs.fields(kind) if _has_key(field.type))


def _bare(kind: Any) -> Any:
    """A type without its limits."""
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _has_key(kind: Any) -> bool:
    choices = [each for each in (get_args(kind) or (kind,)) if each is not type(None)]
    return all(isinstance(each, type) and issubclass(each, msgspec.Struct) for each in choices) and all(
        "key" in each.__struct_fields__ for each in choices
    )


@cache
def properties(kind: type[msgspec.Struct]) -> dict[str, tuple[str, Any]]:
    """Of each member that holds no parts, by its name in a document: its attribute and its default."""
    inner = {*keyed(kind), *single(kind)}
    made = {}
    for field in msgspec.structs.fields(kind):
        if field.name not in inner:
            factory = field.default_factory
            made[field.encode_name] = (
                field.name, factory() if factory is not msgspec.NODEFAULT else field.default,
            )  # fmt: skip
    return made
