"""What the gallery shows to people who build apps: drafts to go on with, ways to begin, every published app with its editor."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from flask import current_app

from dougong import words
from dougong.drafts.store import Draft
from dougong.drafts.unfinished import open_drafts
from dougong.records import Visit
from dougong.spec.diffing import diff
from dougong.spec.model import App
from dougong.web.assets import icons
from dougong_runtime.app_of import apps_of
from dougong_runtime.gallery_apps import AppCard, app_card, open_apps

MOST = 6
STARTS = (("leave", "calendar"), ("expense", "wallet"), ("ledger", "clipboard-list"))
"""The names of the starts of a new app, with their icons."""


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """A draft to go on with; ``changes`` is 0 for an app that was never published."""

    key: str
    title: str
    icon: str
    url: str
    changes: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Making:
    """The bands of a builder: ``drafts`` are the newest of ``waiting``, ``edit`` the address of each app's editor."""

    drafts: tuple[OpenDraft, ...]
    waiting: int
    edit: dict[str, str]
    starts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Gallery:
    """The apps open to a person; ``making`` is None for who builds none."""

    apps: tuple[AppCard, ...]
    making: Making | None


def gallery(visit: Visit) -> Gallery:
    """Every app open to the person; a builder sees every published one, and what goes with building."""
    if not (visit.actor.is_builder and "builder" in current_app.blueprints):
        return Gallery(open_apps(visit), None)
    published = list(apps_of(visit))
    cards = tuple(_reachable(app_card(visit, each), each.compiled.spec) for each in published)
    drafts = tuple(_unfinished(visit, {each.key: each.compiled.spec for each in published}))
    edit = {each.key: editor_of(each.compiled.spec) for each in published}
    starts = () if cards or drafts else STARTS
    return Gallery(cards, Making(drafts[:MOST], len(drafts), edit, starts))


def _reachable(card: AppCard, spec: App) -> AppCard:
    """The card; where the app is not open to the builder as a person, it leads to the editor."""
    return card if card.forms or card.lists else replace(card, url=editor_of(spec))


def editor_of(spec: App) -> str:
    """Where an app is edited: its first form, else the app itself."""
    where = f"forms/{spec.forms[0].key}/design" if spec.forms else "settings"
    return f"/apps/{spec.app.key}/{where}"


def _unfinished(visit: Visit, published: dict[str, App]) -> Iterable[OpenDraft]:
    """The open drafts that say something new; one that was only looked into does not."""
    for draft in open_drafts(visit.tx):
        there = published.get(draft.app)
        changes = len(diff(there, draft.spec)) if there else 0
        if changes or there is None:
            yield _told(draft, changes, visit.language)


def _told(draft: Draft, changes: int, language: str) -> OpenDraft:
    head = draft.spec.app
    icon = head.icon if head.icon in icons() else "app-window"
    title = words.title(head.title, language, draft.app)
    return OpenDraft(draft.app, title, icon, editor_of(draft.spec), changes, draft.updated_at)
