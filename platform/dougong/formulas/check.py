"""Gives every node its type, and collects everything that is wrong on the way."""

import difflib
from collections.abc import Iterable
from dataclasses import replace

from dougong.formulas import operators
from dougong.formulas.functions import FUNCTIONS
from dougong.formulas.functions.spec import Function, Wants, Way
from dougong.formulas.kind_names import kind_name, kinds_name
from dougong.formulas.kinds import ANY, BOOLEAN, NUMBER, TEXT, Kind, Scope, Type, list_of
from dougong.formulas.tree import Call, Chain, Literal, Name, Node, Signs
from dougong.formulas.values import FormulaProblem

_OPEN = frozenset({Kind.BLANK, Kind.ANY})
_BLANK = Type(Kind.BLANK)


class Check:
    """One formula against one scope; ``problems`` grows while nodes are typed."""

    def __init__(self, text: str, scope: Scope) -> None:
        self.text = text
        self.scope = scope
        self.problems: list[FormulaProblem] = []

    def typed(self, node: Node) -> Node:
        """The node with its type and those below; where something is wrong, the type is ANY."""
        match node:
            case Literal(value=bool()):
                return replace(node, type=BOOLEAN)
            case Literal(value=str()):
                return replace(node, type=TEXT)
            case Literal():
                return replace(node, type=NUMBER)
            case Name():
                return self._name(node)
            case Signs():
                return self._signs(node)
            case Chain():
                return self._chain(node)
            case Call():
                return self._call(node)
        raise AssertionError(node)

    def result(self, node: Node, want: Type | None) -> None:
        """Judge what the whole formula gives."""
        if node.type.kind is Kind.LIST and is_metric(self.scope):
            self._tell("formula.list_unreduced", node, name=self._written(node))
        elif want is not None and not fits(node.type, want):
            self._tell("formula.result_kind", node, kind=kind_name(node.type), wanted=kind_name(want))

    def _tell(self, code: str, node: Node, **params: object) -> None:
        self.problems.append(FormulaProblem(code, node.start, node.end - node.start, params))

    def _written(self, node: Node) -> str:
        written = self.text[node.start : node.end]
        return written if len(written) <= 40 else written[:39] + "…"

    def _wrong_kind(self, node: Node, wanted: Iterable[Kind]) -> None:
        self._tell(
            "formula.wrong_kind", node, name=self._written(node), kind=kind_name(node.type), wanted=kinds_name(wanted)
        )

    # -- names -------------------------------------------------------------------------------------------------------
    def _name(self, node: Name) -> Node:
        for path in (node.path, node.path.lower()):
            found = path_type(self.scope, path)
            if found is not None:
                return replace(node, path=path, type=found)
        nearest = _nearest(node.path, self.scope.all_names())
        self._tell("formula.unknown_name", node, name=node.path, nearest=nearest)
        return node

    # -- operators ---------------------------------------------------------------------------------------------------
    def _signs(self, node: Signs) -> Node:
        operand = self.typed(node.operand)
        single = operators.item(operand.type)
        if single.kind not in _OPEN | {Kind.NUMBER}:
            self._wrong_kind(operand, {Kind.NUMBER})
            return replace(node, operand=operand)
        outcome = list_of(NUMBER) if operand.type.kind is Kind.LIST else NUMBER
        return replace(node, operand=operand, type=outcome)

    def _chain(self, node: Chain) -> Node:
        operands = tuple(self.typed(operand) for operand in node.operands)
        current = operands[0].type
        for index, operator in enumerate(node.operators, start=1):
            try:
                current = operators.result(operator, current, operands[index].type)
            except operators.Mismatch as wrong:
                culprit = operands[index if wrong.side else 0]
                if wrong.side == 0 and index > 1:
                    culprit = Chain(node.start, operands[index - 1].end, 1, current, operands, ())
                self._wrong_kind(culprit, wrong.wanted)
                current = ANY
        return replace(node, operands=operands, type=current)

    # -- calls -------------------------------------------------------------------------------------------------------
    def _call(self, node: Call) -> Node:
        arguments = tuple(self.typed(argument) for argument in node.arguments)
        node = replace(node, arguments=arguments)
        function = FUNCTIONS.get(node.name)
        if function is None:
            written = self.text[node.start : node.start + len(node.name)]
            nearest = _nearest(node.name, list(FUNCTIONS))
            self._tell("formula.unknown_function", node, name=written, nearest=nearest)
            return node
        if function.metric_only and not is_metric(self.scope):
            self._tell("formula.only_in_metric", node, name=node.name)
        if not function.least <= len(arguments) <= (function.most if function.most is not None else len(arguments)):
            self._tell("formula.argument_count", node, name=node.name, wanted=_count(function), given=len(arguments))
            return node
        fitting = [self._argument(function, index, argument) for index, argument in enumerate(arguments)]
        if not all(fitting):
            return node
        return replace(node, type=self._outcome(function, node))

    def _argument(self, function: Function, index: int, argument: Node) -> bool:
        wants = function.want(index)
        given = argument.type
        if wants is Wants.ANYTHING or given.kind in _OPEN:
            return True
        if operators.item(given).kind in wants.value | _OPEN:
            return True
        self._wrong_kind(argument, wants.value)
        return False

    def _outcome(self, function: Function, node: Call) -> Type:
        types = [argument.type for argument in node.arguments]
        if function.way is Way.ALL or (Wants.ANYTHING in function.wants and self._one_value(node.arguments[0])):
            return function.result or self._united(node.arguments, [operators.item(given) for given in types])
        outcome = function.result or self._united(node.arguments[function.unites :], [*types[function.unites :]])
        if any(given.kind is Kind.LIST for given in types) and outcome.kind is not Kind.LIST:
            return list_of(outcome)
        return outcome

    def _one_value(self, argument: Node) -> bool:
        """Whether a list is what one field holds (several choices, a sub-table) rather than a column of many values."""
        return isinstance(argument, Name) and "." not in argument.path and not is_metric(self.scope)

    def _united(self, arguments: tuple[Node, ...], types: list[Type]) -> Type:
        outcome = operators.united(types)
        if outcome is not None:
            return outcome
        first = next(given for given in types if operators.item(given).kind not in _OPEN)
        for argument, given in zip(arguments, types, strict=True):
            if operators.united([first, given]) is None:
                self._wrong_kind(argument, {operators.item(first).kind})
        return ANY


def is_metric(scope: Scope) -> bool:
    """Whether the scope is that of a metric: all its names are columns over rows."""
    return scope.outer is None and bool(scope.names) and all(t.kind is Kind.LIST for t in scope.names.values())


def path_type(scope: Scope, path: str) -> Type | None:
    """The type of ``total`` or ``lines.price`` (a list over the rows), or None."""
    found = scope.lookup(path)
    if found is not None or "." not in path:
        return found
    table, _, column = path.partition(".")
    rows = scope.row_scope(table)
    inner = rows.names.get(column) if rows is not None else None
    return list_of(inner) if inner is not None else None


def fits(given: Type, want: Type) -> bool:
    """Whether a result of type ``given`` will do where ``want`` is wanted."""
    if Kind.ANY in (given.kind, want.kind) or given.kind is Kind.BLANK:
        return True
    if given.kind is not want.kind:
        return False
    if want.kind is Kind.LIST:
        return fits(given.item or ANY, want.item or ANY)
    return want.form is None or given.form is None or given.form == want.form


def _count(function: Function) -> str:
    if function.most is None:
        return f"{function.least}+"
    return str(function.least) if function.least == function.most else f"{function.least}–{function.most}"


def _nearest(name: str, known: list[str]) -> str:
    by_fold = {candidate.lower(): candidate for candidate in known}
    close = difflib.get_close_matches(name.lower()[:60], by_fold, n=3, cutoff=0.5)
    return ", ".join(by_fold[match] for match in close) or ", ".join(sorted(by_fold.values())[:3])
