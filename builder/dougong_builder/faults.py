"""What is wrong with a draft, found again by place: the compiler's problems, and those of an operation refused."""

from collections.abc import Iterable
from dataclasses import dataclass

from dougong import words
from dougong.errors import Problem
from dougong_builder.whereabouts import keyed


@dataclass(frozen=True, slots=True)
class Said:
    """A problem in the reader's language: the sentence, and the way out ("" where there is none)."""

    text: str
    remedy: str = ""

    @property
    def whole(self) -> str:
        """Both, as one line."""
        return f"{self.text} · {self.remedy}" if self.remedy else self.text


class Faults:
    """Problems by the place they stand at."""

    def __init__(self, problems: Iterable[Problem], language: str) -> None:
        self._found = [(keyed(problem.at), said(problem, language)) for problem in problems]

    def at(self, place: str) -> tuple[Said, ...]:
        """Those of a place and of everything in it, each once."""
        inside = f"{place}."
        return tuple(dict.fromkeys(one for at, one in self._found if at == place or at.startswith(inside)))

    def exactly(self, place: str) -> tuple[Said, ...]:
        """Those of the place itself."""
        return tuple(dict.fromkeys(one for at, one in self._found if at == place))


def said(problem: Problem, language: str) -> Said:
    """A problem in a language."""
    return Said(words.sentence(problem, language), words.remedy(problem, language) or "")
