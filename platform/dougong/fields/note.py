"""A text between the fields."""

from dougong.fields.base import Node


class Note(Node, frozen=True, kw_only=True, tag="note"):
    """A text between the fields: its title and its help; holds no value."""

    icon = "info"
