"""The SQLite back end: conditions and reductions of bare columns run natively, everything else in the Python back end.

SQLite has no exact decimals: what is not a plain comparison becomes one call of ``dougong_formula`` per row, which evaluates
that part of the formula's text exactly as Python does.
"""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Text, func, literal, type_coerce

from dougong.formulas import operators
from dougong.formulas.kinds import BOOLEAN, NUMBER, Kind, Type
from dougong.formulas.sql import columns_raw, support, wire
from dougong.formulas.sql.columns import Columns
from dougong.formulas.sql.conditions import Condition, Conditions
from dougong.formulas.sql.rows import rows_of
from dougong.formulas.sql.sqlite_functions import BILLION
from dougong.formulas.tree import Call, Name, Node
from dougong.formulas.values import Env

Given = tuple[str, Type, int | None, ColumnElement[Any]]
"""A name within a part's text, its type, its scale as stored, and the expression that gives it."""


class Sqlite:
    """One formula over columns as SQLite expressions."""

    def __init__(self, text: str, columns: Columns, env: Env) -> None:
        self.text = text
        self.columns = columns
        self.env = env

    def answer(self, root: Node) -> ColumnElement[Any]:
        """The whole formula; see ``Formula.sql``."""
        if root.type.kind is Kind.BOOLEAN:
            return self.truth(root)
        if isinstance(root, Name):
            found = columns_raw.column(root, self.columns)
            expr = columns_raw.raw(found, root, "sqlite")
            return (
                type_coerce(func.dougong_decimal(expr, found.scale or 0), Text())
                if root.type.kind is Kind.NUMBER
                else expr
            )
        return self.evaluated(root, final=True)

    def truth(self, node: Node) -> Condition:
        """A never-NULL condition."""
        return Conditions(self.columns, self.env, "sqlite", self._whole).truth(node)

    def _whole(self, node: Node) -> Condition:
        return self.evaluated(node, final=True) == 1

    def evaluated(self, node: Node, final: bool) -> ColumnElement[Any]:
        """One call of the Python back end; without ``final`` an error comes as bytes."""
        text, given = self._part(node)
        names = wire.written_names((name, type_, scale) for name, type_, scale, _ in given)
        values = [expr for *_, expr in given]
        boolean = node.type.kind is Kind.BOOLEAN
        call = func.dougong_formula(text, names, wire.written_env(self.env), int(final), *values)
        return type_coerce(call, columns_raw.sql_type(Kind.BOOLEAN if boolean else Kind.TEXT, "sqlite"))

    def _part(self, node: Node) -> tuple[str, list[Given]]:
        """The node's own text with each reduction replaced by a name of its own, and what every name stands for."""
        pieces, given, position = list[str](), list[Given](), node.start
        known = set[str]()
        for part in _outermost(node):
            if isinstance(part, Name):
                if part.path not in known:
                    known.add(part.path)
                    given.append(self._given(part))
                continue
            assert isinstance(part, Call)
            name = f"X{len(given)}"
            if support.asks_list(part):
                standing, inner = name, list[Given]([(name, BOOLEAN, None, self.truth(part))])
            else:
                standing, inner = self._reduced(part, name)
            given.extend(inner)
            pieces += [self.text[position : part.start], standing]
            position = part.end
        return "".join([*pieces, self.text[position : node.end]]), given

    def _given(self, name: Name) -> Given:
        found = columns_raw.column(name, self.columns)
        type_ = operators.item(name.type)
        scale = (found.scale or 0) if type_.kind is Kind.NUMBER else None
        return name.path, type_, scale, columns_raw.raw(found, name, "sqlite")

    # -- rows --------------------------------------------------------------------------------------------------------
    def _reduced(self, node: Call, name: str) -> tuple[str, list[Given]]:
        """The text that stands for a reduction, and the names in it."""
        rows = rows_of(node, self.columns)
        inside = Sqlite(self.text, rows.columns, self.env)
        if node.name == "COUNT_RECORDS" or rows.counted:
            return name, [(name, NUMBER, 0, rows.scalar(func.count()))]
        argument = node.arguments[0]
        if not isinstance(argument, Name):
            return name, [(name, node.type, None, rows.scalar(inside.computed(node, argument)))]
        parts = [(type_, scale, rows.scalar(expr)) for type_, scale, expr in inside.native(node, argument)]
        given = [(f"{name}_{index}", *part) for index, part in enumerate(parts)]
        return f"({'/'.join(entry[0] for entry in given)})", given

    def computed(self, node: Call, argument: Node) -> ColumnElement[Any]:
        """A reduction of something worked out per row."""
        kind = operators.item(argument.type).kind
        found = func.dougong_reduce(node.name, kind.value, self.evaluated(argument, final=False))
        if node.name == "AVERAGE":
            return func.coalesce(found, literal(b"#DIV/0!"))
        return func.coalesce(found, "0") if node.type.kind is Kind.NUMBER else found

    def native(self, node: Call, name: Name) -> list[tuple[Type, int | None, ColumnElement[Any]]]:
        """A reduction of a bare column; an average is two, to be divided."""
        found = columns_raw.column(name, self.columns)
        expr = columns_raw.raw(found, name, "sqlite")
        scale = found.scale or 0
        counted = (
            NUMBER,
            0,
            func.count(func.nullif(expr, "") if operators.item(name.type).kind is Kind.TEXT else expr),
        )
        if node.name == "COUNT":
            return [counted]
        if node.name in ("SUM", "AVERAGE"):
            billions = func.sum(expr.op("/", return_type=BigInteger())(BILLION))  # 64 bits would overflow in one sum
            rest = func.sum(expr.op("%", return_type=BigInteger())(BILLION))
            summed = (NUMBER, None, func.dougong_joined(billions, rest, scale))
            return [summed] if node.name == "SUM" else [summed, counted]
        extreme = (func.min if node.name == "MIN" else func.max)(expr)
        if node.type.kind is Kind.NUMBER:
            return [(NUMBER, scale, func.coalesce(extreme, 0))]
        return [(node.type, None, extreme)]


def _outermost(node: Node) -> list[Node]:
    """The names and reductions of a node in the order of its text, nothing inside a reduction."""
    if isinstance(node, Name) or support.reduces(node) or support.asks_list(node):
        return [node]
    return [part for child in node.children() for part in _outermost(child)]
