"""The lists of an app: what there are, in which order, and a new one for a form."""

from dataclasses import dataclass

from flask import Blueprint, Response

from dougong.drafts.operations import Add, Copy
from dougong.drafts.store import Draft
from dougong.records import Visit
from dougong.web import guards
from dougong_builder import bench as benches
from dougong_builder import list_page, operating
from dougong_builder.bench import Bench
from dougong_builder.entries import Choice
from dougong_builder.faults import Said
from dougong_builder.frame import Frame
from dougong_builder.trouble import Trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow:
    """A list of the app."""

    key: str
    place: str
    title: str
    form: str
    columns: str
    faults: tuple[Said, ...]
    url: str
    first: bool
    last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ListsPage:
    """``forms`` are those a new list can be made for; ``typed`` is the title a refused form held."""

    frame: Frame
    here: str
    lists: tuple[ListRow, ...]
    forms: tuple[Choice, ...]
    typed: str


def page(visit: Visit, draft: Draft, argument: str, trouble: Trouble | None) -> Response:
    """Draw the lists of the app, or with ``argument`` the one of that key."""
    bench = Bench(visit, draft, trouble)
    if argument:
        return bench.answer("list", list_page.list_page(bench, argument))
    return bench.answer("lists", lists_page(bench))


def lists_page(bench: Bench) -> ListsPage:
    """The page."""
    here, held = f"/apps/{bench.draft.app}/lists", bench.added("lists")
    return ListsPage(
        frame=bench.frame("lists", here), here=here,
        lists=tuple(_row(bench, index, here) for index in range(len(bench.spec.lists))),
        forms=tuple(
            Choice(form.key, bench.title(form.title, form.key), form.key == held.get("p.form"))
            for form in bench.spec.forms
        ),
        typed=held.get("title", ""),
    )  # fmt: skip


def _row(bench: Bench, index: int, here: str) -> ListRow:
    several = bench.spec.lists
    view = several[index]
    form = next((form for form in bench.spec.forms if form.key == view.form), None)
    compiled = bench.compiled.forms.get(view.form)
    titles = [bench.field_title(compiled, key) for key in view.columns] if compiled else list(view.columns)
    return ListRow(
        key=view.key, place=f"lists.{view.key}", title=bench.title(view.title, view.key),
        form=bench.title(form.title, form.key) if form else view.form,
        columns=bench.say("parts.listed", several=titles) if titles else bench.say("parts.no_columns"),
        faults=bench.faults.at(f"lists.{view.key}"), url=f"{here}/{view.key}", first=index == 0,
        last=index == len(several) - 1,
    )  # fmt: skip


def landing(asked: operating.Asked, entries: tuple[operating.Entry, ...]) -> str:
    """After adding a list, to it."""
    done = entries[-1].operation
    if not asked.argument and isinstance(done, Add | Copy) and done.planted:
        parts = done.planted[0].place.split(".")
        return f"/apps/{asked.app}/lists/{parts[1]}" if len(parts) == 2 else ""
    return list_page.renamed(asked, done)


@guards.builder
def show(app: str) -> Response:
    """``GET /apps/<app>/lists``."""
    return benches.shown(page, app)


@guards.builder
def show_one(app: str, key: str) -> Response:
    """``GET /apps/<app>/lists/<key>``."""
    return benches.shown(page, app, key)


def routes(blueprint: Blueprint) -> None:
    """``/apps/<app>/lists`` and ``/apps/<app>/lists/<key>``."""
    operating.SCREENS["lists"] = operating.Screen(page, landing=landing)
    blueprint.add_url_rule("/apps/<app>/lists", "draft_lists", show)
    blueprint.add_url_rule("/apps/<app>/lists/<key>", "draft_list", show_one)
