"""What goes from the lists of a form together with a field: a column of nothing would keep the draft from being published."""

from collections.abc import Iterator, Sequence

from dougong.drafts.operations import AnyOperation, Set
from dougong.errors import NotFound
from dougong.spec.diffing.finding import find
from dougong.spec.diffing.parts import parts
from dougong.spec.model import App, ListView

_MEMBERS = ("columns", "sort", "filters", "search")


def leaving(app: App, nodes: Sequence[str]) -> Iterator[AnyOperation]:
    """The operations that take the fields at ``nodes``, and those inside them, out of the lists; a list that would keep no
    column is left as it is: what to do with it is for its maker to say."""
    doomed = {gone for node in nodes for gone in _fields(app, node)}
    for view in app.lists if doomed else ():
        keys = {key for form, key in doomed if form == view.form}
        if any(each not in keys for each in view.columns):
            yield from _without(view, keys)


def _fields(app: App, node: str) -> Iterator[tuple[str, str]]:
    """Form and key of the fields that go with a part; none for what there is not."""
    try:
        part = find(app, node)
    except NotFound:
        return
    if part.kind not in ("field", "section"):
        return
    for each in parts(app).values():
        if each.kind == "field" and each.path[: len(part.path)] == part.path:
            yield each.place[1], each.key


def _without(view: ListView, keys: set[str]) -> Iterator[AnyOperation]:
    place = f"lists.{view.key}"
    for name in _MEMBERS:
        now: tuple[str, ...] = getattr(view, name)
        left = [each for each in now if each.removeprefix("-") not in keys]
        if len(left) < len(now):
            yield Set(place=place, property=name, value=left)
    if left_totals := {key: how for key, how in view.totals.items() if key not in keys}:
        if len(left_totals) < len(view.totals):
            yield Set(place=place, property="totals", value=left_totals)
    elif view.totals:
        yield Set(place=place, property="totals", value={})
