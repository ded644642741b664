"""Where a problem stands, as people call it: ``字段“合计” · 公式``."""

from collections.abc import Mapping

from dougong import words
from dougong.spec.diffing import naming
from dougong.spec.diffing.parts import Part, parts
from dougong.spec.model import App


def placename(spec: App, place: str, language: str, table: Mapping[str, Part] | None = None) -> str:
    """The innermost part around a place, and which of its properties; "" for the app itself. ``table`` is every part by
    its name, where the caller has it."""
    every = parts(spec)
    table = {part.name: part for part in every.values()} if table is None else table
    names, inner = place.split("."), ""
    while names and ".".join(names) not in table:
        inner = ".".join([names.pop(), *([inner] if inner else [])])
    part = table.get(".".join(names))
    if part is None or not names:
        return ""
    kind, title = naming.kind_name(part), naming.title_of(part, every)
    found = words.say("change.named", language, kind=kind, title=title)
    if not inner:
        return found
    return f"{found} · {words.title(dict(naming.property_name(part, inner, every)), language, inner)}"
