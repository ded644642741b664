"""Walking a spec: the nodes of a form, the steps of a flow, every formula with its place."""

from collections.abc import Iterator
from dataclasses import dataclass

from dougong.fields import Field, Node, Section, SubTable
from dougong.spec import model
from dougong.spec.positions import Path


@dataclass(frozen=True, slots=True)
class Placed:
    """A node of a form's tree: its path in the document, the sub-table it is a column of (or ""), and the sections and
    the sub-table around it, outermost first."""

    node: Node
    path: Path
    table: str = ""
    around: tuple["Placed", ...] = ()

    @property
    def name(self) -> str:
        """``total`` or ``lines.price``."""
        return f"{self.table}.{self.node.key}" if self.table else self.node.key


@dataclass(frozen=True, slots=True)
class Written:
    """A formula as it is written: its path, and the form and sub-table ("" for none) whose names it may use."""

    path: Path
    text: str
    form: str
    table: str = ""
    metric: bool = False


def nodes(form: model.Form, base: Path = ()) -> Iterator[Placed]:
    """Every node of the form in the order they are drawn; ``base`` is the form's own path."""
    waiting = [Placed(node, (*base, "fields", index)) for index, node in enumerate(form.fields)][::-1]
    while waiting:
        placed = waiting.pop()
        yield placed
        waiting += reversed(_inside(placed))


def _inside(outer: Placed) -> list[Placed]:
    if not isinstance(outer.node, Section | SubTable):
        return []
    table = outer.node.key if isinstance(outer.node, SubTable) else outer.table
    around = (*outer.around, outer)
    return [Placed(node, (*outer.path, "fields", index), table, around) for index, node in enumerate(outer.node.fields)]


def fields(form: model.Form, base: Path = ()) -> Iterator[Placed]:
    """Those that hold a value, columns of sub-tables included."""
    return (placed for placed in nodes(form, base) if isinstance(placed.node, Field))


def steps(flow: model.Flow, base: Path = ()) -> Iterator[tuple[Path, model.AnyStep]]:
    """Every step of the flow with its path, in the order they are drawn; ``base`` is the flow's own path."""
    waiting = _listed(flow.steps, (*base, "steps"))[::-1]
    while waiting:
        path, step = waiting.pop()
        yield path, step
        if isinstance(step, model.Branching):
            inner: list[tuple[Path, model.AnyStep]] = []
            for index, branch in enumerate(step.branches):
                inner += _listed(branch.steps, (*path, "branches", index, "steps"))
            waiting += (inner + _listed(step.otherwise, (*path, "otherwise")))[::-1]


def _listed(several: tuple[model.AnyStep, ...], path: Path) -> list[tuple[Path, model.AnyStep]]:
    return [((*path, index), step) for index, step in enumerate(several)]


def branches(flow: model.Flow, base: Path = ()) -> Iterator[tuple[Path, model.Branching, model.Branch]]:
    """Every branch with its path and step."""
    for path, step in steps(flow, base):
        if isinstance(step, model.Branching):
            for index, branch in enumerate(step.branches):
                yield (*path, "branches", index), step, branch


def formulas(app: model.App) -> Iterator[Written]:
    """Every formula of the app that is not empty."""
    for index, form in enumerate(app.forms):
        yield from _of_form(form, ("forms", index))
    sources = {source.key: source for source in app.sources}
    for index, source in enumerate(app.sources):
        yield from _if_any(("sources", index, "rows"), source.rows, source.form)
    for index, metric in enumerate(app.metrics):
        if metric.source in sources:
            yield Written(("metrics", index, "value"), metric.value, sources[metric.source].form, metric=True)
    for index, view in enumerate(app.lists):
        yield from _if_any(("lists", index, "rows"), view.rows, view.form)


def _of_form(form: model.Form, base: Path) -> Iterator[Written]:
    yield from _if_any((*base, "record_title"), form.record_title, form.key)
    for placed in nodes(form, base):
        for name, text in node_formulas(placed.node):
            yield Written((*placed.path, name), text, form.key, placed.table)
    for index, check in enumerate(form.checks):
        yield from _if_any((*base, "checks", index, "test"), check.test, form.key)
    for index, grant in enumerate(form.access):
        yield from _if_any((*base, "access", index, "rows"), grant.rows, form.key)
    for path, _, branch in branches(form.flow, (*base, "flow")) if form.flow else ():
        yield from _if_any((*path, "when"), branch.when, form.key)


def node_formulas(node: Node) -> Iterator[tuple[str, str]]:
    """The formulas a node holds: option and text."""
    names = ("show_if", "require_if", "readonly_if", "default", "value") if isinstance(node, Field) else ("show_if",)
    for name in names:
        if text := getattr(node, name):
            yield name, text


def _if_any(path: Path, text: str, form: str) -> Iterator[Written]:
    if text:
        yield Written(path, text, form)
