"""A spec file on its way to an installation: the revision it came from, what both changed since, and the plan as text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dougong.apps import Registry
from dougong.cli.ancestry import Ancestor, ancestor, spec_of
from dougong.cli.shell import line_of
from dougong.drafts.settling import SIDES, settled
from dougong.errors import Problem, Refused
from dougong.plans import Effect, Plan, plan
from dougong.records import Visit
from dougong.spec.compile import compile_app
from dougong.spec.compiled import CompiledApp
from dougong.spec.diffing import Difference, grouped
from dougong.spec.dump import dump
from dougong.spec.merge import Conflict, merge
from dougong.spec.model import App
from dougong.spec.nearest import meant
from dougong.spec.reader import read as read_document
from dougong.words import say, sentence, title
from dougong.words.sentences import shown

LOSSY = ("conversion", "destructive")
Choices = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file on an installation: ``compiled`` is what would be published, ``installed`` the revision it meets (0: none),
    ``conflicts`` all places both changed, ``open`` those without a choice, ``specs`` every app its tests may need."""

    ancestor: Ancestor
    installed: int
    compiled: CompiledApp
    conflicts: tuple[Conflict, ...]
    open: tuple[Conflict, ...]
    plan: Plan | None
    specs: Mapping[str, App] = field(default_factory=dict)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What keeps it from being published."""
        return self.compiled.problems or (self.plan.problems if self.plan else ())

    @property
    def something(self) -> bool:
        """Whether publishing it would change anything."""
        return bool(self.open) or not self.installed or bool(self.plan and self.plan.differences)

    @property
    def lossy(self) -> tuple[Effect, ...]:
        """The effects after which something reads otherwise or is out of sight."""
        effects = self.plan.effects if self.plan else ()
        return tuple(each for each in effects if each.grade in LOSSY or each.failed)


def arrival(visit: Visit, path: Path, base: str, chosen: Choices) -> Arrival:
    """What becomes of a file here; ``base`` says what it was made from (see ``ancestry``). Raises Refused, NotFound."""
    spec, registry = spec_of(path), Registry(visit.tx)
    key = spec.app.key
    number = registry.numbers.get(key, 0)
    origin = ancestor(registry, spec, base)
    app, conflicts, still = _merged(registry, origin, spec, number, chosen)
    positions = read_document(path.read_bytes(), str(path)).positions if app is spec else None
    compiled = compile_app(app, registry.spec, positions)
    specs = {each: found for each in registry.numbers if (found := registry.spec(each)) is not None} | {key: app}
    made = None if compiled.problems else plan(visit, compiled)
    return Arrival(origin, number, compiled, conflicts, still, made, specs)


def _merged(
    registry: Registry, origin: Ancestor, mine: App, number: int, chosen: Choices
) -> tuple[App, tuple[Conflict, ...], tuple[Conflict, ...]]:
    if origin.spec is None:
        return mine, (), ()
    theirs = registry.compiled(mine.app.key, number).spec
    if dump(origin.spec) == dump(theirs):
        return mine, (), ()  # nothing was done here since: the file as it is
    merged = merge(origin.spec, mine, theirs)
    app, still = settled(merged, theirs, {at: side for at, side in chosen.items() if side in SIDES})
    return app, merged.conflicts, still


def judged(one: Arrival, chosen: Choices) -> None:
    """Refuse choices for places where there is none, and choices that do not exist there."""
    known: dict[str, set[str]] = {}
    for effect in one.plan.effects if one.plan else ():
        known.setdefault(effect.place, set()).update(choice.key for choice in effect.choices)
    for conflict in one.conflicts:
        known.setdefault(conflict.at, set()).update(SIDES)
    known = {place: keys for place, keys in known.items() if keys}
    wrong = [
        Problem("cli.nothing_to_choose", params={"place": place, **meant(place, known)})
        if place not in known
        else Problem("cli.no_such_choice", params={"place": place, "choice": key, "choices": sorted(known[place])})
        for place, key in chosen.items()
        if key not in known.get(place, ())
    ]
    if wrong:
        raise Refused(wrong)


def choices_of(given: tuple[str, ...]) -> dict[str, str]:
    """``PLACE=CHOICE`` as place → choice; raises Refused."""
    pairs = [each.rpartition("=") for each in given]
    if bad := [each for each, (place, _, key) in zip(given, pairs, strict=True) if not place or not key]:
        raise Refused(Problem("cli.choice_form", params={"given": each}) for each in bad)
    return {place: key for place, _, key in pairs}


# -- the plan as text -------------------------------------------------------------------------------------------------
def differing(found: tuple[Difference, ...], language: str) -> Iterator[str]:
    """Differences as text: a heading for each group, a sentence for each difference."""
    for group, several in grouped(found).items():
        yield say(f"change.group.{group}", language)
        yield from (f"  {sentence(each, language)}" for each in several)


def lines(one: Arrival, language: str) -> Iterator[str]:
    """Everything a plan says."""
    spec = one.compiled.spec.app
    name = f"{title(spec.title, language, spec.key)} ({spec.key})"
    if not one.something:
        yield say("cli.plan_nothing", language, app=name, number=one.installed)
        return
    yield say("cli.plan_head", language, app=name, number=one.installed + 1)
    if one.ancestor.unseen:
        yield say(
            "cli.plan_unseen", language, n=len(one.ancestor.unseen), numbers=[str(each) for each in one.ancestor.unseen]
        )
    elif one.ancestor.how == "file":
        yield say("cli.plan_from_file", language)
    if one.plan:
        yield from differing(one.plan.differences, language)
        yield from _effects(one.plan, language)
    if one.conflicts:
        yield from _conflicts(one, language)


def _effects(found: Plan, language: str) -> Iterator[str]:
    yield say("publish.data", language)
    if not found.effects:
        yield f"  {say('publish.no_effects', language)}"
    for effect in found.effects:
        mark = "!" if effect.grade in LOSSY or effect.failed else " "
        yield f"{mark} {say(f'publish.grade_{effect.grade}', language)} · {sentence(effect, language)}"
        for sample in effect.samples:
            after = say("publish.sample_fails", language) if sample.after is None else sample.after or "∅"
            becomes = f" → {after}" if sample.after != sample.before else ""
            yield f"      {sample.called}: {sample.before or '∅'}{becomes}"
        for index, choice in enumerate(effect.choices if len(effect.choices) > 1 else ()):
            default = f" ({say('cli.plan_default', language)})" if not index else ""
            yield f"      --choose {effect.place}={choice.key}  {sentence(choice, language)}{default}"
    if found.waiting:
        yield f"  {say('publish.waiting', language, n=found.waiting)}"


def _conflicts(one: Arrival, language: str) -> Iterator[str]:
    yield say("cli.plan_conflicts", language)
    for conflict in one.conflicts:
        mark = "!" if conflict in one.open else " "
        valued = "mine" in conflict.params
        yield f"{mark} {shown(conflict.params['place'], language) if valued else sentence(conflict, language)}"
        for side in SIDES:
            value = f": {shown(conflict.params[side], language)}" if valued else ""
            yield f"      --choose {conflict.at}={side}  {say(f'cli.side_{side}', language)}{value}"


def as_json(one: Arrival, language: str) -> dict[str, Any]:
    """The plan for machines: codes and places as they are, each with its sentence."""
    found = one.plan
    return {
        "app": one.compiled.key, "installed": one.installed, "changes": one.something,
        "ancestor": {"how": one.ancestor.how, "revision": one.ancestor.number or None, "unseen": [*one.ancestor.unseen]},
        "differences": [
            {"what": each.what, "kind": each.kind, "at": each.at, "code": each.code, "text": sentence(each, language)}
            for each in (found.differences if found else ())
        ],
        "effects": [_effect_json(each, language) for each in (found.effects if found else ())],
        "waiting": found.waiting if found else 0,
        "conflicts": [
            {"at": each.at, "code": each.code, "base": each.base, "mine": each.mine, "theirs": each.theirs,
             "open": each in one.open, "text": sentence(each, language)}
            for each in one.conflicts
        ],
        "problems": [{"code": each.code, "at": each.at, "text": line_of(each, language)} for each in one.problems],
    }  # fmt: skip


def _effect_json(effect: Effect, language: str) -> dict[str, Any]:
    return {
        "kind": effect.kind, "grade": effect.grade, "place": effect.place, "code": effect.code,
        "text": sentence(effect, language), "affected": effect.affected, "failed": effect.failed,
        "samples": [
            {"record": str(each.record), "called": each.called, "before": each.before, "after": each.after}
            for each in effect.samples
        ],
        "choices": [{"key": each.key, "text": sentence(each, language)} for each in effect.choices],
    }  # fmt: skip
