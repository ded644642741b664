"""An app spec with every name resolved and every formula typed: what the other rooms work from.

A form or an app is equal to itself only, so that what is derived from it can be kept by it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dougong.errors import Problem
from dougong.fields.base import Field, Node
from dougong.formulas import Formula, Scope
from dougong.spec import model


@dataclass(frozen=True, slots=True)
class CompiledField:
    """A field in its place. ``path`` is ``total`` or ``lines.price``; ``table`` the key of its sub-table or "".

    ``shown`` holds its own ``show_if`` and those of the sections (and the sub-table) around it: it shows when all hold.
    A row's formulas know their neighbours and, further out, the record.
    """

    spec: Field
    path: str
    table: str = ""
    shown: tuple[Formula, ...] = ()
    require: Formula | None = None
    readonly: Formula | None = None
    default: Formula | None = None
    value: Formula | None = None

    @property
    def key(self) -> str:
        """Its key within its record or row."""
        return self.spec.key

    @property
    def settable(self) -> bool:
        """Whether a person may ever give it a value."""
        return not (self.value or self.spec.computed_only)


@dataclass(frozen=True, slots=True)
class CompiledCheck:
    """A check with its test; judged again when one of ``test.refs`` changes."""

    spec: model.Check
    test: Formula


@dataclass(frozen=True, slots=True)
class CompiledGrant:
    """A grant with its row rule (None: every row) and its fields as sets of top-level keys (None: all of them)."""

    spec: model.Grant
    rows: Formula | None
    read: frozenset[str] | None
    edit: frozenset[str] | None


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class CompiledForm:
    """A form ready to use. ``fields`` holds the top-level stored fields in the order they are drawn (sub-tables too),
    ``rows`` the fields of each sub-table, ``order`` every path in the order its value can be known."""

    app: str
    spec: model.Form
    scope: Scope
    fields: Mapping[str, CompiledField]
    rows: Mapping[str, Mapping[str, CompiledField]]
    layout_shown: Mapping[str, tuple[Formula, ...]]
    """Of each layout node (section, note), by key: the conditions under which it shows."""
    order: tuple[str, ...]
    checks: tuple[CompiledCheck, ...]
    grants: tuple[CompiledGrant, ...]
    branches: Mapping[str, Formula]
    """Of each branch of the flow, by ``step.branch``: its condition."""
    record_title: Formula | None

    @property
    def key(self) -> str:
        """Its key within the app."""
        return self.spec.key

    @property
    def ref(self) -> str:
        """``app.form``."""
        return f"{self.app}.{self.spec.key}"

    def field(self, path: str) -> CompiledField:
        """The field at ``total`` or ``lines.price``; raises KeyError."""
        table, _, column = path.rpartition(".")
        return self.rows[table][column] if table else self.fields[path]

    def tree(self) -> tuple[Node, ...]:
        """The nodes as they are drawn."""
        return self.spec.fields


@dataclass(frozen=True, slots=True)
class CompiledList:
    """A list with its form and row rule."""

    spec: model.ListView
    form: CompiledForm
    rows: Formula | None


@dataclass(frozen=True, slots=True)
class CompiledMetric:
    """A metric with its source's form and row rule and its value compiled over columns (see Scope)."""

    spec: model.Metric
    form: CompiledForm
    rows: Formula | None
    value: Formula


@dataclass(frozen=True, slots=True)
class CompiledReport:
    """A report with its metrics, all of one source form."""

    spec: model.Report
    form: CompiledForm
    metrics: tuple[CompiledMetric, ...]


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class CompiledApp:
    """An app ready to use, or as much of it as could be made, with every problem found."""

    spec: model.App
    forms: Mapping[str, CompiledForm]
    lists: Mapping[str, CompiledList]
    metrics: Mapping[str, CompiledMetric]
    reports: Mapping[str, CompiledReport]
    problems: tuple[Problem, ...] = field(default=())

    @property
    def key(self) -> str:
        """The app's key."""
        return self.spec.app.key
