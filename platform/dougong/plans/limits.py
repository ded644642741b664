"""Fields whose rules became stricter: how many stored values break them. They stay; only what is written next is judged."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, ColumnElement, and_, exists, func, not_, or_, select, true

from dougong.fields import Field, SubTable, same_columns
from dougong.fields.choices import Choices
from dougong.fields.date import Date
from dougong.fields.exact import bound
from dougong.fields.file import File
from dougong.fields.number import Quantity
from dougong.fields.saying import said
from dougong.fields.text import Words
from dougong.formulas import Formula
from dougong.plans.effect import Effect, Sample
from dougong.plans.over import holds
from dougong.plans.pairs import FieldPair, FormPair, at
from dougong.plans.scene import Later, Scene
from dougong.plans.tally import living
from dougong.plans.values import not_unique
from dougong.tables.indexes import unique_column

Condition = ColumnElement[bool]


def stricter(scene: Scene, form: FormPair) -> Iterator[Later]:
    """What every field that stays asks for now and did not before."""
    for pair in form.fields:
        if pair.new.value is not None or not pair.new.settable:
            continue
        if _asks(pair):
            yield _required(scene, form, pair)
        if same_columns(pair.old.spec, pair.new.spec):
            yield from _narrowed(scene, form, pair)
            if pair.new.spec.unique and not (pair.old.spec.unique or pair.new.table):
                yield _unique(scene, form, pair)


# -- required ---------------------------------------------------------------------------------------------------------
def _asks(pair: FieldPair) -> bool:
    """Whether it has to be filled in where it had not."""
    if pair.old.spec.required:
        return False
    return pair.new.spec.required or bool(
        pair.new.spec.require_if and pair.new.spec.require_if != pair.old.spec.require_if
    )


def _required(scene: Scene, form: FormPair, pair: FieldPair) -> Later:
    where = and_(_blank(form, pair), finished(form), *_conditions(scene, form, pair))
    return _breaking(scene, form, pair, "field_required", where)


def _blank(form: FormPair, pair: FieldPair) -> Condition:
    column = form.column(pair.old)
    if column is not None:
        return column.is_(None)
    rows = form.live.physical.rows[pair.old.key].table
    return not_(exists(select(rows.c.id).where(rows.c["_parent"] == form.live.physical.main.table.c.id)))


def _conditions(scene: Scene, form: FormPair, pair: FieldPair) -> Iterator[Condition]:
    """Where it is asked for at all: while it shows, and under its own condition; as far as the database can tell."""
    formulas: list[Formula] = [] if pair.new.table else [*pair.new.shown]
    if pair.new.require is not None and not pair.new.spec.required and not pair.new.table:
        formulas.append(pair.new.require)
    for formula in formulas:
        found = holds(form, formula, scene.visit.env, scene.visit.tx.dialect)
        if found is not None:
            yield found


def finished(form: FormPair) -> Condition:
    """Records that were handed in: a draft keeps no rule yet."""
    return form.live.physical.main.table.c.status != "draft"


# -- narrower limits --------------------------------------------------------------------------------------------------
def _narrowed(scene: Scene, form: FormPair, pair: FieldPair) -> Iterator[Later]:
    old, new = pair.old.spec, pair.new.spec
    if isinstance(new, SubTable):
        conditions = list(_row_counts(form, pair.old.spec, new))
    else:
        column = form.column(pair.old)
        assert column is not None  # only a sub-table has none
        conditions = list(_beyond(old, new, column))
    if conditions:
        yield _breaking(scene, form, pair, "field_narrowed", and_(or_(*conditions), finished(form)))


def _beyond(old: Field, new: Field, column: Column[Any]) -> Iterator[Condition]:
    """Which values are outside the limits that changed."""
    if isinstance(new, Quantity):
        for name in ("at_least", "more_than", "at_most", "less_than"):
            limit = getattr(new, name)
            if limit is not None and limit != getattr(old, name, None):
                yield _outside(name, column, bound(limit))
    elif isinstance(new, Date):
        for name in ("at_least", "at_most"):
            limit = getattr(new, name)
            if limit is not None and limit != getattr(old, name, None):
                yield _outside(name, column, limit)
    elif isinstance(new, Words):
        if new.max_length < getattr(old, "max_length", 0):
            yield func.length(column) > new.max_length
        if new.min_length > getattr(old, "min_length", 0):
            yield func.length(column) < new.min_length
    elif isinstance(new, Choices):
        yield from _counts(func.length(column) - func.length(func.replace(column, ",", "")) - 1, new.min_choices,
                           new.max_choices, getattr(old, "min_choices", 0), getattr(old, "max_choices", None))  # fmt: skip
    elif isinstance(new, File):
        yield from _counts(func.json_array_length(column), 0, new.max_files, 0, getattr(old, "max_files", None))


def _outside(name: str, column: Column[Any], limit: Any) -> Condition:
    tests: dict[str, Condition] = {
        "at_least": column < limit, "more_than": column <= limit, "at_most": column > limit, "less_than": column >= limit,
    }  # fmt: skip
    return tests[name]


def _counts(
    count: ColumnElement[Any], least: int, most: int | None, least_before: int, most_before: int | None
) -> Iterator[Condition]:
    if most is not None and (most_before is None or most < most_before):
        yield count > most
    if least > least_before:
        yield count < least


def _row_counts(form: FormPair, old: Field, new: SubTable) -> Iterator[Condition]:
    assert isinstance(old, SubTable)
    rows, main = form.live.physical.rows[old.key].table, form.live.physical.main.table
    count = select(func.count()).where(rows.c["_parent"] == main.c.id).scalar_subquery()
    yield from _counts(count, new.min_rows, new.max_rows, old.min_rows, old.max_rows)


def _breaking(scene: Scene, form: FormPair, pair: FieldPair, kind: str, where: Condition) -> Later:
    count = scene.tally.ask(form.live, pair.old.table, where)

    def later() -> Iterator[Effect]:
        named = {**scene.sides.named(scene.sides.after[pair.place]), "count": count.n}
        if not count.n:
            yield Effect(kind, "safe", at(pair.place), f"plan.{kind}_fits", named)
            return
        samples = _samples(scene, form, pair, where)
        yield Effect(kind, "attention", at(pair.place), f"plan.{kind}", named, count.n, samples=samples)

    return later


def _samples(scene: Scene, form: FormPair, pair: FieldPair, where: Condition) -> tuple[Sample, ...]:
    """Records that break a rule, with the value that stays."""
    column = form.column(pair.old)
    rows = scene.samples(form.live, pair.old.table, where, *([] if column is None else [column]))
    found = []
    for record, *shown in rows:
        value = pair.old.spec.from_column(shown[0]) if shown and shown[0] is not None else None
        text = "" if value is None else said(pair.old.spec, value, scene.desk)
        found.append(Sample(record, "", text, text))
    return tuple(found)


# -- unique -----------------------------------------------------------------------------------------------------------
def _unique(scene: Scene, form: FormPair, pair: FieldPair) -> Later:
    def later() -> Iterator[Effect]:
        column = unique_column(form.live.physical.main, pair.old.key)
        twice = 0 if column is None else _repeated(scene, form, column)
        if twice:
            yield not_unique(pair, twice)
        else:
            named = scene.sides.named(scene.sides.after[pair.place])
            yield Effect("field_unique", "safe", at(pair.place), "plan.field_unique", named)

    return later


def _repeated(scene: Scene, form: FormPair, column: Column[Any]) -> int:
    twice = living(form.live, "", column).where(column.is_not(None)).group_by(column).having(func.count() > 1)
    return int(scene.visit.tx.conn.execute(select(func.count()).select_from(twice.subquery())).scalar_one())


def checks(scene: Scene, form: FormPair) -> Iterator[Later]:
    """Checks that are new or say something else."""
    before = {check.spec.key: check.spec.test for check in form.old.checks}
    for check in form.new.checks:
        if before.get(check.spec.key) == check.spec.test:
            continue
        found = holds(form, check.test, scene.visit.env, scene.visit.tx.dialect)
        place = (*form.place, "checks", check.spec.key)
        named = scene.sides.named(scene.sides.after[place])
        yield _check(scene, form, at(place), named, None if found is None else and_(not_(found), finished(form)))


def _check(scene: Scene, form: FormPair, place: str, named: dict[str, Any], where: Condition | None) -> Later:
    count = scene.tally.ask(form.live, "", true() if where is None else where)

    def later() -> Iterator[Effect]:
        params = {**named, "count": count.n}
        if not count.n:
            yield Effect("check", "safe", place, "plan.check_fits", params)
        elif where is None:
            yield Effect("check", "attention", place, "plan.check_unknown", params, count.n)
        else:
            samples = tuple(Sample(row[0], "", "", "") for row in scene.samples(form.live, "", where))
            yield Effect("check", "attention", place, "plan.check", params, count.n, samples=samples)

    return later
