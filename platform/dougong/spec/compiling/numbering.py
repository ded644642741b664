"""Judging the pattern of running numbers: ``CG-{YYYY}-{0000}``."""

import re

from dougong.spec.compiling.context import Context
from dougong.spec.nearest import clipped
from dougong.spec.positions import Path

_PART = re.compile(r"\{([^{}]*)\}")
_DATES = ("YYYY", "YY", "MM", "DD")
_NEEDS = {"never": "", "year": "Y", "month": "YM", "day": "YMD"}
LONGEST = 100
MOST_DIGITS = 12


def judge_pattern(context: Context, path: Path, pattern: str, reset: str) -> None:
    """One run of zeros for the number, parts of the day that exist, and those that the reset needs."""
    runs = [part for part in _PART.findall(pattern) if part and not part.strip("0")]
    if len(runs) != 1 or len(runs[0]) > MOST_DIGITS:
        context.faults.add(path, "spec.pattern_zeros", most=MOST_DIGITS)
    judge_dates(context, path, pattern, reset)


def judge_dates(context: Context, path: Path, pattern: str, reset: str) -> None:
    """The same without the run of zeros."""
    if len(pattern) > LONGEST:
        context.faults.add(path, "spec.too_long", limit=LONGEST, value=clipped(pattern))
    parts = [part for part in _PART.findall(pattern) if part.strip("0") or not part]
    parts += re.findall(r"[{}]", _PART.sub("", pattern))
    for part in parts:
        if part not in _DATES:
            choices = [f"{{{date}}}" for date in _DATES]
            context.faults.add(path, "spec.pattern_part", part=clipped(part), choices=choices)
    have = {part[0] for part in parts if part in _DATES}
    missing = [need for need in _NEEDS[reset] if need not in have]
    if missing:
        named = {"Y": "{YYYY}", "M": "{MM}", "D": "{DD}"}
        context.faults.add(path, "spec.pattern_reset", reset=reset, choices=[named[need] for need in missing])
