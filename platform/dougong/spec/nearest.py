"""What somebody probably meant: the known name nearest to the one that was written."""

import difflib
from collections.abc import Iterable
from typing import Any

LONGEST = 60
MOST_CHOICES = 12


def meant(name: str, known: Iterable[str]) -> dict[str, Any]:
    """``nearest`` (or "") and ``choices``: what to use instead, the nearest alone where there is one."""
    names = list(dict.fromkeys(known))
    by_fold = {each.lower(): each for each in names}
    close = difflib.get_close_matches(name[:LONGEST].lower(), by_fold, n=1, cutoff=0.6) if names else []
    nearest = by_fold[close[0]] if close else ""
    return {"nearest": nearest, "choices": [nearest] if nearest else names[:MOST_CHOICES]}


def clipped(value: object) -> str:
    """A value as a sentence shows it: never longer than a line."""
    text = str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
