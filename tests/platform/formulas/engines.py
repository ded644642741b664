"""A record with rows in SQLite and in PostgreSQL, for asking every engine the same formula."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from dougong.formulas import Env, ErrorValue, Formula, RowsSource, Scope, SqlColumn, fold
from dougong.formulas.kinds import BOOLEAN, DATE, DATETIME, EXACT_TEXT, PERSON, TEXT, Kind, Type, list_of
from dougong.formulas.sql.postgres_functions import STATEMENTS
from dougong.formulas.sql.sqlite_functions import register_sqlite

ENV = Env(datetime(2026, 3, 2, 1, 30, tzinfo=UTC), ZoneInfo("Asia/Shanghai"), 5)
ROW_TYPES = {"price": Type(Kind.NUMBER, scale=2), "quantity": Type(Kind.NUMBER, scale=3), "note": TEXT, "due": DATE}
TYPES = {
    "total": Type(Kind.NUMBER, scale=2),
    "ratio": Type(Kind.NUMBER, scale=6),
    "pieces": Type(Kind.NUMBER, scale=0),
    "fee": Type(Kind.NUMBER, scale=2),
    "name": TEXT,
    "title": TEXT,
    "status": EXACT_TEXT,
    "starts": DATE,
    "ends": DATE,
    "made": DATETIME,
    "seen": DATETIME,
    "flag": BOOLEAN,
    "person": PERSON,
    "owner": PERSON,
}
RECORD = Scope({**TYPES, "lines": Type(Kind.LIST, form="lines")}, {"lines": Scope(ROW_TYPES)})
METRIC = Scope({name: list_of(type_) for name, type_ in TYPES.items()})


def _columns(types: dict[str, Type], dialect: str) -> list[sa.Column[Any]]:
    sqlite = dialect == "sqlite"
    kinds: dict[Kind, Any] = {
        Kind.BOOLEAN: sa.Boolean(),
        Kind.DATE: sa.Date(),
        Kind.DATETIME: sa.DateTime(timezone=not sqlite),
        Kind.PERSON: sa.BigInteger(),
        Kind.TEXT: sa.Text(),
    }
    columns = []
    for name, type_ in types.items():
        number = sa.BigInteger() if sqlite else sa.Numeric(18, type_.scale)
        columns.append(sa.Column(name, number if type_.kind is Kind.NUMBER else kinds[type_.kind]))
    return [*columns, sa.Column("name_fold", sa.Text())] if "name" in types else columns


class Engine:
    """One database holding ``record`` and ``lines``."""

    def __init__(self, url: str) -> None:
        self.engine = sa.create_engine(url, poolclass=sa.pool.StaticPool)
        self.dialect = self.engine.dialect.name
        if self.dialect == "sqlite":
            sa.event.listen(self.engine, "connect", lambda connection, _record: register_sqlite(connection))
        self.metadata = sa.MetaData()
        key = sa.Column("id", sa.BigInteger(), primary_key=True)
        self.record = sa.Table("record", self.metadata, key, *_columns(TYPES, self.dialect), prefixes=["TEMPORARY"])
        parent = sa.Column("parent", sa.BigInteger())
        self.lines = sa.Table(
            "lines", self.metadata, parent, *_columns(ROW_TYPES, self.dialect), prefixes=["TEMPORARY"]
        )
        self.connection = self.engine.connect()
        if self.dialect == "postgresql":
            for statement in STATEMENTS:
                self.connection.exec_driver_sql(statement)
        self.metadata.create_all(self.connection)
        self.connection.commit()

    def close(self) -> None:
        self.connection.close()
        self.engine.dispose()

    @contextmanager
    def holding(self, records: Sequence[dict[str, Any]]) -> Iterator[None]:
        """The tables filled with these records for the code inside."""
        with self.connection.begin() as transaction:
            for number, record in enumerate(records):
                row = {name: self._stored(TYPES[name], record[name]) for name in TYPES}
                folded = None if record["name"] is None else fold(record["name"])
                self.connection.execute(self.record.insert(), {"id": number, "name_fold": folded, **row})
                for line in record["lines"]:
                    stored = {name: self._stored(ROW_TYPES[name], line[name]) for name in ROW_TYPES}
                    self.connection.execute(self.lines.insert(), {"parent": number, **stored})
            yield
            transaction.rollback()

    def _stored(self, type_: Type, value: Any) -> Any:
        if self.dialect != "sqlite" or value is None:
            return value
        if type_.kind is Kind.NUMBER:
            return int(value.scaleb(type_.scale or 0))
        return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value

    def columns(self, path: str) -> SqlColumn:
        """The columns protocol over ``record``."""
        folded = self.record.c["name_fold"] if path == "name" else None
        return SqlColumn(self.record.c[path], TYPES[path], folded, TYPES[path].scale)

    def rows(self, table: str) -> RowsSource:
        """The lines of the record at hand."""
        assert table == "lines"

        def column(name: str) -> SqlColumn:
            return SqlColumn(self.lines.c[name], ROW_TYPES[name], None, ROW_TYPES[name].scale)

        return RowsSource(self.lines, self.lines.c.parent == self.record.c.id, column)

    __call__ = columns

    def ask(self, formula: Formula, env: Env = ENV) -> list[Any]:
        """The answers over all records in order, as canonical values."""
        expression = formula.sql(self, env, self.dialect)
        query = sa.select(expression).select_from(self.record).order_by(self.record.c.id)
        return [formula.from_sql(value, self.dialect) for value in self.connection.scalars(query)]

    def ask_metric(self, formula: Formula, env: Env = ENV) -> Any:
        """The answer over all records at once."""
        query = sa.select(formula.sql(self, env, self.dialect)).select_from(self.record)
        return formula.from_sql(self.connection.scalar(query), self.dialect)


def expected(formula: Formula, record: dict[str, Any], env: Env = ENV) -> Any:
    """What Python says, as a query would: an error is NULL, a blank or failed yes/no is false."""
    value = formula.evaluate(record, env)
    if isinstance(value, ErrorValue):
        value = None
    return bool(value) if formula.type.kind is Kind.BOOLEAN else value


def blank_record(**given: Any) -> dict[str, Any]:
    """A record with every field blank but these."""
    return {**dict.fromkeys(TYPES), "lines": [], **given}


def line(
    price: str | None = None, quantity: str | None = None, note: str | None = None, due: Any = None
) -> dict[str, Any]:
    """One row of ``lines``."""
    numbers = [None if text is None else Decimal(text) for text in (price, quantity)]
    return {"price": numbers[0], "quantity": numbers[1], "note": note, "due": due}
