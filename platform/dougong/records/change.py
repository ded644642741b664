"""What is asked of a record, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dougong.errors import Problem


@dataclass(frozen=True, slots=True)
class Create:
    """A new record. ``values`` are raw, by field key; ``draft`` keeps it without judging what is missing.

    ``start_flow`` False stores a record that is settled already: no approval begins. ``history`` (only for a load as
    history, which starts none either) may set ``number, status, created_by, created_at``.
    """

    values: Mapping[str, Any]
    draft: bool = False
    start_flow: bool = True
    history: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Update:
    """Changed values of a record, as its ``version`` was seen; ``submit`` ends a draft or a return."""

    id: int
    version: int
    values: Mapping[str, Any]
    submit: bool = False
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Delete:
    """A record to mark as gone, as its ``version`` was seen."""

    id: int
    version: int


Change = Create | Update | Delete


@dataclass(frozen=True, slots=True)
class Notice:
    """Something done to what was typed without refusing it: a rounding, a value dropped because its field is hidden."""

    code: str
    at: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Written:
    """A stored change: ``before`` and ``after`` hold canonical values (system fields too), None where there is none."""

    kind: str  # created, updated, deleted
    id: int
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    submitted: bool = False
    notices: tuple[Notice, ...] = ()
    repeated: bool = False
    """True when an idempotency key told that this had been stored before."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict on one change before it is stored: the values it would have, or its problems."""

    values: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()
    notices: tuple[Notice, ...] = ()
