"""Frozen objects back to canonical text: the one way to write a spec, so that equal specs are equal bytes."""

from datetime import date
from functools import cache
from typing import Any

import msgspec

from dougong.errors import Problem
from dougong.spec.model import App
from dougong.spec.parse import parse
from dougong.spec.schema import LANGUAGES
from dougong.spec.write import written

_FIRST = ("key", "type", "title")


def dump(app: App) -> str:
    """The canonical text: keys in the order of the objects, ``key``, ``type`` and ``title`` first; defaults left out."""
    return written(plain(app))


def normalise(text: str | bytes, source: str = "") -> tuple[str | None, tuple[Problem, ...]]:
    """The canonical text of a spec, or None and what is wrong with it."""
    parsed = parse(text, source)
    return (None if parsed.app is None else dump(parsed.app)), parsed.problems


def plain(value: Any) -> Any:
    """Frozen objects as plain JSON values, in canonical order."""
    if isinstance(value, msgspec.Struct):
        return _members(value)
    if isinstance(value, dict):
        keys = LANGUAGES if value and value.keys() <= set(LANGUAGES) else value
        return {key: plain(value[key]) for key in keys if key in value}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def _members(struct: msgspec.Struct) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for name, attribute, default in _order(type(struct)):
        value = struct.__struct_config__.tag if attribute is None else getattr(struct, attribute)
        if attribute is None or not _is_default(value, default):
            result[name] = plain(value)
    return result


def _is_default(value: Any, default: Any) -> bool:
    return type(value) is type(default) and value == default


@cache
def _order(kind: type[msgspec.Struct]) -> tuple[tuple[str, str | None, Any], ...]:
    """Of each member its name, its attribute (None: the tag) and its default, in the order they are written."""
    members: list[tuple[str, str | None, Any]] = []
    if kind.__struct_config__.tag is not None:
        members.append((str(kind.__struct_config__.tag_field), None, msgspec.NODEFAULT))
    for field in msgspec.structs.fields(kind):
        made = field.default_factory is not msgspec.NODEFAULT
        members.append((field.encode_name, field.name, field.default_factory() if made else field.default))
    places = {name: index for index, name in enumerate(_FIRST)}
    return tuple(sorted(members, key=lambda member: places.get(member[0], len(_FIRST))))
