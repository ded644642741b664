"""The grammar of formulas, and the parser built from it once per process."""

from dataclasses import replace
from functools import cache

from lark import Lark, Token, Transformer

from dougong.formulas import decimals
from dougong.formulas.tree import UNTYPED, Call, Chain, Literal, Name, Node, Signs, below

GRAMMAR = r"""
?start: comparison
?comparison: joined (COMPARE joined)*
?joined: sum (AND sum)*
?sum: product ((PLUS | MINUS) product)*
?product: power ((TIMES | OVER) power)*
?power: signed (CARET signed)*
?signed: (PLUS | MINUS)+ share -> signs
       | share
?share: atom PERCENT+ -> percent
      | atom
?atom: NUMBER -> number
     | STRING -> string
     | NAME -> name
     | NAME OPEN [comparison ("," comparison)*] CLOSE -> call
     | OPEN comparison CLOSE -> grouped

COMPARE: "<>" | "<=" | ">=" | "=" | "<" | ">"
AND: "&"
PLUS: "+"
MINUS: "-"
TIMES: "*"
OVER: "/"
CARET: "^"
PERCENT: "%"
OPEN: "("
CLOSE: ")"
NUMBER: /(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/
STRING: /"(?:[^"]|"")*"/
NAME: /[A-Za-z_\u3400-\u4dbf\u4e00-\u9fff][A-Za-z0-9_\u3400-\u4dbf\u4e00-\u9fff]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*/
%ignore /[ \t\r\n\u00a0\u3000]+/
"""

BOOLEANS = {"TRUE": True, "FALSE": False}


def _chain(_self: "_Builder", parts: list[Node | Token]) -> Node:
    operands = tuple(part for part in parts if isinstance(part, Node))
    operators = tuple(str(part) for part in parts if isinstance(part, Token))
    return Chain(operands[0].start, operands[-1].end, below(*operands), UNTYPED, operands, operators)


def _span(token: Token) -> tuple[int, int]:
    start = token.start_pos or 0
    return start, start + len(token)


class _Builder(Transformer[Token, Node]):
    """Builds nodes while the parser reduces, from the leaves up: no second pass, no recursion."""

    comparison = joined = sum = product = power = _chain

    def signs(self, parts: list[Node | Token]) -> Node:
        *marks, operand = parts
        assert isinstance(marks[0], Token)
        assert isinstance(operand, Node)
        signs = "".join(str(mark) for mark in marks)
        return Signs(_span(marks[0])[0], operand.end, operand.depth + len(signs), UNTYPED, signs, operand)

    def percent(self, parts: list[Node | Token]) -> Node:
        operand, *marks = parts
        assert isinstance(marks[-1], Token)
        assert isinstance(operand, Node)
        signs = "%" * len(marks)
        return Signs(operand.start, _span(marks[-1])[1], operand.depth + len(signs), UNTYPED, signs, operand)

    def number(self, parts: list[Token]) -> Node:
        return Literal(*_span(parts[0]), 1, UNTYPED, decimals.parse(str(parts[0])))

    def string(self, parts: list[Token]) -> Node:
        return Literal(*_span(parts[0]), 1, UNTYPED, str(parts[0])[1:-1].replace('""', '"'))

    def name(self, parts: list[Token]) -> Node:
        text = str(parts[0])
        if text.upper() in BOOLEANS:
            return Literal(*_span(parts[0]), 1, UNTYPED, BOOLEANS[text.upper()])
        return Name(*_span(parts[0]), 1, UNTYPED, text)

    def call(self, parts: list[Node | Token | None]) -> Node:
        name, close = parts[0], parts[-1]
        assert isinstance(name, Token)
        assert isinstance(close, Token)
        arguments = tuple(part for part in parts if isinstance(part, Node))
        return Call(_span(name)[0], _span(close)[1], below(*arguments), UNTYPED, str(name).upper(), arguments)

    def grouped(self, parts: list[Node | Token]) -> Node:
        """A node in brackets keeps them in its place, so that the text of every node reads as a formula by itself."""
        opening, node, close = parts
        assert isinstance(node, Node)
        assert isinstance(opening, Token)
        assert isinstance(close, Token)
        return widened(node, _span(opening)[0], _span(close)[1])


def widened(node: Node, start: int, end: int) -> Node:
    """The same node over more of the text."""
    return replace(node, start=start, end=end)


@cache
def parser() -> Lark:
    """The LALR parser; its answer is a tree of untyped nodes."""
    return Lark(GRAMMAR, parser="lalr", lexer="basic", transformer=_Builder(), maybe_placeholders=False)
