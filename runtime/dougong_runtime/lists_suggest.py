"""Suggestions for a filter: people, departments or records by what one types."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request

from dougong.errors import NotFound
from dougong.fields.reference import Reference
from dougong.formulas.kinds import Kind
from dougong.pages import reading
from dougong.people.directory import Directory
from dougong.records import Visit
from dougong.records.listing import Query, rows
from dougong.web import guards, htmx
from dougong_runtime.lists_target import field_of
from dougong_runtime.start import form_of

LIMIT = 20


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a filter takes, what it is called, and what tells it from its like."""

    key: str
    label: str
    hint: str = ""


@guards.signed_in
def suggest(app: str, form: str, key: str) -> Response:
    """Options for the filter of one field, if the person may read it somewhere."""
    typed = request.args.get("q") or next((v for k, v in request.args.items() if k.endswith(f".{key}.in.text")), "")
    found = reading(lambda visit: _found(visit, app, form, key, typed or _typed(key)))
    return htmx.answer("runtime/list_options.html", found)


def _typed(key: str) -> str:
    """What stands in the box; htmx sends it under the box's own name."""
    return next((v for k, v in request.args.items() if k.startswith(f"f.{key}.") and k.endswith(".text")), "")


def _found(visit: Visit, app: str, form: str, key: str, typed: str) -> tuple[Suggestion, ...]:
    live = form_of(visit, app, form)
    visit.view(live).require([key])
    field: Any = field_of(live.form, key)
    kind = field.type().kind if field is not None else None
    directory, text = Directory(visit.tx, visit.language), typed.strip()[:100]
    if kind is Kind.PERSON:
        return tuple(Suggestion(one.login, one.name, one.login) for one in directory.search_people(text, LIMIT))
    if kind is Kind.DEPARTMENT:
        return tuple(Suggestion(one.key, one.name, one.path) for one in directory.search_departments(text, LIMIT))
    if isinstance(field, Reference):
        return _records(visit, field, text)
    raise NotFound("lists.not_found")


def _records(visit: Visit, field: Reference, text: str) -> tuple[Suggestion, ...]:
    live = visit.forms.form(field.to)
    if not visit.view(live).may("read"):
        return ()
    indexed = live.physical.search.fields if live.physical.search else ()
    search_in = tuple(each for each in ("number", "_title") if each in indexed)
    found = rows(visit, Query(live, (), text=text, search_in=search_in, limit=LIMIT)).rows
    return tuple(Suggestion(str(row.id), row.title or f"#{row.id}", row.number) for row in found)


def routes(blueprint: Blueprint) -> None:
    """``/a/<app>/<form>/suggest/<key>``."""
    blueprint.add_url_rule("/a/<app>/<form>/suggest/<key>", "list_suggest", suggest)
