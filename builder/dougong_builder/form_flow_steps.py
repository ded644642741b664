"""The cards of a flow: every step with its summary and faults, branches as lists of cards inside."""

from dataclasses import dataclass

from dougong.spec import model
from dougong.spec.compiled import CompiledForm
from dougong.spec.diffing.naming import both
from dougong_builder.bench import Bench
from dougong_builder.faults import Said
from dougong_builder.flow_words import condition, step_title, summary

KINDS = (("approve", "check"), ("handle", "briefcase"), ("branch", "workflow"))
"""Kind of step and its icon."""
Operation = dict[str, object]


@dataclass(frozen=True, slots=True)
class Adding:
    """A place where a step can be put, and for each kind of step its icon and the operation that puts one there."""

    label: str
    kinds: tuple[tuple[str, str, Operation], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way of a branching: ``key`` is "" for that of all other cases, which stays last and cannot be deleted."""

    key: str
    place: str
    title: str
    note: str
    faults: tuple[Said, ...]
    cards: tuple["Card", ...]
    start: Adding
    first: bool = False
    last: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One step, and the place behind it."""

    key: str
    place: str
    kind: str
    icon: str
    title: str
    summary: str
    faults: tuple[Said, ...]
    current: bool
    url: str
    first: bool
    last: bool
    ways: tuple[Way, ...]
    behind: Adding


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the cards of one flow have in common."""

    bench: Bench
    form: CompiledForm
    flow: model.Flow
    at: str
    here: str

    @property
    def place(self) -> str:
        """The place of the flow."""
        return f"forms.{self.form.key}.flow"

    def adding(self, parent: str, after: str, before: str) -> Adding:
        """Where a step comes behind ``after``; ``before`` is what that is called."""
        found = tuple((kind, icon, self._new(kind, parent, after)) for kind, icon in KINDS)
        return Adding(self.bench.say("parts.add_step_after", title=before), found)

    def _new(self, kind: str, parent: str, after: str) -> Operation:
        values: dict[str, object] = {}
        if kind == "branch":
            title = both("parts.first_branch")
            values["branches"] = [{"key": "case_1", "title": title, "when": "TRUE"}]
        title = both(f"change.value.type.{kind}")
        new: Operation = {"op": "add", "parent": parent, "after": after, "type": kind, "title": title, "key": kind}
        return new | ({"values": values} if values else {})

    def cards(self, steps: tuple[model.AnyStep, ...], parent: str) -> tuple[Card, ...]:
        """The steps of one list."""
        count = len(steps)
        return tuple(self._card(step, parent, index == 0, index == count - 1) for index, step in enumerate(steps))

    def _card(self, step: model.AnyStep, parent: str, first: bool, last: bool) -> Card:
        kind = str(step.__struct_config__.tag)
        place = f"{self.place}.steps.{step.key}"
        title = step_title(self.bench, step)
        return Card(
            key=step.key, place=place, kind=kind, icon=dict(KINDS)[kind], title=title,
            summary=summary(self.bench, self.form, step), faults=self._wrong(step, place),
            current=step.key == self.at, url=f"{self.here}?at={step.key}#step", first=first, last=last,
            ways=self._ways(step, place) if isinstance(step, model.Branching) else (),
            behind=self.adding(parent, step.key, title),
        )  # fmt: skip

    def _wrong(self, step: model.AnyStep, place: str) -> tuple[Said, ...]:
        faults = self.bench.faults
        if not isinstance(step, model.Branching):
            return faults.at(place)
        return (*faults.exactly(place), *faults.at(f"{place}.title"), *faults.exactly(f"{place}.branches"))

    def _ways(self, step: model.Branching, place: str) -> tuple[Way, ...]:
        bench, count = self.bench, len(step.branches)
        made = []
        for index, branch in enumerate(step.branches):
            here, title = f"{place}.branches.{branch.key}", bench.title(branch.title, branch.key)
            wrong = (*bench.faults.at(f"{here}.when"), *bench.faults.at(f"{here}.title"), *bench.faults.exactly(here))
            made.append(
                Way(
                    key=branch.key,
                    place=here,
                    title=title,
                    note=condition(bench, branch),
                    faults=wrong,
                    cards=self.cards(branch.steps, here),
                    start=self.adding(here, "", title),
                    first=index == 0,
                    last=index == count - 1,
                )
            )
        return (*made, self._otherwise(step, f"{place}.otherwise"))

    def _otherwise(self, step: model.Branching, place: str) -> Way:
        title = self.bench.say("parts.otherwise")
        return Way(
            key="", place=place, title=title, note=self.bench.say("parts.otherwise_note"), faults=(),
            cards=self.cards(step.otherwise, place), start=self.adding(place, "", title),
        )  # fmt: skip
