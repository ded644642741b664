"""The Python back end: a typed tree becomes closures over closures, once; evaluating calls them."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from dougong.formulas import decimals, operators
from dougong.formulas.fold import fold
from dougong.formulas.functions import FUNCTIONS
from dougong.formulas.functions.spec import Closure, Wants, Way
from dougong.formulas.gather import gathered
from dougong.formulas.kinds import Kind, Type
from dougong.formulas.limits import check_time
from dougong.formulas.operations import (
    BLANK_AS,
    COMPARE,
    arithmetic,
    compared_kind,
    day_reading,
    operation,
    text_reading,
)
from dougong.formulas.tree import Call, Chain, Literal, Name, Node, Signs, walk
from dougong.formulas.values import Env, ErrorValue, Failure


def closure(node: Node) -> Closure:
    """The work of a typed node: ``(values, env) → value``; raises Failure for an error."""
    if isinstance(node, Literal):
        value = node.value
        return lambda _values, _env: value
    if isinstance(node, Name):
        return _name(node)
    inner = [closure(child) for child in node.children()]
    types = [child.type for child in node.children()]
    if item_by_item(node):
        single = _assembled(node, [_item(index) for index in range(len(inner))], [operators.item(t) for t in types])
        return _each(single, inner, [given.kind is Kind.LIST for given in types])
    return _assembled(node, inner, types)


def item_by_item(node: Node) -> bool:
    """Whether a node works through the items of its lists and gives a list."""
    if node.type.kind is not Kind.LIST:
        return False
    return isinstance(node, (Chain, Signs)) or (isinstance(node, Call) and FUNCTIONS[node.name].way is Way.EACH)


def needs_watch(root: Node) -> bool:
    """Whether the cost of a formula may grow with its data, so that its time must be watched."""
    for node in walk(root):
        if node.type.kind is Kind.LIST or (isinstance(node, Call) and node.name == "CONCAT"):
            return True
        if isinstance(node, Chain) and node.operators[0] in "&^":
            return True
    return False


def _assembled(node: Node, inner: list[Closure], types: list[Type]) -> Closure:
    match node:
        case Signs():
            return _signs(node.signs, inner[0])
        case Chain():
            return _chain(node, inner, types)
        case Call():
            return _call(node, inner, types)
    raise AssertionError(node)


# -- names ---------------------------------------------------------------------------------------------------------------
def _name(node: Name) -> Closure:
    path = node.path
    if node.type.kind is Kind.LIST and "." in path:
        table, _, column = path.partition(".")
        return lambda values, _env: [row.get(column) for row in values.get(table) or ()]

    def run(values: Mapping[str, Any], _env: Env) -> Any:
        value = values.get(path)
        if value.__class__ is ErrorValue:
            raise Failure.of(value)
        return value

    return run


# -- lists ---------------------------------------------------------------------------------------------------------------
def _item(index: int) -> Closure:
    def run(items: Sequence[Any], _env: Env) -> Any:
        item = items[index]
        if item.__class__ is ErrorValue:
            raise Failure.of(item)
        return item

    return run


def _outcome(run: Closure, values: Any, env: Env) -> Any:
    try:
        return run(values, env)
    except Failure as failure:
        return failure.error


def _each(single: Closure, inner: list[Closure], lists: list[bool]) -> Closure:
    """Works through the items side by side, single values standing beside each; an item may be an error by itself."""

    def run(values: Any, env: Env) -> list[Any]:
        given = [
            f(values, env) or () if many else _outcome(f, values, env) for f, many in zip(inner, lists, strict=True)
        ]
        lengths = {len(value) for value, many in zip(given, lists, strict=True) if many}
        if len(lengths) > 1:
            raise Failure("#VALUE!", "formula.error.list_lengths")
        results = []
        for index in range(lengths.pop()):
            if index % 256 == 255:
                check_time()
            items = [value[index] if many else value for value, many in zip(given, lists, strict=True)]
            results.append(_outcome(single, items, env))
        return results

    return run


# -- operators -----------------------------------------------------------------------------------------------------------
def _signs(signs: str, operand: Closure) -> Closure:
    if signs[0] == "%":
        factor = Decimal(1).scaleb(-2 * len(signs))
        return lambda values, env: decimals.multiply(operand(values, env) or decimals.ZERO, factor)
    if signs.count("-") % 2:
        return lambda values, env: (operand(values, env) or decimals.ZERO).copy_negate()
    return lambda values, env: operand(values, env) or decimals.ZERO


def _chain(node: Chain, inner: list[Closure], types: list[Type]) -> Closure:
    if len(inner) == 2:
        return _pair(node, inner, types)
    first, current = inner[0], types[0]
    steps: list[tuple[Callable[[Any, Any, Env], Any], Closure]] = []
    for symbol, right, right_type in zip(node.operators, inner[1:], types[1:], strict=True):
        steps.append((operation(symbol, current, right_type), right))
        current = operators.result(symbol, current, right_type)

    def run(values: Any, env: Env) -> Any:
        value = first(values, env)
        for work, right in steps:
            value = work(value, right(values, env), env)
        return value

    return run


def _pair(node: Chain, inner: list[Closure], types: list[Type]) -> Closure:
    symbol = node.operators[0]
    left, right = inner
    if symbol in COMPARE and isinstance(node.operands[1], Literal):
        return _against_literal(symbol, left, types, node.operands[1].value)
    places = [decimal_places(operand) for operand in node.operands]
    short = places[0] is not None and places[1] is not None and places[0] + places[1] <= decimals.PLACES
    if {given.kind for given in types} == {Kind.NUMBER} and symbol in "+-*/^":
        return _arithmetic(arithmetic(symbol, short), left, right)
    work = operation(symbol, types[0], types[1], short)
    return lambda values, env: work(left(values, env), right(values, env), env)


def _arithmetic(work: Callable[[Decimal, Decimal], Decimal], left: Closure, right: Closure) -> Closure:
    def run(values: Any, env: Env) -> Decimal:
        return work(left(values, env) or decimals.ZERO, right(values, env) or decimals.ZERO)

    return run


def _against_literal(symbol: str, left: Closure, types: list[Type], literal: Any) -> Closure:
    """A comparison with something written out, which need not be folded or checked each time."""
    kind, test = compared_kind(*types), COMPARE[symbol]
    if kind is Kind.TEXT and not (types[0].exact or types[1].exact):
        folded = fold(literal)
        return lambda values, env: test(fold(left(values, env) or ""), folded)
    blank = BLANK_AS[kind]

    def run(values: Any, env: Env) -> bool:
        value = left(values, env)
        return test(blank if value is None else value, literal)

    return run


def decimal_places(node: Node) -> int | None:
    """How many decimals a number can have at most, where that is plain to see."""
    if isinstance(node, Literal) and isinstance(node.value, Decimal):
        return -int(node.value.as_tuple().exponent)
    return operators.item(node.type).scale if isinstance(node, Name) else None


# -- calls ---------------------------------------------------------------------------------------------------------------
def _call(node: Call, inner: list[Closure], types: list[Type]) -> Closure:
    function = FUNCTIONS[node.name]
    if function.metric_only:
        return lambda values, _env: Decimal(max((len(v) for v in values.values() if isinstance(v, list)), default=0))
    if function.way is Way.ALL:
        return gathered(function, node.type, inner, types)
    ready = [
        f
        if _never_blank(argument) and function.want(index) is Wants.NUMBER
        else _as_wanted(function.want(index), f, given)
        for index, (argument, f, given) in enumerate(zip(node.arguments, inner, types, strict=True))
    ]
    if function.lazy is not None:
        return function.lazy(tuple(ready))
    work = function.work
    assert work is not None
    if len(ready) == 1:
        (only,) = ready
        return lambda values, env: work(only(values, env))
    if len(ready) == 2:
        first, second = ready
        return lambda values, env: work(first(values, env), second(values, env))
    return lambda values, env: work(*[f(values, env) for f in ready])


def _never_blank(node: Node) -> bool:
    return isinstance(node, Literal) or (isinstance(node, Chain) and node.operators[0] in "*/^")


def _as_wanted(wants: Wants, given: Closure, type_: Type) -> Closure:
    if wants is Wants.NUMBER:
        return lambda values, env: given(values, env) or decimals.ZERO
    if wants is Wants.TEXT:
        text = text_reading(type_.kind)
        return lambda values, env: text(given(values, env), env)
    if wants is Wants.DAY and type_.kind is Kind.DATETIME:
        day = day_reading(type_.kind)
        return lambda values, env: day(given(values, env), env)
    return given
