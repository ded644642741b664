"""Checking a spec as a whole, and telling what is wrong with it as plain text."""

import unicodedata

from dougong import words
from dougong.errors import Problem
from dougong.spec.compile import compile_app, no_others
from dougong.spec.compiled import CompiledApp
from dougong.spec.compiling.context import Others
from dougong.spec.parse import parse

WIDTH = 100
"""The most characters of a line that an excerpt shows."""


def check(
    text: str | bytes, source: str = "", others: Others = no_others
) -> tuple[CompiledApp | None, tuple[Problem, ...]]:
    """Both stages: the app, as far as it can be made (None when the document is not well-formed), and every problem in
    the order of the text."""
    parsed = parse(text, source)
    if parsed.app is None:
        return None, parsed.problems
    compiled = compile_app(parsed.app, others, parsed.positions)
    return compiled, compiled.problems


def report(problem: Problem, text: str | bytes, language: str) -> str:
    """``file:line:col · place · sentence``, up to three lines of the text with a caret, and the remedy."""
    head = " · ".join(part for part in (_where(problem), problem.at, words.sentence(problem, language)) if part)
    remedy = words.remedy(problem, language)
    return "\n".join([head, *_excerpt(problem, text), *([f"  → {remedy}"] if remedy else [])])


def _where(problem: Problem) -> str:
    place = [problem.source or "", *(str(each) for each in (problem.line, problem.column) if each is not None)]
    return ":".join(part for part in place if part)


def _excerpt(problem: Problem, text: str | bytes) -> list[str]:
    if problem.line is None or problem.column is None:
        return []
    decoded = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    lines = decoded.removeprefix("\ufeff").split("\n")
    if problem.line > len(lines):
        return []
    cut = max(0, problem.column - WIDTH * 3 // 4)
    margin = len(str(problem.line + 1))
    shown: list[str] = []
    for number in range(max(1, problem.line - 1), min(len(lines), problem.line + 1) + 1):
        line = _printable(lines[number - 1][cut : cut + WIDTH])
        shown.append(f"  {number:>{margin}} | {line}".rstrip())
        if number == problem.line:
            before = lines[number - 1][cut : problem.column - 1]
            shown.append(f"  {'':>{margin}} | {' ' * sum(_cells(letter) for letter in before)}^")
    return shown


def _printable(line: str) -> str:
    """Without characters that a terminal would act on."""
    return "".join(letter if letter.isprintable() else " " for letter in line)


def _cells(letter: str) -> int:
    """How wide a terminal draws a character."""
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
