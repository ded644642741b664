"""Setting one property of a part, or something inside it."""

from collections.abc import Mapping
from typing import Any, get_args, get_origin

import msgspec
from msgspec import UNSET

from dougong.drafts import tree
from dougong.drafts.content import made
from dougong.drafts.members import Member, alternatives, is_part, members
from dougong.drafts.operations import Set, same
from dougong.errors import Conflict, Problem, Refused
from dougong.spec.model import App


def set_property(app: App, operation: Set, force: bool) -> tuple[App, Set]:
    """The app with the property set, and the operation as it was done."""
    path = tree.find(app, operation.place)
    part = tree.at(app, path)
    if not isinstance(part, msgspec.Struct):
        raise tree.refusal("drafts.no_such_property", operation.place, property=operation.property)
    place = tree.named(app, path)
    member, inner = _named(part, place, operation)
    whole = member.plain(part)
    inner, value = _from_absent(whole, member, inner, operation.value)
    before, was_after = _inside(whole, inner)
    if operation.known and not force and not same(before, operation.before):
        raise Conflict("drafts.changed", at=place, property=operation.property, mine=operation.value, theirs=before)
    if inner and not _reaches(whole, inner, member):
        raise tree.refusal("drafts.no_such_property", place, property=operation.property)
    changed = _with(whole, inner, value, operation.after)
    after_app = tree.put(app, path, _replaced(part, member, changed, f"{place}.{member.name}"))
    now, after = _inside(member.plain(tree.at(after_app, path)), inner)
    return after_app, Set(
        place=place,
        property=".".join([member.name, *inner]),
        value=now,
        before=before,
        after=after,
        was_after=was_after,
    )


def _named(part: msgspec.Struct, place: str, operation: Set) -> tuple[Member, list[str]]:
    name, _, rest = operation.property.partition(".")
    member = members(type(part)).get(name)
    if member is None:
        raise tree.refusal("drafts.no_such_property", place, property=operation.property)
    if name == "key" or member.holds == "parts":
        raise tree.refusal("drafts.not_settable", place, property=name)
    return member, _steps(member.type, rest)


def _steps(kind: Any, rest: str) -> list[str]:
    """The way inside a property. A free name (of a test's value, a record's form) may hold dots, an option may not."""
    if not rest:
        return []
    kinds = list(alternatives(kind))
    part = next((each for each in kinds if is_part(each)), None)
    if part is not None:
        name, _, more = rest.partition(".")
        member = members(part).get(name)
        return [name, *(_steps(member.type, more) if member else [more] if more else [])]
    inner = next((get_args(each)[1] for each in kinds if get_origin(each) is dict), None)
    if inner is not None and is_part(inner):
        name, _, more = rest.partition(".")
        return [name, *_steps(inner, more)]
    return [rest]


def _from_absent(whole: Any, member: Member, inner: list[str], value: Any) -> tuple[list[str], Any]:
    """Where what is around is absent too, it is what gets set: ``number.pattern`` of a form without numbers sets
    ``number``."""
    if value is UNSET:
        return inner, value
    here = {} if whole is UNSET and member.default == {} else whole
    for index, name in enumerate([*inner]):
        if here is UNSET or here is None:
            for outer in reversed(inner[index:]):
                value = {outer: value}
            return inner[:index], value
        here = here.get(name, UNSET) if isinstance(here, dict) else here
    return inner, value


def _reaches(whole: Any, inner: list[str], member: Member) -> bool:
    """Whether everything around the place inside is an object."""
    here = {} if whole is UNSET and member.default == {} else whole
    for name in inner:
        if not isinstance(here, dict):
            return False
        here = here.get(name, UNSET)
    return True


def _inside(whole: Any, inner: list[str]) -> tuple[Any, str | None]:
    """The value inside, UNSET when absent, and the name before it in its object (None outside of objects)."""
    here, after = whole, None
    for name in inner:
        if not isinstance(here, dict) or name not in here:
            return UNSET, None
        names = list(here)
        index = names.index(name)
        here, after = here[name], names[index - 1] if index else ""
    return here, after


def _with(whole: Any, inner: list[str], value: Any, after: str | None) -> Any:
    if not inner:
        return value
    here: dict[str, Any] = {} if whole is UNSET or whole is None else dict(whole)
    name, *more = inner
    if more or name in here:
        changed = _with(here.get(name, UNSET), more, value, after)
        if changed is UNSET:
            here.pop(name, None)
            return here
        return here | {name: changed}
    return here if value is UNSET else _put_after(here, name, value, after)


def _put_after(here: Mapping[str, Any], name: str, value: Any, after: str | None) -> dict[str, Any]:
    """A new name in an object; the order of names says nothing, so one whose neighbour is gone comes last."""
    if after == "":
        return {name: value, **here}
    made_new: dict[str, Any] = {}
    for each, held in here.items():
        made_new[each] = held
        if each == after:
            made_new[name] = value
    return {**made_new, name: made_new.get(name, value)}


def _replaced(part: msgspec.Struct, member: Member, value: Any, place: str) -> msgspec.Struct:
    if value is UNSET and member.default is UNSET:
        raise Refused([Problem("spec.missing_key", place, {"key": member.name})])
    typed = member.default if value is UNSET else made(type(part), member, value, place)
    return msgspec.structs.replace(part, **{member.attribute: typed})
