"""``POST /apps/<app>/op``: the one way in which pages change a draft, and what a page must bring to be answered.

**A page that has forms** posts plain fields: ``csrf_token``, ``screen`` (``frame.screen``), ``back`` (``frame.here``: where to
go on; a fragment is allowed), ``base_rev`` (``frame.rev``: what the person saw; left out, nothing can clash), ``token`` (sent
twice, done once) and one of

- ``op=undo|redo`` (``force=1``: over what others changed), ``op=goto&step=``, ``op=pass_over&step=``
- ``op=add``: ``parent``, ``type``, ``title``, ``key``, ``after`` ("" first; left out: last), start values ``p.<property>``;
  in a list of names (columns of a list) ``name``
- ``op=bulk_add``: ``parent``, ``after``, ``lines`` (one per line), ``types``
- ``op=set``: ``place``, ``property``, ``value`` (several for a list; ``value.zh-CN`` / ``value.en`` for one language)
- ``op=save``: ``place`` and any ``p.<property>`` (``p.title.en``, ``p.card.title``,
  ``p.options.<key>.title``, ``p.key`` renames); what ``_has`` names and does not come is cleared, as boxes without a tick are.
  Each that differs becomes a Set.
- ``op=move``: ``node`` and ``parent`` + ``after``, or ``by=up|down|out|in`` · ``op=copy|delete``: ``nodes`` (or ``node``)
- ``op=convert``: ``node``, ``type`` · ``op=rename``: ``node``, ``key`` · ``operation``: a whole operation as JSON

``<button name="do" value="op=move&node=…&by=up">`` says its fields itself, so that many stand in one form; inside a form with
``place`` and ``p.…`` what was typed is saved first. See ``typed`` for how texts become values: of a list ``*`` means absent
(all); of ``who``: ``everyone``, ``role:cfo``, ``people:a,b``, ``supervisor_of:submitter:2``, ``head_of:submitter``,
``field:owner``, ``department:it``.

**A page module** says once how it is drawn: ``operating.SCREENS["flow"] = Screen(page)``, the name being the first word of
``frame.screen``. ``page(visit, draft, argument, trouble)`` gives the whole page as a Response; ``argument`` is what follows the
colon (the form). It is called when the change was not taken, with what went wrong: hand ``trouble`` to ``frame_of(…,
trouble=trouble)``, which shows a clash with both values and every problem, use ``trouble.problems_at(place, property)`` and
``trouble.typed(place, property)`` beside the input, and answer with ``trouble.status``. The same function usually draws the
page for GET, with None.

``part(visit, draft, argument, outcome)`` answers htmx, both when it was done (``outcome.entries``, ``outcome.before``) and when
it was not (``outcome.trouble``): out-of-band parts only. Without it htmx is sent on to ``back``, or told the error as a toast.
``landing(asked, entries)`` may name another address to go on to, as that of a part just added.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request

from dougong import words
from dougong.drafts import editing, log, tree
from dougong.drafts.history import Entry
from dougong.drafts.operations import Delete
from dougong.drafts.store import Draft, find_draft, open_draft
from dougong.errors import Conflict, DougongError, Refused
from dougong.pages import reading, writing
from dougong.records import Visit
from dougong.spec.model import App
from dougong.web import choices, guards, htmx
from dougong_builder import trouble as troubles
from dougong_builder.asked import Asked, read
from dougong_builder.orders import orders
from dougong_builder.start import opened
from dougong_builder.trouble import Trouble

__all__ = ["SCREENS", "Asked", "Entry", "Outcome", "Screen", "Trouble", "known", "routes", "sentences"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request: the spec before it and the rows of the log it wrote, or its trouble and no rows."""

    asked: Asked
    before: App
    entries: tuple[Entry, ...] = ()
    trouble: Trouble | None = None


Page = Callable[[Visit, Draft, str, Trouble | None], Response]
PartOf = Callable[[Visit, Draft, str, Outcome], Response]
Landing = Callable[[Asked, tuple[Entry, ...]], str]


@dataclass(frozen=True, slots=True)
class Screen:
    """How a kind of page answers a change of the draft; see above."""

    page: Page
    part: PartOf | None = None
    landing: Landing | None = None


SCREENS: dict[str, Screen] = {}


def routes(blueprint: Blueprint) -> None:
    """The one address that changes drafts."""
    blueprint.add_url_rule("/apps/<app>/op", "operate", operate, methods=["POST"])


@guards.builder(writes=True)
def operate(app: str) -> Response:
    """Do what was asked; answer as the screen it was asked on does."""
    asked = read(app, request.form)
    screen = SCREENS.get(asked.screen)
    try:
        before, draft, entries = writing(lambda visit: carried_out(visit, asked))
    except (Refused, Conflict) as error:
        return _not_done(screen, asked, error)
    if htmx.is_htmx() and screen is not None and screen.part is not None:
        part = screen.part
        outcome = Outcome(asked, before, entries)
        return reading(lambda visit: part(visit, draft, asked.argument, outcome))
    if said := sentences(entries, choices.language()):
        htmx.tell(said)
    goal = screen.landing(asked, entries) if screen is not None and screen.landing and entries else ""
    return htmx.see_other(goal or asked.back)


def carried_out(visit: Visit, asked: Asked) -> tuple[App, Draft, tuple[Entry, ...]]:
    """The spec before, the draft after, and the rows written. Raises Refused with every problem, Conflict, NotFound."""
    tx, person = visit.tx, visit.actor.id
    open_draft(tx, asked.app, person)
    draft = find_draft(tx, asked.app, lock=True)
    before = draft.spec
    if sent := log.sent(tx, draft.id, asked.token):
        return before, draft, (sent,)
    if asked.op in ("undo", "redo", "goto", "pass_over"):
        done = _stepped(visit, asked)
        return before, done.draft, done.entries
    since = log.met_since(tx, draft.id, asked.base_rev, person) if asked.base_rev is not None else []
    base = draft.rev if asked.base_rev is None or asked.force else asked.base_rev
    draft, entries = _all_of(visit, asked, draft, base, since)
    return before, draft, entries


def _all_of(
    visit: Visit, asked: Asked, draft: Draft, base: int, since: Sequence[Entry]
) -> tuple[Draft, tuple[Entry, ...]]:
    """Every operation in order; what one refuses does not keep the others from being judged."""
    entries: list[Entry] = []
    wrong: list[Any] = []
    token = asked.token
    for operation in orders(draft.spec, asked, visit.language, since):
        try:
            done = editing.operate(visit.tx, asked.app, operation, visit.actor.id, base, token=token)
        except Refused as refused:
            wrong += refused.problems
            continue
        draft, token = done.draft, "" if done.entries else token
        entries += done.entries
    if wrong:
        raise Refused(wrong)
    return draft, tuple(entries)


def _stepped(visit: Visit, asked: Asked) -> editing.Done:
    tx, person, app = visit.tx, visit.actor.id, asked.app
    if asked.op == "undo":
        return editing.undo(tx, app, person, force=asked.force, token=asked.token)
    if asked.op == "redo":
        return editing.redo(tx, app, person, force=asked.force, token=asked.token)
    step = int(asked.one("step")) if asked.one("step").isdigit() else 0
    if asked.op == "goto":
        return editing.goto(tx, app, person, step, token=asked.token)
    return editing.pass_over(tx, app, person, step, token=asked.token)


def _not_done(screen: Screen | None, asked: Asked, error: DougongError) -> Response:
    if screen is None or (htmx.is_htmx() and screen.part is None):
        raise error
    page, part = screen.page, screen.part
    opened(asked.app)  # where this was the first change there is no draft yet

    def answered(visit: Visit) -> Response:
        draft = find_draft(visit.tx, asked.app)
        trouble = troubles.trouble_of(visit, draft, asked, error)
        if part is not None and htmx.is_htmx():
            return part(visit, draft, asked.argument, Outcome(asked, draft.spec, trouble=trouble))
        return page(visit, draft, asked.argument, trouble)

    return reading(answered)


SAID = {"undo": "drafts.undone", "redo": "drafts.redone"}


def sentences(entries: Sequence[Entry], language: str) -> str:
    """What was done, to be told: the newest step, and how many there were; "" for none."""
    if not entries:
        return ""
    entry = entries[-1]
    step = words.sentence(entry.label, language)
    if entry.kind == "passed":
        return words.say("builder.passed_over", language, step=step)
    if entry.kind in SAID and len(entries) == 1:
        return words.say(SAID[entry.kind], language, step=step)
    if len(entries) > 1:
        several = "builder.done_and_lists" if isinstance(entry.operation, Delete) else "builder.done_several"
        return words.say(several, language, n=len(entries), step=step)
    return words.say("builder.done", language, step=step)


def known(spec: App, place: str) -> bool:
    """Whether there is anything at a place."""
    try:
        tree.find(spec, place)
    except (Conflict, Refused):
        return False
    return True
