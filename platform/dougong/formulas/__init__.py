"""The formula language: Excel's, typed, over the keys of a form; one tree answers in Python and in SQL."""

from dougong.formulas.fold import fold
from dougong.formulas.formula import Formula, compile
from dougong.formulas.kinds import Kind, Scope, Type
from dougong.formulas.sql.columns import Columns, RowsSource, SqlColumn
from dougong.formulas.values import Env, ErrorValue, FormulaProblem, NotInSql

__all__ = [
    "Columns",
    "Env",
    "ErrorValue",
    "Formula",
    "FormulaProblem",
    "Kind",
    "NotInSql",
    "RowsSource",
    "Scope",
    "SqlColumn",
    "Type",
    "compile",
    "fold",
]
