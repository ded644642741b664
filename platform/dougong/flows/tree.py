"""A flow's tree of steps as two lookups: a step by its key, and the step that follows it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dougong.fields.base import LocalText
from dougong.spec.model import AnyStep, Branching, Flow

SUBMITTER = "@submitter"
"""The step of a submitter's edit task after a return; no key of a spec looks like it."""


@dataclass(frozen=True, slots=True)
class Tree:
    """The steps of a flow by key (keys are one namespace per flow), and what follows each once it is over."""

    first: AnyStep | None
    steps: Mapping[str, AnyStep]
    following: Mapping[str, AnyStep | None]

    @classmethod
    def of(cls, flow: Flow) -> "Tree":
        """The lookups of a flow."""
        pairs = list(_walk(flow.steps, None))
        return cls(
            first=flow.steps[0] if flow.steps else None,
            steps={step.key: step for step, _ in pairs},
            following={step.key: after for step, after in pairs},
        )

    def title(self, key: str) -> LocalText:
        """What people call a step: its title, or its key where it has none."""
        step = self.steps.get(key)
        return (step.title or step.key) if step else key


def ways(step: Branching) -> dict[str, tuple[AnyStep, ...]]:
    """The ways of a branching by branch key; "" is otherwise."""
    return {**{branch.key: branch.steps for branch in step.branches}, "": step.otherwise}


def _walk(steps: tuple[AnyStep, ...], outer: AnyStep | None) -> Iterator[tuple[AnyStep, AnyStep | None]]:
    """Every step with the one after it; the last of a way is followed by what follows its branching."""
    for place, step in enumerate(steps, 1):
        after = steps[place] if place < len(steps) else outer
        yield step, after
        if isinstance(step, Branching):
            for inner in ways(step).values():
                yield from _walk(inner, after)
