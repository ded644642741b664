"""A published form together with its tables: what reads and writes work on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import Column

from dougong.fields.base import Field
from dougong.spec.compiled import CompiledForm
from dougong.tables.physical import PhysicalForm


@dataclass(frozen=True, slots=True)
class Shadow:
    """Where a value of the field ``old`` is written beside its own column: as ``new`` into ``columns``, one for each of
    ``new.columns()``. So what is written under an older form arrives in the newer one's column, and what is written
    while a column is being filled is not missed."""

    old: Field
    new: Field
    columns: tuple[Column[Any], ...]


@dataclass(frozen=True, slots=True)
class LiveForm:
    """A compiled form of revision ``revision`` and where its records are kept.

    ``now`` is the form as it is published, None when this is it; ``newer`` maps the paths of this form to those they have
    there. ``generation`` changes whenever something published since makes this one out of date. ``shadows`` are by
    sub-table key, "" for the form itself.
    """

    form: CompiledForm
    physical: PhysicalForm
    revision: int
    generation: int = 0
    now: "LiveForm | None" = None
    newer: Mapping[str, str] = field(default_factory=dict)
    shadows: Mapping[str, tuple[Shadow, ...]] = field(default_factory=dict)

    @property
    def ref(self) -> str:
        """``app.form``, as the form is called now."""
        return self.form.ref if self.now is None else self.now.ref

    @property
    def published(self) -> "LiveForm":
        """The form as it is published."""
        return self.now or self

    def older(self, path: str) -> str:
        """What a path of the published form is here, "" where this form has no such field."""
        if self.now is None:
            return path
        return next((old for old, new in self.newer.items() if new == path), "")

    def titled_by(self) -> frozenset[str]:
        """The names a record's title is made of: those of its formula, else its first field of text."""
        if self.form.record_title is not None:
            return self.form.record_title.refs
        key = title_key(self.form)
        return frozenset() if key is None else frozenset({key})


def title_key(form: CompiledForm) -> str | None:
    """The field a record is called by when its form has no title formula."""
    return next((key for key, field in form.fields.items() if field.spec.searchable), None)


class Forms(Protocol):
    """Where a published form is found by ``app.form``; implemented by ``apps``."""

    def form(self, ref: str) -> LiveForm:
        """The live form; raises NotFound."""

    def hold(self, live: LiveForm) -> None:
        """Keep the form's app from being published until this writing transaction ends; raises db.Again when it has
        been since ``live`` was read."""

    def form_at(self, ref: str, revision: int) -> LiveForm:
        """The form as a revision had it, with the columns it had then; raises NotFound."""

    def referring(self, ref: str) -> Sequence[tuple[LiveForm, str]]:
        """Every live form with a reference field to ``ref``, and the path of that field."""
