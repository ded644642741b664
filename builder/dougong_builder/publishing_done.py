"""After publishing: what there is to do now, and for a minute the way back."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, Response, request

from dougong import words
from dougong.apps import Registry
from dougong.apps.revisions import revision
from dougong.drafts.store import open_draft, save
from dougong.errors import Conflict, NotFound
from dougong.pages import me, names_of, reading, wired, writing
from dougong.plans import undo
from dougong.records import RecordDesk, Visit
from dougong.web import choices, guards, htmx

TEMPLATE = "builder/publish_done.html"
GRACE = timedelta(seconds=60)
"""How long a publish can be taken back by one click; after that an older version can still be restored."""


@dataclass(frozen=True, slots=True)
class DonePage:
    """Revision ``number`` of an app went live; ``seconds`` are left to take it back, 0 when that is over. ``form`` is one to
    fill in, "" when there is none."""

    app: str
    title: str
    number: int
    current: int
    who: str
    seconds: int
    form: str
    form_title: str


@guards.builder
def done(app: str, number: int) -> Response:
    """What was published, with the way back while there is one."""
    return htmx.answer(TEMPLATE, reading(lambda visit: _page(visit, app, number)), "undoing")


@guards.builder(writes=True)
def take_back(app: str) -> Response:
    """Publish again what was before; the changes are in a draft again."""
    number = int(given) if (given := request.form.get("number", "")).isdecimal() else 0
    if not reading(lambda visit: _seconds(visit, app, number)):
        raise Conflict("publish.undo_too_late", number=number)
    undo(wired(), me(), app, number)
    kept = writing(lambda visit: _drafted_again(visit, app, number))
    htmx.tell(words.say("publish.undone" if kept else "publish.undone_draft_busy", choices.language(), number=number))
    return htmx.see_other(f"/apps/{app}/publish" if kept else f"/apps/{app}/versions")


def _page(visit: Visit, app: str, number: int) -> DonePage:
    one = Registry(visit.tx).app(app)
    made, language = revision(visit.tx, app, number), visit.language
    forms = one.compiled.spec.forms
    return DonePage(
        app, words.title(one.compiled.spec.app.title, language, app), number, one.number,
        names_of(RecordDesk(visit), [made.by])[0] if made.by else "", _seconds(visit, app, number),
        forms[0].key if forms else "", words.title(forms[0].title, language, forms[0].key) if forms else "",
    )  # fmt: skip


def _seconds(visit: Visit, app: str, number: int) -> int:
    """How long the revision can be taken back: it is the published one, fresh, and something was before it."""
    if number < 2 or Registry(visit.tx).numbers.get(app) != number:
        return 0
    try:
        left = revision(visit.tx, app, number).at + GRACE - visit.now
    except NotFound:
        return 0
    return max(0, int(left.total_seconds()))


def _drafted_again(visit: Visit, app: str, number: int) -> bool:
    """The changes that were taken back, as a draft; not over one that somebody has begun meanwhile."""
    draft = open_draft(visit.tx, app, visit.actor.id)
    if draft.rev:
        return False
    save(visit.tx, draft, Registry(visit.tx).text(app, number), draft.rev + 1, visit.actor.id)
    return True


def routes(blueprint: Blueprint) -> None:
    """``/apps/<app>/publish/done/<number>`` and ``/apps/<app>/publish/undo``."""
    blueprint.add_url_rule("/apps/<app>/publish/done/<int(max=1000000):number>", "published", done)
    blueprint.add_url_rule("/apps/<app>/publish/undo", "take_back", take_back, methods=["POST"])
