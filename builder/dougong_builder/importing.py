"""``/apps/import``: an app file in steps, each an address: choose, check, compare, try, done."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from dougong import words
from dougong.apps import Registry
from dougong.drafts.store import find_draft
from dougong.errors import Conflict, NotFound, Problem, Refused, TooLarge
from dougong.pages import reading, writing
from dougong.records import Visit
from dougong.spec.model import App
from dougong.web import choices, guards, htmx
from dougong_builder import new_app_keys
from dougong_builder.importing_faults import fixed, mended
from dougong_builder.importing_file import PASTED, Incoming, incoming, keep, keep_text
from dougong_builder.importing_match import There, there
from dougong_builder.importing_pages import (
    CheckPage,
    ChoosePage,
    DonePage,
    MatchPage,
    check_page,
    done_page,
    match_page,
    track,
    trial_page,
)
from dougong_builder.importing_run import Choice, bring_in, spec_for, tried

HOME = "/apps/import"
CHOICES = ("into", "key")
CHOOSE, CHECK, MATCH, TRIAL, DONE = (
    f"builder/import_{name}.html" for name in ("choose", "check", "match", "trial", "done")
)


def kept() -> dict[str, str]:
    """The choices made so far: they go along in every address, so that another file keeps them."""
    return {name: request.values[name][:80] for name in CHOICES if request.values.get(name)}


def step(id: str, name: str = "") -> str:
    """The address of a step of a file, with the choices."""
    said = urlencode(kept())
    return f"{HOME}/{id}{'/' + name if name else ''}{'?' + said if said else ''}"


# -- choose ----------------------------------------------------------------------------------------------------------------
@guards.builder
def show() -> Response:
    """Where a file is chosen, or its text pasted."""
    return htmx.answer(CHOOSE, _choose())


def _choose(problem: Problem | None = None, pasted: str = "") -> ChoosePage:
    return ChoosePage(track("choose"), kept(), words.sentence(problem, choices.language()) if problem else "", pasted)


@guards.builder(writes=True)
def upload() -> Response:
    """Keep the file and go on: to what is wrong with it, or straight to what it meets here."""
    sent, pasted = request.files.get("file"), request.form.get("text", "")
    try:
        if sent is not None and sent.filename:
            id = keep(sent.stream, sent.filename)
        elif pasted.strip():
            id = keep_text(pasted, PASTED)
        else:
            return htmx.answer(CHOOSE, _choose(Problem("importing.nothing")), status=422)
    except TooLarge as large:
        return htmx.answer(CHOOSE, _choose(Problem(large.code, "", large.params)), status=413)
    except Refused as refused:
        return htmx.answer(CHOOSE, _choose(refused.problems[0], pasted), status=422)
    return htmx.see_other(step(id, "" if _wrong(id) else "match"))


def _wrong(id: str) -> bool:
    def found(visit: Visit) -> bool:
        return bool(incoming(visit, id).problems(Registry(visit.tx).spec))

    return reading(found)


# -- check -----------------------------------------------------------------------------------------------------------------
@guards.builder
def check(id: str) -> Response:
    """What the file is, and what is wrong with it."""

    def page(visit: Visit) -> CheckPage:
        file = incoming(visit, id)
        return check_page(file, file.problems(Registry(visit.tx).spec), kept(), visit.language, "whole" in request.args)

    return htmx.answer(CHECK, reading(page))


@guards.builder(writes=True)
def mend(id: str) -> Response:
    """Keep the mended text as another file, and check that."""
    file = reading(lambda visit: incoming(visit, id))
    edits = {
        int(name[5:]): text for name, text in request.form.items() if name[:5] == "line." and name[5:9].isdecimal()
    }
    text = (
        request.form["text"] if "text" in request.form else fixed(mended(file.text, edits), request.form.get("fix", ""))
    )
    try:
        fresh = keep_text(text, file.name)
    except TooLarge as large:
        return htmx.answer(CHOOSE, _choose(Problem(large.code, "", large.params)), status=413)
    except Refused as refused:
        return htmx.answer(CHOOSE, _choose(refused.problems[0]), status=422)
    if not _wrong(fresh):
        htmx.tell(words.say("importing.mended", choices.language()))
        return htmx.see_other(step(fresh, "match"))
    return htmx.see_other(step(fresh))


# -- compare ---------------------------------------------------------------------------------------------------------------
def spec_of(file: Incoming) -> App:
    """The app of a file; raises Refused when it is none."""
    if file.parsed.app is None:
        raise Refused(file.parsed.problems)
    return file.parsed.app


@guards.builder
def match(id: str) -> Response:
    """What there is already, and where the file is to go."""

    def page(visit: Visit) -> MatchPage | None:
        file = incoming(visit, id)
        return _match(visit, file) if file.parsed.app else None

    found = reading(page)
    return htmx.answer(MATCH, found) if found else htmx.see_other(step(id))


def _match(visit: Visit, file: Incoming, problem: Problem | None = None) -> MatchPage:
    spec = spec_of(file)
    beside = there(visit.tx, spec.app.key)
    into = "draft" if beside.known and request.values.get("into") != "new" else "new"
    key = request.values.get("key", "")[:80] or new_app_keys.free(visit.tx, spec.app.key)
    wrong = len(file.problems(Registry(visit.tx).spec))
    return match_page(file, spec, beside, into, key, wrong, problem, visit.language)


def chosen(visit: Visit, spec: App, beside: There) -> Choice | Problem:
    """Where the file goes, or why it cannot go there."""
    if beside.known and request.values.get("into") != "new":
        return Choice(False, spec.app.key)
    key = request.values.get("key", "").strip() or new_app_keys.free(visit.tx, spec.app.key)
    return new_app_keys.fault(visit.tx, key) or Choice(True, key)


def _ready(visit: Visit, id: str) -> tuple[Incoming, Choice] | MatchPage:
    file = incoming(visit, id)
    spec = spec_of(file)
    choice = chosen(visit, spec, there(visit.tx, spec.app.key))
    return _match(visit, file, choice) if isinstance(choice, Problem) else (file, choice)


# -- try, and do -----------------------------------------------------------------------------------------------------------
@guards.builder
def trial(id: str) -> Response:
    """What bringing it in would come to: the same work, in a transaction that is rolled back."""
    ready = reading(lambda visit: _ready(visit, id))
    if isinstance(ready, MatchPage):
        return htmx.answer(MATCH, ready, status=422)
    file, choice = ready
    result = tried(spec_of(file), choice)
    return htmx.answer(TRIAL, trial_page(file, choice, result, kept(), choices.language()))


@guards.builder(writes=True)
def bring(id: str) -> Response:
    """Bring the file in as a draft."""

    def work(visit: Visit) -> str | MatchPage:
        ready = _ready(visit, id)
        if isinstance(ready, MatchPage):
            return ready
        file, choice = ready
        return bring_in(visit, spec_for(spec_of(file), choice), choice).app

    try:
        done = writing(work)
    except Conflict as conflict:
        met = Problem(conflict.code, "", conflict.params)
        page = reading(lambda visit: _match(visit, incoming(visit, id), met))
        return htmx.answer(MATCH, page, status=409)
    if isinstance(done, MatchPage):
        return htmx.answer(MATCH, done, status=422)
    return htmx.see_other(f"{HOME}/{id}/done?{urlencode({'app': done})}")


@guards.builder
def done(id: str) -> Response:
    """What came of it, and the ways on."""

    def page(visit: Visit) -> DonePage:
        return done_page(visit, find_draft(visit.tx, request.args.get("app", "")[:80]))

    try:
        return htmx.answer(DONE, reading(page))
    except NotFound:
        return htmx.see_other("/apps")


def routes(blueprint: Blueprint) -> None:
    """``/apps/import`` and the steps of a file under it."""
    rules: tuple[tuple[str, Any, str], ...] = (
        ("", show, "GET"), ("", upload, "POST"), ("/<id>", check, "GET"), ("/<id>", mend, "POST"),
        ("/<id>/match", match, "GET"), ("/<id>/trial", trial, "GET"), ("/<id>/trial", bring, "POST"),
        ("/<id>/done", done, "GET"),
    )  # fmt: skip
    for rule, view, method in rules:
        blueprint.add_url_rule(HOME + rule, f"import_{view.__name__}", view, methods=[method])
