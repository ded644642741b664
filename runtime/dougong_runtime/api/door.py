"""The visits of the API: whoever holds the token, at the door ``api``."""

from collections.abc import Callable
from typing import TypeVar, cast

from dougong.compose import Composition
from dougong.people.actor import Actor
from dougong.records import Visit
from dougong.web import choices, current

T = TypeVar("T")


def reading(work: Callable[[Visit], T]) -> T:
    """Run ``work`` on a visit that reads."""
    return _composition().read(_actor(), "api", work, choices.language())


def writing(work: Callable[[Visit], T]) -> T:
    """Run ``work`` on a visit that writes."""
    return _composition().write(_actor(), "api", work, choices.language())


def _composition() -> Composition:
    return cast(Composition, current.composition())


def _actor() -> Actor:
    return cast(Actor, current.actor())
