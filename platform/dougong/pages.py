"""What every page of a house starts from: the composition, the person who asks, a visit in the reader's language."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from flask import request, url_for

from dougong.compose import Composition
from dougong.fields.base import Desk
from dougong.people.actor import Actor
from dougong.records import RecordDesk, Visit
from dougong.web import choices, current
from dougong.web.addresses import local

T = TypeVar("T")
DOOR = "page"


def wired() -> Composition:
    """The composition of this request."""
    return cast(Composition, current.composition())


def me() -> Actor:
    """Whoever is signed in; asked for behind a guard only."""
    return cast(Actor, current.actor())


def reading(work: Callable[[Visit], T]) -> T:
    """Run ``work`` on a visit that only reads."""
    return wired().read(me(), DOOR, work, choices.language())


def writing(work: Callable[[Visit], T]) -> T:
    """Run ``work`` on a visit that may write; it must be safe to run again from its start."""
    return wired().write(me(), DOOR, work, choices.language())


def came_from(fallback: str = "/") -> str:
    """Where the page's way back leads: ``?back=`` when it is an address of ours."""
    return local(request.values.get("back"), fallback)


def address(endpoint: str, values: dict[str, Any]) -> str:
    """``url_for`` for names that Python keeps for itself, such as ``for``."""
    return url_for(endpoint, **values)


@dataclass(slots=True)
class PageReader:
    """For whom values are shown; implements ``fields.base.Reader``."""

    language: str
    zone: ZoneInfo
    currency: str
    desk: Desk


def reader_of(visit: Visit, desk: RecordDesk) -> PageReader:
    """The reader of a visit."""
    return PageReader(visit.language, visit.organisation.zone, visit.organisation.currency, desk)


def names_of(desk: RecordDesk, people: Iterable[int]) -> tuple[str, ...]:
    """What people are called, in order."""
    wanted = tuple(people)
    desk.directory.prime_ids(wanted)
    found = (desk.person_by_id(id) for id in wanted)
    return tuple(person.name if person else f"#{id}" for id, person in zip(wanted, found, strict=True))
