"""Collecting what is wrong while a spec is compiled; places and lines are found at the end."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dougong.errors import Problem
from dougong.formulas import FormulaProblem
from dougong.spec import model
from dougong.spec.nearest import clipped, meant
from dougong.spec.places import place
from dougong.spec.positions import Path, Positions


@dataclass(frozen=True, slots=True)
class _Fault:
    path: Path
    code: str
    params: dict[str, Any]
    offset: int | None = None


class Faults:
    """Everything found so far."""

    def __init__(self) -> None:
        self._found: list[_Fault] = []

    def add(self, path: Path, code: str, **params: Any) -> None:
        """One more thing that is wrong, at ``path`` of the document."""
        self._found.append(_Fault(path, code, params))

    def unknown(self, path: Path, code: str, name: str, known: Iterable[str]) -> None:
        """A name that names nothing; where there is nothing to name, the code says so."""
        params = meant(name, known)
        self.add(path, code if params["choices"] else "spec.nothing_such", name=clipped(name), **params)

    def formula(self, path: Path, problem: FormulaProblem) -> None:
        """What is wrong with the formula written at ``path``."""
        self._found.append(_Fault(path, problem.code, dict(problem.params), problem.position))

    def option(self, path: Path, problem: Problem) -> None:
        """What a field says of its own options; ``problem.at`` is a place inside the field."""
        steps: list[str | int] = []
        for part in problem.at.replace("[", ".").replace("]", "").split("."):
            if part:
                steps.append(int(part) if part.isdecimal() else part)
        self._found.append(_Fault((*path, *steps), problem.code, dict(problem.params)))

    def problems(self, app: model.App, positions: Positions | None) -> tuple[Problem, ...]:
        """All of them with their places, in the order of the text."""
        made = [_problem(fault, app, positions) for fault in self._found]
        return tuple(sorted(made, key=lambda problem: (problem.line or 0, problem.column or 0)))


def _problem(fault: _Fault, app: model.App, positions: Positions | None) -> Problem:
    named = place(app, fault.path)
    if positions is None:
        return Problem(fault.code, named, fault.params)
    where = positions.of(fault.path) if fault.offset is None else positions.inside(fault.path, fault.offset)
    return Problem(fault.code, named, fault.params, where.line, where.column, positions.source or None)
