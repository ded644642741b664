"""Finding a person, a department or a record for a field: options as one types, or a page of its own."""

from dataclasses import dataclass

from flask import Blueprint, Response, request, url_for

from dougong import words
from dougong.errors import NotFound
from dougong.fields.reference import Reference
from dougong.pages import came_from, reading
from dougong.people.directory import Directory
from dougong.records import Visit
from dougong.records.listing import Query, rows
from dougong.spec.compiled import CompiledField
from dougong.tables import LiveForm
from dougong.web import guards, htmx
from dougong_runtime.asked_for import asked_field

LIMIT = 20
TEMPLATE = "runtime/picker.html"


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to pick: its key as the field takes it, what it is called, and what tells it from its like."""

    key: str
    label: str
    hint: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class PickerPage:
    """What was found, and what it is found for."""

    title: str
    asked: str
    path: str
    field: str
    back: str
    options: tuple[Option, ...]


@guards.signed_in
def person() -> Response:
    """People by login, name, pinyin or initials."""

    def found(visit: Visit) -> PickerPage:
        field = asked_field(visit, "person")
        people = Directory(visit.tx, visit.language).search_people(_asked(), LIMIT)
        return _page(visit, field, [Option(one.login, one.name, one.login) for one in people])

    return _answer(reading(found))


@guards.signed_in
def department() -> Response:
    """Departments by key or name."""

    def found(visit: Visit) -> PickerPage:
        field = asked_field(visit, "department")
        several = Directory(visit.tx, visit.language).search_departments(_asked(), LIMIT)
        return _page(visit, field, [Option(one.key, one.name, one.path) for one in several])

    return _answer(reading(found))


@guards.signed_in
def record(app: str, form: str) -> Response:
    """Records of a form by what the field searches in, with the person's row rights."""

    def found(visit: Visit) -> PickerPage:
        field = asked_field(visit, "reference")
        spec = field.spec
        if not isinstance(spec, Reference) or spec.to != f"{app}.{form}":
            raise NotFound("runtime.no_such_field")
        return _page(visit, field, _of_form(visit, spec))

    return _answer(reading(found))


def _of_form(visit: Visit, spec: Reference) -> list[Option]:
    """None of a form that is not published yet: a draft's field may refer to one."""
    try:
        live = visit.forms.form(spec.to)
    except NotFound:
        return []
    return _records(visit, live, spec)


def _records(visit: Visit, live: LiveForm, spec: Reference) -> list[Option]:
    """What was asked for; without a question the newest. Only fields that are indexed and readable are searched."""
    view, index = visit.view(live), live.physical.search
    if not view.may("read"):
        return []
    wanted = dict.fromkeys(("number", "_title", *spec.search))
    indexed = index.fields if index else ()
    search_in = tuple(key for key in wanted if key in indexed and (key == "_title" or view.reads_somewhere(key)))
    shown = tuple(key for key in spec.search if key in live.form.fields and view.reads_somewhere(key))
    query = Query(live, columns=shown, text=_asked(), search_in=search_in, limit=LIMIT)
    app, _, form = live.ref.partition(".")
    found = []
    for row in rows(visit, query).rows:
        hints = [row.number, *(str(row.values[key]) for key in shown if row.values.get(key) is not None)]
        hint = " · ".join(dict.fromkeys(each for each in hints if each and each not in row.title))
        url = url_for("runtime.record", app=app, form=form, id=row.id)
        found.append(Option(str(row.id), row.title or row.number or f"#{row.id}", hint, url))
    return found


def _asked() -> str:
    """The question: ``q``, or what was typed in the box of a form, which htmx sends under the box's own name."""
    typed = request.args.get("q") or next((v for k, v in request.args.items() if k.endswith(".text")), "")
    return typed.strip()[:100]


def _page(visit: Visit, field: CompiledField, options: list[Option]) -> PickerPage:
    title = words.title(field.spec.title, visit.language, field.key)
    return PickerPage(title, _asked(), request.path, request.args.get("for", ""), came_from(), tuple(options))


def _answer(page: PickerPage) -> Response:
    return htmx.answer(TEMPLATE, page, block="options")


def routes(blueprint: Blueprint) -> None:
    """``/pick/…``."""
    blueprint.add_url_rule("/pick/person", "pick_person", person)
    blueprint.add_url_rule("/pick/department", "pick_department", department)
    blueprint.add_url_rule("/pick/record/<app>/<form>", "pick_record", record)
