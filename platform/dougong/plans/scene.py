"""What the rules of a plan work with: the visit, both specs, the desk that knows names, and the counting to be done."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, select

from dougong.access import everything
from dougong.apps import Registry
from dougong.apps.published import PublishedApp
from dougong.plans.effect import SAMPLES, Effect, Sample
from dougong.plans.pairs import FormPair, Sides
from dougong.plans.tally import Tally, living
from dougong.records import RecordDesk, Visit
from dougong.spec.compiled import CompiledApp
from dougong.tables import LiveForm

Later = Callable[[], Iterable[Effect]]
"""Makes effects once everything has been counted."""


class Scene:
    """One plan being made. Rules read the data with the app's rights: a trial finds what the publish would find."""

    def __init__(self, visit: Visit, published: PublishedApp, compiled: CompiledApp) -> None:
        self.visit = replace(visit, grant_sources=(_all_rights,), memo={}, _views={})
        self.published, self.compiled = published, compiled
        self.sides = Sides(published.compiled.spec, compiled)
        self.tally = Tally(visit.tx)

    @cached_property
    def forms(self) -> tuple[FormPair, ...]:
        """The forms that stay."""
        return tuple(self.sides.pairs(self.published.forms))

    @cached_property
    def desk(self) -> RecordDesk:
        """Where names are looked up."""
        return RecordDesk(self.visit)

    def samples(self, live: LiveForm, table: str, where: ColumnElement[bool], *shown: ColumnElement[Any]) -> list[Any]:
        """A few records (or rows) that meet a condition: record id, then what is to be shown."""
        main = live.physical.main.table
        query = living(live, table, main.c.id, *shown).where(where).order_by(main.c.id).limit(SAMPLES)
        return list(self.visit.tx.conn.execute(query).all())

    def called(self, effects: Iterable[Effect]) -> Iterator[Effect]:
        """The effects with the names of their sample records; one question per form."""
        every = list(effects)
        wanted: dict[str, set[int]] = {}
        for effect in every:
            wanted.setdefault(_form_of(effect), set()).update(sample.record for sample in effect.samples)
        names = {form: self._names(form, ids) for form, ids in wanted.items() if ids}
        for effect in every:
            known = names.get(_form_of(effect), {})
            yield replace(effect, samples=tuple(_named(each, known) for each in effect.samples))

    def _names(self, form: str, ids: set[int]) -> dict[int, str]:
        old = next((pair.old.key for pair in self.forms if pair.new.key == form), form)
        table = self.published.forms[old].physical.main.table
        query = select(table.c.id, table.c.number, table.c["_title"]).where(table.c.id.in_(sorted(ids)))
        rows = self.visit.tx.conn.execute(query)
        return {row[0]: _called(row[1] or "", row[2] or "") or f"#{row[0]}" for row in rows}


def _called(number: str, title: str) -> str:
    """Number and title, the number once: many a title begins with it."""
    return title if number in title else f"{number} {title}".strip()


def _form_of(effect: Effect) -> str:
    steps = effect.place.split(".")
    return steps[1] if steps[0] == "forms" and len(steps) > 1 else ""


def _named(sample: Sample, names: dict[int, str]) -> Sample:
    return replace(sample, called=names.get(sample.record, f"#{sample.record}"))


def _all_rights(_visit: Visit, live: LiveForm) -> list[Any]:
    return [everything(live)]


def registry(visit: Visit) -> Registry:
    """The published apps as the visit sees them."""
    return visit.forms if isinstance(visit.forms, Registry) else Registry(visit.tx)
