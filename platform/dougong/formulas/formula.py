"""A compiled formula, and how a text becomes one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dougong.formulas import evaluate, limits, tree
from dougong.formulas.check import Check
from dougong.formulas.functions import FUNCTIONS
from dougong.formulas.functions.spec import Closure
from dougong.formulas.kinds import Scope, Type
from dougong.formulas.parse import parse
from dougong.formulas.sql import answer, decode, support
from dougong.formulas.sql.columns import Columns
from dougong.formulas.values import Env, Failure, FormulaProblem, NotInSql

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.engine import Dialect


@dataclass(frozen=True, slots=True, eq=False)
class Formula:
    """A text that compiled: its type, what it uses, and its answers in Python and in SQL."""

    text: str
    type: Type
    refs: frozenset[str]
    uses_clock: bool
    uses_me: bool
    functions: frozenset[str]
    root: tree.Node = field(repr=False)
    _run: Closure = field(repr=False)
    _watched: bool = field(repr=False)

    def evaluate(self, values: Mapping[str, Any], env: Env) -> Any:
        """Its value for one record, in canonical form, or an ErrorValue; a name without a value is blank."""
        if self._watched:
            return self._evaluate_watched(values, env)
        try:
            return self._run(values, env)
        except Failure as failure:
            return failure.error

    def _evaluate_watched(self, values: Mapping[str, Any], env: Env) -> Any:
        limits.start()
        try:
            return self._run(values, env)
        except Failure as failure:
            return failure.error
        finally:
            limits.stop()

    def sql(self, columns: Columns, env: Env, dialect: "Dialect | str") -> "ColumnElement[Any]":
        """The same answer as an expression of ``dialect`` (sqlite or postgresql); raises NotInSql.

        An error is NULL there. A yes/no result is never NULL: blank and errors are false. Numbers come as NUMERIC on
        PostgreSQL and as decimal text on SQLite; ``from_sql`` reads what either returns.
        """
        name = dialect if isinstance(dialect, str) else dialect.name
        return answer.expression(self.text, self.root, columns, env, name)

    def sql_problem(self) -> FormulaProblem | None:
        """Why ``sql`` would refuse whatever the columns, or None."""
        try:
            support.require(self.root)
        except NotInSql as refused:
            return refused.problem()
        return None

    def from_sql(self, value: Any, dialect: "Dialect | str") -> Any:
        """What a query returned for ``sql`` → canonical value; NULL (blank or an error) is None."""
        return decode.canonical(value, self.type.kind)

    def rename(self, old: str, new: str) -> str:
        """The text with the reference ``old`` (``total``, ``lines.price``, or ``lines`` with all its columns) now ``new``."""
        text = self.text
        found = [node for node in tree.walk(self.root) if isinstance(node, tree.Name)]
        for node in sorted(found, key=lambda node: node.start, reverse=True):
            if node.path == old or node.path.startswith(old + "."):
                start, end = self._name_span(node)
                text = text[:start] + new + node.path[len(old) :] + text[end:]
        return text

    def _name_span(self, node: tree.Name) -> tuple[int, int]:
        # A name in brackets spans them too; what is written inside is the name, however it is capitalised.
        start = node.start + self.text[node.start : node.end].lower().index(node.path.lower())
        return start, start + len(node.path)


def compile(text: str, scope: Scope, want: Type | None = None) -> tuple[Formula | None, tuple[FormulaProblem, ...]]:
    """Make a formula of ``text`` over the names of ``scope``; all problems come back at once, nothing is raised.

    ``want``: the type its result must have; blank and ANY agree with every type.
    """
    parsed = parse(text)
    if isinstance(parsed, FormulaProblem):
        return None, (parsed,)
    check = Check(text, scope)
    root = check.typed(parsed)
    if not check.problems:
        check.result(root, want)
    if check.problems:
        return None, tuple(check.problems)
    return _formula(text, root), ()


def _formula(text: str, root: tree.Node) -> Formula:
    called = tree.calls(root)
    return Formula(
        text=text,
        type=root.type,
        refs=frozenset(tree.names(root)),
        uses_clock=any(FUNCTIONS[name].clock for name in called),
        uses_me="ME" in called,
        functions=called,
        root=root,
        _run=evaluate.closure(root),
        _watched=evaluate.needs_watch(root),
    )
