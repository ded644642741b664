"""A change over many rows: columns are added first, filled in batches while writers write both, then put in force by the
publish itself, so that readers never wait and writers only for that last moment."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Index, MetaData, Table, func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateIndex, DropIndex

from dougong.apps import converting
from dougong.apps.published import Registry
from dougong.apps.tables import app as app_table
from dougong.db import Database, Tx
from dougong.errors import Busy
from dougong.fields.converting import convertible, recoded
from dougong.spec.compiled import CompiledApp, CompiledField, CompiledForm
from dougong.spec.lineage import Lineage, lineage
from dougong.tables import Retyped, add_columns, catalogue, publishing
from dougong.tables.catalogue import CatalogueColumn
from dougong.tables.indexes import fits
from dougong.tables.names import index_name
from dougong.tables.physical import column_type

MANY = 20_000
"""From so many rows on a table is filled beforehand."""

NONE: Mapping[str, Mapping[str, Any]] = {}
PATIENCE = 20
"""How often a batch waits its turn, each time as long as any write does."""

Progress = Callable[[int, int], None]
"""Called with how many rows are done, and how many there are."""


Constants = Mapping[str, Mapping[str, Any]]
"""``form.path`` of a new field → by suffix of its columns, the value stored in every record there is."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A retyped field of a table with many rows, or with ``values`` a new one that gets the same ``values`` (by column
    name) everywhere; ``count`` is how many rows."""

    table: str
    into: tuple[CatalogueColumn, ...]
    count: int
    retyped: Retyped | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    indexed: bool = False

    @property
    def columns(self) -> frozenset[str]:
        """The new columns as ``table.column``."""
        return frozenset(f"{self.table}.{line.column_name}" for line in self.into)


def fill_beforehand(
    database: Database, compiled: CompiledApp, many: int = MANY, progress: Progress | None = None,
    constants: Constants = NONE,
) -> frozenset[str]:  # fmt: skip
    """Add and fill the columns that publishing ``compiled`` needs in tables of ``many`` rows and more; gives them, for
    ``publish``. Stopped half-way it leaves columns that nobody reads, which the next publish passes over."""
    staged = database.write(lambda tx: _stage(tx, compiled, many, constants))
    total, done = sum(each.count for each in staged), 0
    for each in staged:
        after = 0
        while (last := _patiently(database, each, after)) is not None:
            after, done = last, done + converting.BATCH
            if progress:
                progress(min(done, total), total)
    for each in staged:
        _index(database, each)
    return frozenset().union(*(each.columns for each in staged))


def _patiently(database: Database, staged: Staged, after: int) -> int | None:
    """Fill one batch, however long writers come first."""
    for _ in range(PATIENCE):
        with suppress(Busy):
            return database.write(lambda tx: _one_batch(tx, staged, after))
    return database.write(lambda tx: _one_batch(tx, staged, after))


def _one_batch(tx: Tx, staged: Staged, after: int) -> int | None:
    """Fill one batch; gives its last id, None when there was none left."""
    if staged.retyped is not None:
        return next(converting.filling(tx, Registry(tx), staged.retyped, after, batches=1), None)
    columns = [Column(line.column_name, column_type(line.stored, line.scale)) for line in staged.into]
    table = Table(staged.table, MetaData(), Column("id", BigInteger, primary_key=True, autoincrement=False), *columns)
    some = select(table.c.id).where(table.c.id > after).order_by(table.c.id).limit(converting.BATCH).subquery()
    last: int | None = tx.conn.execute(select(func.max(some.c.id))).scalar()
    if last is not None:
        tx.conn.execute(update(table).where(table.c.id > after, table.c.id <= last).values(staged.values))
    return last


def _stage(tx: Tx, compiled: CompiledApp, many: int, constants: Constants) -> list[Staged]:
    """Add the columns and let every writer know of them: from the commit on all of them write both."""
    registry = Registry(tx)
    where = app_table.c.key == compiled.key
    head = tx.conn.execute(select(app_table.c.revision).where(where).with_for_update()).scalar()
    if head is None:
        return []
    publishing(tx)
    before = registry.compiled(compiled.key, head)
    staged = [
        each
        for key, line in lineage(before.spec, compiled.spec).items()
        for each in _of_form(tx, before.forms[line.form], compiled.forms[key], line, many, constants)
    ]
    if staged:
        generation = app_table.c.generation + 1
        tx.conn.execute(update(app_table).where(where).values(generation=generation))
    return staged


def _of_form(
    tx: Tx, old: CompiledForm, new: CompiledForm, line: Lineage, many: int, constants: Constants
) -> list[Staged]:
    tables = catalogue.table_names(tx, old.app, old.key)
    found: list[Staged] = []
    for rows_new, rows_old in line.tables.items():
        name = tables[rows_old]
        fields = new.rows[rows_new] if rows_new else new.fields
        pairs = [(field, was) for field in fields.values() if (was := _was(field, old, line)) is not None]
        retyped = [(field, was) for field, was in pairs if _moves(was, field)]
        filled = [field for field in fields.values() if f"{new.key}.{field.path}" in constants]
        if not retyped and not filled:
            continue
        catalogue.retire(tx, name, [column.column_name for column, _ in catalogue.filling_of(tx, name)])
        count = _count(tx, name, many)
        if count >= many:
            found += [_retyped(tx, old.key, rows_old, name, field, was, count) for field, was in retyped]
            found += [_new(tx, name, field, constants[f"{new.key}.{field.path}"], count) for field in filled]
    return found


def _was(field: CompiledField, old: CompiledForm, line: Lineage) -> CompiledField | None:
    path = line.fields.get(field.path)
    if path is None or ("." in path) is not bool(field.table):
        return None
    return old.field(path)


def _moves(was: CompiledField, field: CompiledField) -> bool:
    """Whether values have to go to a column of another kind."""
    if not was.spec.columns() or not field.spec.columns() or not convertible(was.spec, field.spec):
        return False
    kinds = [{(c.suffix, c.stored, c.scale, c.references) for c in each.spec.columns()} for each in (was, field)]
    return not kinds[1] <= kinds[0] or recoded(was.spec, field.spec)


def _count(tx: Tx, name: str, many: int) -> int:
    """How many rows a table has; fewer than ``many`` are not counted out."""
    table = Table(name, MetaData(), Column("id"))
    some = select(table.c.id).limit(many).subquery()
    if tx.conn.execute(select(func.count()).select_from(some)).scalar_one() < many:
        return 0
    return int(tx.conn.execute(select(func.count()).select_from(table)).scalar_one())


def _retyped(
    tx: Tx, form: str, rows: str, table: str, field: CompiledField, was: CompiledField, count: int
) -> Staged:  # fmt: skip
    have = [c for c in catalogue.columns_of(tx, table) if c.field == was.key]
    source = next(column for column in have if not column.suffix)
    fills = {"field": was.key, "into": msgspec.to_builtins(field.spec)}
    into = tuple(add_columns(tx, table, field.spec, field.spec.columns(), fills))
    earlier = tuple(c for c in catalogue.retired_of(tx, table) if c.field == was.key and c.kind == into[0].kind)
    retyped = Retyped(form, rows, table, was.spec, field.spec, source, into, earlier)
    return Staged(table, into, count, retyped, indexed=not rows and fits(field.spec))


def _new(tx: Tx, table: str, field: CompiledField, values: Mapping[str, Any], count: int) -> Staged:
    into = tuple(add_columns(tx, table, field.spec, field.spec.columns(), {"new": field.key}))
    by_name = {line.column_name: values[line.suffix] for line in into}
    return Staged(table, into, count, values=by_name, indexed=not field.table and fits(field.spec))


def _index(database: Database, staged: Staged) -> None:
    """Index what lists may sort and filter by, without keeping writers out where the engine can."""
    main = next((line for line in staged.into if line.suffix == "fold"), staged.into[0])
    if staged.indexed and database.dialect == "postgresql":
        index = _made(staged.table, main)
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            try:
                conn.execute(CreateIndex(index, if_not_exists=True))
            except DBAPIError:  # half an index would stand in the way of the whole one, which the publish makes
                conn.execute(DropIndex(index, if_exists=True))


def _made(name: str, line: CatalogueColumn) -> Index:
    table = Table(name, MetaData(), Column("id"), Column(line.column_name, column_type(line.stored, line.scale)))
    return Index(index_name(name, line.column_name), table.c[line.column_name], table.c.id, postgresql_concurrently=True)
