"""The tree of a formula: frozen nodes that know where they stand in the text, how deep they are, and their type."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dougong.formulas.kinds import ANY, Type


@dataclass(frozen=True, slots=True)
class Node:
    """Any part of a formula: characters ``start`` to ``end`` of its text, ``depth`` nodes deep."""

    start: int
    end: int
    depth: int
    type: Type

    def children(self) -> tuple["Node", ...]:
        """The nodes right below."""
        return ()


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A number, text or boolean written out."""

    value: Any


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A reference; ``path`` is ``total`` or ``lines.price``."""

    path: str


@dataclass(frozen=True, slots=True)
class Signs(Node):
    """``- x``, ``+ x`` (before) or ``x %`` (after), several in a row in one node; ``signs`` as written."""

    signs: str
    operand: Node

    def children(self) -> tuple[Node, ...]:
        return (self.operand,)


@dataclass(frozen=True, slots=True)
class Chain(Node):
    """``first op second op third …`` of one precedence, from left to right."""

    operands: tuple[Node, ...]
    operators: tuple[str, ...]

    def children(self) -> tuple[Node, ...]:
        return self.operands


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function with its arguments; ``name`` in capitals."""

    name: str
    arguments: tuple[Node, ...]

    def children(self) -> tuple[Node, ...]:
        return self.arguments


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, in the order of the text."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(current.children()))


def names(node: Node) -> tuple[str, ...]:
    """The distinct paths used in and below a node, in the order of the text."""
    return tuple(dict.fromkeys(part.path for part in walk(node) if isinstance(part, Name)))


def calls(node: Node) -> frozenset[str]:
    """The functions called in and below a node."""
    return frozenset(part.name for part in walk(node) if isinstance(part, Call))


def below(*nodes: Node) -> int:
    """The depth of a node that has these right below it."""
    return 1 + max((node.depth for node in nodes), default=0)


UNTYPED = ANY
