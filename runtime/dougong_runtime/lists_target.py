"""A list to be shown: one that the app states, or all records of a form, as far as the reader may see its columns."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from dougong import words
from dougong.access import View
from dougong.errors import Forbidden, NotFound
from dougong.fields.base import LocalText
from dougong.records import Visit
from dougong.records.order import SortKey
from dougong.spec.compiled import CompiledForm, CompiledList
from dougong.spec.model import Card, ListView
from dougong.spec.system import system_field
from dougong.tables import LiveForm
from dougong_runtime.app_of import app_of

_NOT_SHOWN = frozenset({"subtable", "file", "paragraph", "choices"})
_MOST_COLUMNS = 6
NEWEST = SortKey("created_at", descending=True)


@dataclass(frozen=True)
class Target:
    """Where it is, what it shows, and the rule of its rows. ``csv`` is the address of its export."""

    app: str
    live: LiveForm
    key: str
    title: str
    path: str
    csv: str
    spec: ListView
    view: CompiledList | None
    columns: tuple[str, ...]
    sort: tuple[SortKey, ...]
    search: tuple[str, ...]

    @property
    def form(self) -> CompiledForm:
        """The form its records are of."""
        return self.live.form

    @property
    def record_path(self) -> str:
        """The address that ids follow."""
        return f"/a/{self.app}/{self.form.key}/"


def stated(visit: Visit, app: str, key: str) -> Target:
    """A list of the app; raises NotFound, or Forbidden when nothing of its form may be read."""
    compiled = app_of(visit, app).compiled.lists.get(key)
    if compiled is None:
        raise NotFound("lists.not_found")
    path = f"/a/{quote(app)}/lists/{quote(key)}"
    return _target(visit, app, compiled.spec, compiled, path, f"{path}.csv")


def every(visit: Visit, app: str, form: str) -> Target:
    """All records of a form; raises NotFound or Forbidden."""
    live = visit.forms.form(f"{app}.{form}")
    path = f"/a/{quote(app)}/{quote(form)}/"
    return _target(visit, app, made_up(live.form), None, path, f"{path}records.csv")


def _target(visit: Visit, app: str, spec: ListView, compiled: CompiledList | None, path: str, csv: str) -> Target:
    live = visit.forms.form(f"{app}.{spec.form}")
    view = visit.view(live)
    if not view.may("read"):
        raise Forbidden("lists.not_readable", title=spec.title)
    columns = tuple(key for key in spec.columns if view.reads_somewhere(key)) or ("created_at",)
    stated_order = tuple(SortKey.parse(each) for each in spec.sort)
    order = tuple(each for each in stated_order if view.reads_somewhere(each.key)) or (NEWEST,)
    return Target(
        app=app, live=live, key=spec.key if compiled else "", title=words.title(spec.title, visit.language, spec.key),
        path=path, csv=csv, spec=spec, view=compiled, columns=columns, sort=order, search=_search(live, view, spec),
    )  # fmt: skip


def _search(live: LiveForm, view: View, spec: ListView) -> tuple[str, ...]:
    """The fields that are searched: those the list names, else number and title; indexed and readable ones only."""
    indexed = live.physical.search.fields if live.physical.search else ()
    wanted = spec.search or ("number", "_title")
    return tuple(key for key in wanted if key in indexed and (key == "_title" or view.reads_somewhere(key)))


def made_up(form: CompiledForm) -> ListView:
    """The list of all records: number, the first plain fields, status, who and when."""
    plain = [key for key, field in form.fields.items() if field.spec.type_key() not in _NOT_SHOWN]
    staged = bool(form.spec.flow or form.spec.statuses)
    head = ["number"] if form.spec.number else []
    columns = [*head, *plain[:_MOST_COLUMNS], *(["status"] if staged else []), "created_by", "created_at"]
    amount = next((key for key in plain if form.fields[key].spec.type_key() == "money"), "")
    lines = tuple([*head, "created_by", "created_at"][:3])
    filters = [key for key in (*plain, "status", "created_by", "department", "created_at") if _offered(form, key, staged)]
    return ListView(
        key=form.key, title=all_title(form), form=form.key, columns=tuple(columns), sort=("-created_at",),
        filters=tuple(filters), card=Card(title="", lines=lines, badge="status" if staged else "", amount=amount),
    )  # fmt: skip


def _offered(form: CompiledForm, key: str, staged: bool) -> bool:
    field = field_of(form, key)
    return field is not None and bool(field.operators and field.columns()) and (key != "status" or staged)


def all_title(form: CompiledForm) -> LocalText:
    """What the list of all records is called: as the form."""
    return form.spec.title


def field_of(form: CompiledForm, key: str) -> Any:
    """The field or the system's own that a column shows, None for an id."""
    compiled = form.fields.get(key)
    return compiled.spec if compiled is not None else system_field(key, form)


def heading_of(form: CompiledForm, key: str, language: str) -> str:
    """What a column is called."""
    field = field_of(form, key)
    if field is None:
        return words.say(f"record.{key}", language)
    return words.title(field.title, language, key)
