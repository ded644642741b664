"""People, departments, records and files as fields see them, and the desk where they are looked up."""

from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Person:
    """A person as fields see one."""

    id: int
    login: str
    name: str


@dataclass(frozen=True, slots=True)
class Department:
    """A department as fields see one; ``path`` names it from the root down."""

    id: int
    key: str
    name: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class RecordRef:
    """A record of another form as fields see one."""

    id: int
    number: str
    title: str


@dataclass(frozen=True, slots=True)
class FileRef:
    """An uploaded file as fields see one; ``size`` in bytes."""

    id: str
    name: str
    size: int
    media_type: str


class Desk(Protocol):
    """Where coerce and display look things up; filled once per batch or page, so that nothing is asked per row.

    ``zone`` is the organisation's: a datetime that names no zone is meant in it.
    """

    zone: Any

    def person(self, raw: str) -> Person | None:
        """The person with this login, or this name where only one has it; raises Invalid when several have it."""

    def department(self, raw: str) -> Department | None:
        """The department with this key, or this name where only one has it."""

    def record(self, form: str, raw: str) -> RecordRef | None:
        """The record of ``app.form`` with this id, number or unique value, if the acting person may read it."""

    def file(self, raw: str) -> FileRef | None:
        """The uploaded file with this id, if the acting person may use it."""

    def person_by_id(self, id: int) -> Person | None: ...

    def department_by_id(self, id: int) -> Department | None: ...

    def record_by_id(self, form: str, id: int) -> RecordRef | None: ...

    def notice(self, code: str, **params: Any) -> None:
        """Tell the person about a change made on the way in (a rounding), without refusing."""


class Reader(Protocol):
    """For whom a value is shown: language, zone and currency, and the desk that knows names."""

    language: str
    zone: Any
    currency: str
    desk: Desk
