"""The expression of a formula in the dialect at hand."""

from typing import Any

from sqlalchemy import ColumnElement

from dougong.formulas.sql import support
from dougong.formulas.sql.columns import Columns
from dougong.formulas.sql.postgres import Postgres
from dougong.formulas.sql.sqlite import Sqlite
from dougong.formulas.tree import Node
from dougong.formulas.values import Env, NotInSql


def expression(text: str, root: Node, columns: Columns, env: Env, dialect: str) -> ColumnElement[Any]:
    """The formula over ``columns``; raises NotInSql."""
    support.require(root)
    if dialect == "sqlite":
        return Sqlite(text, columns, env).answer(root)
    if dialect == "postgresql":
        return Postgres(columns, env).answer(root)
    raise NotInSql("formula.sql.dialect", root.start, root.end - root.start, dialect=dialect)
