"""A plan as it is read before publishing: what changes as sentences, what it does to the data by grade, with samples and
choices."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dougong import words
from dougong.plans.effect import GRADES, Choice, Effect, Grade, Plan, Sample
from dougong.spec.diffing import Difference, grouped

TONES: Mapping[str, str] = {"destructive": "bad", "conversion": "warn", "attention": "info", "safe": "ok"}
PREFIX = "choice."
OPEN = 12
"""How many changes of a group are seen at once; the others are one step away."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference as a sentence; ``what`` is added, removed, renamed, moved or changed."""

    what: str
    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """The changes of one kind of part; ``title`` is a key of the catalogue."""

    title: str
    first: tuple[Change, ...]
    rest: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Pick:
    """One choice of an effect."""

    key: str
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Impact:
    """One effect: ``name`` is the input's, ``picks`` none where there is nothing to choose."""

    name: str
    text: str
    affected: int
    failed: int
    samples: tuple[Sample, ...]
    picks: tuple[Pick, ...]


@dataclass(frozen=True, slots=True)
class GradeRows:
    """The effects of one grade; ``records`` is the largest number of records that one of them touches."""

    grade: Grade
    tone: str
    records: int
    impacts: tuple[Impact, ...]


def groups(differences: Iterable[Difference], language: str) -> tuple[Group, ...]:
    """Differences by group, as sentences."""
    found = []
    for name, several in grouped(differences).items():
        told = tuple(Change(each.what, words.sentence(each, language)) for each in several)
        found.append(Group(f"change.group.{name}", told[:OPEN], told[OPEN:]))
    return tuple(found)


def graded(plan: Plan, chosen: Mapping[str, str], language: str) -> tuple[GradeRows, ...]:
    """The effects by grade, grades without one left out; ``chosen`` gives the choice made for a place."""
    found = []
    for grade in GRADES:
        several = [each for each in plan.effects if each.grade == grade]
        if several:
            impacts = tuple(_impact(each, chosen, language) for each in several)
            found.append(GradeRows(grade, TONES[grade], max(each.affected for each in several), impacts))
    return tuple(found)


def _impact(effect: Effect, chosen: Mapping[str, str], language: str) -> Impact:
    return Impact(
        PREFIX + effect.place, words.sentence(effect, language), effect.affected, effect.failed, effect.samples,
        _picks(effect, chosen, language),
    )  # fmt: skip


def _picks(effect: Effect, chosen: Mapping[str, str], language: str) -> tuple[Pick, ...]:
    """The choices; what is the only one is no choice, it is part of what happens."""
    default = effect.choices[0].key if effect.choices else ""
    wanted = chosen.get(effect.place, default)
    return tuple(Pick(each.key, _said(each, language), each.key == wanted) for each in effect.choices)


def _said(choice: Choice, language: str) -> str:
    return words.sentence(choice, language)


def choices_of(given: Mapping[str, str]) -> dict[str, str]:
    """The choices in a posted form: place → key."""
    return {name.removeprefix(PREFIX): key for name, key in given.items() if name.startswith(PREFIX)}
