"""A draft's form tried out: drawn by the templates of filling in, its rules alive, and nothing is ever stored."""

from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, Response, request

from dougong import words
from dougong.errors import Problem
from dougong.forms import RawRecord, apply_row_operation, bind, without_blank_rows
from dougong.pages import reading
from dougong.records import Visit
from dougong.web import choices, guards, headers, htmx
from dougong_runtime import untouched
from dougong_runtime.evaluating import LiveAnswer, live_answer
from dougong_runtime.filling import Filling, addresses_of
from dougong_runtime.form_page import Alert, FillPage, fill_page, with_starting_rows
from dougong_runtime.posted import UPLOAD, redraws, refuse_endless
from dougong_runtime.sketch import SketchDesk, sketch, trial_files

TEMPLATE = "runtime/preview.html"


@guards.builder
def preview(app: str, form: str) -> Response:
    """The blank form, with its defaults."""
    headers.allow_framing()
    page = reading(lambda visit: _page(_filling(visit, app, form), RawRecord()))
    return htmx.answer(TEMPLATE, page)


@guards.builder
def try_out(app: str, form: str) -> Response:
    """Evaluate what was typed, draw the form again, or say what a submission would be refused for."""
    headers.allow_framing()
    refuse_endless()
    if htmx.wants_part():
        return htmx.answer("runtime/form_live.html", reading(lambda visit: _live(visit, app, form)), block="answer")
    page = reading(lambda visit: _tried(visit, app, form))
    return htmx.answer(TEMPLATE, page, status=422 if page.form.errors else 200)


def _live(visit: Visit, app: str, form: str) -> LiveAnswer:
    filling = _filling(visit, app, form)
    return live_answer(filling, bind(filling.live.form, request.form))


def _tried(visit: Visit, app: str, form: str) -> FillPage:
    filling = _filling(visit, app, form)
    raw = bind(filling.live.form, request.form, trial_files(request.files, UPLOAD))
    if redraws():
        return _page(filling, apply_row_operation(raw, request.form.get("_row", "")))
    raw = without_blank_rows(filling.live.form, raw)
    problems = filling.problems(*filling.evaluated(raw))
    page = _page(filling, raw, problems)
    if problems:
        return page
    language = choices.language()
    good = Alert("ok", words.say("runtime.would_submit", language), words.say("runtime.would_submit_help", language))
    return replace(page, alert=good)


def _filling(visit: Visit, app: str, form: str) -> Filling:
    live = sketch(visit, app, form)
    keys = frozenset(live.form.fields)
    addresses = replace(addresses_of(live, draft="1"), upload=lambda path: "", file=lambda id: "")
    return Filling(visit, live, SketchDesk(visit), keys, keys, addresses=addresses)


def _page(filling: Filling, raw: RawRecord, problems: Sequence[Problem] = ()) -> FillPage:
    page = fill_page(
        filling, with_starting_rows(filling, raw), problems, hidden=(), submit="runtime.try", draft=False, back="",
        marks=untouched.posted_marks(request.form),
    )  # fmt: skip
    return replace(page, live=request.path)


def routes(blueprint: Blueprint) -> None:
    """``/a/<app>/<form>/preview``."""
    blueprint.add_url_rule("/a/<app>/<form>/preview", "preview", preview, methods=["GET"])
    blueprint.add_url_rule("/a/<app>/<form>/preview", "try_out", try_out, methods=["POST"])
