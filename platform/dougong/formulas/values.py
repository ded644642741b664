"""What surrounds an evaluation: the moment and person it is for, the error values it may give, the problems of a text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from dougong.errors import DougongError


@dataclass(frozen=True, slots=True)
class Env:
    """The moment (aware), the organisation's zone, and the acting person's id (None: nobody, a worker)."""

    now: datetime
    zone: ZoneInfo
    me: int | None = None

    def today(self) -> date:
        """The day of ``now`` on the calendar of ``zone``."""
        return self.now.astimezone(self.zone).date()

    def local(self, moment: datetime) -> datetime:
        """``moment`` on the clocks of ``zone``; a naive moment counts as UTC. Raises Failure outside years 1 to 9999."""
        try:
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(self.zone)
        except OverflowError:
            raise Failure("#NUM!", "formula.error.no_such_day") from None


@dataclass(frozen=True, slots=True)
class ErrorValue:
    """A result that is an error: ``code`` as a cell shows it (``#DIV/0!``), ``reason`` a code of the catalogue."""

    code: str
    reason: str
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)


class Failure(Exception):
    """Carries an error value to whoever takes it: IFERROR, ISBLANK, COUNT, or the end of the evaluation."""

    def __init__(self, code: str, reason: str, **params: Any) -> None:
        super().__init__(code, reason)
        self.error = ErrorValue(code, reason, params)

    @classmethod
    def of(cls, error: ErrorValue) -> "Failure":
        """The failure that carries an error value met on the way."""
        return cls(error.code, error.reason, **error.params)


@dataclass(frozen=True, slots=True)
class FormulaProblem:
    """One thing wrong with a formula's text; ``position`` counts characters from 0."""

    code: str
    position: int
    length: int
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)


class NotInSql(DougongError):
    """The formula, right as it is, cannot be part of a database query; ``code`` and ``params`` say why."""

    def __init__(self, code: str, position: int = 0, length: int = 0, **params: Any) -> None:
        super().__init__(code, **params)
        self.position = position
        self.length = length

    def problem(self) -> FormulaProblem:
        """The same as a problem of the text."""
        return FormulaProblem(self.code, self.position, self.length, self.params)
