"""Where the fields of a revision are kept: a plain object that goes with the revision, so that it can be read for ever."""

from collections.abc import Mapping
from typing import Any

from dougong.db import Tx
from dougong.spec.compiled import CompiledApp
from dougong.tables.catalogue import CatalogueColumn, forms_ever
from dougong.tables.physical import Lines, lines_of

Layout = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""Form → sub-table key ("" for the form itself) → ``{"table": name, "columns": [[field, suffix, column, stored, scale,
target], …]}``."""


def layout_of(tx: Tx, app: CompiledApp) -> dict[str, Any]:
    """The layout of an app's forms as the catalogue has them now."""
    return {form.key: _plain_form(tx, form.app, form.key) for form in app.forms.values()}


def layout_ever(tx: Tx, app: str) -> dict[str, Any]:
    """The same for every form of the app that has tables, also those it has no more."""
    return {form: _plain_form(tx, app, form) for form in forms_ever(tx, app)}


def _plain_form(tx: Tx, app: str, form: str) -> dict[str, Any]:
    return {
        key: {"table": name, "columns": [_plain(line) for line in columns]}
        for key, (name, columns) in lines_of(tx, app, form).items()
    }


def lines_in(layout: Layout, form: str) -> Lines:
    """The tables of one form."""
    return {
        key: (table["table"], [CatalogueColumn(*line) for line in table["columns"]])
        for key, table in layout[form].items()
    }


def _plain(line: CatalogueColumn) -> list[Any]:
    return [line.field, line.suffix, line.column_name, line.stored, line.scale, line.target]
