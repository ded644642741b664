"""The names formulas may use: of a form's record, of a sub-table's rows, of a metric's columns."""

from collections.abc import Mapping

from dougong.fields import Field, SubTable
from dougong.formulas import Scope, Type
from dougong.formulas.kinds import list_of
from dougong.spec import model
from dougong.spec.system import SYSTEM_TYPES
from dougong.spec.walk import fields


def field_types(form: model.Form) -> dict[str, Type]:
    """The type of each field by ``total`` or ``lines.price``; the first of two with one key counts."""
    types: dict[str, Type] = {}
    for placed in fields(form):
        assert isinstance(placed.node, Field)
        types.setdefault(placed.name, placed.node.type())
    return types


def record_scope(form: model.Form) -> Scope:
    """The scope of a record; ``rows`` holds those of its sub-tables, seen from the record."""
    types = field_types(form)
    top = {name: kind for name, kind in types.items() if "." not in name}
    tables = [placed.node.key for placed in fields(form) if isinstance(placed.node, SubTable)]
    return Scope({**SYSTEM_TYPES, **top}, {table: Scope(_columns(types, table)) for table in tables})


def row_scope(record: Scope, table: str) -> Scope:
    """The scope of a formula in a row of ``table``: its neighbours, and further out the record."""
    return Scope(record.rows[table].names, outer=record)


def metric_scope(record: Scope) -> Scope:
    """The scope of a metric: every field that holds one value is a column over the rows of the source."""
    return Scope({name: list_of(kind) for name, kind in record.names.items() if kind.form is None or kind.item is None})


def _columns(types: Mapping[str, Type], table: str) -> dict[str, Type]:
    prefix = f"{table}."
    return {name.removeprefix(prefix): kind for name, kind in types.items() if name.startswith(prefix)}
