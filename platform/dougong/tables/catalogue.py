"""The catalogue: (app, form, sub-table, field, companion) → table.column, given once and never renamed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Integer, String, Table, UniqueConstraint, insert, select, update
from sqlalchemy.types import JSON

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
    # Of a column that a change over many rows fills: the field it is filled from and what that becomes, as ``Filling``.
    Column("fills", JSON(none_as_null=True)),
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

    @property
    def kind(self) -> tuple[str, str, int, str]:
        """What a value needs of its column: two columns of one kind hold the same."""
        return self.suffix, self.stored, self.scale, self.target


def table_names(tx: Tx, app: str, form: str) -> dict[str, str]:
    """Sub-table key ("" for the form itself) → table name, as far as tables exist."""
    rows = tx.conn.execute(
        select(form_table.c.sub_table, form_table.c.table_name).where(
            form_table.c.app == app, form_table.c.form == form
        )
    )
    return {row.sub_table: row.table_name for row in rows}


def forms_ever(tx: Tx, app: str) -> list[str]:
    """The forms of an app that tables exist for."""
    rows = tx.conn.execute(select(form_table.c.form).where(form_table.c.app == app, form_table.c.sub_table == ""))
    return list(rows.scalars())


def columns_of(tx: Tx, table_name: str) -> list[CatalogueColumn]:
    """The columns in force of one table, oldest first."""
    return [CatalogueColumn(*row) for row in tx.conn.execute(_LINES.where(_C.table_name == table_name, _C.active))]


def retired_of(tx: Tx, table_name: str) -> list[CatalogueColumn]:
    """The columns of one table that a change of type took out of force, newest first."""
    gone = tx.conn.execute(_LINES.where(_C.table_name == table_name, ~_C.active, _C.fills.is_(None)))
    return [CatalogueColumn(*row) for row in gone][::-1]


def filling_of(tx: Tx, table_name: str) -> list[tuple[CatalogueColumn, dict[str, Any]]]:
    """The columns of one table that are being filled, each with what it is filled from: ``{"field": key, "into": plain
    spec of the field as it will be}``, or ``{"new": key}`` for a new field that gets the same value everywhere."""
    query = _LINES.add_columns(_C.fills).where(_C.table_name == table_name, ~_C.active, _C.fills.is_not(None))
    return [(CatalogueColumn(*row[:-1]), row[-1]) for row in tx.conn.execute(query)]


_C = form_column.c
_LINES = select(_C.field, _C.suffix, _C.column_name, _C.stored, _C.scale, _C.target).order_by(_C.id)


def retire(tx: Tx, table_name: str, columns: Iterable[str]) -> None:
    """Take columns out of force; their data stays."""
    _change(tx, table_name, columns, active=False, fills=None)


def enforce(tx: Tx, table_name: str, columns: Iterable[str], field: str) -> None:
    """Put columns in force, as those of ``field``."""
    _change(tx, table_name, columns, active=True, fills=None, field=field)


def rename_field(tx: Tx, table_name: str, columns: Iterable[str], field: str) -> None:
    """Let columns, in force or not, be those of a field that is called something else now."""
    _change(tx, table_name, columns, field=field)


def columns_ever(tx: Tx, table_name: str, field: str) -> list[str]:
    """Every column a field has or had."""
    query = select(_C.column_name).where(_C.table_name == table_name, _C.field == field, _C.fills.is_(None))
    return list(tx.conn.execute(query).scalars())


def _change(tx: Tx, table_name: str, columns: Iterable[str], **values: Any) -> None:
    names = list(columns)
    if names:
        where = form_column.c.table_name == table_name, form_column.c.column_name.in_(names)
        tx.conn.execute(update(form_column).where(*where).values(**values))


def rename_form(tx: Tx, app: str, form: str, new: str) -> None:
    """Let the tables of a form be those of the key it has now, also where references point to it."""
    where = form_table.c.app == app, form_table.c.form == form
    tx.conn.execute(update(form_table).where(*where).values(form=new))
    pointing = form_column.c.target == f"{app}.{form}"
    tx.conn.execute(update(form_column).where(pointing).values(target=f"{app}.{new}"))


def aside() -> str:
    """A mark that no key can be, for what has to give its key up."""
    return f"~{new_id()}"


def rename_sub_table(tx: Tx, table_name: str, new: str) -> None:
    """Let a table be that of the sub-table's new key."""
    tx.conn.execute(update(form_table).where(form_table.c.table_name == table_name).values(sub_table=new))


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


def add_columns(
    tx: Tx, table_name: str, columns: list[CatalogueColumn], fills: dict[str, Any] | None = None
) -> None:
    """Remember new columns of a table; with ``fills`` they are not in force yet (see ``filling_of``)."""
    if columns:
        tx.conn.execute(
            insert(form_column),
            [
                {
                    "id": new_id(), "table_name": table_name, "column_name": c.column_name, "field": c.field,
                    "suffix": c.suffix, "stored": c.stored, "scale": c.scale, "target": c.target, "active": fills is None,
                    "fills": fills,
                }
                for c in columns
            ],
        )  # fmt: skip
