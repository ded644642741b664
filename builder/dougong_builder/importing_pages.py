"""What each step of the import of an app file shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dougong import words
from dougong.drafts.store import Draft, compiled
from dougong.errors import Problem
from dougong.records import Visit
from dougong.spec.model import App
from dougong.trials import Outcome
from dougong.words import formats
from dougong_builder.importing_faults import MOST, Cause, causes
from dougong_builder.importing_file import Incoming
from dougong_builder.importing_match import There, Thing, things
from dougong_builder.importing_run import Choice, Tried
from dougong_builder.new_app import design_of
from dougong_builder.new_app_shipped import Counts, counts

STEPS = ("choose", "check", "match", "trial", "done")
MOST_WHOLE = 300_000
"""Characters of a text that may be edited as a whole."""
Track = tuple[tuple[str, str], ...]


def track(now: str) -> Track:
    """The steps with their state, for ``ui.steps``; ``importing.step.<name>`` says each."""
    at = STEPS.index(now)
    return tuple(
        (f"importing.step.{name}", "done" if i < at else "now" if i == at else "next") for i, name in enumerate(STEPS)
    )


@dataclass(frozen=True, slots=True)
class ChoosePage:
    """The first step; ``kept`` are choices made for an earlier file, ``pasted`` a text that could not be taken."""

    track: Track
    kept: Mapping[str, str]
    error: str
    pasted: str


@dataclass(frozen=True, slots=True)
class File:
    """What a file is, without looking into it."""

    id: str
    name: str
    size: int
    sha256: str


def file_of(file: Incoming) -> File:
    """The facts of a file."""
    return File(file.id, file.name, len(file.data), file.sha256)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPage:
    """What the file is and what is wrong with it: ``total`` faults, of which ``shown`` stand in ``causes``. ``whole`` is the
    text to edit, None when it is not to be edited here."""

    track: Track
    file: File
    kept: Mapping[str, str]
    title: str
    counts: Counts | None
    total: int
    shown: int
    causes: tuple[Cause, ...]
    editable: bool
    whole: str | None
    open: bool


def check_page(
    file: Incoming, problems: Sequence[Problem], kept: Mapping[str, str], language: str, open: bool
) -> CheckPage:
    """The second step."""
    spec = file.parsed.app
    whole = file.text if file.readable and len(file.text) <= MOST_WHOLE else None
    found = causes(problems, file.text, language)
    return CheckPage(
        track=track("check"), file=file_of(file), kept=kept, counts=counts(spec) if spec else None,
        title=words.title(spec.app.title, language, spec.app.key) if spec else "", total=len(problems),
        shown=min(len(problems), MOST), causes=found, whole=whole, open=open,
        editable=file.readable and any(fault.mend is not None for cause in found for fault in cause.faults),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchPage:
    """What the file meets here. ``key`` is the one a new app would get; ``wrong`` counts the faults of the file."""

    track: Track
    file: File
    title: str
    app: str
    counts: Counts
    known: bool
    draft: bool
    published: bool
    into: str
    key: str
    things: tuple[Thing, ...]
    tally: tuple[tuple[str, int], ...]
    wrong: int
    error: str


def match_page(
    file: Incoming, spec: App, beside: There, into: str, key: str, wrong: int, problem: Problem | None, language: str
) -> MatchPage:
    """The third step."""
    found = things(spec, beside, language)
    states = [each.state for each in found]
    return MatchPage(
        track=track("match"), file=file_of(file), title=words.title(spec.app.title, language, spec.app.key),
        app=spec.app.key, counts=counts(spec), known=beside.known, draft=beside.draft,
        published=beside.published is not None, into=into, key=key, things=found, wrong=wrong,
        tally=tuple((name, states.count(name)) for name in dict.fromkeys(states)),
        error=words.sentence(problem, language) if problem else "",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ran:
    """A test of the spec: what it is called, whether it holds, what differed."""

    title: str
    green: bool
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialPage:
    """What trying came to: ``problems`` are sentences with their places, ``effects`` grade, sentence and how many records,
    ``met`` what keeps the file out."""

    track: Track
    file: File
    kept: Mapping[str, str]
    new: bool
    key: str
    title: str
    counts: Counts
    tables: int
    problems: tuple[tuple[str, str], ...]
    effects: tuple[tuple[str, str, int], ...]
    large: bool
    met: str
    tests: tuple[Ran, ...]
    green: int


def trial_page(file: Incoming, choice: Choice, result: Tried, kept: Mapping[str, str], language: str) -> TrialPage:
    """The fourth step."""
    return TrialPage(
        track=track("trial"), file=file_of(file), kept=kept, new=choice.new, key=choice.key, counts=result.counts,
        title=words.title(result.spec.app.title, language, choice.key), tables=result.tables,
        problems=tuple((each.at, words.sentence(each, language)) for each in result.problems[:MOST]),
        effects=tuple((each.grade, words.sentence(each, language), each.affected) for each in result.effects[:MOST]),
        large=result.large, met=words.sentence(result.met, language) if result.met else "",
        tests=tuple(_ran(each, language) for each in result.outcomes), green=result.green,
    )  # fmt: skip


def _ran(outcome: Outcome, language: str) -> Ran:
    differs = [
        words.say("importing.test_differs", language, what=each.what, wanted=_shown(each.wanted), got=_shown(each.got))
        for each in outcome.differences
    ]
    said = (*differs, *(words.sentence(each, language) for each in outcome.problems))
    return Ran(words.title(outcome.test.title, language, outcome.test.key), outcome.green, said)


def _shown(value: object) -> str:
    return formats.number(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class DonePage:
    """What came of it; ``problems`` counts what still keeps the draft from being published."""

    track: Track
    app: str
    title: str
    counts: Counts
    problems: int
    design: str


def done_page(visit: Visit, draft: Draft) -> DonePage:
    """The last step."""
    spec, language = draft.spec, visit.language
    return DonePage(
        track=track("done"), app=draft.app, title=words.title(spec.app.title, language, draft.app), counts=counts(spec),
        problems=len(compiled(visit.tx, draft).problems), design=design_of(spec),
    )  # fmt: skip
