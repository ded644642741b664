"""A change on its way through the door: what the record is, what it would be, what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dougong.errors import Problem
from dougong.records.change import Change, Create, Delete, Notice, Update, Written
from dougong.records.evaluate import Evaluated
from dougong.tables import LiveForm

Values = dict[str, Any]
_KINDS = {Create: "created", Update: "updated", Delete: "deleted"}


@dataclass(slots=True)
class Prepared:
    """A change with the record as it is (``before``) and as it would be (``after``)."""

    change: Change
    place: str
    live: LiveForm
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Values = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    evaluated: Evaluated | None = None

    def add(self, *problems: Problem) -> None:
        """Note problems of this change, put under its place in the batch."""
        self.problems += [p.under(self.place) if self.place else p for p in problems]

    @property
    def submitted(self) -> bool:
        """Whether this change hands the record in."""
        if isinstance(self.change, Create):
            return self.change.start_flow and not (self.change.draft or self.change.history)
        return isinstance(self.change, Update) and self.change.submit

    def written(self) -> Written:
        """What is told to followers."""
        kind = _KINDS[type(self.change)]
        before = None if isinstance(self.change, Create) else self.before
        after = None if isinstance(self.change, Delete) else self.after
        return Written(kind, int(self.after["id"]), before, after, self.submitted, tuple(self.notices))
