"""A strict JSON reader: plain values, the place of each, and what is wrong with the text itself."""

import re
from dataclasses import dataclass
from decimal import Decimal
from json import JSONDecodeError
from json.decoder import scanstring  # type: ignore[attr-defined]  # the C scanner of strings, undeclared in typeshed
from typing import Any

from dougong.errors import Problem
from dougong.spec.places import place
from dougong.spec.positions import Path, Positions

MOST_BYTES = 2 * 1024 * 1024
MOST_LEVELS = 64
LONGEST_NUMBER = 64
"""Characters of a number, and the most its exponent may be."""

_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_NOT_A_NUMBER = re.compile(r"-?Infinity|NaN")
_BAD = re.compile("[\x00\ud800-\udfff]")
_WORDS: tuple[tuple[str, bool | None], ...] = (("true", True), ("false", False), ("null", None))


@dataclass(frozen=True, slots=True)
class Document:
    """A text as read. ``value`` is None and ``whole`` False when the text is not JSON at all.

    Whole numbers are int, others Decimal exactly as written.
    """

    value: Any
    positions: Positions
    problems: tuple[Problem, ...] = ()
    whole: bool = True


class _Stop(Exception):
    """The text cannot be read on from ``offset``."""

    def __init__(self, offset: int, code: str, **params: Any) -> None:
        super().__init__(code)
        self.offset = offset
        self.code = code
        self.params = params


def read(text: str | bytes, source: str = "") -> Document:
    """Read one JSON document; never raises on bad text. A byte order mark is passed over."""
    try:
        decoded = _decoded(text)
    except _Stop as stop:
        start = text[: stop.offset].decode("utf-8", "replace") if isinstance(text, bytes) else ""
        return _failed(stop, Positions(start, source))
    reader = _Reader(decoded.removeprefix("\ufeff"), source)
    try:
        value = reader.document()
    except _Stop as stop:
        return _failed(stop, reader.positions)
    return Document(value, reader.positions, reader.problems(value))


def _decoded(text: str | bytes) -> str:
    if _size(text) > MOST_BYTES:
        raise _Stop(0, "spec.too_large", megabytes=MOST_BYTES // 1024 // 1024)
    if isinstance(text, str):
        return text
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _Stop(error.start, "spec.not_utf8") from None


def _size(text: str | bytes) -> int:
    """Bytes; a text already too long is not encoded to count them."""
    if isinstance(text, str) and len(text) <= MOST_BYTES:
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text)


def _failed(stop: _Stop, positions: Positions) -> Document:
    offset = len(positions.text) if stop.code == "spec.not_utf8" else stop.offset
    where = positions.at(offset)
    problem = Problem(stop.code, "", stop.params, where.line, where.column, positions.source or None)
    return Document(None, positions, (problem,), whole=False)


class _Reader:
    """One reading of one text. Depth is limited, so the recursion is too."""

    def __init__(self, text: str, source: str) -> None:
        self.text = text
        self.positions = Positions(text, source)
        self.found: list[tuple[int, Path, str, dict[str, Any]]] = []
        self.end = 0

    def document(self) -> Any:
        self._skip()
        value = self._value(())
        self._skip()
        if self.end < len(self.text):
            raise _Stop(self.end, "spec.text_after_end", found=self._here())
        return value

    def problems(self, value: Any) -> tuple[Problem, ...]:
        """What was wrong without stopping the reading."""
        source = self.positions.source or None
        result = []
        for offset, path, code, params in self.found:
            where = self.positions.at(offset)
            result.append(Problem(code, place(value, path), params, where.line, where.column, source))
        return tuple(result)

    def _skip(self) -> None:
        match = _SPACE.match(self.text, self.end)
        assert match is not None
        self.end = match.end()

    def _here(self) -> str:
        return self.text[self.end : self.end + 1]

    def _expected(self, what: str) -> _Stop:
        if self.end >= len(self.text):
            return _Stop(self.end, "spec.unfinished", expected=what)
        return _Stop(self.end, "spec.syntax", expected=what, found=self._here())

    def _value(self, path: Path) -> Any:
        self.positions.values[path] = self.end
        letter = self._here()
        if letter == "{":
            return self._object(path)
        if letter == "[":
            return self._array(path)
        if letter == '"':
            return self._string(path)
        return self._number(path) if letter in "-0123456789" and letter else self._word()

    def _object(self, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        self._open(path)
        while self._here() != "}":
            if result:
                self._take(",", ", }")
            if self._here() != '"':
                raise self._expected('"')
            start = self.end
            key = self._string(path)
            here = (*path, key)
            if key in result:
                self.found.append((start, here, "spec.duplicate_key", {"key": key[:60]}))
            self.positions.keys[here] = start
            self._skip()
            self._take(":", ":")
            result[key] = self._value(here)
            self._skip()
        self.end += 1
        return result

    def _array(self, path: Path) -> list[Any]:
        result: list[Any] = []
        self._open(path)
        while self._here() != "]":
            if result:
                self._take(",", ", ]")
            result.append(self._value((*path, len(result))))
            self._skip()
        self.end += 1
        return result

    def _open(self, path: Path) -> None:
        if len(path) >= MOST_LEVELS:
            raise _Stop(self.end, "spec.too_deep", levels=MOST_LEVELS)
        self.end += 1
        self._skip()

    def _take(self, letter: str, expected: str) -> None:
        if self._here() != letter:
            raise self._expected(expected)
        self.end += 1
        self._skip()

    def _string(self, path: Path) -> str:
        start = self.end
        try:
            value, self.end = scanstring(self.text, start + 1, True)
        except JSONDecodeError as error:
            if error.msg.startswith("Unterminated"):
                raise _Stop(start, "spec.unclosed_text") from None
            raise _Stop(error.pos, "spec.bad_text") from None
        if bad := _BAD.search(value):
            self.found.append((start, path, "spec.bad_character", {"found": f"U+{ord(bad[0]):04X}"}))
        return str(value)

    def _number(self, path: Path) -> int | Decimal:
        match = _NUMBER.match(self.text, self.end)
        if match is None:
            raise self._unknown()
        start, self.end = self.end, match.end()
        written, fraction, exponent = match[0], match[1], match[2]
        if len(written) > LONGEST_NUMBER or (exponent and abs(int(exponent[1:])) > LONGEST_NUMBER):
            self.found.append((start, path, "spec.number_too_long", {"most": LONGEST_NUMBER}))
            return 0
        return Decimal(written) if fraction or exponent else int(written)

    def _word(self) -> bool | None:
        for word, value in _WORDS:
            if self.text.startswith(word, self.end):
                self.end += len(word)
                return value
        raise self._unknown()

    def _unknown(self) -> _Stop:
        if match := _NOT_A_NUMBER.match(self.text, self.end):
            return _Stop(self.end, "spec.not_a_number", found=match[0])
        return self._expected('{ [ " 0 true false null')
