"""Rows as comma-separated text that spreadsheets open as text: no cell of it is ever run as a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from dougong.reports.metric import rounded
from dougong.reports.table import Table, Values
from dougong.words import say, title

MARK = "\ufeff"
"""Stands before the first row, so that a spreadsheet reads the rest as UTF-8."""

_RUNS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[-+]?[0-9][0-9,]*(\.[0-9]+)?%?")


def harmless(cell: str) -> str:
    """The cell with an apostrophe before what a spreadsheet would run; numbers stay numbers."""
    return f"'{cell}" if cell.startswith(_RUNS) and not _NUMBER.fullmatch(cell) else cell


def separated(rows: Iterable[Sequence[str]]) -> str:
    """Rows as CSV, each ending in CR LF."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def table_rows(table: Table, language: str) -> list[list[str]]:
    """A report as rows: headings, one row per group, totals; numbers exact and ungrouped."""
    titles = [title(each, language) for each in table.group_titles]
    names = [title(measure.title, language) for measure in table.measures]
    heads = [[column.label, name] for column in table.columns for name in names] if table.columns else []
    across = [" · ".join(head) if len(names) > 1 else head[0] for head in heads] or names
    total = say("report.total", language)
    closing = [f"{total} · {name}" if len(names) > 1 else total for name in names] if table.columns else []
    rows = [[*(titles or [""]), *across, *closing]]
    for index, row in enumerate(table.rows):
        cells = [table.values(index, column) for column in range(max(len(table.columns), 1))]
        ends = [table.row_totals[index]] if table.columns else []
        rows.append([*row.labels, *_flat(table, [*cells, *ends])])
    last = [*table.column_totals, table.total] if table.columns else [table.total]
    return [*rows, [total, *[""] * (max(len(titles), 1) - 1), *_flat(table, last)]]


def _flat(table: Table, values: Iterable[Values]) -> list[str]:
    decimals = [measure.decimals for measure in table.measures]
    return [_exact(value, places) for each in values for value, places in zip(each, decimals, strict=True)]


def _exact(value: Decimal | None, decimals: int | None) -> str:
    """A number with the decimals it is stated to have, or all it has."""
    return "" if value is None else format(value if decimals is None else rounded(value, decimals), "f")
