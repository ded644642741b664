"""Formulas of the new spec asked of the records as they are stored under the old one."""

from sqlalchemy import ColumnElement

from dougong.access.columns import StoredColumns
from dougong.fields import same_columns
from dougong.formulas import Env, Formula, NotInSql, RowsSource, SqlColumn
from dougong.plans.pairs import FormPair
from dougong.spec.model import SYSTEM_FIELDS


class _Unknown(Exception):
    """The formula uses something whose value the records do not have yet."""


class _NewOverOld:
    """``columns`` for formulas of the new form, over the columns of the old one."""

    def __init__(self, form: FormPair) -> None:
        self.form, self.stored = form, StoredColumns(form.live)

    def _old(self, path: str) -> str:
        pair = self.form.by_path.get(path)
        if pair is None or not same_columns(pair.old.spec, pair.new.spec):
            raise _Unknown(path)
        return pair.old.path

    def __call__(self, path: str) -> SqlColumn:
        return self.stored(path if path in SYSTEM_FIELDS else self._old(path))

    def rows(self, table: str) -> RowsSource:
        found = self.stored.rows(self._old(table))

        def column(path: str) -> SqlColumn:
            return found.columns(self._old(f"{table}.{path}").partition(".")[2])

        return RowsSource(found.select_from, found.where, column)


def holds(form: FormPair, formula: Formula, env: Env, dialect: str) -> ColumnElement[bool] | None:
    """The condition under which a yes/no formula of the new form holds of a stored record; None where the database
    cannot tell."""
    try:
        return formula.sql(_NewOverOld(form), env, dialect)
    except (NotInSql, _Unknown, KeyError):
        return None
