"""What can be picked for a field: people, departments, records that a few typed letters may mean."""

from dataclasses import dataclass

from flask import url_for

from dougong.errors import NotFound
from dougong.fields import Field
from dougong.fields.reference import Reference
from dougong.formulas.kinds import Kind
from dougong.people.directory import Directory
from dougong.records import Visit
from dougong.records.listing import Query, rows
from dougong.tables import LiveForm

LIMIT = 20


@dataclass(frozen=True, slots=True)
class Match:
    """One thing to pick: its key as the field takes it, what it is called, and what tells it from its like."""

    key: str
    label: str
    hint: str = ""
    url: str = ""


def matches(visit: Visit, field: Field, text: str) -> tuple[Match, ...]:
    """People by login, name, pinyin or initials, departments by key or name, records by what the field searches in, with
    the person's row rights; without a text the first there are. Raises NotFound for a field that nothing is picked for."""
    directory, kind, text = Directory(visit.tx, visit.language), field.type().kind, text.strip()[:100]
    if kind is Kind.PERSON:
        return tuple(Match(one.login, one.name, one.login) for one in directory.search_people(text, LIMIT))
    if kind is Kind.DEPARTMENT:
        return tuple(Match(one.key, one.name, one.path) for one in directory.search_departments(text, LIMIT))
    if isinstance(field, Reference):
        return _records(visit, field, text)
    raise NotFound("runtime.no_such_field")


def _records(visit: Visit, spec: Reference, text: str) -> tuple[Match, ...]:
    """None of a form that is not published yet: a draft's field may refer to one."""
    try:
        live = visit.forms.form(spec.to)
    except NotFound:
        return ()
    return tuple(_found(visit, live, spec, text)) if visit.view(live).may("read") else ()


def _found(visit: Visit, live: LiveForm, spec: Reference, text: str) -> list[Match]:
    """Only fields that are indexed and readable are searched."""
    view, index = visit.view(live), live.physical.search
    wanted = dict.fromkeys(("number", "_title", *spec.search))
    indexed = index.fields if index else ()
    search_in = tuple(key for key in wanted if key in indexed and (key == "_title" or view.reads_somewhere(key)))
    shown = tuple(key for key in spec.search if key in live.form.fields and view.reads_somewhere(key))
    app, _, form = live.ref.partition(".")
    found = []
    for row in rows(visit, Query(live, columns=shown, text=text, search_in=search_in, limit=LIMIT)).rows:
        hints = [row.number, *(str(row.values[key]) for key in shown if row.values.get(key) is not None)]
        hint = " · ".join(dict.fromkeys(each for each in hints if each and each not in row.title))
        url = url_for("runtime.record", app=app, form=form, id=row.id)
        found.append(Match(str(row.id), row.title or row.number or f"#{row.id}", hint, url))
    return found
