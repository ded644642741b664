"""The first page: what waits for one, what one started, drafts, apps; and the ways that lead everywhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, request
from flask.blueprints import BlueprintSetupState

from dougong.flows.waiting import count_open
from dougong.pages import reading, wired
from dougong.records import Visit
from dougong.tables import LiveForm
from dougong.web import NavItem, guards, htmx, navigation
from dougong.web.composition import Actor
from dougong_runtime.app_of import apps_of
from dougong_runtime.gallery_apps import AppCard, open_apps
from dougong_runtime.inbox_tasks import TaskCard, open_tasks
from dougong_runtime.workbench_mine import Started, drafts, started

SHOWN = 6


@dataclass(frozen=True, slots=True)
class Workbench:
    """The first page."""

    tasks: tuple[TaskCard, ...]
    waiting: int
    started: tuple[Started, ...]
    drafts: tuple[Started, ...]
    apps: tuple[AppCard, ...]


@dataclass(frozen=True, slots=True)
class Mine:
    """What one started; ``stage`` is running or ended."""

    stage: str
    started: tuple[Started, ...]
    drafts: tuple[Started, ...]


@guards.signed_in
def show() -> Response:
    """The first page."""
    return htmx.answer("runtime/workbench.html", reading(_workbench))


def _workbench(visit: Visit) -> Workbench:
    return Workbench(
        tasks=open_tasks(visit, "/", limit=SHOWN),
        waiting=count_open(visit.tx, visit.actor.id),
        started=started(visit, True, "/", SHOWN),
        drafts=drafts(visit, _forms(visit), "/")[:SHOWN],
        apps=open_apps(visit),
    )


@guards.signed_in
def mine() -> Response:
    """What one started; ``?stage=ended`` for what is over."""
    stage = "ended" if request.args.get("stage") == "ended" else "running"

    def page(visit: Visit) -> Mine:
        back = "/mine" if stage == "running" else "/mine%3Fstage%3Dended"
        left = drafts(visit, _forms(visit), back) if stage == "running" else ()
        return Mine(stage, started(visit, stage == "running", back), left)

    return htmx.answer("runtime/mine.html", reading(page))


def _forms(visit: Visit) -> list[LiveForm]:
    return [live for app in apps_of(visit) for live in app.forms.values()]


def ways(actor: Actor) -> Sequence[NavItem]:
    """The rail and the tab bar."""
    waiting = wired().database.read(lambda tx: count_open(tx, actor.id))
    apps = "/a/" if request.path.startswith("/a/") else "/apps"  # the way one is on, however deep
    return (
        NavItem("work", "work.title", "/", icon="house", phone=False),
        NavItem("tasks", "web.nav_tasks", "/inbox", "inbox", badge=waiting),
        NavItem("apps", "web.nav_apps", apps, "layout-grid"),
        NavItem("new", "web.nav_new", "/new", "plus", main=True, desktop=False),
        NavItem("mine", "web.nav_started", "/mine", "send"),
        NavItem("me", "web.nav_me", "/account", "user", desktop=False),
    )


def routes(blueprint: Blueprint) -> None:
    """``/`` and ``/mine``."""
    blueprint.add_url_rule("/", "workbench", show)
    blueprint.add_url_rule("/mine", "mine", mine)
    blueprint.record_once(_lead)


def _lead(state: BlueprintSetupState) -> None:
    navigation(state.app, ways)  # type: ignore[arg-type]
