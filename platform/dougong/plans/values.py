"""Fields that come, go, change their name or their type: what becomes of their values."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Column

from dougong.errors import Problem
from dougong.fields import Field, SubTable, convertible, same_columns
from dougong.fields.base import Column as FieldColumn
from dougong.fields.base import Stored
from dougong.fields.choice import Optional
from dougong.fields.number import Quantity
from dougong.fields.reference import Reference
from dougong.formulas import Formula
from dougong.plans.effect import Choice, Effect, Grade
from dougong.plans.pairs import FieldPair, FormPair, at, path_of, title_of
from dougong.plans.scene import Later, Scene
from dougong.plans.tally import Count
from dougong.plans.trial import Trial, try_out
from dougong.spec.diffing.naming import Text, both
from dougong.spec.diffing.parts import Part, Place
from dougong.tables.physical import column_type


def added(scene: Scene, form: FormPair) -> Iterator[Later]:
    """Fields that are new on a form with records."""
    for part in scene.sides.added("field", "column"):
        if part.place[:2] == form.place and _in_rows(part, scene.sides.before, scene.sides.was.get(part.scope)):
            yield _added(scene, form, part)


def _in_rows(part: Part, other: Mapping[Place, Part], there: Place | None) -> bool:
    """Whether a column's sub-table is one on the other side too; what became one, or was one, is told as a whole."""
    return part.kind != "column" or (there is not None and isinstance(other[there].struct, SubTable))


def _added(scene: Scene, form: FormPair, part: Part) -> Later:
    field = form.new.field(path_of(part.place))
    table = scene.sides.was[part.scope][-1] if field.table else ""
    records = scene.tally.ask(form.live, table)
    held, kind = _held(scene, form, table, field.spec), "sub_table" if isinstance(field.spec, SubTable) else "field"

    def later() -> Iterator[Effect]:
        if held is not None and held.n:
            params = {**scene.sides.named(part), "count": held.n}
            yield Effect(f"{kind}_returned", "safe", part.name, f"plan.{kind}_returned", params, held.n)
            return
        choices: tuple[Choice, ...] = ()
        constant = field.default is not None and is_constant(field.default) and field.settable
        if records.n and constant and not field.spec.unique:
            choices = (Choice("leave_blank", "plan.choice.leave_blank"), Choice("backfill", "plan.choice.backfill",
                                                                              {"count": records.n}))  # fmt: skip
        asked = bool(records.n and field.spec.required and field.value is None)
        code = "plan.field_added_required" if asked else "plan.field_added"
        yield Effect(
            "field_added", "attention" if asked else "safe", part.name, code,
            {**scene.sides.named(part), "count": records.n}, records.n, choices=choices,
        )  # fmt: skip

    return later


def _held(scene: Scene, form: FormPair, table: str, field: Field) -> Count | None:
    """What a field that was removed once still holds and brings back, None for one that is really new."""
    if isinstance(field, SubTable):
        return scene.tally.ask(form.live, field.key) if field.key in form.live.physical.rows else None
    before = _before(form, table, field)
    return None if before is None else scene.tally.ask(form.live, table, before.is_not(None))


def _before(form: FormPair, table: str, field: Field) -> Column[Any] | None:
    """The column of a field that was removed once, where the new one of its key takes it up again."""
    physical = form.live.physical.rows[table] if table else form.live.physical.main
    wanted = {column.suffix: column for column in field.columns()}
    found = {suffix: physical.column(field.key, suffix) for suffix in wanted}
    if "" not in found or any(each is None for each in found.values()):
        return None
    alike = (_alike(wanted[suffix], each) for suffix, each in found.items() if each is not None)
    return found[""] if all(alike) else None


def _alike(wanted: FieldColumn, column: Column[Any]) -> bool:
    """Whether a column keeps what is wanted; what it refers to is not known here, so nothing that refers is."""
    kind = column_type(wanted.stored.value, wanted.scale)
    return not wanted.references and repr(kind) == repr(column.type) and wanted.stored is not Stored.ID


def is_constant(formula: Formula) -> bool:
    """Whether a formula gives the same for every record and at every time."""
    return not (formula.refs or formula.uses_clock or formula.uses_me)


def removed(scene: Scene, form: FormPair) -> Iterator[Later]:
    """Fields that are gone: their values are hidden and kept."""
    gone = [part for part in scene.sides.gone("field", "column") if part.place[:2] == scene.sides.was[form.place]]
    for part in gone:
        yield _removed(scene, form, part)


def _removed(scene: Scene, form: FormPair, part: Part) -> Later:
    field = form.old.field(path_of(part.place))
    column = form.column(field) if not isinstance(field.spec, SubTable) else None
    if column is None:
        count = scene.tally.ask(form.live, field.key)
    else:
        count = scene.tally.ask(form.live, field.table, column.is_not(None))
    kind = "sub_table_removed" if isinstance(field.spec, SubTable) else "field_removed"
    place = at((*form.place, *part.place[2:]))

    def later() -> Iterator[Effect]:
        params = {**scene.sides.named(part, now=False), "count": count.n}
        if count.n:
            yield Effect(kind, "destructive", place, f"plan.{kind}", params, count.n)
        else:
            yield Effect(kind, "safe", place, "plan.field_removed_unused", params)

    return later


def renamed(scene: Scene, form: FormPair) -> Iterator[Effect]:
    """Fields that are called otherwise."""
    for pair in form.fields:
        if pair.old.key != pair.new.key:
            part = scene.sides.after[pair.place]
            params = {**scene.sides.named(part), "before": pair.old.key, "after": pair.new.key}
            yield Effect("field_renamed", "safe", at(pair.place), "plan.field_renamed", params)


def retyped(scene: Scene, form: FormPair) -> Iterator[Later]:
    """Fields of another type, or whose values are kept in another way."""
    for pair in form.fields:
        old, new = pair.old.spec, pair.new.spec
        if not same_columns(old, new):
            yield _replaced(scene, form, pair) if not convertible(old, new) else _converted(scene, form, pair)
        elif old.type_key() != new.type_key():
            yield _same_values(scene, pair)


def _named(scene: Scene, pair: FieldPair) -> dict[str, Any]:
    named = scene.sides.named(scene.sides.after[pair.place])
    return {**named, "before": _kind(pair.old.spec, pair.new.spec), "after": _kind(pair.new.spec, pair.old.spec)}


def _kind(field: Field, other: Field) -> Text | str:
    """What sets a field apart from what it was or becomes: its type, else its decimals or what it points at."""
    if field.type_key() == other.type_key():
        if isinstance(field, Quantity):
            return both("plan.decimals", count=field.decimals)
        if isinstance(field, Reference):
            return field.to
    return both(f"field.type.{field.type_key()}")


def _same_values(scene: Scene, pair: FieldPair) -> Later:
    effect = Effect("field_retyped", "safe", at(pair.place), "plan.field_retyped", _named(scene, pair))
    return lambda: [effect]


def _replaced(scene: Scene, form: FormPair, pair: FieldPair) -> Later:
    column = form.column(pair.old)
    where = None if column is None else column.is_not(None)
    count = scene.tally.ask(form.live, pair.old.key if column is None else pair.old.table, where)

    def later() -> Iterator[Effect]:
        params, grade = {**_named(scene, pair), "count": count.n}, _grade(count.n, "destructive")
        code = "plan.field_replaced" if count.n else "plan.field_converted_unused"
        yield Effect("field_replaced", grade, at(pair.place), code, params, count.n)

    return later


def _converted(scene: Scene, form: FormPair, pair: FieldPair) -> Later:
    def later() -> Iterator[Effect]:
        trial = try_out(scene, form, pair)
        yield conversion(pair, trial, _named(scene, pair))
        if trial.repeated:
            yield not_unique(pair, trial.repeated)

    return later


def conversion(pair: FieldPair, trial: Trial, named: dict[str, Any]) -> Effect:
    """The effect of a field whose values become others."""
    params = {**named, "count": trial.ok, "failed": trial.failed}
    rewritten = isinstance(pair.old.spec, Optional) and pair.old.spec.type_key() == pair.new.spec.type_key()
    place, affected = at(pair.place), trial.ok + trial.failed
    if not affected:
        return Effect("field_converted", "safe", place, "plan.field_converted_unused", params)
    if rewritten and not trial.failed:
        return Effect("options_renamed", "safe", place, "plan.options_renamed", params, affected, 0, trial.samples)
    choices: tuple[Choice, ...] = ()
    if trial.failed:
        choices = (
            Choice("keep_original", "plan.choice.keep_original", {"count": trial.failed}),
            Choice("cancel", "plan.choice.cancel"),
        )
    code = "plan.field_converted_some" if trial.failed else "plan.field_converted"
    return Effect("field_converted", "conversion", place, code, params, affected, trial.failed, trial.samples, choices)


def not_unique(pair: FieldPair, count: int) -> Effect:
    """The effect of a field that cannot be unique yet; it stands in the way (see ``problem_of``)."""
    params = {"title": title_of(pair.new.spec), "count": count}
    return Effect("not_unique", "attention", at(pair.place), "plan.not_unique", params, count)


def problems(effects: Iterable[Effect]) -> tuple[Problem, ...]:
    """What stands in the way of publishing."""
    return tuple(
        Problem("tables.not_unique_yet", each.place, {"title": each.params["title"], "count": each.affected})
        for each in effects
        if each.kind == "not_unique"
    )


def _grade(count: int, grade: Grade) -> Grade:
    return grade if count else "safe"
