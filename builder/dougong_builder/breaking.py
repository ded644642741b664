"""What names a part of the draft: the places that a new key rewrites, and those that a deletion would break."""

from dataclasses import dataclass

from dougong import words
from dougong.apps import Registry
from dougong.errors import NotFound
from dougong.fields.base import LocalText
from dougong.spec import uses
from dougong.spec.diffing import naming
from dougong.spec.diffing.finding import find
from dougong.spec.diffing.parts import parts
from dougong.spec.model import App
from dougong.spec.uses import Use
from dougong_builder.bench import Bench
from dougong_builder.whereabouts import whereabouts


@dataclass(frozen=True, slots=True)
class Named:
    """A place that names something: the sentence, and where it is looked after ("" where no page shows it)."""

    text: str
    url: str
    other_app: bool


def others(bench: Bench) -> tuple[App, ...]:
    """Every other published app: one of them may refer to this one."""
    registry = Registry(bench.visit.tx)
    found = (registry.spec(key) for key in registry.numbers if key != bench.draft.app)
    return tuple(spec for spec in found if spec is not None)


def used(bench: Bench, place: str) -> tuple[Named, ...]:
    """Every place that names the part; raises NotFound."""
    return _named(bench, uses.uses(bench.spec, place, others(bench)))


def broken(bench: Bench, place: str) -> tuple[Named, ...]:
    """Every place that would name nothing if the part were deleted; raises NotFound."""
    return _named(bench, uses.breaks(bench.spec, place, others(bench)))


def _named(bench: Bench, found: tuple[Use, ...]) -> tuple[Named, ...]:
    return tuple(dict.fromkeys(_one(bench, use) for use in found))


def _one(bench: Bench, use: Use) -> Named:
    ours = use.app == bench.draft.app
    url = whereabouts(use.app, use.at, bench.spec if ours else None)
    return Named(words.sentence(use, bench.language), url, not ours)


def kind_and_title(bench: Bench, place: str) -> tuple[str, str]:
    """What the part at a place is, and what it is called; raises NotFound."""
    part, table = find(bench.spec, place), parts(bench.spec)
    kind, title = naming.kind_name(part), naming.title_of(part, table)
    return words.title(as_text(kind), bench.language), words.title(as_text(title), bench.language, part.key)


def as_text(text: naming.Text) -> LocalText:
    """A text by language."""
    return dict(text)


def holds(bench: Bench, place: str) -> bool:
    """Whether there is such a part."""
    try:
        find(bench.spec, place)
    except NotFound:
        return False
    return True
