"""The fields of a form with their formulas compiled, each in its place, and the order in which they can be known."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from dougong.fields import Field, Node, SubTable
from dougong.fields.choice import Choice
from dougong.formulas import Formula, Scope, Type
from dougong.formulas.kinds import BOOLEAN
from dougong.formulas.tree import Literal
from dougong.spec.compiled import CompiledField
from dougong.spec.compiling.context import Context
from dougong.spec.compiling.order import ordered
from dougong.spec.compiling.scopes import row_scope
from dougong.spec.nearest import clipped, meant
from dougong.spec.positions import Path
from dougong.spec.walk import Placed, node_formulas

WAITING = ("show_if", "readonly_if", "default", "value")
"""The formulas that decide a field's value. Whether it is required is asked when all values are known."""
Formulas = dict[Path, Formula]


@dataclass(frozen=True, slots=True)
class CompiledFields:
    """What ``CompiledForm`` holds of its tree."""

    fields: dict[str, CompiledField]
    rows: dict[str, dict[str, CompiledField]]
    layout_shown: dict[str, tuple[Formula, ...]]
    order: tuple[str, ...]


def compile_fields(context: Context, placed: Sequence[Placed], scope: Scope) -> CompiledFields:
    """Compile every formula of a form's tree over ``scope``, its record's. Of two nodes with one key the first counts."""
    made: Formulas = {}
    for one in placed:
        _compile_node(context, one, scope, made)
    fields: dict[str, CompiledField] = {}
    rows: dict[str, dict[str, CompiledField]] = {}
    layout: dict[str, tuple[Formula, ...]] = {}
    for one in placed:
        shown = _shown(one, scope, made)
        if not isinstance(one.node, Field):
            if not one.table:
                layout.setdefault(one.node.key, shown)
            continue
        if isinstance(one.node, SubTable):
            rows.setdefault(one.node.key, {})
        into = rows[one.table] if one.table else fields
        into.setdefault(one.node.key, _compiled(one.node, one, shown, made))
    return CompiledFields(fields, rows, layout, _order(context, placed, scope, made))


def _compile_node(context: Context, one: Placed, record: Scope, made: Formulas) -> None:
    scope = row_scope(record, one.table) if one.table in record.rows else record
    for name, text in node_formulas(one.node):
        path = (*one.path, name)
        formula = context.formula(path, text, scope, _wanted(one.node, name))
        if formula is not None:
            made[path] = formula
            _judge_option(context, one.node, path, formula)


def _judge_option(context: Context, node: Node, path: Path, formula: Formula) -> None:
    """An option written out as the value of a choice is one of its options."""
    if path[-1] in ("default", "value") and isinstance(node, Choice) and isinstance(formula.root, Literal):
        value = str(formula.root.value)
        if value not in node.keys():  # noqa: SIM118  # not a mapping
            context.faults.add(path, "spec.not_one_of", value=clipped(value), **meant(value, node.keys()))


def _wanted(node: Node, name: str) -> Type:
    return node.type() if name in ("default", "value") and isinstance(node, Field) else BOOLEAN


def _shown(one: Placed, scope: Scope, made: Formulas) -> tuple[Formula, ...]:
    """Its own condition last. One of the record that means something else inside a row is left out there: when the
    sub-table is hidden there are no rows."""
    outer = [made[(*around.path, "show_if")] for around in one.around if (*around.path, "show_if") in made]
    if one.table in scope.rows:
        columns = scope.rows[one.table].names.keys()
        outer = [formula for formula in outer if not columns & {ref.partition(".")[0] for ref in formula.refs}]
    own = made.get((*one.path, "show_if"))
    return (*outer, *((own,) if own else ()))


def _compiled(node: Field, one: Placed, shown: tuple[Formula, ...], made: Formulas) -> CompiledField:
    return CompiledField(
        spec=node, path=one.name, table=one.table, shown=shown,
        require=made.get((*one.path, "require_if")), readonly=made.get((*one.path, "readonly_if")),
        default=made.get((*one.path, "default")), value=made.get((*one.path, "value")),
    )  # fmt: skip


def _order(context: Context, placed: Sequence[Placed], scope: Scope, made: Formulas) -> tuple[str, ...]:
    waits: dict[str, set[str]] = {}
    places: dict[tuple[str, str], Path] = {}
    for one in placed:
        if isinstance(one.node, Field) and one.name not in waits:
            waits[one.name] = {one.table} if one.table else set()
            for path, used in _uses(one, scope, made):
                waits[one.name].add(used)
                places.setdefault((one.name, used), path)
    order, circles = ordered(list(waits), waits)
    for circle in circles:
        edge = next((pair for pair in pairwise(circle) if pair in places), None)
        assert edge is not None  # a sub-table never waits for its columns alone
        context.faults.add(places[edge], "spec.cycle", way=" → ".join(circle))
    return order


def _uses(one: Placed, scope: Scope, made: Formulas) -> Iterable[tuple[Path, str]]:
    """What its value waits for: the path of a formula, and the path of a field."""
    own = [((*one.path, name), one.table) for name in WAITING]
    around = [((*outer.path, "show_if"), "") for outer in one.around]
    for path, table in own + around:
        for ref in made[path].refs if path in made else ():
            used = _resolved(ref, table, scope)
            if used is not None:
                yield path, used


def _resolved(ref: str, table: str, scope: Scope) -> str | None:
    """The field a reference means, as a path of the record; None for a system field."""
    if "." in ref:
        return ref
    if table in scope.rows and ref in scope.rows[table].names:
        return f"{table}.{ref}"
    return ref if ref in scope.names else None
