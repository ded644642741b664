"""Columns without the types a table gives them, so that an expression compares and returns what is really stored."""

from typing import Any

from sqlalchemy import BigInteger, Boolean, ColumnElement, Date, DateTime, Integer, Numeric, Text, type_coerce
from sqlalchemy.types import TypeEngine

from dougong.formulas import operators
from dougong.formulas.kinds import Kind
from dougong.formulas.sql.columns import Columns, SqlColumn
from dougong.formulas.tree import Name
from dougong.formulas.values import NotInSql

SQLITE_TYPES: dict[Kind, TypeEngine[Any]] = {Kind.NUMBER: BigInteger(), Kind.BOOLEAN: Integer(), Kind.PERSON: BigInteger(),
    Kind.DEPARTMENT: BigInteger(), Kind.RECORD: BigInteger()}  # fmt: skip
POSTGRES_TYPES: dict[Kind, TypeEngine[Any]] = {Kind.NUMBER: Numeric(), Kind.BOOLEAN: Boolean(), Kind.DATE: Date(),
    Kind.DATETIME: DateTime(timezone=True), Kind.PERSON: BigInteger(), Kind.DEPARTMENT: BigInteger(),
    Kind.RECORD: BigInteger()}  # fmt: skip


def sql_type(kind: Kind, dialect: str) -> TypeEngine[Any]:
    """The plain type in which a value of ``kind`` travels; text where nothing else is said."""
    return (SQLITE_TYPES if dialect == "sqlite" else POSTGRES_TYPES).get(kind, Text())


def column(name: Name, columns: Columns) -> SqlColumn:
    """The column of a name: a neighbour's in the rows at hand when the path names one. Raises NotInSql."""
    try:
        return columns(name.path)
    except KeyError:
        raise NotInSql("formula.sql.no_column", name.start, name.end - name.start, name=name.path) from None


def raw(found: SqlColumn, name: Name, dialect: str) -> ColumnElement[Any]:
    """The column's expression as the engine holds it."""
    return type_coerce(found.expr, sql_type(operators.item(name.type).kind, dialect))
