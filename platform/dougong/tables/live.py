"""A published form together with its tables: what reads and writes work on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from dougong.spec.compiled import CompiledForm
from dougong.tables.physical import PhysicalForm


@dataclass(frozen=True, slots=True)
class LiveForm:
    """A compiled form of revision ``revision`` and where its records are kept."""

    form: CompiledForm
    physical: PhysicalForm
    revision: int

    @property
    def ref(self) -> str:
        """``app.form``."""
        return self.form.ref

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
        """The form as a revision had it, over the tables as they are; raises NotFound."""

    def referring(self, ref: str) -> Sequence[tuple[LiveForm, str]]:
        """Every live form with a reference field to ``ref``, and the path of that field."""
