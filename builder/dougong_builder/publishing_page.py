"""The page on which a draft is published: its changes, what they do to the data, approvals under way, tests, and the button."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dougong import words
from dougong.drafts.store import Draft
from dougong.errors import Problem
from dougong.plans import Plan, plan
from dougong.records import Visit
from dougong.spec.compiled import CompiledApp
from dougong.spec.diffing.parts import parts
from dougong.spec.model import App
from dougong_builder.frame import Frame, frame_of
from dougong_builder.placenames import placename
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
        trials=trials, faults=faults(one.spec or draft.spec, problems, visit.language),
        typed=typed,
    )  # fmt: skip


def _every(one: CompiledApp, planned: Plan) -> tuple[Problem, ...]:
    """The problems of the draft and of its plan, each once."""
    told = {(each.code, each.at) for each in one.problems}
    return (*one.problems, *(each for each in planned.problems if (each.code, each.at) not in told))


def faults(spec: App, problems: Iterable[Problem], language: str) -> tuple[Fault, ...]:
    """The problems of an app with the way to where each is mended; what reads alike is told once."""
    table = {part.name: part for part in parts(spec).values()}
    found = []
    for problem in problems:
        text, remedy = words.sentence(problem, language), words.remedy(problem, language) or ""
        place = placename(spec, keyed(problem.at), language, table)
        found.append(Fault(text, remedy, place, whereabouts(spec.app.key, problem.at, spec)))
    return tuple(dict.fromkeys(found))
