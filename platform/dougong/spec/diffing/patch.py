"""A difference as JSON Patch (RFC 6902): an output format, since its paths count positions."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from dougong.spec import model
from dougong.spec.diffing.matching import out_of_order
from dougong.spec.dump import plain
from dougong.spec.schema import LANGUAGES

Operation = dict[str, Any]


def json_patch(old: model.App, new: model.App) -> list[Operation]:
    """The operations (``add``, ``remove``, ``replace``, ``move``) that turn the document of ``old`` into that of
    ``new``. Objects with keys are moved, never rewritten for their place."""
    return list(_patch("", old, new))


def _patch(path: str, old: Any, new: Any) -> Iterator[Operation]:
    if type(old) is type(new) and isinstance(old, msgspec.Struct):
        yield from _objects(path, _members(old), _members(new))
    elif isinstance(old, dict) and isinstance(new, dict) and _appends(old, new):
        yield from _objects(path, old, new)
    elif isinstance(old, list | tuple) and isinstance(new, list | tuple) and _unique(old) and _unique(new):
        yield from _lists(path, old, new)
    elif not identical(old, new):
        yield {"op": "replace", "path": path, "value": plain(new)}


def _members(struct: msgspec.Struct) -> dict[str, Any]:
    """The members that are written, by the names they are written under, not yet plain."""
    names = {field.encode_name: field.name for field in msgspec.structs.fields(type(struct))}
    return {name: getattr(struct, names[name]) if name in names else value for name, value in plain(struct).items()}


def _appends(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether adding and removing members gives their order too; the order of languages is fixed anyway."""
    if {*old, *new} <= set(LANGUAGES):
        return True
    return [*(key for key in old if key in new), *(key for key in new if key not in old)] == list(new)


def _objects(path: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Operation]:
    for key in old:
        if key not in new:
            yield {"op": "remove", "path": f"{path}/{_escaped(key)}"}
    for key, value in new.items():
        if key in old:
            yield from _patch(f"{path}/{_escaped(key)}", old[key], value)
        else:
            yield {"op": "add", "path": f"{path}/{_escaped(key)}", "value": plain(value)}


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _name(value: Any) -> Any:
    """What tells an item of a list from the others, or None."""
    if isinstance(value, msgspec.Struct):
        tag = value.__struct_config__.tag
        return (value.key, tag) if hasattr(value, "key") else None
    return value if isinstance(value, str) else None


def _unique(items: Sequence[Any]) -> bool:
    names = [_name(each) for each in items]
    return None not in names and len(set(names)) == len(names)


def _lists(path: str, old: Sequence[Any], new: Sequence[Any]) -> Iterator[Operation]:
    """Remove from the end, then put each new or moved item behind its predecessor, then look inside what stayed."""
    before, after = [_name(each) for each in old], {_name(each): each for each in new}
    now = list(before)
    for index in reversed(range(len(before))):
        if before[index] not in after:
            now.pop(index)
            yield {"op": "remove", "path": f"{path}/{index}"}
    shifted = out_of_order(before, list(after))
    behind: Any = None
    for name, value in after.items():
        if name not in before:
            to = now.index(behind) + 1 if behind is not None else 0
            now.insert(to, name)
            yield {"op": "add", "path": f"{path}/{to}", "value": plain(value)}
        elif name in shifted:
            start = now.index(name)
            now.pop(start)
            to = now.index(behind) + 1 if behind is not None else 0
            now.insert(to, name)
            if start != to:
                yield {"op": "move", "from": f"{path}/{start}", "path": f"{path}/{to}"}
        behind = name
    were = dict(zip(before, old, strict=True))
    for index, (name, value) in enumerate(after.items()):
        if name in were:
            yield from _patch(f"{path}/{index}", were[name], value)


def identical(one: Any, other: Any) -> bool:
    """Whether two values are written alike: 5 and 5.0 are not."""
    if isinstance(one, dict) and isinstance(other, dict):
        if {*one, *other} <= set(LANGUAGES):
            return one == other
        return list(one) == list(other) and all(identical(each, other[key]) for key, each in one.items())
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(identical, one, other))
    if isinstance(one, msgspec.Struct):
        return type(one) is type(other) and identical(plain(one), plain(other))
    return type(one) is type(other) and bool(one == other)
