"""Keyset paging: the sort values and id of the last row seen are where the next page starts."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, TypeDecorator, and_, false, literal, or_

from dougong.db import Exact
from dougong.errors import Problem, Refused
from dougong.records.order import OrderKey, SortKey, order_key
from dougong.records.visit import Visit
from dougong.tables import LiveForm

_TAGS: dict[type, str] = {str: "s", int: "i", bool: "b", Decimal: "d", date: "t", datetime: "m"}


@dataclass(frozen=True, slots=True)
class Cursor:
    """The sort values (as the database gave them) and the id of the last row of a page."""

    values: tuple[Any, ...]
    id: int

    def text(self) -> str:
        """The cursor as an address carries it; opaque to everyone else."""
        packed = json.dumps([[_pack(value) for value in self.values], self.id], separators=(",", ":"))
        return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str, length: int) -> "Cursor":
        """Back from ``text``; raises Refused for anything that is not a cursor of ``length`` sort values."""
        try:
            values, id = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            cursor = cls(tuple(_unpack(value) for value in values), int(id))
        except (ValueError, TypeError, KeyError, ArithmeticError, RecursionError) as error:
            raise Refused([Problem("list.bad_cursor", "cursor")]) from error
        if len(cursor.values) != length or not 0 <= cursor.id < 2**63:
            raise Refused([Problem("list.bad_cursor", "cursor")])
        return cursor


def ordering(visit: Visit, live: LiveForm, sort: Sequence[SortKey]) -> tuple[OrderKey, ...]:
    """The order of a list as SQL; the id, descending, always comes after it."""
    return tuple(order_key(visit, live, key) for key in sort)


def after(order: Sequence[OrderKey], cursor: Cursor, id: ColumnElement[int]) -> ColumnElement[bool]:
    """The rows behind the cursor: later by the first key that differs, blanks last, then by smaller id."""
    equal: list[ColumnElement[bool]] = []
    ways: list[ColumnElement[bool]] = []
    for key, value in zip(order, cursor.values, strict=True):
        ways.append(and_(*equal, _behind(key, value)))
        equal.append(key.expression.is_(None) if value is None else key.expression == _bound(key, value))
    return or_(*ways, and_(*equal, id < cursor.id))


def _behind(key: OrderKey, value: Any) -> ColumnElement[bool]:
    if value is None:
        return false()
    bound = _bound(key, value)
    further = key.expression < bound if key.descending else key.expression > bound
    return or_(further, key.expression.is_(None)) if key.nullable else further


def _bound(key: OrderKey, value: Any) -> BindParameter[Any]:
    """The value as one to compare with; raises Refused when it is of another kind than what rows are ordered by."""
    kind = key.expression.type
    plain = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
    large = isinstance(kind, Exact) and isinstance(value, Decimal) and abs(value.scaleb(kind.scale)) >= 2**63
    if large or type(value) is not plain.python_type:
        raise Refused([Problem("list.bad_cursor", "cursor")])
    return literal(value, kind)  # plain True or False would not be compared by < and >


def _pack(value: Any) -> Any:
    if value is None:
        return None
    tag = _TAGS[type(value)]
    return [tag, value.isoformat() if tag in "tm" else str(value) if tag == "d" else value]


def _unpack(packed: Any) -> Any:
    if packed is None:
        return None
    tag, value = packed
    if tag == "d":
        number = Decimal(value)
        if not number.is_finite() or abs(number.adjusted()) > 30:
            raise ValueError(value)
        return number
    if tag == "t":
        return date.fromisoformat(value)
    if tag == "m":
        return datetime.fromisoformat(value).astimezone(UTC)
    if type(value) is not {"s": str, "i": int, "b": bool}[tag]:
        raise ValueError(value)
    if (isinstance(value, int) and not -(2**63) <= value < 2**63) or "\x00" in str(value):
        raise ValueError(value)
    str(value).encode()  # a lone surrogate is a ValueError too
    return value
