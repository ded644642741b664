"""Where things stand in the text of a spec: for every path its line and column."""

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate

Path = tuple[str | int, ...]
"""The way to a value of a document: keys of objects, indexes of lists."""


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a text; both count from 1, in characters."""

    line: int
    column: int


@dataclass(slots=True, eq=False)
class Positions:
    """The text of a document with the offset of every value and, for members of objects, of every key."""

    text: str
    source: str = ""
    values: dict[Path, int] = field(default_factory=dict)
    keys: dict[Path, int] = field(default_factory=dict)
    _starts: list[int] = field(default_factory=list, repr=False)

    def at(self, offset: int) -> Position:
        """The place of a character."""
        if not self._starts:
            self._starts = list(accumulate((len(line) + 1 for line in self.text.split("\n")), initial=0))[:-1]
        line = bisect_right(self._starts, max(0, offset))
        return Position(line, offset - self._starts[line - 1] + 1)

    def of(self, path: Path) -> Position:
        """Where the value at ``path`` begins; where there is none, what is nearest around it."""
        return self.at(self._offset(path))

    def of_key(self, path: Path) -> Position:
        """Where the key of the member at ``path`` begins, else as ``of``."""
        offset = self.keys.get(path)
        return self.of(path) if offset is None else self.at(offset)

    def inside(self, path: Path, index: int) -> Position:
        """Where character ``index`` of the text at ``path`` is written, escapes counted as they are written."""
        offset = self.values.get(path)
        if offset is None or self.text[offset : offset + 1] != '"':
            return self.of(path)
        here = offset + 1
        for _ in range(index):
            if self.text[here] == '"':
                break
            here += self._width(here)
        return self.at(here)

    def _offset(self, path: Path) -> int:
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, 0)

    def _width(self, offset: int) -> int:
        """How many characters the character written at ``offset`` takes."""
        if self.text[offset] != "\\":
            return 1
        if self.text[offset + 1] != "u":
            return 2
        high = 0xD800 <= int(self.text[offset + 2 : offset + 6], 16) < 0xDC00
        return 12 if high and self.text.startswith("\\u", offset + 6) else 6
