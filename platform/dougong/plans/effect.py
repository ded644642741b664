"""What publishing would do, piece by piece: each effect with its class, its counts, samples, and what may be chosen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from dougong.errors import Problem
from dougong.spec.diffing import Difference

Grade = Literal["safe", "attention", "conversion", "destructive"]
GRADES: tuple[Grade, ...] = ("destructive", "conversion", "attention", "safe")
"""The classes, the gravest first."""
SAMPLES = 5
"""Samples shown of one effect, at most."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One record and what becomes of a value of it; ``after`` None: it does not convert."""

    record: int
    called: str
    before: str
    after: str | None


@dataclass(frozen=True, slots=True)
class Choice:
    """One way of going about an effect; the first of its choices is taken unless another is named."""

    key: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Effect:
    """What happens to one part of the app. ``place`` is by the new keys (of what is gone, by the old); ``affected`` are
    the records (or rows, values) it concerns, ``failed`` those of them that do not convert."""

    kind: str
    grade: Grade
    place: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    affected: int = 0
    failed: int = 0
    samples: tuple[Sample, ...] = ()
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What publishing an app would do. ``base`` is the revision it was compared with, 0 before the first; ``problems``
    stand in the way of publishing; ``waiting`` approvals are under way on forms that change."""

    app: str
    base: int
    differences: tuple[Difference, ...]
    effects: tuple[Effect, ...]
    problems: tuple[Problem, ...]
    waiting: int

    @property
    def grade(self) -> Grade:
        """The gravest class of its effects."""
        return next((grade for grade in GRADES if any(each.grade == grade for each in self.effects)), "safe")

    def effect(self, place: str, kind: str = "") -> Effect | None:
        """The effect at a place, of a kind where one is named."""
        return next((each for each in self.effects if each.place == place and kind in ("", each.kind)), None)
