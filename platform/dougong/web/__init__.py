"""The web's own room: the app factory, guards, htmx answers, errors as pages, base templates, static files."""

from dougong.web.app import create_app
from dougong.web.assets import asset_url
from dougong.web.composition import Actor, Composition
from dougong.web.current import actor, composition, request_id, writes
from dougong.web.headers import allow_framing
from dougong.web.htmx import answer, is_htmx, see_other, tell
from dougong.web.page import Chrome, NavItem, chrome, navigation
from dougong.web.session import forget, remember

__all__ = [
    "Actor",
    "Chrome",
    "Composition",
    "NavItem",
    "actor",
    "allow_framing",
    "answer",
    "asset_url",
    "chrome",
    "composition",
    "create_app",
    "forget",
    "is_htmx",
    "navigation",
    "remember",
    "request_id",
    "see_other",
    "tell",
    "writes",
]
