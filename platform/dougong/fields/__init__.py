"""The field types: one file and one template each, known to everybody through ``TYPES``.

To add a type: a module with a Struct of ``Field`` (or ``Node``) whose ``tag`` is its name, a template
``templates/fields/<type>.html`` with the macros ``input`` and ``show``, its entry in ``Leaf`` (subtable.py) and ``TYPES``,
and its words in the catalogue. The conformance suite then says what is missing.
"""

from typing import get_args

from dougong.fields.base import Field, Invalid, LocalText, Node, Option
from dougong.fields.converting import convert, convertible, needs, same_columns, wants
from dougong.fields.operators import operator_title
from dougong.fields.section import AnyNode, Section
from dougong.fields.subtable import Leaf, SubTable
from dougong.fields.wording import group_title, in_language, option_title, type_help, type_title

TYPES: dict[str, type[Node]] = {kind.type_key(): kind for kind in get_args(AnyNode)}
"""Every field type by its name in a spec, in the order of the field library."""


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly inside a section or sub-table; none inside anything else."""
    return node.fields if isinstance(node, Section | SubTable) else ()


__all__ = [
    "TYPES",
    "AnyNode",
    "Field",
    "Invalid",
    "Leaf",
    "LocalText",
    "Node",
    "Option",
    "Section",
    "SubTable",
    "children",
    "convert",
    "convertible",
    "group_title",
    "in_language",
    "needs",
    "operator_title",
    "option_title",
    "same_columns",
    "type_help",
    "type_title",
    "wants",
]
