"""Every place where a spec names a part of a spec: the piece of text at a path that is the part's key.

One table serves telling (``uses``), rewriting (``rename``) and judging a deletion: whoever adds a property that names
something adds it here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dougong.fields import SubTable
from dougong.fields.reference import Reference
from dougong.spec import model, walk
from dougong.spec.diffing.mentions_records import Rows, in_test
from dougong.spec.diffing.mentions_text import Mention, formula_mentions, piece
from dougong.spec.diffing.parts import TOP, Part
from dougong.spec.positions import Path


@dataclass(frozen=True, slots=True)
class Target:
    """What is named: the app it belongs to and the part."""

    app: model.App
    part: Part

    @property
    def kind(self) -> str:
        """``field`` for columns too, which differ by ``table``."""
        return "field" if self.part.kind == "column" else self.part.kind

    @property
    def form(self) -> str:
        """The key of its form, or ""."""
        return self.part.place[1] if self.part.place[:1] == ("forms",) else ""

    @property
    def field(self) -> str:
        """Of a field its name (``total``, ``lines.price``); of an option that of its field; of a status ``status``."""
        if self.kind == "status":
            return "status"
        inside = self.part.place[3:]
        return ".".join(inside[:-2] if self.kind == "option" else inside) if self.part.place[2:3] == ("fields",) else ""

    @property
    def ref(self) -> str:
        """Of a form and what is in it: ``app.form``."""
        return f"{self.app.app.key}.{self.form}"


def mentions(app: model.App, target: Target) -> Iterator[Mention]:
    """Where ``app``, which may be another than the target's, names the target."""
    if app.app.key == target.app.app.key:
        yield from formula_mentions(app, target.form, target.kind, target.field, target.part.key)
        for index, form in enumerate(app.forms):
            yield from _in_form(form, ("forms", index), target)
        yield from _in_views(app, target)
    yield from _in_references(app, target)
    for index, test in enumerate(app.tests):
        yield from in_test(app, test, ("tests", index), Rows(target.kind, target.ref, target.field, target.part.key))


def _named(path: Path, given: str | Sequence[str] | Mapping[str, Any] | None, key: str) -> Iterator[Mention]:
    """A text that is the key, an item of a list or a member of an object that is."""
    if isinstance(given, str):
        if given.removeprefix("-") == key:
            yield piece(path, given, key)
    elif isinstance(given, Mapping):
        yield from (Mention((*path, name), 0, len(key), at_key=True) for name in given if name == key)
    else:
        for index, each in enumerate(given or ()):
            yield from _named((*path, index), each, key)


def _in_form(form: model.Form, path: Path, target: Target) -> Iterator[Mention]:
    key, here = target.part.key, form.key == target.form
    is_field = here and target.kind == "field" and len(target.part.place) == TOP
    if here and target.kind == "field" and not is_field:
        for placed in walk.nodes(form, path):
            if isinstance(placed.node, SubTable) and placed.node.key == target.part.place[3]:
                yield from _named((*placed.path, "card_title"), placed.node.card_title, key)
    for index, check in enumerate(form.checks if is_field else ()):
        yield from _named((*path, "checks", index, "at"), check.at, key)
    for index, grant in enumerate(form.access):
        grant_path = (*path, "access", index)
        yield from _in_who((*grant_path, "who"), grant.who, target, is_field)
        if is_field:
            yield from _named((*grant_path, "read"), grant.read, key)
            yield from _named((*grant_path, "edit"), grant.edit, key)
    for where, step in walk.steps(form.flow, (*path, "flow")) if form.flow else ():
        if isinstance(step, model.Deciding):
            yield from _in_who((*where, "who"), step.who, target, is_field)
            if is_field:
                yield from _named((*where, "fields"), step.fields, key)
            elif here and target.kind == "status":
                yield from _named((*where, "status"), step.status, key)


def _in_who(path: Path, who: model.Whom, target: Target, is_field: bool) -> Iterator[Mention]:
    if isinstance(who, model.Who):
        if target.kind == "role":
            yield from _named((*path, "role"), who.role, target.part.key)
        elif is_field:
            yield from _named((*path, "field"), who.field, target.part.key)


def _in_views(app: model.App, target: Target) -> Iterator[Mention]:
    """Sources, metrics, lists and reports."""
    key, kind = target.part.key, target.kind
    is_field = kind == "field" and len(target.part.place) == TOP
    for index, source in enumerate(app.sources if kind == "form" else ()):
        yield from _named(("sources", index, "form"), source.form, key)
    for index, metric in enumerate(app.metrics if kind == "source" else ()):
        yield from _named(("metrics", index, "source"), metric.source, key)
    for index, view in enumerate(app.lists):
        if kind == "form":
            yield from _named(("lists", index, "form"), view.form, key)
        elif is_field and view.form == target.form:
            yield from _in_list(view, ("lists", index), key)
    for index, report in enumerate(app.reports):
        if kind == "metric":
            yield from _named(("reports", index, "metrics"), report.metrics, key)
        elif is_field and report_form(app, report) == target.form:
            for name, several in (("groups", report.groups), ("columns", report.columns)):
                for place, grouping in enumerate(several):
                    yield from _named(("reports", index, name, place, "field"), grouping.field, key)


def _in_list(view: model.ListView, path: Path, key: str) -> Iterator[Mention]:
    for name in ("columns", "sort", "filters", "search", "totals"):
        yield from _named((*path, name), getattr(view, name), key)
    for name in ("title", "lines", "badge", "amount") if view.card else ():
        yield from _named((*path, "card", name), getattr(view.card, name), key)


def report_form(app: model.App, report: model.Report) -> str:
    """The key of the form a report counts, as its first metric says; "" when none says so."""
    sources = {source.key: source.form for source in reversed(app.sources)}
    forms = {metric.key: sources.get(metric.source, "") for metric in reversed(app.metrics)}
    return next((forms[key] for key in report.metrics if forms.get(key)), "")


def _in_references(app: model.App, target: Target) -> Iterator[Mention]:
    """Fields that lead to the target's form: the form itself, and the fields a picker looks in."""
    if target.kind not in ("form", "field"):
        return
    for index, form in enumerate(app.forms):
        for placed in walk.fields(form, ("forms", index)):
            if isinstance(placed.node, Reference) and placed.node.to == target.ref:
                if target.kind == "form":
                    yield piece((*placed.path, "to"), placed.node.to, target.part.key)
                elif len(target.part.place) == TOP:
                    yield from _named((*placed.path, "search"), placed.node.search, target.part.key)
