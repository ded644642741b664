"""Everything wrong with a draft in one place, what else is worth a look, and where one thing is used."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, Response

from dougong import words
from dougong.drafts.store import Draft
from dougong.errors import Problem
from dougong.records import Visit
from dougong.spec.diffing import naming
from dougong.spec.diffing.parts import Part, parts
from dougong.web import guards
from dougong_builder import bench as benches
from dougong_builder import operating
from dougong_builder.bench import Bench
from dougong_builder.breaking import Named, as_text, holds, kind_and_title, used
from dougong_builder.faults import Said, said
from dougong_builder.frame import Frame
from dougong_builder.placenames import placename
from dougong_builder.reminders import reminders
from dougong_builder.trouble import Trouble
from dougong_builder.whereabouts import keyed, whereabouts

MOST = 300
"""How many problems one page names."""


@dataclass(frozen=True, slots=True)
class Told:
    """A problem with its place in words and the address where it is mended ("" where no page shows it)."""

    said: Said
    where: str
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """The problems of one form, of the lists, or of the app."""

    title: str
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Uses:
    """Where one part is used; ``kind`` and ``title`` say what it is, "" when there is no such thing."""

    kind: str
    title: str
    url: str
    places: tuple[Named, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemsPage:
    """``count`` is how many there are; ``uses`` is asked for by ``?uses=<place>``."""

    frame: Frame
    count: int
    groups: tuple[Group, ...]
    reminders: tuple[Group, ...]
    uses: Uses | None


def page(visit: Visit, draft: Draft, argument: str, trouble: Trouble | None) -> Response:
    """Draw the page."""
    bench = Bench(visit, draft, trouble)
    return bench.answer("problems", problems_page(bench))


def problems_page(bench: Bench) -> ProblemsPage:
    """The page."""
    here, found = f"/apps/{bench.draft.app}/problems", bench.compiled.problems
    return ProblemsPage(
        frame=bench.frame("problems", here), count=len(found), groups=_grouped(bench, found[:MOST]),
        reminders=_grouped(bench, reminders(bench)[:MOST]), uses=_uses(bench, bench.asked("uses")),
    )  # fmt: skip


def _uses(bench: Bench, place: str) -> Uses | None:
    if not place:
        return None
    if not holds(bench, place):
        return Uses("", "", "", ())
    kind, title = kind_and_title(bench, place)
    return Uses(kind, title, whereabouts(bench.draft.app, place, bench.spec), used(bench, place))


def _grouped(bench: Bench, problems: Iterable[Problem]) -> tuple[Group, ...]:
    table = {part.name: part for part in parts(bench.spec).values()}
    by_group: dict[str, list[Told]] = {}
    for problem in problems:
        title = _group(bench, problem.at, table)
        by_group.setdefault(title, []).append(_told(bench, problem, table))
    return tuple(Group(title, tuple(dict.fromkeys(told))) for title, told in by_group.items())


def _group(bench: Bench, place: str, table: dict[str, Part]) -> str:
    first, _, rest = place.partition(".")
    form = table.get(f"forms.{rest.partition('.')[0]}") if first == "forms" else None
    if form is not None:
        return words.title(as_text(naming.title_of(form, parts(bench.spec))), bench.language, form.key)
    group = {"forms": "forms", "lists": "lists", "tests": "tests"}.get(first)
    group = group or ("reports" if first in ("sources", "metrics", "reports") else "app")
    return bench.say(f"change.group.{group}")


def _told(bench: Bench, problem: Problem, table: dict[str, Part]) -> Told:
    url = whereabouts(bench.draft.app, problem.at, bench.spec)
    return Told(said(problem, bench.language), placename(bench.spec, keyed(problem.at), bench.language, table), url)


@guards.builder
def show(app: str) -> Response:
    """``GET /apps/<app>/problems``."""
    return benches.shown(page, app)


def routes(blueprint: Blueprint) -> None:
    """``/apps/<app>/problems``."""
    operating.SCREENS["problems"] = operating.Screen(page)
    blueprint.add_url_rule("/apps/<app>/problems", "problems", show)
