"""The key by which texts compare: each character's simple lower case, the same in Python, SQLite and PostgreSQL.

A character whose lower case is several characters (only ``İ``) stays as it is, so that folding never changes the length and
one character-by-character table is the whole rule. Nothing else is folded: accents, full width and white space count.
"""

from functools import cache

_CASED_BELOW = 0x20000
"""No character from here on has a lower case; not looking at a million of them keeps starting quick."""


@cache
def pairs() -> tuple[str, str]:
    """Two texts of equal length: the characters that fold beyond ASCII, and what each folds to."""
    upper = [chr(code) for code in range(128, _CASED_BELOW) if not 0xD800 <= code <= 0xDFFF]
    changed = [(letter, letter.lower()) for letter in upper if letter.lower() != letter and len(letter.lower()) == 1]
    return "".join(letter for letter, _ in changed), "".join(lower for _, lower in changed)


@cache
def _table() -> dict[int, int]:
    table = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
    sources, targets = pairs()
    return table | {ord(source): ord(target) for source, target in zip(sources, targets, strict=True)}


def fold(text: str) -> str:
    """The fold key of ``text``; as long as the text itself."""
    return text.lower() if text.isascii() else text.translate(_table())
