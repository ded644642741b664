"""The frame around every page: a frozen object built once per request and handed to the base template."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import cast
from zoneinfo import ZoneInfo

from flask import Flask, current_app, g, get_flashed_messages, request
from flask_wtf.csrf import generate_csrf  # type: ignore[import-untyped]

from dougong.web import choices, current
from dougong.web.addresses import local
from dougong.web.composition import Actor

KEY = "dougong.navigation"


@dataclass(frozen=True, slots=True)
class NavItem:
    """One way in the rail and the tab bar. ``title`` is a catalogue key; ``badge`` a count, 0 shows none."""

    key: str
    title: str
    url: str
    icon: str
    badge: int = 0
    current: bool = False
    main: bool = False
    """Whether it is the one that stands out (＋)."""
    desktop: bool = True
    phone: bool = True


@dataclass(frozen=True, slots=True)
class Chrome:
    """Everything the base template shows around a page's own content."""

    language: str
    theme: str
    keys: bool
    organisation: str
    person: str | None
    nav: tuple[NavItem, ...]
    csrf: str
    path: str
    address: str
    """Path and query, to come back to."""
    zone: ZoneInfo
    request_id: str
    said: tuple[tuple[str, str], ...]
    """What the last request had to say: pairs of tone and sentence."""


Provider = Callable[[Actor], Sequence[NavItem]]


def navigation(app: Flask, provider: Provider) -> None:
    """Let ``provider(actor)`` say what the rail and the tab bar hold; asked once per full page."""
    app.extensions[KEY] = provider


def chrome() -> Chrome:
    """The frame of this request's page; a person and the ways are in it only once a guard has asked who it is."""
    if "chrome" not in g:
        actor = current.known_actor()
        said = cast("list[tuple[str, str]]", get_flashed_messages(with_categories=True))
        g.chrome = replace(
            bare(), person=actor.name if actor else None, nav=_nav(actor) if actor else (), said=tuple(said)
        )
    built: Chrome = g.chrome
    return built


def bare() -> Chrome:
    """The frame without person, ways and messages: for parts of pages, and for errors; asks nobody anything."""
    composition = current.composition()
    return Chrome(
        language=choices.language(),
        theme=choices.theme(),
        keys=choices.keys(),
        organisation=composition.organisation,
        person=None,
        nav=(),
        csrf=generate_csrf(),
        path=request.path,
        address=request.full_path.rstrip("?") if request.method == "GET" else "/",
        zone=composition.zone,
        request_id=current.request_id(),
        said=(),
    )


def _nav(actor: Actor) -> tuple[NavItem, ...]:
    provider: Provider | None = current_app.extensions.get(KEY)
    items = provider(actor) if provider else ()
    here = _came_from() or request.path
    best = max((item.url for item in items if _within(item.url, here)), key=len, default=None)
    return tuple(replace(item, current=item.url == best) for item in items)


def _came_from() -> str:
    """The path to go back to: a record read from the inbox is of the inbox. "" where that is nowhere in particular."""
    path = local(request.values.get("back"), "").partition("?")[0]
    return path if path != "/" else ""


def _within(url: str, here: str) -> bool:
    return here == url or here.startswith(url.rstrip("/") + "/")
