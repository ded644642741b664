"""What the web needs of the rest of the platform, wired in one place and handed to the factory."""

from collections.abc import Callable, Sequence
from typing import Protocol
from zoneinfo import ZoneInfo

from flask import Flask

from dougong.config import Settings
from dougong.db import Database


class Actor(Protocol):
    """Whoever is signed in, as the web sees one."""

    @property
    def id(self) -> int: ...

    @property
    def name(self) -> str: ...

    @property
    def is_admin(self) -> bool: ...

    @property
    def is_builder(self) -> bool: ...

    @property
    def language(self) -> str:
        """The language chosen for the account; "" when none was."""

    @property
    def theme(self) -> str:
        """The theme chosen for the account; "" when none was."""


class Composition(Protocol):
    """Everything wired: what ``create_app`` and the guards ask for."""

    @property
    def settings(self) -> Settings: ...

    @property
    def houses(self) -> Sequence[Callable[[Flask, "Composition"], None]]:
        """``register(app, composition)`` of every house, in the order they are to be registered."""

    @property
    def database(self) -> Database:
        """Where sign-ins are kept."""

    @property
    def organisation(self) -> str:
        """Its name as shown in the top bar; empty: the product's own. Read on error pages too, so from memory."""

    @property
    def language(self) -> str:
        """The organisation's language, for people whose browser asks for neither of ours."""

    @property
    def zone(self) -> ZoneInfo:
        """The organisation's zone, in which moments are shown."""

    def identify(self, session_token: str | None) -> Actor | None:
        """The person of a browser session; None when there is no such session any more."""

    def identify_bearer(self, token: str) -> Actor | None:
        """The person of an API token; None when there is no such token any more."""
