"""``/apps/new``: a new app from a name and some lines, or as a copy of a ready-made one."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, Response, request

from dougong import clock, words
from dougong.drafts.store import Draft, find_draft, new_draft, text_of
from dougong.drafts.unfinished import open_keys
from dougong.errors import Problem
from dougong.pages import reading, writing
from dougong.records import Visit
from dougong.spec import walk
from dougong.spec.model import App, Form
from dougong.web import choices, guards, htmx
from dougong_builder import new_app_keys
from dougong_builder.new_app_page import STARTS, NewPage, Typed, page_of
from dougong_builder.new_app_shipped import Ready, needed, ready_of, shipped_app
from dougong_builder.new_app_spec import blank

TWICE = timedelta(minutes=1)
"""Within it the same form sent again is the same app, not another one."""
LONGEST_TITLE = 80
NEW, LIVE, COPY = "builder/new.html", "builder/new_lines.html", "builder/new_ready.html"


def typed() -> Typed:
    """What the form holds."""
    said = request.form
    return Typed(
        title=said.get("title", "")[:LONGEST_TITLE], lines=said.get("lines", "").replace("\r\n", "\n"),
        key=said.get("key", "").strip(), said=tuple(said.getlist("said")), kinds=tuple(said.getlist("kind")),
    )  # fmt: skip


@guards.builder
def show() -> Response:
    """The empty form; ``?start=leave`` fills it with lines to start with."""
    start, language = request.args.get("start", ""), choices.language()
    given = Typed()
    if start in STARTS:
        lines = words.say(f"new.start.{start}.lines", language)
        given = Typed(title=words.say(f"new.start.{start}", language), lines=lines)
    return htmx.answer(NEW, reading(lambda visit: page_of(visit, given)))


@guards.builder
def guess() -> Response:
    """What the lines mean, while they are being typed."""
    return htmx.answer(LIVE, reading(lambda visit: page_of(visit, typed())), block="live")


@guards.builder(writes=True)
def create() -> Response:
    """Make the app and go on in its designer; with ``do=check`` only show what the lines mean."""
    given = typed()
    if request.form.get("do") == "check":
        return htmx.answer(NEW, reading(lambda visit: page_of(visit, given)))
    done = writing(lambda visit: _created(visit, given))
    if isinstance(done, NewPage):
        return htmx.answer(NEW, done, status=422)
    return _designer(done)


def _created(visit: Visit, given: Typed) -> Draft | NewPage:
    """The new draft, or the page with what keeps it from being made."""
    title = given.title.strip()
    problems = [] if title else [Problem("new.title_missing", "title")]
    page = page_of(visit, given)
    if given.key and (wrong := new_app_keys.fault(visit.tx, given.key)):
        problems.append(wrong)
    if problems or page.errors:
        return page_of(visit, given, problems)
    made = blank(given.asked(), given.key or page.derived, visit.language, visit.actor.login)
    if not given.key and (before := _just_made(visit, given)):
        return before
    return new_draft(visit.tx, made.app, visit.actor.id)


def _just_made(visit: Visit, given: Typed) -> Draft | None:
    """The app that this very form made a moment ago, nobody having touched it since."""
    title = given.title.strip()
    key = new_app_keys.plain_key(title)
    if key not in open_keys(visit.tx):
        return None
    before = find_draft(visit.tx, key)
    same = text_of(blank(given.asked(), key, visit.language, visit.actor.login).app) == before.text
    recent = before.updated_by == visit.actor.id and clock.now() - before.updated_at < TWICE
    return before if same and recent and not before.base_revision else None


# -- copies of ready-made apps ---------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class CopyPage:
    """A ready-made app, and the name and key that a copy would get. ``parts`` are pairs of a form and its fields."""

    ready: Ready
    title: str
    key: str
    parts: tuple[tuple[str, tuple[str, ...]], ...]
    lists: tuple[str, ...]
    reports: tuple[str, ...]
    needs: tuple[str, ...]
    errors: dict[str, str]

    @property
    def summary(self) -> tuple[tuple[str, str], ...]:
        """What must be corrected: id of the input, sentence."""
        return tuple((f"f-{name}", text) for name, text in self.errors.items())


@guards.builder
def ready_made(key: str) -> Response:
    """A ready-made app, with what it holds."""
    return htmx.answer(COPY, reading(lambda visit: _copy_page(visit, shipped_app(key))))


@guards.builder(writes=True)
def copy(key: str) -> Response:
    """Make a copy under its own key, and go on in its designer."""
    done = writing(lambda visit: _copied(visit, shipped_app(key)))
    if isinstance(done, CopyPage):
        return htmx.answer(COPY, done, status=422)
    return _designer(done)


def _copied(visit: Visit, spec: App) -> Draft | CopyPage:
    title = request.form.get("title", "").strip()[:LONGEST_TITLE]
    key = request.form.get("key", "").strip()
    problems = [] if title else [Problem("new.title_missing", "title")]
    wrong = new_app_keys.fault(visit.tx, key) if key else None
    if problems or wrong:
        return _copy_page(visit, spec, [*problems, *([wrong] if wrong else [])])
    key = key or new_app_keys.free(visit.tx, spec.app.key)
    kept = title == words.title(spec.app.title, visit.language, spec.app.key)
    return new_draft(visit.tx, new_app_keys.rekeyed(spec, key, "" if kept else title), visit.actor.id)


def _copy_page(visit: Visit, spec: App, problems: list[Problem] | None = None) -> CopyPage:
    language = visit.language
    shown = ready_of(spec, language)

    def titles(several: tuple[object, ...]) -> tuple[str, ...]:
        return tuple(words.title(each.title, language, each.key) for each in several)  # type: ignore[attr-defined]

    return CopyPage(
        ready=shown, title=request.form.get("title", shown.title), key=request.form.get("key", ""),
        parts=tuple((words.title(form.title, language, form.key), titles(_fields(form))) for form in spec.forms),
        lists=titles(spec.lists), reports=titles(spec.reports), needs=needed(visit.tx, spec, language),
        errors={each.at: words.sentence(each, language) for each in problems or ()},
    )  # fmt: skip


def _fields(form: Form) -> tuple[object, ...]:
    """The fields of a form, sub-tables without their columns."""
    return tuple(each.node for each in walk.fields(form) if not each.table)


def _designer(draft: Draft) -> Response:
    """On to the first form of a new app."""
    language, spec = choices.language(), draft.spec
    htmx.tell(words.say("new.made", language, title=words.title(spec.app.title, language, draft.app)))
    return htmx.see_other(design_of(spec))


def design_of(spec: App) -> str:
    """Where the first form is designed; an app without forms has its own page."""
    where = f"forms/{spec.forms[0].key}/design" if spec.forms else "settings"
    return f"/apps/{spec.app.key}/{where}"


def routes(blueprint: Blueprint) -> None:
    """``/apps/new``, ``/apps/new/lines`` (while typing) and ``/apps/new/<key>`` of a ready-made app."""
    blueprint.add_url_rule("/apps/new", "new_app", show)
    blueprint.add_url_rule("/apps/new", "create_app", create, methods=["POST"])
    blueprint.add_url_rule("/apps/new/lines", "guess_lines", guess, methods=["POST"])
    blueprint.add_url_rule("/apps/new/<key>", "ready_made", ready_made)
    blueprint.add_url_rule("/apps/new/<key>", "copy_ready_made", copy, methods=["POST"])
