"""Judging a form's tree: keys, titles, depth, limits, and what each field type says of its own options."""

from collections.abc import Iterable, Sequence

from dougong.fields import Field, Section, SubTable
from dougong.fields.reference import Reference
from dougong.fields.serial import Serial
from dougong.spec import model
from dougong.spec.compiling.context import Context
from dougong.spec.compiling.numbering import judge_dates
from dougong.spec.positions import Path
from dougong.spec.system import SYSTEM_TYPES
from dougong.spec.walk import Placed, fields

MOST_FIELDS = 500
MOST_SECTIONS = 3
_NOT_OF_ROWS = ("default", "value", "unique")


def judge_tree(context: Context, path: Path, placed: Sequence[Placed]) -> None:
    """Everything about the nodes of one form except their formulas."""
    by_table: dict[str, list[tuple[Path, str]]] = {}
    for one in placed:
        by_table.setdefault(one.table, []).append((one.path, one.node.key))
    for keyed in by_table.values():
        context.unique(keyed)
    count = sum(isinstance(one.node, Field) for one in placed)
    if count > MOST_FIELDS:
        context.faults.add((*path, "fields"), "spec.too_many_fields", count=count, most=MOST_FIELDS)
    for one in placed:
        _judge_node(context, one)


def _judge_node(context: Context, one: Placed) -> None:
    node, path = one.node, one.path
    if node.key in SYSTEM_TYPES:
        context.faults.add((*path, "key"), "spec.reserved_key", key=node.key)
    if isinstance(node, Field):
        context.titled(path, node.title)
        _judge_field(context, node, path)
    elif one.table and node.show_if:
        context.faults.add((*path, "show_if"), "spec.does_not_apply", option="show_if", type=node.type_key())
    if isinstance(node, Section) and sum(isinstance(outer.node, Section) for outer in one.around) >= MOST_SECTIONS:
        context.faults.add(path, "spec.sections_too_deep", most=MOST_SECTIONS)
    for problem in node.problems():
        context.faults.option(path, problem)


def _judge_field(context: Context, node: Field, path: Path) -> None:
    if isinstance(node, SubTable):
        _judge_sub_table(context, node, path)
    elif isinstance(node, Reference):
        _judge_reference(context, node, path)
    elif isinstance(node, Serial):
        judge_dates(context, (*path, "pattern"), node.pattern, node.reset)
        _inapplicable(context, node, path, ("default", "value"))
    elif node.computed_only and not node.value:
        context.faults.add(path, "spec.missing_key", key="value")
    if node.value and node.default:
        context.faults.add((*path, "default"), "spec.default_and_value")


def _judge_sub_table(context: Context, node: SubTable, path: Path) -> None:
    _inapplicable(context, node, path, _NOT_OF_ROWS)
    columns = [column.key for column in node.value_fields()]
    if not columns:
        context.faults.add((*path, "fields"), "spec.no_columns")
    if node.card_title and node.card_title not in columns:
        context.faults.unknown((*path, "card_title"), "spec.no_such_field", node.card_title, columns)


def _inapplicable(context: Context, node: Field, path: Path, options: Iterable[str]) -> None:
    for option in options:
        if getattr(node, option):
            context.faults.add((*path, option), "spec.does_not_apply", option=option, type=node.type_key())


def _judge_reference(context: Context, node: Reference, path: Path) -> None:
    form = context.form(node.to)
    if form is None:
        context.no_form((*path, "to"), node.to)
        return
    known = searchable(form)
    for index, key in enumerate(node.search):
        if key not in known:
            context.faults.unknown((*path, "search", index), "spec.not_searchable", key, known)


def searchable(form: model.Form) -> list[str]:
    """The keys a search may look in: texts of the record, and its number."""
    found = (one.node for one in fields(form) if not one.table)
    return ["number", *(node.key for node in found if isinstance(node, Field) and node.searchable)]
