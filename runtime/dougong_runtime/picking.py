"""Finding a person, a department or a record for a field: options as one types, or a page of its own."""

from dataclasses import dataclass

from flask import Blueprint, Response, request

from dougong import words
from dougong.errors import NotFound
from dougong.fields.reference import Reference
from dougong.pages import came_from, reading
from dougong.records import Visit
from dougong.web import guards, htmx
from dougong_runtime.asked_for import asked_field
from dougong_runtime.matches import Match, matches

TEMPLATE = "runtime/picker.html"


@dataclass(frozen=True, slots=True)
class PickerPage:
    """What was found, and what it is found for."""

    title: str
    asked: str
    path: str
    field: str
    back: str
    options: tuple[Match, ...]


@guards.signed_in
def person() -> Response:
    """People by login, name, pinyin or initials."""
    return _answer("person")


@guards.signed_in
def department() -> Response:
    """Departments by key or name."""
    return _answer("department")


@guards.signed_in
def record(app: str, form: str) -> Response:
    """Records of a form by what the field searches in, with the person's row rights."""
    return _answer("reference", f"{app}.{form}")


def _answer(kind: str, form: str = "") -> Response:
    return htmx.answer(TEMPLATE, reading(lambda visit: _page(visit, kind, form)), block="options")


def _page(visit: Visit, kind: str, form: str) -> PickerPage:
    field = asked_field(visit, kind)
    if isinstance(field.spec, Reference) and field.spec.to != form:
        raise NotFound("runtime.no_such_field")
    title = words.title(field.spec.title, visit.language, field.key)
    found = matches(visit, field.spec, _asked())
    return PickerPage(title, _asked(), request.path, request.args.get("for", ""), came_from(), found)


def _asked() -> str:
    """The question: ``q``, or what was typed in the box of a form, which htmx sends under the box's own name."""
    typed = request.args.get("q") or next((v for k, v in request.args.items() if k.endswith(".text")), "")
    return typed.strip()[:100]


def routes(blueprint: Blueprint) -> None:
    """``/pick/…``."""
    blueprint.add_url_rule("/pick/person", "pick_person", person)
    blueprint.add_url_rule("/pick/department", "pick_department", department)
    blueprint.add_url_rule("/pick/record/<app>/<form>", "pick_record", record)
