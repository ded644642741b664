"""Which column of a table is which field: by key, or by title in any language."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from dougong.errors import Problem, Refused
from dougong.exchange.table import Sheet
from dougong.fields.base import LocalText
from dougong.formulas.fold import fold
from dougong.records.history import HISTORY_KEYS
from dougong.spec.compiled import CompiledField, CompiledForm
from dougong.spec.system import system_title

GROUP = ("key", "#")
"""Names of the column that tells which rows of a table belong to one record with a sub-table."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a column's cells go: a field (of a sub-table's rows when ``table`` is said), a value of history, the group."""

    kind: str  # field, history, group
    key: str
    table: str = ""


def match_columns(form: CompiledForm, sheet: Sheet, history: bool) -> tuple[Target | None, ...]:
    """One target per column, None for a column without a header; raises Refused naming every column that fits nothing,
    or that comes twice."""
    known = dict(_names(form, history))
    problems: list[Problem] = []
    targets: list[Target | None] = []
    for number, header in enumerate(sheet.header, 1):
        target = known.get(_plain(header)) if header else None
        if header and target is None:
            near = difflib.get_close_matches(_plain(header), known, 1)
            params = {"header": header, "nearest": near[0] if near else ""}
            problems.append(Problem("load.unknown_column", header, params, line=1, column=number, source=sheet.name))
        elif target is not None and target in targets:
            params = {"header": header}
            problems.append(Problem("load.column_twice", header, params, line=1, column=number, source=sheet.name))
        targets.append(target)
    if problems:
        raise Refused(problems)
    return tuple(targets)


def _names(form: CompiledForm, history: bool) -> Iterator[tuple[str, Target]]:
    """Every name a column may have; earlier ones would be overwritten by later ones, so keys come last."""
    if form.rows:
        yield from ((name, Target("group", name)) for name in GROUP)
    if history:
        for key in HISTORY_KEYS:
            yield from ((_plain(name), Target("history", key)) for name in _texts(system_title(key)))
    yield from _titles(form)
    if history:
        yield from ((key, Target("history", key)) for key in HISTORY_KEYS)
    for key in form.fields:
        if key not in form.rows:
            yield key, Target("field", key)
    for table, fields in form.rows.items():
        yield from ((f"{table}.{key}", Target("field", key, table)) for key in fields)


def _titles(form: CompiledForm) -> Iterator[tuple[str, Target]]:
    for key, field in form.fields.items():
        if key not in form.rows:
            yield from ((_plain(title), Target("field", key)) for title in _texts(field.spec.title))
    for table, fields in form.rows.items():
        outer = form.fields[table]
        for key, inner in fields.items():
            yield from ((name, Target("field", key, table)) for name in _row_titles(outer, inner))


def _row_titles(outer: CompiledField, inner: CompiledField) -> Iterator[str]:
    for above in _texts(outer.spec.title):
        yield from (_plain(f"{above}.{below}") for below in _texts(inner.spec.title))


def _texts(title: LocalText) -> list[str]:
    return [title] if isinstance(title, str) else list(title.values())


def _plain(text: str) -> str:
    return fold(" ".join(text.split()))
