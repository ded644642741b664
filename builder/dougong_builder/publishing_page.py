"""The page on which a draft is published: its changes, what they do to the data, approvals under way, tests, and the button."""

from collections.abc import Mapping
from dataclasses import dataclass

from dougong import words
from dougong.drafts.store import Draft
from dougong.errors import Problem
from dougong.plans import Plan, plan
from dougong.records import Visit
from dougong.spec.compiled import CompiledApp
from dougong_builder.frame import Frame, frame_of
from dougong_builder.publishing_impact import GradeRows, Group, graded, groups
from dougong_builder.publishing_trials import Trials
from dougong_builder.whereabouts import keyed, whereabouts


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that keeps the draft from being published; ``url`` is where it is mended, "" where no page shows it."""

    text: str
    remedy: str
    place: str
    url: str


@dataclass(frozen=True, slots=True)
class Typed:
    """What the person filled in: choices by place, and the note; ``said`` pairs an element's id ("" for none) with what is
    wrong."""

    choices: Mapping[str, str]
    note: str = ""
    said: tuple[tuple[str, str], ...] = ()


NOTHING = Typed({})


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishPage:
    """``base`` is the published revision (0: none), ``number`` the next."""

    frame: Frame
    base: int
    number: int
    groups: tuple[Group, ...]
    count: int
    first: bool
    grades: tuple[GradeRows, ...]
    waiting: int
    trials: Trials
    faults: tuple[Fault, ...]
    typed: Typed

    @property
    def changes(self) -> bool:
        """Whether there is anything to publish."""
        return bool(self.count) or self.first

    @property
    def ready(self) -> bool:
        """Whether it may be published."""
        return self.changes and not (self.faults or self.trials.failed)


def publish_page(visit: Visit, draft: Draft, one: CompiledApp, trials: Trials, typed: Typed) -> PublishPage:
    """The page of a draft; ``one`` is the draft compiled."""
    planned = plan(visit, one)
    problems = _every(one, planned)
    here = f"/apps/{draft.app}/publish"
    return PublishPage(
        frame=frame_of(visit, draft, "publish", here=here, errors=len(one.problems)), base=planned.base,
        number=planned.base + 1, groups=groups(planned.differences, visit.language), count=len(planned.differences),
        first=not planned.base, grades=graded(planned, typed.choices, visit.language), waiting=planned.waiting,
        trials=trials, faults=tuple(fault(draft.app, each, visit.language) for each in problems),
        typed=typed,
    )  # fmt: skip


def _every(one: CompiledApp, planned: Plan) -> tuple[Problem, ...]:
    """The problems of the draft and of its plan, each once."""
    told = {(each.code, each.at) for each in one.problems}
    return (*one.problems, *(each for each in planned.problems if (each.code, each.at) not in told))


def fault(app: str, problem: Problem, language: str) -> Fault:
    """A problem with the way to where it is mended."""
    text, remedy = words.sentence(problem, language), words.remedy(problem, language) or ""
    return Fault(text, remedy, keyed(problem.at), whereabouts(app, problem.at))
