"""Where in the builder a place of a draft is looked after: the address of the page, and on it the element."""

import re

from dougong.spec.model import App
from dougong.spec.places import LONGEST
from dougong.spec.walk import nodes

_INDEX = re.compile(r"\[[0-9]+\]")
_ON_RULES = frozenset({"record_title", "number", "statuses", "checks"})
_ON_SETTINGS = frozenset({"title", "help", "key", "was"})
_WITHOUT_PAGE = frozenset({"sources", "metrics", "reports", "tests"})
_STEP = 3
"""How many names lead to a step within its form: flow, steps, its key."""


def keyed(place: str) -> str:
    """The place without the numbers of what has no key: ``lists.open.columns[2]`` is in ``lists.open.columns``."""
    return _INDEX.sub("", place)


def anchor(place: str) -> str:
    """The id of the element that shows a place on its page: ``forms.request.checks.future.test`` is
    ``checks.future.test``, ``lists.open.columns`` is ``columns``."""
    parts = keyed(place).split(".")
    inside = len(parts) > 2 and (parts[0] == "lists" or (parts[0] == "forms" and parts[2] not in _ON_SETTINGS))
    return ".".join(parts[2:] if inside else parts)


def whereabouts(app: str, place: str, spec: App | None = None) -> str:
    """The address at which the part or property ``place`` of an app is mended; "" where no page shows it yet. Where the
    ``spec`` is given, the column of a sub-table is found too, not only the sub-table."""
    parts = keyed(place)[: LONGEST * 10].split(".")
    here = f"/apps/{app}"
    if parts[0] in _WITHOUT_PAGE:
        return ""
    if parts[0] == "lists" and len(parts) > 1:
        return f"{here}/lists/{parts[1]}" + (f"#{anchor(place)}" if len(parts) > 2 else "")
    if parts[0] == "forms" and len(parts) > 2:
        if parts[2] == "fields":
            at = _field(parts, spec)
            return f"{here}/forms/{parts[1]}/design" + (f"?at={at}#panel" if at else "")
        return _in_form(f"{here}/forms/{parts[1]}", here, parts, anchor(place))
    return f"{here}/settings#{anchor(place)}" if place else f"{here}/settings"


def _in_form(form: str, app: str, parts: list[str], element: str) -> str:
    member = parts[2]
    if member in _ON_RULES:
        return f"{form}/rules#{element}"
    if member == "access":
        return f"{form}/access?at={parts[3]}#{element}" if len(parts) > 3 else f"{form}/access"
    if member == "flow":
        inside = parts[2:]
        named = len(inside) >= _STEP and inside[1] == "steps"
        return f"{form}/flow?at={inside[2]}#{element}" if named else f"{form}/flow#{element}"
    return f"{app}/settings?form={parts[1]}#{'.'.join(parts[:3]) if member in _ON_SETTINGS else '.'.join(parts[:2])}"


def _field(parts: list[str], spec: App | None) -> str:
    """The field, or of a column ``lines.price``; "" for the whole form."""
    form = next((form for form in spec.forms if form.key == parts[1]), None) if spec else None
    names = {placed.name for placed in nodes(form)} if form else set()
    column = ".".join(parts[3:5])
    return column if len(parts) > 4 and column in names else "".join(parts[3:4])
