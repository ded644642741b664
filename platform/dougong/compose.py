"""The one place that wires rooms, followers and houses, shared by web, command line and worker."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import entry_points
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from dougong import audit, clock, words
from dougong.access import RowGrant, everything
from dougong.apps import Registry
from dougong.config import Settings, load
from dougong.db import Database, Tx, make_engine
from dougong.errors import SignInNeeded
from dougong.files import Shelf
from dougong.flows.grants import task_grants
from dougong.flows.log import pinned
from dougong.flows.store import follow as follow_flow
from dougong.people import organisation, sessions, tokens
from dougong.people.actor import Actor
from dougong.people.organisation import Organisation
from dougong.records import Visit
from dougong.tables import LiveForm

T = TypeVar("T")
HOUSES = "dougong.houses"
FOLLOWERS = (follow_flow, audit.follow)
"""What runs after a batch was stored, in this order, in the same transaction."""


@dataclass
class Composition:
    """Everything wired for one process."""

    settings: Settings
    database: Database
    shelf: Shelf
    _organisation: list[Organisation] = field(default_factory=list)

    # -- one visit ----------------------------------------------------------------------------------------------------
    def visit(self, tx: Tx, actor: Actor, door: str, language: str = "") -> Visit:
        """``actor`` at ``door`` in a transaction."""
        org = organisation.load(tx)
        loading = (_administrator,) if door == "load" and actor.admin else ()
        return Visit(
            tx=tx, actor=actor, forms=Registry(tx), organisation=org, now=clock.now(), door=door,
            language=language or actor.language or org.language, grant_sources=(task_grants, *loading), followers=FOLLOWERS,
            pinning=pinned,
        )  # fmt: skip

    def read(self, actor: Actor, door: str, work: Callable[[Visit], T], language: str = "") -> T:
        """Run ``work`` on a visit that only reads."""
        return self.database.read(lambda tx: work(self.visit(tx, actor, door, language)))

    def write(self, actor: Actor, door: str, work: Callable[[Visit], T], language: str = "") -> T:
        """Run ``work`` on a visit that may write; it runs again when the database asks for it."""
        return self.database.write(lambda tx: work(self.visit(tx, actor, door, language)))

    # -- what the web asks --------------------------------------------------------------------------------------------
    @cached_property
    def houses(self) -> Sequence[Callable[[Any, Any], None]]:
        """``register(app, composition)`` of every installed house, by name."""
        return [point.load() for point in sorted(entry_points(group=HOUSES), key=lambda point: point.name)]

    @property
    def org(self) -> Organisation:
        """The organisation as last read; the defaults while the database cannot be asked."""
        if not self._organisation:
            self.refresh()
        return self._organisation[-1] if self._organisation else Organisation()

    def refresh(self) -> None:
        """Read the organisation again."""
        try:
            self._organisation[:] = [self.database.read(organisation.load)]
        except Exception:  # an error page is drawn with the defaults rather than not at all
            self._organisation.clear()

    @property
    def organisation(self) -> str:
        """Its name in its own language, "" when it has none."""
        return words.title(self.org.name, self.org.language)

    @property
    def language(self) -> str:
        """The organisation's language."""
        return self.org.language

    @property
    def zone(self) -> ZoneInfo:
        """The organisation's zone."""
        return self.org.zone

    def identify(self, session_token: str | None) -> Actor | None:
        """The person of a browser session, None when there is no such session any more."""
        return sessions.recognise(self.database, session_token) if session_token else None

    def identify_bearer(self, token: str) -> Actor | None:
        """The person of an API token, None when there is no such token any more."""
        try:
            actor = self.database.read(lambda tx: tokens.identify_token(tx, token))
        except SignInNeeded:
            return None
        tokens.touch_token(self.database, token)
        return actor


def _administrator(_visit: Visit, live: LiveForm) -> list[RowGrant]:
    return [everything(live)]


def compose(settings: Settings | None = None) -> Composition:
    """Wire a process from its settings."""
    settings = settings or load()
    if not settings.database:
        settings.data.mkdir(parents=True, exist_ok=True)
    return Composition(settings, Database(make_engine(settings.database_url())), Shelf(settings.data / "files"))
