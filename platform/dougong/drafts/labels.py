"""What a step is called: a code of the catalogue and its parameters, with titles as they were at that moment."""

from dataclasses import dataclass, field
from typing import Any

from dougong.drafts import tree
from dougong.drafts.operations import AnyOperation, Convert, Delete, Move, Planted, Planting, Rename, Set
from dougong.errors import Conflict, Refused
from dougong.fields import Node, Option, Section
from dougong.fields.base import LocalText
from dougong.fields.note import Note
from dougong.spec import model
from dougong.spec.diffing.naming import both, said
from dougong.spec.model import App

_KINDS: dict[Any, str] = {
    model.AppHead: "app", model.Role: "role", model.Form: "form", model.Status: "status", model.Check: "check",
    model.Grant: "grant", model.Flow: "flow", model.Branch: "branch", model.Source: "source", model.Metric: "metric",
    model.ListView: "list", model.Grouping: "grouping", model.Report: "report", model.Test: "test", Option: "option",
    Section: "section", Note: "note",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Label:
    """The code and parameters of a sentence; ``words.sentence`` says it, ``drafts.undo`` puts 撤销 before it."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)


def label(before: App, after: App, done: AnyOperation) -> Label:
    """What a filled operation is called, ``before`` and ``after`` being the app around it."""
    verb = str(done.__struct_config__.tag)
    if isinstance(done, Planting | Delete):
        return _of_parts(before if isinstance(done, Delete) else after, verb, done.planted)
    if isinstance(done, Set):
        part = tree.at(before, tree.find(before, done.place))
        return Label(
            "drafts.step.set", {**_called(before, done.place), "property": property_title(part, done.property)}
        )
    if isinstance(done, Convert):
        return Label("drafts.step.convert", {**_called(before, done.node), "type": type_name(done.type)})
    assert isinstance(done, Move | Rename)
    more = {"key": done.key} if isinstance(done, Rename) else {}
    return Label(f"drafts.step.{verb}", {**_called(before, done.node), **more})


def _of_parts(app: App, verb: str, planted: tuple[Planted, ...]) -> Label:
    verb = "add" if verb == "bulk_add" else verb
    if len(planted) == 1:
        return Label(f"drafts.step.{verb}", _called(app, planted[0].place))
    return Label(f"drafts.step.{verb}.several", {"count": len(planted)})


def _called(app: App, place: str) -> dict[str, Any]:
    """The kind of a part, and its title, else its key."""
    try:
        part = tree.at(app, tree.find(app, place))
    except (Conflict, Refused):
        part = place.rpartition(".")[2]
    title: LocalText = part if isinstance(part, str) else getattr(part, "title", "") or getattr(part, "key", "")
    return {"kind": kind_name(part), "title": title or kind_name(part)}


def kind_name(part: Any) -> dict[str, str]:
    """What a part is, in both languages: 字段 / field."""
    kind = _KINDS.get(type(part), "part")
    if isinstance(part, model.Step):
        kind = "step"
    elif kind == "part" and isinstance(part, Node):
        kind = "field"
    return both(f"change.kind.{kind}")


def property_title(part: Any, name: str) -> LocalText:
    """What a property is called: its own name in the designer, that of what it is inside of, else its key."""
    outer = name.partition(".")[0]
    rooms = (
        ("field.option", "change.property") if isinstance(part, Node | Option) else ("change.property", "field.option")
    )
    codes = (f"{room}.{each}" for each in (name, outer) for room in rooms)
    code = next((code for code in codes if code in said()), None)
    return both(code) if code else name


def type_name(kind: str) -> LocalText:
    """What a type of field or step is called."""
    code = next((code for code in (f"field.type.{kind}", f"change.value.type.{kind}") if code in said()), None)
    return both(code) if code else kind
