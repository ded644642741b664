"""What a new part starts with, so that it is well-formed before anybody has set a property."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from dougong.drafts.members import members, tag
from dougong.fields.reference import Reference
from dougong.spec import model
from dougong.spec.model import App

Blank = Callable[[App, str], Any]
"""From the app and the key of the form around (or of the first) to a plain value."""


def _first(several: tuple[Any, ...]) -> str:
    return str(several[0].key) if several else "none"


_BLANKS: Mapping[tuple[type[Any], str], Blank] = {
    (Reference, "to"): lambda app, form: f"{app.app.key}.{form}",
    (model.Check, "test"): lambda app, form: "TRUE",
    (model.Check, "message"): lambda app, form: "",
    (model.Grant, "who"): lambda app, form: "everyone",
    (model.Grant, "can"): lambda app, form: ["read"],
    (model.Deciding, "who"): lambda app, form: {"supervisor_of": "submitter"},
    (model.Branch, "when"): lambda app, form: "TRUE",
    (model.Source, "form"): lambda app, form: form,
    (model.Metric, "source"): lambda app, form: _first(app.sources),
    (model.Metric, "value"): lambda app, form: "COUNT_RECORDS()",
    (model.ListView, "form"): lambda app, form: form,
    (model.Grouping, "field"): lambda app, form: "created_at",
    (model.Test, "form"): lambda app, form: form,
    (model.Test, "expect"): lambda app, form: {},
}


def blank(app: App, form: str, kind: type[msgspec.Struct], said: Mapping[str, Any]) -> dict[str, Any]:
    """A plain part of a kind: what is ``said``, and for each member that must be there and is not a value to begin with."""
    content: dict[str, Any] = {"type": tag(kind)} if tag(kind) else {}
    content.update(said)
    for name, member in members(kind).items():
        if name not in content and member.default is msgspec.UNSET:
            content[name] = _value(app, form or _first(app.forms), kind, name, member.holds)
    return content


def _value(app: App, form: str, kind: type[msgspec.Struct], name: str, holds: str) -> Any:
    for (owner, member), start in _BLANKS.items():
        if member == name and issubclass(kind, owner):
            return start(app, form)
    return [] if holds in ("parts", "names") else ""
