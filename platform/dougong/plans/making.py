"""Making a plan: everything that differs, and what each of it does to the data."""

from collections.abc import Callable, Iterable, Iterator

from dougong.plans import limits, options, values
from dougong.plans.approvals import Running, flow, waiting
from dougong.plans.effect import GRADES, Effect, Plan
from dougong.plans.forms import indexes, whole_forms
from dougong.plans.pairs import FormPair
from dougong.plans.rights import access
from dougong.plans.scene import Later, Scene, registry
from dougong.records import Visit
from dougong.spec.compiled import CompiledApp
from dougong.spec.diffing import Difference, diff, grouped
from dougong.spec.diffing.naming import everywhere

_RULES: tuple[Callable[[Scene, FormPair], Iterator[Later]], ...] = (
    values.removed, values.retyped, options.dropped, options.statuses, limits.stricter, limits.checks, values.added,
    indexes,
)  # fmt: skip

_BESIDE = ("search_rebuilt", "index_built")
"""Effects that tell of work to be done, not of what was changed there."""
_LABELS = ("title", "help", "placeholder", "message", "unit")


def plan(visit: Visit, compiled: CompiledApp) -> Plan:
    """What publishing ``compiled`` would do to what is published. Only reads: each table once for all counts, each
    field that changes its type once, a few records for samples; never once per record. What has problems has no effects."""
    published = registry(visit)
    if compiled.key not in published.numbers:
        return _first(compiled)
    found = published.app(compiled.key)
    differences = diff(found.compiled.spec, compiled.spec)
    if compiled.problems or not differences:
        return Plan(compiled.key, found.number, differences, (), compiled.problems, 0)
    scene = Scene(visit, found, compiled)
    running = Running(scene)
    effects = _told(scene, running)
    effects += _rest(differences, effects)
    effects.sort(key=lambda effect: GRADES.index(effect.grade))
    named = tuple(scene.called(effects))
    return Plan(compiled.key, found.number, differences, named, values.problems(named), waiting(scene, running))


def _first(compiled: CompiledApp) -> Plan:
    effects = tuple(
        Effect("form_added", "safe", f"forms.{form.key}", "plan.form_added",
               {"where": "", "title": everywhere(form.spec.title, form.key)})
        for form in compiled.forms.values()
    )  # fmt: skip
    return Plan(compiled.key, 0, (), effects, compiled.problems, 0)


def _told(scene: Scene, running: Running) -> list[Effect]:
    """The effects on the data: everything is asked first, counted at once, told then."""
    laters = [*whole_forms(scene)]
    for form in scene.forms:
        renamed = list(values.renamed(scene, form))
        laters += [lambda found=renamed: found, *(later for rule in _RULES for later in rule(scene, form))]  # type: ignore[misc]
        laters += flow(scene, form, running)
    scene.tally.take()
    return [*(effect for later in laters for effect in later()), *access(scene)]


def _rest(differences: Iterable[Difference], effects: Iterable[Effect]) -> list[Effect]:
    """The changes that touch no data (labels, layout, lists, reports …), one effect for each group of them."""
    told = {effect.place for effect in effects if effect.kind not in _BESIDE}
    inside = tuple(f"{effect.place}." for effect in effects if effect.kind == "field_replaced")
    left = [
        each
        for each in differences
        if each.member in _LABELS or not (each.at in told or _place(each) in told or each.at.startswith(inside))
    ]
    return [
        Effect("group", "safe", group, f"plan.group.{group}", {"count": len(several)})
        for group, several in grouped(left).items()
    ]


def _place(difference: Difference) -> str:
    return difference.at.removesuffix(f".{difference.member}") if difference.member else difference.at
