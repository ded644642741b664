"""What can go wrong, as one small tree; rooms raise codes and parameters, words are made at the edge.

    DougongError
    ├── Refused          422  the input has problems (all of them, each a Problem)
    ├── SignInNeeded     401  nobody is signed in, or the session ended
    ├── Forbidden        403  somebody is, but may not
    ├── NotFound         404  absent, or not for this person to know of
    ├── Conflict         409  stale version, key used twice, already decided
    ├── TooLarge         413  more bytes, rows or nodes than a limit allows
    ├── TooMany          429  tried too often
    ├── Busy             503  the database stayed busy through every retry
    └── Misconfigured    500  the installation, not the request, is wrong

A code is ``room.what`` in lower case with underscores (``field.required``, ``access.may_not_edit``); its sentence and
remedy in each language stand in ``words/catalogue``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: a code, a place, the parameters of its sentence.

    ``at`` is a path of keys: ``lines[0].price`` in a record, ``forms.request.fields.total.value`` in a spec. ``line``
    and ``column`` count from 1; ``source`` is a file name or a sheet. A parameter may be a text in both languages
    (``{"zh-CN": …, "en": …}``); the edge picks one.
    """

    code: str
    at: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    line: int | None = None
    column: int | None = None
    source: str | None = None

    def under(self, prefix: str) -> "Problem":
        """The same problem, seen from one level further out: its place is put under ``prefix``."""
        if not self.at:
            return replace(self, at=prefix)
        return replace(self, at=prefix + self.at if self.at.startswith("[") else f"{prefix}.{self.at}")


class DougongError(Exception):
    """The root of everything this project raises on purpose."""

    status = 500

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params


class Refused(DougongError):
    """The input has problems; ``problems`` holds every one of them."""

    status = 422

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("refused", count=len(self.problems))

    def __str__(self) -> str:
        return "; ".join(f"{p.at or '-'}: {p.code} {dict(p.params)}" for p in self.problems)


class SignInNeeded(DougongError):
    """Nobody is signed in, or the session ended."""

    status = 401


class Forbidden(DougongError):
    """The person is known and may not do this."""

    status = 403


class NotFound(DougongError):
    """The thing is absent, or its existence is not for this person to know."""

    status = 404


class Conflict(DougongError):
    """Somebody else was first: a stale version, a key used with another payload, a task already decided."""

    status = 409


class TooLarge(DougongError):
    """More bytes, rows or nodes than a limit allows."""

    status = 413


class TooMany(DougongError):
    """Tried too often; ``retry_after`` seconds is a parameter where it is known."""

    status = 429


class Busy(DougongError):
    """The database stayed busy through every retry; the same request may be sent again."""

    status = 503


class Misconfigured(DougongError):
    """The installation is wrong: a missing secret, asset or setting."""
