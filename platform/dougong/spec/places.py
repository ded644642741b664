"""Naming a path of a document by keys: ``forms.request.fields.total.max_length``.

Sections and the steps around a step are left out: a field's key is unique in its form and a step's in its flow, so the
name of a place stays when the thing moves. A column stands under its sub-table: ``forms.request.fields.lines.price``.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from dougong.spec.positions import Path

_KEY = re.compile(r"[a-z][a-z0-9_]{0,47}")
LONGEST = 60


def place(document: Any, path: Path) -> str:
    """The name of ``path`` in ``document``: plain JSON values, or the frozen objects made of them."""
    parts: list[str] = []
    anchors: dict[str, int] = {}
    node, owner = document, ""
    for index, step in enumerate(path):
        if isinstance(step, int):
            listed = str(path[index - 1]) if index else ""
            node = _inside(node, step)
            key = _key(node)
            _outwards(parts, anchors, listed, owner)
            if key is not None:
                parts.append(key)
            elif parts:
                parts[-1] += f"[{step}]"
            else:
                parts.append(f"[{step}]")
        else:
            owner = _type(node)
            node = _inside(node, step)
            parts.append(step[:LONGEST])
    return ".".join(parts)


def _outwards(parts: list[str], anchors: dict[str, int], listed: str, owner: str) -> None:
    """Drop what is around a field or step, ``parts`` ending in the name of the list it stands in."""
    if listed == "fields":
        if owner == "subtable":
            parts.pop()
        elif "fields" in anchors:
            del parts[anchors["fields"] :]
        anchors.setdefault("fields", len(parts))
    elif listed in ("steps", "otherwise"):
        if "steps" in anchors:
            del parts[anchors["steps"] :]
        anchors.setdefault("steps", len(parts))


def _inside(node: Any, step: str | int) -> Any:
    if isinstance(node, Mapping):
        return node.get(step)
    if isinstance(node, Sequence) and isinstance(step, int) and not isinstance(node, str):
        return node[step] if step < len(node) else None
    return getattr(node, step, None) if isinstance(node, msgspec.Struct) and isinstance(step, str) else None


def _type(node: Any) -> str:
    if isinstance(node, Mapping):
        return str(node.get("type", ""))
    return str(node.__struct_config__.tag or "") if isinstance(node, msgspec.Struct) else ""


def _key(node: Any) -> str | None:
    key = _inside(node, "key") if isinstance(node, Mapping | msgspec.Struct) else None
    return key if isinstance(key, str) and _KEY.fullmatch(key) else None
