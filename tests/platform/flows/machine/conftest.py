"""A second telling of the rules of approval, for the random machine to compare the engine with."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from dougong.spec.model import Branching, Flow, Handle

ADMINS = (5, 9)


@dataclass
class World:
    """People as dictionaries that a test may change at any time."""

    roles: dict[str, tuple[int, ...]]
    above: dict[int, int | None]
    heads: dict[int, int | None]
    gone: set[int] = field(default_factory=set)
    looking_after: tuple[int, ...] = ADMINS

    def role(self, key: str) -> tuple[int, ...]:
        return self.roles.get(key, ())

    def supervisor(self, of: int, level: int) -> int | None:
        at: int | None = of
        while at is not None and level:
            at, level = self.above.get(at), level - 1
        return at

    def head_of_department_of(self, of: int) -> int | None:
        return self.heads.get(of)

    def department(self, key: str) -> tuple[int, ...]:
        return (2, 3)

    def logins(self, logins: tuple[str, ...]) -> tuple[int, ...]:
        return tuple(int(each[1:]) for each in logins)

    def active(self, of: int) -> bool:
        return of not in self.gone

    def admins(self) -> tuple[int, ...]:
        return self.looking_after


class Model:
    """What an approval must do, told with an agenda of steps still to come."""

    def __init__(self, flow: Flow, world: World) -> None:
        self.flow, self.world = flow, world
        self.holds: set[str] = set()
        self.owner: int | None = None
        self.stage = "draft"
        self.submitter = 0
        self.agenda: list[Any] = []
        self.step: Any = None
        self.mode = ""
        self.open: dict[int, int] = {}  # person → number of the deed that opened it
        self.queue: list[int] = []
        self.deeds = 0
        self.decided = 0  # decisions that count, for withdrawing
        self.votes = 0  # of them, those of the open step
        self.path: list[tuple[str, Any]] = []
        self.back: Any = None

    # -- who ---------------------------------------------------------------------------------------------------------
    def named(self, who: Any) -> list[int]:
        sub, world = self.submitter, self.world
        if isinstance(who, str):
            return [sub]
        found: list[Any] = [*world.roles.get(who.role, ())] if who.role else []
        found += [int(login[1:]) for login in who.people]
        found += [2, 3] if who.department else []
        found += [self.owner] if who.field else []
        found += [world.heads.get(sub)] if who.head_of else []
        found += [world.supervisor(sub, who.level)] if who.supervisor_of else []
        return sorted({each for each in found if each}, key=found.index)

    def asked(self, step: Any, late: bool) -> tuple[list[int], str, bool]:
        """People, mode, and whether the flow can go on here."""
        own = step.allow_self or (isinstance(step, Handle) and step.who == "submitter")
        sub, gone = self.submitter, self.world.gone
        may = [each for each in self.named(step.who) if each not in gone and (own or each != sub)]
        if may:
            return may, step.mode, True
        if step.nobody == "pass":
            return [], "", True
        if step.nobody == "refuse" and not late:
            return [], "", False
        if step.nobody == "next_supervisor":
            trail, at = [sub], self.world.above.get(sub)
            while at is not None and at not in trail:
                trail.append(at)
                at = self.world.above.get(at)
            above = trail[step.who.level + 1 :] if getattr(step.who, "supervisor_of", "") else trail[1:]
            if up := [each for each in above if each not in gone]:
                return up[:1], "any", True
        admins = [each for each in ADMINS if each not in gone and (own or each != sub)]
        return admins, "any", bool(admins)

    # -- way ---------------------------------------------------------------------------------------------------------
    def way(self, branching: Branching) -> tuple[str, list[Any]]:
        for branch in branching.branches:
            if f"{branching.key}.{branch.key}" in self.holds:
                return branch.key, list(branch.steps)
        return "", list(branching.otherwise)

    def blocked(self, agenda: list[Any]) -> bool:
        """Whether somewhere ahead nobody can be found, as far as that can be known."""
        agenda, edits = list(agenda), False
        while agenda:
            step = agenda.pop(0)
            if isinstance(step, Branching):
                if edits:
                    return False
                agenda = self.way(step)[1] + agenda
                continue
            people, _, fine = self.asked(step, late=False)
            if not fine and not (edits and getattr(step.who, "field", "")):
                return True
            edits = edits or (bool(people) and step.fields.get("owner") == "edit")
        return False

    def plan(self, agenda: list[Any], late: bool) -> bool:
        """Whether the walk from here ends at a step that asks somebody, or at the end."""
        agenda = list(agenda)
        while agenda:
            step = agenda.pop(0)
            if isinstance(step, Branching):
                agenda = self.way(step)[1] + agenda
                continue
            people, _, fine = self.asked(step, late)
            if people or not fine:
                return fine
        return True

    def go(self, late: bool) -> None:
        while self.agenda:
            step = self.agenda.pop(0)
            if isinstance(step, Branching):
                key, inner = self.way(step)
                self.path.append((step.key, key))
                self.agenda = inner + self.agenda
                continue
            people, mode, _ = self.asked(step, late)
            self.path.append((step.key, self.named(step.who)))
            if people:
                self.step, self.mode, self.votes = step, mode, 0
                first = people[:1] if mode == "order" else people
                self.open, self.queue = dict.fromkeys(first, self.deeds), people[len(first) :]
                return
        self.end("approved")

    def end(self, stage: str) -> None:
        self.stage, self.step, self.open, self.queue = stage, None, {}, []

    def reruns(self) -> bool:
        if getattr(self.back[0], "resubmit", "rerun") == "rerun":
            return True
        by_key = {}
        todo = list(self.flow.steps)
        while todo:
            step = todo.pop()
            by_key[step.key] = step
            if isinstance(step, Branching):
                todo += [inner for branch in step.branches for inner in branch.steps] + list(step.otherwise)
        for key, before in self.path:
            step = by_key[key]
            if isinstance(step, Branching):
                if self.way(step)[0] != before:
                    return True
            elif getattr(step.who, "field", "") and self.named(step.who) != before:
                return True
        return False

    # -- deeds -------------------------------------------------------------------------------------------------------
    def may(self, kind: str, actor: int, words: bool, seen: int | None) -> bool:
        if kind == "submit":
            if self.stage != "draft":
                return False
            self.submitter = actor
            return not self.blocked(list(self.flow.steps))
        if kind == "withdraw":
            late = self.stage == "running" and self.flow.withdraw == "until_decided" and self.decided > 0
            return self.stage in ("running", "returned") and actor == self.submitter and (
                self.flow.withdraw != "never" and not late
            )  # fmt: skip
        if actor not in self.open or (seen is not None and self.open[actor] > seen):
            return False
        if kind == "resubmit":
            return self.stage == "returned" and not self.blocked(
                list(self.flow.steps) if self.reruns() else list(self.back)
            )
        if self.stage != "running" or kind not in self.step.actions:
            return False
        rule = self.step.comment
        if not words and (rule == "always" or (rule != "optional" and kind in ("reject", "return"))):
            return False
        if kind == "return":
            return self.submitter not in self.world.gone
        last = self.mode == "any" or (len(self.open) == 1 and not self.queue)
        return kind == "reject" or not last or self.plan(self.agenda, late=True)

    def apply(self, kind: str, actor: int) -> None:
        self.deeds += 1
        if kind == "submit":
            self.stage, self.agenda = "running", list(self.flow.steps)
            self.go(late=False)
        elif kind == "withdraw":
            self.end("withdrawn")
        elif kind == "resubmit":
            self.stage, self.open = "running", {}
            if self.reruns():
                self.path, self.decided, self.agenda = [], 0, list(self.flow.steps)
            else:
                self.agenda = list(self.back)
            self.go(late=False)
        elif kind == "return":
            self.path.pop()
            self.back = [self.step, *self.agenda]
            self.decided -= self.votes
            self.stage, self.step, self.queue, self.open = "returned", None, [], {self.submitter: self.deeds}
        else:
            self.vote(kind, actor)

    def vote(self, kind: str, actor: int) -> None:
        del self.open[actor]
        self.decided, self.votes = self.decided + 1, self.votes + 1
        if kind == "reject":
            spared = self.mode == "any" and self.step.reject == "all_must_reject" and self.open
            if not spared:
                self.end("rejected")
        elif self.mode == "order" and self.queue:
            self.open = {self.queue.pop(0): self.deeds}
        elif self.mode == "any" or not self.open:
            self.open, self.queue, self.step = {}, [], None
            self.go(late=True)


@pytest.fixture(scope="session")
def model() -> type[Model]:
    return Model


@pytest.fixture(scope="session")
def world() -> type[World]:
    return World
