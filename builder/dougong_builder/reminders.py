"""What keeps nothing from being published and is most likely not meant: told beside the problems."""

from collections import Counter
from collections.abc import Iterator

from dougong.errors import Problem
from dougong.fields.base import LocalText
from dougong.people.approvers import Approvers
from dougong.spec import model
from dougong.spec.compiled import CompiledForm
from dougong.spec.walk import nodes, steps
from dougong_builder.bench import Bench


def reminders(bench: Bench) -> tuple[Problem, ...]:
    """Everything worth a second look, form by form, then the lists."""
    people = Approvers(bench.visit.tx, bench.draft.app)
    found: list[Problem] = []
    for form in bench.compiled.forms.values():
        found += _same_titles(bench, form)
        found += _nobody_may(form)
        found += _never_seen(bench, form)
        found += _without_people(bench, form, people)
    found += (
        Problem("remind.no_columns", f"lists.{each.key}.columns") for each in bench.spec.lists if not each.columns
    )
    return tuple(found)


def _same_titles(bench: Bench, form: CompiledForm) -> Iterator[Problem]:
    """Fields that people cannot tell apart; a column counts among the columns of its table."""
    placed = [
        (one.table, bench.title(one.node.title), one.name) for one in nodes(form.spec) if bench.title(one.node.title)
    ]
    several = Counter((table, title) for table, title, _ in placed)
    told: set[tuple[str, str]] = set()
    for table, title, name in placed:
        if several[table, title] > 1 and (table, title) not in told:
            told.add((table, title))
            place = f"forms.{form.key}.fields.{name}"
            yield Problem("remind.same_title", place, {"title": title, "count": several[table, title]})


def _nobody_may(form: CompiledForm) -> Iterator[Problem]:
    place, grants = f"forms.{form.key}.access", form.spec.access
    for action in ("create", "read"):
        if not any(action in grant.can for grant in grants):
            yield Problem(f"remind.nobody_may_{action}", place, {"title": form.spec.title})


def _never_seen(bench: Bench, form: CompiledForm) -> Iterator[Problem]:
    """Fields that no grant lets anybody read, where grants let read something."""
    reading = [grant for grant in form.spec.access if "read" in grant.can]
    if not reading or any(grant.read is None for grant in reading):
        return
    seen = {key for grant in reading for key in grant.read or ()}
    for key, field in form.fields.items():
        if key not in seen:
            title: LocalText = field.spec.title or key
            yield Problem("remind.never_seen", f"forms.{form.key}.fields.{key}", {"title": title})


def _without_people(bench: Bench, form: CompiledForm, people: Approvers) -> Iterator[Problem]:
    """Steps whose role nobody holds, whose department is empty, or whose people have left."""
    for _, step in steps(form.spec.flow) if form.spec.flow else ():
        if isinstance(step, model.Deciding) and isinstance(step.who, model.Who) and not _somebody(step.who, people):
            title: LocalText = step.title or step.key
            yield Problem("remind.nobody_at_step", f"forms.{form.key}.flow.steps.{step.key}.who", {"title": title})


def _somebody(who: model.Who, people: Approvers) -> bool:
    """Whether the organisation has somebody for it; what depends on the record is taken on trust."""
    if who.role:
        return bool(people.role(who.role))
    if who.people:
        return bool(people.logins(who.people))
    return not who.department or bool(people.department(who.department))
