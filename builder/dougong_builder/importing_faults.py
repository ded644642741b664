"""What is wrong with an app file, at its place: excerpts with a caret, grouped by cause, lines that can be mended at once."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dougong import words
from dougong.errors import Problem

MOST = 200
"""How many are shown."""
WIDTH = 110
"""The most characters of a line that an excerpt shows."""
LONGEST_MENDED = 400
"""Longer lines are not mended one by one."""
CAUSES = ("text", "names", "missing", "formula", "value")
_TEXT = frozenset({
    "too_large", "not_utf8", "too_deep", "unfinished", "syntax", "text_after_end", "unclosed_text", "bad_text",
    "not_a_number", "number_too_long", "bad_character", "duplicate_key", "not_json", "newer_format",
})  # fmt: skip
_NAMES = frozenset({"unknown_key", "not_one_of", "key_twice", "twice", "bad_key"})
_NAME = re.compile(r"[\w.]{1,60}")
_MISSING = frozenset({"missing_key", "title_missing", "too_short"})


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an excerpt."""

    number: int
    text: str
    here: bool


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: ``where`` is file:line:column, ``before`` what stands before the caret, ``mend`` the whole line
    when it can be mended here (None when it cannot, or stands with an earlier fault), ``fix`` what ``fixed`` asks for to put
    the name ``nearest`` in place, or ""."""

    where: str
    at: str
    text: str
    remedy: str
    lines: tuple[Line, ...]
    before: str
    number: int
    mend: str | None
    fix: str
    nearest: str


@dataclass(frozen=True, slots=True)
class Cause:
    """Faults of one kind; ``importing.cause.<name>`` says which."""

    name: str
    faults: tuple[Fault, ...]


def causes(problems: Sequence[Problem], text: str, language: str) -> tuple[Cause, ...]:
    """The first faults, grouped, the groups in the order in which they are best mended."""
    lines = text.split("\n")
    taken: set[int] = set()
    groups: dict[str, list[Fault]] = {name: [] for name in CAUSES}
    for problem in problems[:MOST]:
        groups[cause_of(problem)].append(_fault(problem, lines, taken, language))
    return tuple(Cause(name, tuple(found)) for name, found in groups.items() if found)


def cause_of(problem: Problem) -> str:
    """Which kind of fault it is."""
    room, _, what = problem.code.partition(".")
    if room == "formula":
        return "formula"
    if what in _TEXT:
        return "text"
    if what in _NAMES or what.startswith("no_such"):
        return "names"
    return "missing" if what in _MISSING else "value"


def _fault(problem: Problem, lines: Sequence[str], taken: set[int], language: str) -> Fault:
    number, column = problem.line or 0, problem.column or 1
    where = ":".join(str(each) for each in (problem.source, problem.line, problem.column) if each)
    shown = 0 < number <= len(lines)
    cut = max(0, column - WIDTH * 3 // 4)
    whole = lines[number - 1].rstrip("\r") if shown else ""
    mend = whole if shown and number not in taken and len(whole) <= LONGEST_MENDED else None
    taken |= {number}
    return Fault(
        where=where, at=problem.at, text=words.sentence(problem, language), remedy=words.remedy(problem, language) or "",
        lines=tuple(_excerpt(lines, number, cut)) if shown else (), before=_plain(whole[cut : column - 1]),
        number=number, mend=mend, fix=_fix(problem) if shown else "", nearest=str(problem.params.get("nearest", "")),
    )  # fmt: skip


def _fix(problem: Problem) -> str:
    """Where the wrong name stands, that name, and the one that was probably meant."""
    wrong = str(next((problem.params[name] for name in ("value", "key", "name") if name in problem.params), ""))
    nearest = str(problem.params.get("nearest", ""))
    plain = _NAME.fullmatch(wrong) and _NAME.fullmatch(nearest)
    return f"{problem.line}:{problem.column}:{wrong}:{nearest}" if plain else ""


def _excerpt(lines: Sequence[str], number: int, cut: int) -> Iterable[Line]:
    """The line with its neighbours, all cut alike."""
    for each in range(max(1, number - 1), min(len(lines), number + 1) + 1):
        yield Line(each, _plain(lines[each - 1][cut : cut + WIDTH]), each == number)


def _plain(text: str) -> str:
    """Without characters that a page would act on."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def mended(text: str, edits: Mapping[int, str]) -> str:
    """The text with whole lines replaced, counted from 1; each keeps its own ending."""
    lines = text.split("\n")
    for number, line in edits.items():
        if 0 < number <= len(lines):
            lines[number - 1] = line + ("\r" if lines[number - 1].endswith("\r") else "")
    return "\n".join(lines)


def fixed(text: str, fix: str) -> str:
    """The text with the wrong name of a ``Fault.fix`` replaced by the other, where it stands; as it was when it does not."""
    line, column, wrong, nearest = (*fix.split(":"), "", "", "", "")[:4]
    lines = text.split("\n")
    if not (line.isdecimal() and column.isdecimal() and wrong and 0 < int(line[:9]) <= len(lines)):
        return text
    number = int(line[:9]) - 1
    at = lines[number].find(wrong, max(0, int(column[:9]) - 1))
    if at >= 0:
        lines[number] = lines[number][:at] + nearest + lines[number][at + len(wrong) :]
    return "\n".join(lines)
