"""Converting the stored values of a field for trial, each different value once."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func

from dougong.fields import Field, Invalid, needs, wants
from dougong.fields.converting import converter
from dougong.fields.saying import said
from dougong.plans.effect import SAMPLES, Sample
from dougong.plans.pairs import FieldPair, FormPair
from dougong.plans.scene import Scene
from dougong.plans.tally import living

_BATCH = 2000


@dataclass(slots=True)
class Trial:
    """``ok`` and ``failed`` count records or rows. ``repeated``: how many values several records would share."""

    ok: int = 0
    failed: int = 0
    good: list[Sample] = field(default_factory=list)
    bad: list[Sample] = field(default_factory=list)
    values: Counter[Any] = field(default_factory=Counter)

    @property
    def samples(self) -> tuple[Sample, ...]:
        """What fails first, then what does not."""
        return tuple([*self.bad, *self.good][:SAMPLES])

    @property
    def repeated(self) -> int:
        """How many values more than one record would have."""
        return sum(1 for count in self.values.values() if count > 1)


def try_out(scene: Scene, form: FormPair, pair: FieldPair) -> Trial:
    """Convert every stored value of a field."""
    trial = Trial()
    turn = converter(pair.old.spec, pair.new.spec, scene.desk)
    for several in _distinct(scene, form, pair):
        _prime(scene, pair, [value for value, _, _ in several])
        for value, count, record in several:
            _one(scene, pair, turn, trial, value, count, record)
    return trial


def _distinct(scene: Scene, form: FormPair, pair: FieldPair) -> Iterator[list[tuple[Any, int, int]]]:
    """Every different value, how often it stands, and one record that holds it; some at a time."""
    column = form.column(pair.old)
    assert column is not None  # a field whose type changes has a column
    main = form.live.physical.main.table
    query = living(form.live, pair.old.table, column, func.count(), func.min(main.c.id))
    query = query.where(column.is_not(None)).group_by(column)
    for rows in scene.visit.tx.conn.execute(query.execution_options(yield_per=_BATCH)).partitions():
        yield [(pair.old.spec.from_column(value), count, record) for value, count, record in rows]


def _prime(scene: Scene, pair: FieldPair, values: Sequence[Any]) -> None:
    asked = needs(pair.old.spec, values)
    if asked:
        people, departments = asked.pop("person", set()), asked.pop("department", set())
        scene.desk.prime_ids(people, departments, asked)
    if found := wants(pair.old.spec, pair.new.spec, values, scene.desk):
        scene.desk.prime(found)


def _one(
    scene: Scene, pair: FieldPair, turn: Callable[[Any], Any], trial: Trial, value: Any, count: int, record: int
) -> None:
    old, new = pair.old.spec, pair.new.spec
    try:
        found = turn(value)
    except Invalid:
        trial.failed += count
        if len(trial.bad) < SAMPLES:
            trial.bad.append(Sample(record, "", said(old, value, scene.desk), None))
        return
    trial.ok += count
    if len(trial.good) < SAMPLES:
        trial.good.append(Sample(record, "", said(old, value, scene.desk), said(new, found, scene.desk)))
    if new.unique and not pair.new.table:
        trial.values[_compared(new, found, scene.desk.zone)] += count


def _compared(field: Field, value: Any, zone: Any) -> Any:
    """What tells a value from another: its fold where it has one."""
    kept = dict(zip((column.suffix for column in field.columns()), field.to_columns(value, zone), strict=True))
    return kept.get("fold", kept[""])
