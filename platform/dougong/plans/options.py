"""Options and statuses that are gone while records still have them."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, ColumnElement

from dougong import words
from dougong.fields.choice import Choice as ChoiceField
from dougong.fields.choice import Optional
from dougong.plans.effect import Choice, Effect, Sample
from dougong.plans.pairs import FieldPair, FormPair, at
from dougong.plans.scene import Later, Scene
from dougong.plans.tally import Count
from dougong.spec.diffing.naming import everywhere

MAP = "to:"
"""What a choice begins with that puts another option in the place of one that is gone; its key follows."""


def dropped(scene: Scene, form: FormPair) -> Iterator[Later]:
    """Options that can no longer be chosen."""
    for pair in form.fields:
        old, new = pair.old.spec, pair.new.spec
        column = form.column(pair.old)
        if column is None or not isinstance(old, Optional) or not isinstance(new, Optional):
            continue
        kept = {*new.keys(), *(earlier for option in new.options for earlier in option.was)}
        for option in old.options:
            if option.key not in kept:
                where = chosen(old, column, option.key)
                yield _dropped(scene, form, pair, option.key, where)


def chosen(field: Optional, column: Column[Any], key: str) -> ColumnElement[bool]:
    """Where an option is chosen."""
    return column == key if isinstance(field, ChoiceField) else column.contains(f",{key},", autoescape=True)


def _dropped(scene: Scene, form: FormPair, pair: FieldPair, key: str, where: ColumnElement[bool]) -> Later:
    count = scene.tally.ask(form.live, pair.old.table, where)

    def later() -> Iterator[Effect]:
        place, effect = at((*pair.place, "options", key)), _option(scene, pair, key, count)
        if not count.n:
            yield Effect("option_dropped", "safe", place, "plan.option_dropped_unused", effect)
            return
        title = words.title(effect["option"], scene.visit.language, key)
        samples = tuple(Sample(row[0], "", title, title) for row in scene.samples(form.live, pair.old.table, where))
        yield Effect(
            "option_dropped", "attention", place, "plan.option_dropped", effect, count.n, samples=samples,
            choices=tuple(_choices(pair, count.n)),
        )  # fmt: skip

    return later


def _option(scene: Scene, pair: FieldPair, key: str, count: Count) -> dict[str, Any]:
    assert isinstance(pair.old.spec, Optional)
    option = pair.old.spec.option(key)
    title = everywhere(option.title if option else "", key)
    return {**scene.sides.named(scene.sides.after[pair.place]), "option": title, "count": count.n}


def _choices(pair: FieldPair, count: int) -> Iterator[Choice]:
    assert isinstance(pair.new.spec, Optional)
    yield Choice("keep", "plan.choice.keep_option", {"count": count})
    for option in pair.new.spec.options:
        yield Choice(f"{MAP}{option.key}", "plan.choice.to_option", {"option": everywhere(option.title, option.key)})


def statuses(scene: Scene, form: FormPair) -> Iterator[Later]:
    """Statuses of the form's own that are gone."""
    status = form.live.physical.main.table.c.status
    gone = [part for part in scene.sides.gone("status") if part.scope == scene.sides.was[form.place]]
    for part in gone:
        yield _status(scene, form, part.key, scene.sides.named(part, now=False), status == part.key)


def _status(scene: Scene, form: FormPair, key: str, named: dict[str, Any], where: ColumnElement[bool]) -> Later:
    count = scene.tally.ask(form.live, "", where)

    def later() -> Iterator[Effect]:
        if count.n:
            place = at((*form.place, "statuses", key))
            yield Effect(
                "status_removed", "attention", place, "plan.status_removed", {**named, "count": count.n}, count.n
            )

    return later
