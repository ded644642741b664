"""The catalogue: (app, form, sub-table, field, companion) → table.column, given once and never renamed."""

from dataclasses import dataclass

from sqlalchemy import BigInteger, Boolean, Column, Integer, String, Table, UniqueConstraint, insert, select

from dougong.db import METADATA, Tx, new_id

form_table = Table(
    "form_table",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("app", String(48), nullable=False),
    Column("form", String(48), nullable=False),
    Column("sub_table", String(48), nullable=False, default=""),
    Column("table_name", String(63), nullable=False, unique=True),
    UniqueConstraint("app", "form", "sub_table"),
)

form_column = Table(
    "form_column",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("table_name", String(63), nullable=False),
    Column("column_name", String(63), nullable=False),
    Column("field", String(48), nullable=False),
    Column("suffix", String(16), nullable=False, default=""),
    Column("stored", String(16), nullable=False),
    Column("scale", Integer, nullable=False, default=0),
    Column("target", String(100), nullable=False, default=""),
    Column("active", Boolean, nullable=False, default=True),
    # The column this one is filled from while a change over many rows goes on; "" once it is in force.
    Column("fills_from", String(63), nullable=False, default="", server_default=""),
    UniqueConstraint("table_name", "column_name"),
)


@dataclass(frozen=True, slots=True)
class CatalogueColumn:
    """One line of the catalogue: where a field's value, or a companion of it, is kept."""

    field: str
    suffix: str
    column_name: str
    stored: str
    scale: int
    target: str


def table_names(tx: Tx, app: str, form: str) -> dict[str, str]:
    """Sub-table key ("" for the form itself) → table name, as far as tables exist."""
    rows = tx.conn.execute(
        select(form_table.c.sub_table, form_table.c.table_name).where(
            form_table.c.app == app, form_table.c.form == form
        )
    )
    return {row.sub_table: row.table_name for row in rows}


def columns_of(tx: Tx, table_name: str) -> list[CatalogueColumn]:
    """The columns in force of one table, oldest first."""
    c = form_column.c
    rows = tx.conn.execute(
        select(c.field, c.suffix, c.column_name, c.stored, c.scale, c.target)
        .where(c.table_name == table_name, c.active)
        .order_by(c.id)
    )
    return [CatalogueColumn(*row) for row in rows]


def taken_columns(tx: Tx, table_name: str) -> set[str]:
    """Every column name ever given in a table, retired ones too."""
    rows = tx.conn.execute(select(form_column.c.column_name).where(form_column.c.table_name == table_name))
    return set(rows.scalars())


def taken_tables(tx: Tx) -> set[str]:
    """Every table name ever given."""
    return set(tx.conn.execute(select(form_table.c.table_name)).scalars())


def add_table(tx: Tx, app: str, form: str, sub_table: str, table_name: str) -> None:
    """Remember a new table."""
    tx.conn.execute(
        insert(form_table).values(id=new_id(), app=app, form=form, sub_table=sub_table, table_name=table_name)
    )


def add_columns(tx: Tx, table_name: str, columns: list[CatalogueColumn]) -> None:
    """Remember new columns of a table."""
    if columns:
        tx.conn.execute(
            insert(form_column),
            [
                {
                    "id": new_id(), "table_name": table_name, "column_name": c.column_name, "field": c.field,
                    "suffix": c.suffix, "stored": c.stored, "scale": c.scale, "target": c.target, "active": True,
                }
                for c in columns
            ],
        )  # fmt: skip
