"""The forms of a revision with their tables: as they are now, or as an older revision had them beside those of now."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from dougong.db import Tx
from dougong.fields import AnyNode
from dougong.fields.base import Field
from dougong.fields.converting import convertible
from dougong.spec.compiled import CompiledApp, CompiledForm
from dougong.spec.lineage import Lineage
from dougong.tables import LiveForm, PhysicalForm, Shadow, lines_in, physical_form
from dougong.tables.catalogue import CatalogueColumn, filling_of
from dougong.tables.layout import Layout
from dougong.tables.physical import Lines, lines_of
from dougong.tables.search_index import find_index


@dataclass(frozen=True, slots=True)
class _Beside:
    """A field of a form whose values are written elsewhere too, as ``new`` into ``columns``."""

    rows: str
    old: Field
    new: Field
    columns: tuple[CatalogueColumn, ...]


def alive(tx: Tx, app: CompiledApp, number: int, generation: int) -> dict[str, LiveForm]:
    """The forms of the published revision."""
    found: dict[str, LiveForm] = {}
    for form in app.forms.values():
        lines = lines_of(tx, app.key, form.key)
        own = Lineage(form.key, {path: path for path in _paths(form)})
        beside = list(_filling(tx, form, lines, own))
        physical = physical_form(lines, find_index(tx, form.ref), _columns(beside))
        found[form.key] = LiveForm(form, physical, number, generation, shadows=_shadows(physical, beside))
    return found


def older(
    tx: Tx, app: CompiledApp, number: int, layout: Layout | None, became: Mapping[str, Lineage],
    now: Mapping[str, LiveForm],
) -> dict[str, LiveForm]:  # fmt: skip
    """The forms of an older revision over the columns it had (``layout``; None: those of now), written to beside those of
    the published revision, ``now``; ``became`` tells by the key of each of those what it was."""
    kin = {line.form: (now[key], line) for key, line in became.items()}
    found: dict[str, LiveForm] = {}
    for form in app.forms.values():
        live, line = kin.get(form.key, (None, None))
        lines = lines_in(layout, form.key) if layout else lines_of(tx, app.key, live.form.key if live else form.key)
        if live is None or line is None:  # gone since, and so is what would have to be told of it
            found[form.key] = LiveForm(form, physical_form(lines, None), number)
            continue
        beside = [*_moved(form, lines, live, line), *_filling(tx, form, lines, line)]
        physical = physical_form(lines, live.physical.search, _columns(beside))
        newer = {old: new for new, old in line.fields.items()}
        found[form.key] = LiveForm(form, physical, number, live.generation, live, newer, _shadows(physical, beside))
    return found


def _paths(form: CompiledForm) -> list[str]:
    return [*form.fields, *(field.path for fields in form.rows.values() for field in fields.values())]


def _moved(form: CompiledForm, lines: Lines, live: LiveForm, line: Lineage) -> Iterator[_Beside]:
    """Fields that are kept in another column now."""
    for new, old in line.fields.items():
        (rows, _, key), (rows_now, _, key_now) = old.rpartition("."), new.rpartition(".")
        if bool(rows) is not bool(rows_now) or old in form.rows:
            continue
        physical = live.physical.rows[rows_now] if rows_now else live.physical.main
        spec, before = live.form.field(new).spec, form.field(old).spec
        there = {suffix: column.name for (field, suffix), column in physical.columns.items() if field == key_now}
        here = {column.suffix: column.column_name for column in lines[rows][1] if column.field == key}
        if here == there or not convertible(before, spec):
            continue
        kept = [c for c in spec.columns() if c.suffix in there]
        columns = (CatalogueColumn(key, c.suffix, there[c.suffix], c.stored.value, c.scale, c.references or "") for c in kept)
        yield _Beside(rows, before, spec, tuple(columns))


def _filling(tx: Tx, form: CompiledForm, lines: Lines, line: Lineage) -> Iterator[_Beside]:
    """Fields of which a change over many rows is filling other columns."""
    now = {old: new for new, old in line.tables.items()}
    for rows, (table, _) in lines.items():
        several: dict[tuple[str, bytes], list[CatalogueColumn]] = {}
        for column, fills in filling_of(tx, table):
            if "new" in fills:  # the same value everywhere: the publish itself sees to what is stored meanwhile
                continue
            several.setdefault((fills["field"], msgspec.json.encode(fills["into"])), []).append(column)
        for (key, into), columns in several.items():
            path = line.fields.get(f"{now[rows]}.{key}" if rows and rows in now else key)
            new: Field = msgspec.json.decode(into, type=AnyNode)
            if path is not None and convertible(old := form.field(path).spec, new):
                yield _Beside(rows, old, new, tuple(columns))


def _columns(beside: Iterable[_Beside]) -> dict[str, list[CatalogueColumn]]:
    found: dict[str, list[CatalogueColumn]] = {}
    for each in beside:
        found.setdefault(each.rows, []).extend(each.columns)
    return found


def _shadows(physical: PhysicalForm, beside: Sequence[_Beside]) -> dict[str, tuple[Shadow, ...]]:
    found: dict[str, tuple[Shadow, ...]] = {}
    for each in beside:
        table = (physical.rows[each.rows] if each.rows else physical.main).table
        columns = {column.suffix: table.c[column.column_name] for column in each.columns}
        shadow = Shadow(each.old, each.new, tuple(columns[c.suffix] for c in each.new.columns()))
        found[each.rows] = (*found.get(each.rows, ()), shadow)
    return found
