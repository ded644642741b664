"""An old spec made ready to be published again: under its own keys, and knowing what became of them since."""

from collections.abc import Mapping

from msgspec.structs import replace

from dougong.apps import Registry
from dougong.db import Tx
from dougong.drafts.tree import put
from dougong.errors import NotFound
from dougong.spec.diffing.matching import matched
from dougong.spec.diffing.parts import Part, Place, parts
from dougong.spec.model import App
from dougong.spec.parse import parse


def old_spec(tx: Tx, app: str, number: int) -> App:
    """The spec of revision ``number`` so that publishing it brings back what it had: what was renamed since is found by
    its present key (``was``). Raises NotFound."""
    registry = Registry(tx)
    if app not in registry.numbers:
        raise NotFound("apps.not_found", app=app)
    old = _parsed(registry, app, number)
    table = parts(old)
    now = _now(registry, app, number, table)
    spec = old
    for place, part in table.items():
        key = now[place][-1] if place and place in now else part.key
        if key != part.key and hasattr(part.struct, "was") and (*place[:-1], key) not in table:
            spec = put(spec, part.path, _known_as(spec, part, key))
    return spec


def _known_as(spec: App, part: Part, key: str) -> object:
    """The part as it stands in ``spec``, with one more earlier key."""
    struct = parts(spec)[part.place].struct
    earlier: tuple[str, ...] = struct.was  # type: ignore[attr-defined]
    return replace(struct, was=(key, *(each for each in earlier if each != key)))


def _now(registry: Registry, app: str, number: int, table: Mapping[Place, Part]) -> dict[Place, Place]:
    """Where each part of revision ``number`` is now, as far as it still is: followed from revision to revision."""
    now = {place: place for place in table}
    before = table
    for later in range(number + 1, registry.numbers[app] + 1):
        after = parts(_parsed(registry, app, later))
        moved = {old: new for new, old in matched(before, after).items()}
        now = {place: moved[there] for place, there in now.items() if there in moved}
        before = after
    return now


def _parsed(registry: Registry, app: str, number: int) -> App:
    found = parse(registry.text(app, number)).app
    assert found is not None  # what was published is well-formed
    return found
