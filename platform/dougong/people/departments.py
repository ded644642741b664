"""The tree of departments, read whole once per transaction: an organisation has hundreds, not millions."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from dougong.db import Tx
from dougong.fields.base import LocalText
from dougong.people.names import fold_name
from dougong.people.tables import department
from dougong.words import title

_MEMO = "people.departments"


@dataclass(frozen=True, slots=True)
class Node:
    """One department; ``path`` holds the ids from the root down to it: ``/12/345/``."""

    id: int
    key: str
    name: LocalText
    parent_id: int | None
    head_id: int | None
    path: str


@dataclass(frozen=True, slots=True)
class Tree:
    """Every department, by id, by key and by each of its names, folded."""

    by_id: Mapping[int, Node]
    by_key: Mapping[str, Node]
    by_name: Mapping[str, tuple[Node, ...]]

    def line(self, node: Node) -> tuple[Node, ...]:
        """The departments from the root down to this one."""
        return tuple(self.by_id[int(part)] for part in node.path.split("/") if part)

    def full_name(self, node: Node, language: str) -> str:
        """``研发中心 / 研发一部``."""
        return " / ".join(title(each.name, language, each.key) for each in self.line(node))


def load_tree(tx: Tx) -> Tree:
    """The departments as of this transaction."""
    found = tx.memo.get(_MEMO)
    if found is None:
        c = department.c
        columns = (c.id, c.key, c.name, c.parent_id, c.head_id, c.path)
        found = tx.memo[_MEMO] = _tree([Node(*row) for row in tx.conn.execute(select(*columns).order_by(c.path))])
    assert isinstance(found, Tree)
    return found


def forget_tree(tx: Tx) -> None:
    """Departments were changed in this transaction: read them again."""
    tx.memo.pop(_MEMO, None)


def _tree(nodes: list[Node]) -> Tree:
    named: dict[str, dict[int, Node]] = {}
    for node in nodes:
        for name in [node.name] if isinstance(node.name, str) else node.name.values():
            named.setdefault(fold_name(name), {})[node.id] = node
    by_name = {name: tuple(several.values()) for name, several in named.items()}
    return Tree({node.id: node for node in nodes}, {node.key: node for node in nodes}, by_name)
