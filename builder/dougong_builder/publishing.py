"""Publishing a draft: the plan is read first, what somebody else published meanwhile is brought in, then it goes live."""

from dataclasses import replace

from flask import Blueprint, Response, request

from dougong import words
from dougong.apps import Registry
from dougong.drafts.rebasing import rebase
from dougong.drafts.store import Draft, behind, compiled, find_draft, finish
from dougong.errors import Conflict, DougongError, Problem, Refused
from dougong.pages import DOOR, me, reading, wired, writing
from dougong.plans import publish
from dougong.records import Visit
from dougong.spec.compiled import CompiledApp
from dougong.spec.model import App
from dougong.web import choices, guards, htmx
from dougong_builder.publishing_impact import choices_of
from dougong_builder.publishing_merge import merge_page, sides_of
from dougong_builder.publishing_page import NOTHING, PublishPage, Typed, publish_page
from dougong_builder.publishing_trials import Trials, specs_around, trials
from dougong_builder.start import opened

TEMPLATE, MERGING = "builder/publish.html", "builder/publish_merge.html"
LONGEST_NOTE = 2000
SAID = 422
UNTRIED = Trials(ran=False)


@guards.builder
def show(app: str) -> Response:
    """What publishing the draft will do; or, where somebody else published meanwhile, how the two are brought together."""
    return _answer(_current(app), NOTHING)


@guards.builder(writes=True)
def go_live(app: str) -> Response:
    """Publish the draft as it was looked at."""
    typed = Typed(choices_of(request.form), request.form.get("note", "").strip()[:LONGEST_NOTE])
    draft = _current(app)
    if _is_published(draft):
        return htmx.see_other(f"/apps/{app}/publish/done/{draft.base_revision}")
    if request.form.get("rev") != str(draft.rev) or request.form.get("base") != str(draft.base_revision):
        return _again(draft, typed, Conflict("publish.looked_at_another"))
    if reading(lambda visit: behind(visit.tx, draft)):
        return _answer(draft, typed, 409)
    one, ran = _tried(draft)
    if one.problems or ran.failed:
        return _answer(draft, typed, SAID)
    try:
        done = publish(wired(), me(), one, typed.choices, typed.note, DOOR, draft.base_revision)
    except (Refused, Conflict) as error:
        return _again(draft, typed, error)
    writing(lambda visit: _finished(visit, draft))
    return htmx.see_other(f"/apps/{app}/publish/done/{done.number}")


@guards.builder(writes=True)
def bring_together(app: str) -> Response:
    """Put the draft onto what was published meanwhile, every clash decided."""
    sides = sides_of(request.form)
    seen = int(rev) if (rev := request.form.get("rev", "")).isdecimal() else -1
    draft = opened(app)
    if not reading(lambda visit: behind(visit.tx, draft)):
        return htmx.see_other(f"/apps/{app}/publish")
    try:
        writing(lambda visit: rebase(visit.tx, app, seen, sides, me().id))
    except (Refused, Conflict) as error:
        told = () if error.code == "drafts.sides_missing" else said(error)
        page = reading(lambda visit: merge_page(visit, find_draft(visit.tx, app), sides, True, told))
        return htmx.answer(MERGING, page, status=SAID if error.code == "drafts.sides_missing" else error.status)
    htmx.tell(words.say("publish.merged", choices.language()))
    return htmx.see_other(f"/apps/{app}/publish")


def _current(app: str) -> Draft:
    """The open draft; one nobody changed goes along with what is published."""
    draft = opened(app)

    def unchanged(visit: Visit) -> bool:
        base = draft.base_revision
        return bool(base) and behind(visit.tx, draft) and Registry(visit.tx).text(app, base) == draft.text

    if reading(unchanged):
        return writing(lambda visit: rebase(visit.tx, app, draft.rev, {}, me().id))
    return draft


def _is_published(draft: Draft) -> bool:
    """Whether what the draft says is what is published already: the button was pressed twice."""
    return bool(draft.base_revision) and reading(lambda visit: Registry(visit.tx).text(draft.app) == draft.text)


def _tried(draft: Draft) -> tuple[CompiledApp, Trials]:
    """The draft compiled, and its tests where it has no problems; they run outside of any transaction of ours."""

    def gathered(visit: Visit) -> tuple[CompiledApp, dict[str, App]]:
        one = compiled(visit.tx, draft)
        return one, {} if one.problems else specs_around(visit, draft.spec)

    one, specs = reading(gathered)
    return one, trials(specs, draft.app, choices.language()) if specs else UNTRIED


def _answer(draft: Draft, typed: Typed, status: int = 200) -> Response:
    if reading(lambda visit: bool(Registry(visit.tx).numbers.get(draft.app)) and behind(visit.tx, draft)):
        return htmx.answer(MERGING, reading(lambda visit: merge_page(visit, draft, {}, said=typed.said)), status=status)
    one, ran = _tried(draft)

    def page(visit: Visit) -> PublishPage:
        return publish_page(visit, draft, one, ran, typed)

    return htmx.answer(TEMPLATE, reading(page), status=status)


def _again(draft: Draft, typed: Typed, error: DougongError) -> Response:
    """The page as it is now, with what was chosen and typed, and why it was not published."""
    return _answer(draft, replace(typed, said=said(error)), error.status)


def said(error: DougongError) -> tuple[tuple[str, str], ...]:
    """What an error tells, as pairs for the summary: no element, and the sentence with its remedy."""
    language = choices.language()
    problems = error.problems if isinstance(error, Refused) else (Problem(error.code, params=error.params),)
    return tuple(
        ("", " · ".join(filter(None, (words.sentence(each, language), words.remedy(each, language)))))
        for each in problems
    )


def _finished(visit: Visit, draft: Draft) -> None:
    """End the draft that was published, unless it was changed while that went on: then it stays open, behind."""
    now = find_draft(visit.tx, draft.app, lock=True)
    if (now.id, now.rev) == (draft.id, draft.rev):
        finish(visit.tx, draft.app, visit.actor.id)


def routes(blueprint: Blueprint) -> None:
    """``/apps/<app>/publish`` and where the draft is put onto another revision."""
    blueprint.add_url_rule("/apps/<app>/publish", "publish", show)
    blueprint.add_url_rule("/apps/<app>/publish", "go_live", go_live, methods=["POST"])
    blueprint.add_url_rule("/apps/<app>/publish/merge", "bring_together", bring_together, methods=["POST"])
