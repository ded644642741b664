"""The order in which apps can be published together: what is referred to first."""

from collections.abc import Iterable, Sequence
from typing import Any

from dougong.fields import children
from dougong.fields.reference import Reference
from dougong.spec.compiled import CompiledApp
from dougong.spec.model import App


def by_reference(compiled: Sequence[CompiledApp]) -> list[CompiledApp]:
    """Apps so that each comes after those it refers to, as far as they do not refer to each other."""
    left, done = list(compiled), list[CompiledApp]()
    while left:
        names = {app.key for app in left}
        free = [app for app in left if not (referred(app.spec) & names - {app.key})] or left[:1]
        done += free
        left = [app for app in left if app not in free]
    return done


def referred(spec: App) -> set[str]:
    """The keys of the apps a spec refers to."""
    return {to.partition(".")[0] for form in spec.forms for to in _targets(form.fields)}


def _targets(nodes: Iterable[Any]) -> Iterable[str]:
    for node in nodes:
        if isinstance(node, Reference):
            yield node.to
        yield from _targets(children(node))
