"""A small organisation and a case file to try the approval engine with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from dougong.errors import DougongError, Refused
from dougong.flows import Action, Context, Event, State, decide, fold
from dougong.spec.model import Flow
from dougong.words import keys

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
AMY, BO, CY, DI, EVE, ROOT = 1, 2, 3, 4, 5, 99


@dataclass
class Organisation:
    """People as plain dictionaries; a supervisor chain is person → supervisor."""

    roles: dict[str, tuple[int, ...]] = field(default_factory=lambda: {"two": (CY, DI), "three": (CY, DI, EVE)})
    above: dict[int, int] = field(default_factory=lambda: {AMY: BO, BO: CY, CY: DI})
    heads: dict[int, int] = field(default_factory=lambda: {AMY: EVE})
    departments: dict[str, tuple[int, ...]] = field(default_factory=lambda: {"it": (BO, EVE)})
    names: dict[str, int] = field(default_factory=lambda: {"amy": AMY, "bo": BO, "cy": CY, "di": DI, "eve": EVE})
    gone: set[int] = field(default_factory=set)
    looking_after: tuple[int, ...] = (ROOT,)

    def role(self, key: str) -> tuple[int, ...]:
        return self.roles.get(key, ())

    def supervisor(self, person: int, level: int) -> int | None:
        found: int | None = person
        for _ in range(level):
            found = None if found is None else self.above.get(found)
        return found

    def head_of_department_of(self, person: int) -> int | None:
        return self.heads.get(person)

    def department(self, key: str) -> tuple[int, ...]:
        return self.departments.get(key, ())

    def logins(self, logins: tuple[str, ...]) -> tuple[int, ...]:
        return tuple(self.names[each] for each in logins if each in self.names)

    def active(self, person: int) -> bool:
        return person not in self.gone

    def admins(self) -> tuple[int, ...]:
        return self.looking_after


@dataclass
class Case:
    """One approval under way: each deed a minute after the last."""

    flow: Flow
    people: Organisation = field(default_factory=Organisation)
    values: dict[str, Any] = field(default_factory=dict)
    holds: set[str] = field(default_factory=set)
    events: tuple[Event, ...] = ()
    now: datetime = START

    def context(self, seen: int | None = None) -> Context:
        return Context(self.values, self.now, self.people, lambda ref: ref in self.holds, seen)

    def do(
        self, kind: Any, actor: int, comment: str = "", task: str = "", seen: int | None = None
    ) -> tuple[Event, ...]:
        new = decide(self.flow, self.events, Action(kind, comment, task), actor, self.context(seen))
        assert new
        self.events += new
        self.now += timedelta(minutes=1)
        return new

    def refused(self, code: str, kind: Any, actor: int, comment: str = "", **more: Any) -> DougongError:
        """The action is refused with this code, a known one, and nothing happens."""
        before = self.events
        with pytest.raises(DougongError) as caught:
            self.do(kind, actor, comment, **more)
        error = caught.value
        codes = [each.code for each in error.problems] if isinstance(error, Refused) else [error.code]
        assert codes == [code]
        assert code in keys()
        assert self.events == before
        return error

    @property
    def state(self) -> State:
        return fold(self.flow, self.events)

    @property
    def holders(self) -> set[int]:
        """Who can act now."""
        return {task.person for task in self.state.open}

    @property
    def kinds(self) -> list[str]:
        return [type(event).__name__ for event in self.events]


def step(key: str, who: Any = None, **more: Any) -> dict[str, Any]:
    """An approve step; ``who`` is the role ``two`` unless said."""
    return {"key": key, "type": "approve", "who": who or {"role": "two"}, **more}


@pytest.fixture
def one() -> Callable[..., Any]:
    """Makes an approve step from its key, who and options."""
    return step


@pytest.fixture
def organisation() -> Organisation:
    return Organisation()


@pytest.fixture
def case() -> Callable[..., Case]:
    """Opens a case for a flow of these steps; other keywords are the flow's."""

    def opened(*steps: dict[str, Any], **more: Any) -> Case:
        return Case(msgspec.convert({"key": "approval", "steps": steps, **more}, Flow))

    return opened
