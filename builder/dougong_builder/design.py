"""The designer of a form: its page, the panel of what is selected, what others changed, and answers to each change."""

from flask import Blueprint, Response, request

from dougong.drafts.history import Entry
from dougong.drafts.operations import Planting
from dougong.drafts.store import Draft, find_draft, rev_of
from dougong.errors import NotFound
from dougong.pages import reading
from dougong.records import Visit
from dougong.web import guards, htmx
from dougong_builder.asked import Asked
from dougong_builder.design_answer import answered, caught_up
from dougong_builder.design_canvas import at_of, owner_of
from dougong_builder.design_page import page_of
from dougong_builder.operating import SCREENS, Screen
from dougong_builder.start import form_of, opened
from dougong_builder.trouble import Trouble

TEMPLATE = "builder/design.html"


def routes(blueprint: Blueprint) -> None:
    """One address, for people and for what the page asks itself."""
    blueprint.add_url_rule("/apps/<app>/forms/<form>/design", "design", design)


@guards.builder
def design(app: str, form: str) -> Response:
    """The page; for htmx the panel, or with ``since`` what happened after that rev."""
    if htmx.wants_part() and (since := request.args.get("since", "")).isdigit():
        return _news(app, form, int(since))
    try:
        return reading(lambda visit: page(visit, find_draft(visit.tx, app), form, None))
    except NotFound:  # nobody has changed anything yet, or there is no such thing
        draft = opened(app)
    return reading(lambda visit: page(visit, draft, form, None))


def page(visit: Visit, draft: Draft, form: str, trouble: Trouble | None) -> Response:
    """The page of a form, whole or the panel alone; with trouble as it was not taken."""
    at = owner_of(form_of(draft.spec, form), trouble.place) if trouble else None
    shown = page_of(visit, draft, form, trouble, at)
    return htmx.answer(TEMPLATE, shown, "panel", status=trouble.status if trouble else 200)


def _news(app: str, form: str, since: int) -> Response:
    def asked(visit: Visit) -> Response:
        try:
            rev = rev_of(visit.tx, app)
        except NotFound:
            rev = -1
        if rev == since:
            return Response(status=204)
        if rev < since:
            return htmx.trigger(Response(status=204), stale={})
        return caught_up(visit, find_draft(visit.tx, app), form, since)

    return reading(asked)


def landing(asked: Asked, entries: tuple[Entry, ...]) -> str:
    """Where to go on without JavaScript: what was added is selected."""
    head = f"/apps/{asked.app}/forms/{asked.argument}/design"
    done = entries[-1].operation
    if asked.op in ("add", "bulk_add", "copy") and isinstance(done, Planting) and done.planted:
        at = at_of(asked.argument, done.planted[-1].place)
        return f"{head}?at={at}#panel" if at and ".options." not in done.planted[-1].place else ""
    return ""


SCREENS["design"] = Screen(page, answered, landing)
