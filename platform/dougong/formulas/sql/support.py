"""Which formulas can be part of a query, whatever the engine; whoever cannot is told where and why.

Refused: a list as result; lists other than as the one argument of SUM, COUNT, AVERAGE, MIN or MAX (or a field's list in
ISBLANK); a power whose exponent is not a written whole number up to 1000; texts in time or duration; and formulas
whose statement would grow too large.
"""

from decimal import Decimal

from dougong.formulas import operators
from dougong.formulas.functions import FUNCTIONS
from dougong.formulas.functions.spec import Way
from dougong.formulas.kinds import Kind
from dougong.formulas.tree import Call, Chain, Literal, Name, Node, Signs, walk
from dougong.formulas.values import NotInSql

REDUCERS = frozenset({"SUM", "COUNT", "AVERAGE", "MIN", "MAX"})
MAX_WEIGHT = 1_500
MAX_TOWER = 48
MAX_COLUMNS = 100
_STRANGE = frozenset({Kind.TIME, Kind.DURATION, Kind.FILE})
_REPEATING = {"IF": 1, "IFERROR": 1, "COALESCE": 64, "EDATE": 1}


def require(root: Node) -> None:
    """Raise NotInSql unless the formula can be part of a query."""
    if root.type.kind is Kind.LIST:
        raise _refusal("formula.sql.list", root)
    if _weight(root) > MAX_WEIGHT or _tower(root) > MAX_TOWER:
        raise _refusal("formula.sql.too_large", root)
    if len({node.path for node in walk(root) if isinstance(node, Name)}) > MAX_COLUMNS:
        raise _refusal("formula.sql.too_large", root)
    _allow(root, inside=False)


def reduces(node: Node) -> bool:
    """Whether a node reduces rows to one value: ``SUM(lines.price)``, ``COUNT_RECORDS()``."""
    if not isinstance(node, Call):
        return False
    if node.name == "COUNT_RECORDS":
        return True
    return node.name in REDUCERS and any(argument.type.kind is Kind.LIST for argument in node.arguments)


def asks_list(node: Node) -> bool:
    """Whether a node is ISBLANK of a list that one field holds: a sub-table, several choices."""
    return (
        isinstance(node, Call)
        and node.name == "ISBLANK"
        and node.type.kind is Kind.BOOLEAN
        and isinstance(node.arguments[0], Name)
        and node.arguments[0].type.kind is Kind.LIST
    )


def table_of(node: Node) -> str | None:
    """The sub-table whose rows a reducing node works over; None in a metric, where they are the source's."""
    for part in walk(node):
        if isinstance(part, Name) and part.type.kind is Kind.LIST:
            if "." in part.path:
                return part.path.partition(".")[0]
            if part.type.form is not None:
                return part.path
    return None


def whole_exponent(node: Node) -> int | None:
    """The exponent, where it is a whole number written out, perhaps with signs."""
    sign = 1
    if isinstance(node, Signs) and "%" not in node.signs:
        sign, node = -1 if node.signs.count("-") % 2 else 1, node.operand
    if isinstance(node, Literal) and isinstance(node.value, Decimal) and node.value == int(node.value):
        return sign * int(node.value) if node.value <= 1000 else None
    return None


def may_fail(node: Node) -> bool:
    """Whether a node can give an error, whatever the values."""
    match node:
        case Literal() | Name():
            return False
        case Chain(operators=signs) if signs[0] in operators.COMPARISONS:
            return any(may_fail(child) for child in node.children())
        case Call(name="ISBLANK" | "COUNT" | "COUNT_RECORDS"):
            return False
        case Call(name="IFERROR"):
            return may_fail(node.arguments[1])
        case Call() if not FUNCTIONS[node.name].may_fail:
            return any(may_fail(child) for child in node.children())
        case Signs(signs=signs) if "%" not in signs:
            return may_fail(node.operand)
    return True


def _refusal(code: str, node: Node, **params: object) -> NotInSql:
    return NotInSql(code, node.start, node.end - node.start, **params)


def _allow(node: Node, inside: bool) -> None:
    if isinstance(node, Chain):
        _allow_chain(node)
    if reduces(node):
        assert isinstance(node, Call)
        _allow_reducing(node, inside)
        inside = True
    elif isinstance(node, Call) and not inside and any(argument.type.kind is Kind.LIST for argument in node.arguments):
        if node.name != "ISBLANK" or not isinstance(node.arguments[0], Name):
            raise _refusal("formula.sql.list", node)
        return
    elif isinstance(node, Call) and inside and _gathers_list(node):
        raise _refusal("formula.sql.list", node)
    for child in node.children():
        _allow(child, inside)


def _gathers_list(node: Call) -> bool:
    return FUNCTIONS[node.name].way is Way.ALL and any(argument.type.kind is Kind.LIST for argument in node.arguments)


def _allow_chain(node: Chain) -> None:
    if node.operators[0] == "^":
        for operand in node.operands[1:]:
            if whole_exponent(operand) is None:
                raise _refusal("formula.sql.power", operand)
    for operand in node.operands:
        if operators.item(operand.type).kind in _STRANGE:
            raise _refusal("formula.sql.kind", operand)


def _allow_reducing(node: Call, inside: bool) -> None:
    if inside or len(node.arguments) > 1:
        raise _refusal("formula.sql.list", node)
    tables = set()
    for part in walk(node):
        if not isinstance(part, Name) or part.type.kind is not Kind.LIST:
            continue
        if (part.type.item is not None and part.type.item.kind is Kind.LIST) or (
            part.type.form is not None and (node.name != "COUNT" or part is not node.arguments[0])
        ):
            raise _refusal("formula.sql.list", part)
        tables.add(part.path.partition(".")[0] if "." in part.path or part.type.form else "")
    if len(tables) > 1:
        raise _refusal("formula.sql.two_tables", node)


def _weight(node: Node) -> int:
    """How large the statement gets, about: what a function must mention twice counts as often."""
    weights = [_weight(child) for child in node.children()]
    if isinstance(node, Call) and node.name in _REPEATING:
        repeated = _REPEATING[node.name]
        return 1 + 3 * sum(weights[:repeated]) + sum(weights[repeated:])
    return 1 + sum(weights)


def _tower(node: Node) -> int:
    """How deeply the statement nests; a chain of operators nests once for each."""
    own = len(node.operators) if isinstance(node, Chain) else 1
    return own + max((_tower(child) for child in node.children()), default=0)
