"""The one editor of frozen specs: finding a part by its place, and the spec with a part put, taken or replaced."""

from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec

from dougong.drafts.members import IMPLIED, members
from dougong.errors import Conflict, Problem, Refused
from dougong.fields import Section
from dougong.spec.model import App, Branching
from dougong.spec.places import place as keyed_place
from dougong.spec.positions import Path

T = TypeVar("T")


def refusal(code: str, at: str, **params: Any) -> Refused:
    """The Refused to raise for one thing that cannot be done."""
    return Refused([Problem(code, at, {"place": at, **params})])


def key_of(element: Any) -> str:
    """The key of a part; of a name the name, a sort's sign left out."""
    return element.removeprefix("-") if isinstance(element, str) else str(element.key)


def at(node: Any, path: Path) -> Any:
    """What stands at ``path``."""
    for step in path:
        node = node[step] if isinstance(step, int) else getattr(node, step)
    return node


def put(node: T, path: Path, value: Any) -> T:
    """The same with ``value`` at ``path``; what is beside the way is shared."""
    if not path:
        return value  # type: ignore[no-any-return]
    step, rest = path[0], path[1:]
    made: Any
    if isinstance(step, int):
        several: tuple[Any, ...] = node  # type: ignore[assignment]
        made = (*several[:step], put(several[step], rest, value), *several[step + 1 :])
    else:
        made = msgspec.structs.replace(node, **{step: put(getattr(node, step), rest, value)})  # type: ignore[type-var]
    return made  # type: ignore[no-any-return]


def insert(app: App, listed: Path, index: int, element: Any) -> App:
    """The app with ``element`` in a list."""
    several = at(app, listed)
    return put(app, listed, (*several[:index], element, *several[index:]))


def remove(app: App, path: Path) -> App:
    """The app without the element at ``path``."""
    index = path[-1]
    assert isinstance(index, int)
    several = at(app, path[:-1])
    return put(app, path[:-1], (*several[:index], *several[index + 1 :]))


def find(app: App, place: str) -> Path:
    """The path of a place. Raises Conflict when what it names is gone, Refused when there can be no such place."""
    parts = place.split(".")
    path: Path = ()
    node: Any = app
    while parts:
        step, parts = _into(node, parts, place)
        path, node = path + step, at(node, step)
    if node is None:
        raise refusal("drafts.no_such_place", place)
    return path


def _into(node: Any, parts: list[str], place: str) -> tuple[Path, list[str]]:
    if isinstance(node, tuple):
        found = _element(node, parts)
        if found is None:
            raise Conflict("drafts.gone", at=place)
        return found
    known = members(type(node)) if isinstance(node, msgspec.Struct) else {}
    implied = IMPLIED.get(type(node))
    if implied and (inner := _seek(getattr(node, implied), parts[0])):
        return (implied, *inner), parts[1:]
    member = known.get(parts[0])
    if member is None or member.holds == "value":
        if implied:
            raise Conflict("drafts.gone", at=place)
        raise refusal("drafts.no_such_place", place)
    return (member.attribute,), parts[1:]


def _element(several: Sequence[Any], parts: list[str]) -> tuple[Path, list[str]] | None:
    if several and isinstance(several[0], str):  # a name may hold dots itself: lines.price
        found = next((i for i, name in enumerate(several) if key_of(name) == ".".join(parts)), None)
        return None if found is None else ((found,), [])
    path = _seek(several, parts[0])
    return None if path is None else (path, parts[1:])


def _seek(several: Sequence[Any], key: str) -> Path | None:
    """The way to the first part with this key, sections and branchings looked through."""
    for index, part in enumerate(several):
        if part.key == key:
            return (index,)
        for inside in _through(part):
            found = _seek(at(part, inside), key)
            if found is not None:
                return (index, *inside, *found)
    return None


def _through(part: Any) -> list[Path]:
    """The lists inside a part whose keys count as those of the list around it."""
    if isinstance(part, Section):
        return [("fields",)]
    if isinstance(part, Branching):
        return [*(("branches", index, "steps") for index in range(len(part.branches))), ("otherwise",)]
    return []


def listed(app: App, parent: str) -> Path:
    """The list that a place means: itself, or the one a section, sub-table or branch is for."""
    path = find(app, parent)
    node = at(app, path)
    if isinstance(node, tuple):
        return path
    if type(node) not in IMPLIED:
        raise refusal("drafts.not_a_list", parent)
    return (*path, IMPLIED[type(node)])


def element(app: App, place: str) -> Path:
    """The path of something that stands in a list; raises Refused for what does not."""
    path = find(app, place)
    if not isinstance(path[-1], int):
        raise refusal("drafts.not_in_a_list", place)
    return path


def named(app: App, path: Path) -> str:
    """The place of a path, the one way to say it."""
    last = path[-1]
    if isinstance(last, int):
        node = at(app, path)
        return f"{named(app, path[:-1])}.{key_of(node)}" if isinstance(node, str) else keyed_place(app, path)
    if len(path) == 1:
        return last
    owner = named(app, path[:-1])
    return owner if IMPLIED.get(type(at(app, path[:-1]))) == last else f"{owner}.{last}"


def index_after(app: App, listed: Path, after: str | None, force: bool = False) -> int:
    """The index behind the neighbour ``after`` ("": 0; None: the end). Raises Conflict when it is gone, unless forced."""
    several = at(app, listed)
    if after is None:
        return len(several)
    if not after:
        return 0
    found = next((index for index, each in enumerate(several) if key_of(each) == after), None)
    if found is not None:
        return found + 1
    if force:
        return len(several)
    raise Conflict("drafts.neighbour_gone", at=named(app, listed), after=after)


def neighbour(app: App, path: Path) -> str:
    """The key of what stands just before, "" for the first."""
    index = path[-1]
    assert isinstance(index, int)
    return key_of(at(app, (*path[:-1], index - 1))) if index else ""


def beside(app: App, place: str) -> tuple[str, str]:
    """Parent and neighbour of what is put just behind ``place``."""
    path = element(app, place)
    return named(app, path[:-1]), key_of(at(app, path))
