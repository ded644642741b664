"""Fields under a heading."""

from dougong.fields.base import Node
from dougong.fields.subtable import Leaf, SubTable


class Section(Node, frozen=True, kw_only=True, tag="section"):
    """Fields under a heading; holds no value of its own."""

    fields: tuple["AnyNode", ...] = ()

    icon = "heading"


AnyNode = Leaf | SubTable | Section
"""Anything that may stand in a form's tree, told apart by ``type``."""
