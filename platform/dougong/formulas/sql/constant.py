"""Parts of a formula that no row changes: worked out once in Python and sent as values."""

from collections.abc import Mapping
from typing import Any

from dougong.formulas import evaluate
from dougong.formulas.tree import Call, Literal, Name, Node, walk
from dougong.formulas.values import Env, Failure

_NOTHING: Mapping[str, Any] = {}


def is_constant(node: Node) -> bool:
    """Whether a node names no column and counts no rows."""
    if isinstance(node, Literal):
        return True
    return not any(
        isinstance(part, Name) or (isinstance(part, Call) and part.name == "COUNT_RECORDS") for part in walk(node)
    )


def constant(node: Node, env: Env) -> Any:
    """The value of a constant node, or an ErrorValue."""
    try:
        return evaluate.closure(node)(_NOTHING, env)
    except Failure as failure:
        return failure.error
