"""Text to an untyped tree: limits first, then the grammar; whatever is wrong comes back as one problem, never raised."""

import re

from lark import Token
from lark.exceptions import UnexpectedCharacters, UnexpectedToken, VisitError

from dougong.formulas.grammar import parser
from dougong.formulas.tree import Literal, Node, walk
from dougong.formulas.values import FormulaProblem

MAX_LENGTH = 20_000
MAX_DEPTH = 128
_PIECES = re.compile(r'"(?:[^"]|"")*"|[()]|(?:[+\-]\s*)+|(?:%\s*)+')
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_FULL_WIDTH = dict(zip("（），、；“”＝＜＞＋－×÷％＆．", '(),,,""=<>+-*/%&.', strict=True)) | {
    "≥": ">=",
    "≤": "<=",
    "≠": "<>",
}


def parse(text: str) -> Node | FormulaProblem:
    """The tree of ``text``, or the first thing that keeps it from having one."""
    if problem := _too_much(text):
        return problem
    try:
        tree = parser().parse(text)
    except UnexpectedToken as error:
        return _unexpected(error.token, text)
    except UnexpectedCharacters as error:
        return _bad_character(text, error.pos_in_stream or 0)
    except VisitError as error:  # a callback failed: an error of ours, told as one of the text instead of a crash
        return FormulaProblem("formula.syntax", 0, len(text), {"found": str(error.orig_exc)})
    assert isinstance(tree, Node)
    return _oversized(tree) or tree


def _too_much(text: str) -> FormulaProblem | None:
    if len(text) > MAX_LENGTH:
        return FormulaProblem("formula.too_long", MAX_LENGTH, len(text) - MAX_LENGTH, {"limit": MAX_LENGTH})
    if not text.strip():
        return FormulaProblem("formula.empty", 0, len(text))
    if bad := _UNSTORABLE.search(text):
        return FormulaProblem("formula.bad_character", bad.start(), 1, {"found": f"U+{ord(bad[0]):04X}"})
    open_now = 0
    for piece in _PIECES.finditer(text):
        first = piece[0][0]
        open_now += {"(": 1, ")": -1}.get(first, 0)
        if open_now > MAX_DEPTH or (first in "+-%" and len("".join(piece[0].split())) > MAX_DEPTH):
            return _too_deep(piece.start(), 1)
    return None


def _too_deep(position: int, length: int) -> FormulaProblem:
    return FormulaProblem("formula.too_deep", position, length, {"limit": MAX_DEPTH})


def _oversized(tree: Node) -> FormulaProblem | None:
    if tree.depth > MAX_DEPTH:
        return _too_deep(tree.start, tree.end - tree.start)
    for node in walk(tree):
        if isinstance(node, Literal) and node.value is None:
            return FormulaProblem("formula.number_too_long", node.start, node.end - node.start)
    return None


def _unexpected(token: Token, text: str) -> FormulaProblem:
    if token.type == "$END":
        return FormulaProblem("formula.unfinished", len(text), 0)
    return FormulaProblem("formula.syntax", token.start_pos or 0, len(token), {"found": str(token)[:40]})


def _bad_character(text: str, position: int) -> FormulaProblem:
    letter = text[position]
    if letter == '"':
        return FormulaProblem("formula.unclosed_text", position, len(text) - position)
    if letter in _FULL_WIDTH:
        return FormulaProblem("formula.full_width", position, 1, {"found": letter, "wanted": _FULL_WIDTH[letter]})
    return FormulaProblem("formula.bad_character", position, 1, {"found": letter})
