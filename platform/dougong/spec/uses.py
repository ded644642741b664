"""Where a part of a spec is used: every place that names it, and what its deletion would break."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dougong.spec import model
from dougong.spec.diffing import naming
from dougong.spec.diffing.finding import find
from dougong.spec.diffing.matching import Parts
from dougong.spec.diffing.mentions import Target, mentions
from dougong.spec.diffing.mentions_text import Mention
from dougong.spec.diffing.parts import Part, parts
from dougong.spec.places import place
from dougong.spec.positions import Path


@dataclass(frozen=True, slots=True)
class Use:
    """One place that names a part: the app it is in, ``at`` (``forms.request.fields.total.value``), its path in the
    document, and in a formula the character (from 0) where the name begins. ``target`` is the place of what is named.
    ``code`` and ``params`` make the sentence."""

    app: str
    at: str
    path: Path
    target: str
    position: int | None
    code: str
    params: Mapping[str, Any]


def uses(app: model.App, name: str, others: Iterable[model.App] = ()) -> tuple[Use, ...]:
    """Every place of ``app`` and of the ``others`` that names the part ``name`` of ``app`` (see ``find``); raises
    NotFound."""
    return _all(app, [find(app, name)], others)


def breaks(app: model.App, name: str, others: Iterable[model.App] = ()) -> tuple[Use, ...]:
    """The places that would name nothing if the part ``name`` and all that stands in it were deleted; raises NotFound.

    What is inside names its neighbours freely: it goes with them."""
    part = find(app, name)
    size = len(part.path)
    doomed = [each for each in parts(app).values() if each.path[:size] == part.path]
    found = _all(app, doomed, others)
    return tuple(use for use in found if use.app != app.app.key or use.path[:size] != part.path)


def _all(app: model.App, targets: Iterable[Part], others: Iterable[model.App]) -> tuple[Use, ...]:
    targets = list(targets)
    found: list[Use] = []
    for each in (app, *(other for other in others if other.app.key != app.app.key)):
        table = parts(each)
        owners = {part.path: part for part in table.values()}
        for target in targets:
            found += _used(each, Target(app, target), table, owners)
    return tuple(found)


def _used(app: model.App, target: Target, table: Parts, owners: Mapping[Path, Part]) -> Iterator[Use]:
    for mention in mentions(app, target):
        owner, member = _owner(mention, owners)
        at = place(app, mention.path)
        params: dict[str, Any] = {
            "where": naming.where(owner, table), "kind": naming.kind_name(owner), "title": naming.title_of(owner, table),
            "property": naming.property_name(owner, member, table), "app": app.app.title,
        }  # fmt: skip
        code, position = "change.use", mention.start if mention.formula else None
        if position is not None:
            code, params["position"] = "change.use_at", position + 1
        if app is not target.app:
            params["use"] = naming.both(code, **params)
            code = "change.use_elsewhere"
        yield Use(app.app.key, at, mention.path, target.part.name, position, code, params)


def _owner(mention: Mention, owners: Mapping[Path, Part]) -> tuple[Part, str]:
    """The innermost part around a mention, and which of its properties it stands in."""
    size = len(mention.path)
    while mention.path[:size] not in owners:
        size -= 1
    steps = [step for step in mention.path[size : size + 2] if isinstance(step, str)]
    whole = ".".join(steps) if steps[0] in ("expect", "card", "number") else str(steps[0])
    return owners[mention.path[:size]], whole
