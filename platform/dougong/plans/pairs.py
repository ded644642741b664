"""The two specs side by side: which form and field of the new one is which of the old, and where its values are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Column

from dougong.fields import Field
from dougong.fields.base import LocalText
from dougong.spec.compiled import CompiledApp, CompiledField, CompiledForm
from dougong.spec.diffing import naming
from dougong.spec.diffing.matching import matched
from dougong.spec.diffing.parts import Part, Place, parts, written
from dougong.spec.model import App
from dougong.tables import LiveForm, PhysicalTable

VALUES = ("field", "column")


@dataclass(frozen=True, slots=True)
class FieldPair:
    """A field that was there before: as it is published and as it would be."""

    old: CompiledField
    new: CompiledField
    place: Place


@dataclass(frozen=True)
class FormPair:
    """A form that was there before, with where its records are."""

    live: LiveForm
    new: CompiledForm
    place: Place
    fields: tuple[FieldPair, ...]

    @property
    def old(self) -> CompiledForm:
        """The form as it is published."""
        return self.live.form

    def table(self, field: CompiledField) -> PhysicalTable:
        """The table that holds the values of a published field."""
        physical = self.live.physical
        return physical.rows[field.table] if field.table else physical.main

    def column(self, field: CompiledField) -> Column[Any] | None:
        """The column of a published field, None for a sub-table."""
        return self.table(field).column(field.key)

    @cached_property
    def by_path(self) -> Mapping[str, FieldPair]:
        """The pairs by the path the field would have."""
        return {pair.new.path: pair for pair in self.fields}


class Sides:
    """Both specs as tables of parts, and which part is which."""

    def __init__(self, old: App, compiled: CompiledApp) -> None:
        self.old, self.new = old, compiled.spec
        self.compiled = compiled
        self.before, self.after = parts(old), parts(compiled.spec)
        self.was = matched(self.before, self.after)
        """Of each part that was there before: its place now → its place then."""
        self._kept = set(self.was.values())

    def pairs(self, forms: Mapping[str, LiveForm]) -> Iterator[FormPair]:
        """Every form that stays."""
        for place, part in self.after.items():
            if part.kind == "form" and place in self.was:
                live, new = forms[self.was[place][-1]], self.compiled.forms[part.key]
                yield FormPair(live, new, place, tuple(self._fields(live.form, new, place)))

    def _fields(self, old: CompiledForm, new: CompiledForm, form: Place) -> Iterator[FieldPair]:
        for place, part in self.inside(self.after, form, *VALUES):
            there = self.was.get(place)
            if there is not None and self.before[there].kind == part.kind:
                yield FieldPair(old.field(path_of(there)), new.field(path_of(place)), place)

    def inside(self, table: Mapping[Place, Part], form: Place, *kinds: str) -> Iterator[tuple[Place, Part]]:
        """The parts of some kinds that belong to a form."""
        return ((place, part) for place, part in table.items() if place[:2] == form and part.kind in kinds)

    def added(self, *kinds: str) -> Iterator[Part]:
        """New parts of what was there before."""
        return (
            part for place, part in self.after.items()
            if part.kind in kinds and place not in self.was and part.scope in (self.was.keys() | {()})
        )  # fmt: skip

    def gone(self, *kinds: str) -> Iterator[Part]:
        """Parts that are no more, of what stays."""
        return (
            part for place, part in self.before.items()
            if part.kind in kinds and place not in self._kept and part.scope in (self._kept | {()})
        )  # fmt: skip

    def named(self, part: Part, now: bool = True) -> dict[str, Any]:
        """The parameters by which sentences name a part: ``where`` and ``title``."""
        table = self.after if now else self.before
        return {"where": naming.where(part, table), "title": naming.title_of(part, table)}


def path_of(place: Place) -> str:
    """``total`` or ``lines.price``, as a form knows its fields."""
    return ".".join(place[3:])


def at(place: Place) -> str:
    """The place as everywhere."""
    return written(place)


def title_of(field: Field) -> LocalText:
    """What a field is called."""
    return field.title or field.key
