"""The versions of an app: listed, compared, written to a file, and an old one published again."""

from dataclasses import dataclass, replace
from urllib.parse import quote

from flask import Blueprint, Response, request

from dougong import words
from dougong.apps import Registry
from dougong.errors import Conflict, DougongError, NotFound, Refused
from dougong.pages import DOOR, me, reading, wired
from dougong.plans import old_spec, plan, restore
from dougong.records import Visit
from dougong.spec.compile import compile_app
from dougong.spec.model import App
from dougong.web import choices, guards, htmx
from dougong_builder.frame import Frame, frame_of
from dougong_builder.publishing import LONGEST_NOTE, said
from dougong_builder.publishing_impact import GradeRows, Group, graded, groups
from dougong_builder.publishing_page import Fault, Typed, faults
from dougong_builder.start import opened
from dougong_builder.versions_page import version_page, versions_page

LIST, ONE, RESTORE = "builder/versions.html", "builder/version.html", "builder/version_restore.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class RestorePage:
    """What publishing version ``number`` again as ``next`` would do; ``base`` is the one published now."""

    frame: Frame
    number: int
    base: int
    next: int
    groups: tuple[Group, ...]
    count: int
    grades: tuple[GradeRows, ...]
    waiting: int
    faults: tuple[Fault, ...]
    typed: Typed

    @property
    def ready(self) -> bool:
        """Whether it may be published."""
        return bool(self.count) and not self.faults


@guards.builder
def listed(app: str) -> Response:
    """Every version, the newest first."""
    before = int(given) if (given := request.args.get("before", "")).isdecimal() else 0
    draft = opened(app)
    return htmx.answer(LIST, reading(lambda visit: versions_page(visit, draft, before)))


@guards.builder
def show(app: str, number: int) -> Response:
    """One version beside the one before it, or beside another."""
    other = int(given) if (given := request.args.get("with", "")).isdecimal() else 0
    draft = opened(app)
    return htmx.answer(ONE, reading(lambda visit: version_page(visit, draft, number, other)))


@guards.builder
def file(app: str, number: int) -> Response:
    """A version as a file, exactly as it was published."""
    text, title = reading(lambda visit: _text(visit, app, number))
    response = Response(text, mimetype="application/json")
    name = f"{quote(title, safe='')}-v{number}.json"
    response.headers["Content-Disposition"] = f"attachment; filename=\"{app}-v{number}.json\"; filename*=UTF-8''{name}"
    response.headers["Cache-Control"] = "no-store"
    return response


def _text(visit: Visit, app: str, number: int) -> tuple[str, str]:
    registry = Registry(visit.tx)
    spec = _known(registry, app, number)
    return registry.text(app, number), words.title(spec.app.title, visit.language, app)


def _known(registry: Registry, app: str, number: int) -> App:
    if not 0 < number <= registry.numbers.get(app, 0):
        raise NotFound("apps.no_revision", app=app, number=number)
    return registry.compiled(app, number).spec


@guards.builder
def look(app: str, number: int) -> Response:
    """What publishing an old version again would do."""
    note = words.say("versions.restored_note", choices.language(), number=number)
    return _looked(app, number, Typed({}, note))


@guards.builder(writes=True)
def go_back(app: str, number: int) -> Response:
    """Publish an old version again, as a new one."""
    note = request.form.get("note", "").strip()[:LONGEST_NOTE]
    typed = Typed({}, note)
    base = int(given) if (given := request.form.get("base", "")).isdecimal() else -1
    try:
        done = restore(wired(), me(), app, number, note, DOOR, base)
    except (Refused, Conflict) as error:
        return _looked(app, number, replace(typed, said=said(error)), error)
    return htmx.see_other(f"/apps/{app}/publish/done/{done.number}")


def _looked(app: str, number: int, typed: Typed, error: DougongError | None = None) -> Response:
    draft = opened(app)

    def page(visit: Visit) -> RestorePage:
        registry = Registry(visit.tx)
        _known(registry, app, number)
        one = compile_app(old_spec(visit.tx, app, number), registry.spec)
        planned, language = plan(visit, one), visit.language
        return RestorePage(
            frame=frame_of(visit, draft, "versions", here=f"/apps/{app}/versions/{number}"), number=number,
            base=planned.base, next=planned.base + 1, groups=groups(planned.differences, language),
            count=len(planned.differences), grades=graded(planned, {}, language), waiting=planned.waiting,
            faults=faults(one.spec, (*one.problems, *planned.problems), language), typed=typed,
        )  # fmt: skip

    return htmx.answer(RESTORE, reading(page), status=error.status if error else 200)


def routes(blueprint: Blueprint) -> None:
    """``/apps/<app>/versions`` and below."""
    blueprint.add_url_rule("/apps/<app>/versions", "versions", listed)
    blueprint.add_url_rule("/apps/<app>/versions/<int(max=1000000):number>", "version", show)
    blueprint.add_url_rule("/apps/<app>/versions/<int(max=1000000):number>/file", "version_file", file)
    blueprint.add_url_rule("/apps/<app>/versions/<int(max=1000000):number>/restore", "version_restore", look)
    blueprint.add_url_rule(
        "/apps/<app>/versions/<int(max=1000000):number>/restore", "version_go_back", go_back, methods=["POST"]
    )
