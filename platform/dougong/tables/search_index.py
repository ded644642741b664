"""The search index of a form: one column of index words per searchable field, FTS5 on SQLite, tsvector on PostgreSQL."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, Index, MetaData, String, Table, Text, insert, select, text, update
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.types import JSON

from dougong.db import METADATA, Tx
from dougong.spec.compiled import CompiledApp, CompiledForm
from dougong.tables.names import index_name

search_table = Table(
    "search_table",
    METADATA,
    Column("form", String(100), primary_key=True),
    Column("table_name", String(63), nullable=False, unique=True),
    Column("fields", JSON, nullable=False),
)


@dataclass(frozen=True, slots=True)
class SearchIndex:
    """``fields`` are field keys (``number`` and ``_title`` too); column ``f<n>`` of ``table_name`` holds the n-th."""

    table_name: str
    fields: tuple[str, ...]

    def column(self, field: str) -> str:
        """The column that holds a field's words."""
        return f"f{self.fields.index(field)}"

    def table(self, dialect: str) -> Table:
        """The table with its id (FTS5: the rowid) and one column per field."""
        id_ = Column("rowid" if dialect == "sqlite" else "id", BigInteger, primary_key=True, autoincrement=False)
        kind = Text() if dialect == "sqlite" else TSVECTOR()
        return Table(self.table_name, MetaData(), id_, *(Column(self.column(f), kind) for f in self.fields))


def wanted_fields(app: CompiledApp, form: CompiledForm) -> tuple[str, ...]:
    """What is searched for on a form: its number, its title and the fields its lists search."""
    searched = {key for view in app.lists.values() if view.form.key == form.key for key in view.spec.search}
    return ("number", "_title", *(key for key in form.fields if key in searched))


def find_index(tx: Tx, ref: str) -> SearchIndex | None:
    """The search index of ``app.form``, None before its first publish."""
    row = tx.conn.execute(
        select(search_table.c.table_name, search_table.c.fields).where(search_table.c.form == ref)
    ).one_or_none()
    return SearchIndex(row.table_name, tuple(row.fields)) if row else None


def rename_index(tx: Tx, ref: str, new: str) -> None:
    """Let the index of a form be that of the key it has now."""
    tx.conn.execute(update(search_table).where(search_table.c.form == ref).values(form=new))


def create_index(
    tx: Tx, ref: str, main_table: str, fields: Sequence[str], stale: Collection[str] = ()
) -> bool:
    """Make an index that holds at least ``fields``; returns True when it is new and has to be filled. Of what it holds,
    ``stale`` are no longer right."""
    old = find_index(tx, ref)
    if old is not None and set(fields) <= set(old.fields) and not set(old.fields) & set(stale):
        return False
    count = 1 if old is None else int(old.table_name.rpartition("_")[2]) + 1
    kept = old.fields if old else ()
    fresh = SearchIndex(f"s{main_table[1:]}_{count}", (*kept, *(f for f in fields if f not in kept)))
    _create(tx, fresh)
    if old is None:
        tx.conn.execute(insert(search_table).values(form=ref, table_name=fresh.table_name, fields=list(fresh.fields)))
    else:
        where = search_table.c.form == ref
        values = {"table_name": fresh.table_name, "fields": list(fresh.fields)}
        tx.conn.execute(update(search_table).where(where).values(values))
    return True


def _create(tx: Tx, index: SearchIndex) -> None:
    if tx.dialect == "sqlite":
        quote = tx.conn.dialect.identifier_preparer.quote
        columns = ", ".join(index.column(field) for field in index.fields)
        # Nothing is ranked, so no sizes are kept.
        # Names only: they are made from the catalogue's alphabet and quoted by the dialect.
        tx.conn.execute(
            text(
                f"CREATE VIRTUAL TABLE {quote(index.table_name)} USING fts5({columns}, tokenize='unicode61', columnsize=0)"
            )
        )
        return
    table = index.table("postgresql")
    tx.conn.execute(CreateTable(table))
    for field in index.fields:
        column = table.c[index.column(field)]
        tx.conn.execute(CreateIndex(Index(index_name(index.table_name, column.name), column, postgresql_using="gin")))
