"""Forms that come, go or change their name, and the indexes that have to be made again."""

from collections.abc import Iterator
from math import ceil

from sqlalchemy import func, select

from dougong.plans.effect import Effect
from dougong.plans.pairs import FormPair, at
from dougong.plans.scene import Later, Scene
from dougong.spec.diffing.parts import Part
from dougong.tables import load_physical
from dougong.tables.catalogue import table_names
from dougong.tables.search_index import wanted_fields

MANY = 100_000
"""Records from which the time an index takes is worth telling."""
_A_SECOND = 20_000


def whole_forms(scene: Scene) -> Iterator[Later]:
    """Forms that are new, gone, or called otherwise."""
    for part in scene.sides.added("form"):
        yield lambda part=part: [_added(scene, part)]  # type: ignore[misc]
    for part in scene.sides.gone("form"):
        yield _removed(scene, part.key)
    for form in scene.forms:
        if form.old.key != form.new.key:
            named = scene.sides.named(scene.sides.after[form.place])
            params = {**named, "before": form.old.key, "after": form.new.key}
            same = Effect("form_renamed", "safe", at(form.place), "plan.form_renamed", params)
            yield lambda effect=same: [effect]  # type: ignore[misc]


def _added(scene: Scene, part: Part) -> Effect:
    """A new form; one that was removed once brings its records back."""
    tx, app, count = scene.visit.tx, scene.compiled.key, 0
    if "" in table_names(tx, app, part.key):
        table = load_physical(tx, app, part.key).main.table
        living = select(func.count()).select_from(table).where(table.c["_deleted_at"].is_(None))
        count = tx.conn.execute(living).scalar_one()
    kind = "form_returned" if count else "form_added"
    return Effect(kind, "safe", part.name, f"plan.{kind}", {**scene.sides.named(part), "count": count}, count)


def _removed(scene: Scene, key: str) -> Later:
    count = scene.tally.ask(scene.published.forms[key], "")
    place = ("forms", key)

    def later() -> Iterator[Effect]:
        params = {**scene.sides.named(scene.sides.before[place], now=False), "count": count.n}
        if count.n:
            yield Effect("form_removed", "destructive", at(place), "plan.form_removed", params, count.n)
        else:
            yield Effect("form_removed", "safe", at(place), "plan.form_removed_unused", params)

    return later


def indexes(scene: Scene, form: FormPair) -> Iterator[Later]:
    """What has to be made again so that lists stay quick."""
    searched = _searched(scene, form)
    sorted_ = _listed(scene, form, new=True) - _listed(scene, form, new=False)
    if searched or sorted_:
        yield _index(scene, form, "search_rebuilt" if searched else "index_built")


def _searched(scene: Scene, form: FormPair) -> bool:
    """Whether the search index lacks a field that lists look in."""
    have = form.live.physical.search
    was = {pair.new.path: pair.old.path for pair in form.fields}
    wanted = wanted_fields(scene.compiled, form.new)
    return have is None or any(was.get(key, key) not in have.fields for key in wanted)


def _listed(scene: Scene, form: FormPair, new: bool) -> set[str]:
    """Fields that lists filter and sort by, by their new names."""
    app, key = (scene.compiled, form.new.key) if new else (scene.published.compiled, form.old.key)
    now = {} if new else {pair.old.path: pair.new.path for pair in form.fields}
    return {
        now.get(bare, bare)
        for view in app.lists.values()
        if view.form.key == key
        for bare in (*view.spec.filters, *(each.lstrip("-") for each in view.spec.sort))
    }


def _index(scene: Scene, form: FormPair, kind: str) -> Later:
    count = scene.tally.ask(form.live, "")

    def later() -> Iterator[Effect]:
        if not count.n:
            return
        named = scene.sides.named(scene.sides.after[form.place])
        slow = "_slow" if count.n >= MANY else ""
        params = {**named, "count": count.n, "seconds": ceil(count.n / _A_SECOND)}
        yield Effect(kind, "safe", at(form.place), f"plan.{kind}{slow}", params, count.n)

    return later
