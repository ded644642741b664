"""The known word nearest to one that is unknown, for a remedy."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(text: str, known: Iterable[str]) -> str:
    """The known word most like ``text``, or "" when none is."""
    folded = {word.casefold(): word for word in known}
    close = get_close_matches(text[:100].casefold(), folded, n=1, cutoff=0.6)
    return folded[close[0]] if close else ""
