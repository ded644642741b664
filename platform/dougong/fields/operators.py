"""The filters a list may offer, by key; each field type names those that make sense for it."""

from dougong.fields.wording import word

EQUALITY = ("eq", "ne", "in")
RANGE = ("ge", "le", "gt", "lt", "between")
WORDS = ("contains", "starts")
PRESENCE = ("blank", "filled")
ALL = (*EQUALITY, *WORDS, *RANGE, *PRESENCE)
"""Every operator: equal, not equal, one of; contains, starts with; at least, at most, more than, less than, from … to …
(both ends included); blank, filled in."""

WITHOUT_VALUE = frozenset(PRESENCE)
"""Operators that take no value."""

SEVERAL_VALUES = frozenset({"in", "between"})
"""Operators that take several values: ``in`` any number, ``between`` two."""


def operator_title(operator: str, language: str) -> str:
    """The word for an operator, such as 包含 / contains."""
    return word(f"field.operator.{operator}", language)
