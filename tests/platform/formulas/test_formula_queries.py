"""What formulas become in SQL: plain conditions that indexes serve, sums that cannot overflow, and refusals."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from formula_engines import ENV, METRIC, RECORD, Engine, blank_record, expected

from dougong.formulas import Formula, NotInSql, Scope, SqlColumn, compile
from dougong.formulas.fold import pairs
from dougong.formulas.sql.sqlite_functions import register_sqlite


def formula(text: str, scope: Scope = RECORD) -> Formula:
    made, found = compile(text, scope)
    assert made is not None, found
    return made


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("total > 50000", "record.total > 5000000 AND record.total IS NOT NULL"),
        ("50000.005 <= total", "record.total > 5000000 AND record.total IS NOT NULL"),
        ("total < 1", "record.total < 100 OR record.total IS NULL"),
        ("total = 0.005", "0 = 1"),
        ("total = 1e25", "0 = 1"),
        ('status = "open"', "record.status = 'open' AND record.status IS NOT NULL"),
        ('name = "ÄB"', "record.name_fold = 'äb' AND record.name IS NOT NULL"),
        ("person = ME()", "record.person = 5 AND record.person IS NOT NULL"),
        ("starts >= EDATE(TODAY(), -1)", "record.starts >= '2026-02-02' AND record.starts IS NOT NULL"),
        ("made >= TODAY()", "record.made IS NOT NULL AND record.made >= '2026-03-01 16:00:00.000000'"),
        (
            'NOT(OR(status = "a", ISBLANK(starts)))',
            "NOT (record.status = 'a' AND record.status IS NOT NULL OR record.starts IS NULL)",
        ),
        ("total > fee", "coalesce(record.total, 0) > coalesce(record.fee, 0)"),
        ("flag", "record.flag IS NOT NULL AND record.flag = 1"),
    ],
)
def test_plain_conditions_stay_plain(sqlite: Engine, text: str, wanted: str) -> None:
    expression = formula(text).sql(sqlite, ENV, sqlite.engine.dialect)
    written = expression.compile(dialect=sqlite.engine.dialect, compile_kwargs={"literal_binds": True})
    assert " ".join(str(written).replace("temp.", "").split()) == wanted


def test_an_index_serves(sqlite: Engine) -> None:
    sqlite.connection.exec_driver_sql("CREATE INDEX record_total ON record (total)")
    query = sa.select(sqlite.record.c.id).where(formula("AND(total > 50000, LEN(name) > 2)").sql(sqlite, ENV, "sqlite"))
    written = str(query.compile(dialect=sqlite.engine.dialect, compile_kwargs={"literal_binds": True}))
    plan = sqlite.connection.exec_driver_sql("EXPLAIN QUERY PLAN " + written).fetchall()
    sqlite.connection.exec_driver_sql("DROP INDEX record_total")
    sqlite.connection.commit()
    assert any("record_total" in row[3] for row in plan), plan


@pytest.mark.parametrize("name", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_sums_beyond_64_bits_are_exact(request: pytest.FixtureRequest, name: str) -> None:
    engine: Engine = request.getfixturevalue(name)
    largest = Decimal("9999999999999999.99")
    rows = [blank_record(total=largest, fee=Decimal("0.01"), ratio=Decimal("0.000001")) for _ in range(2000)]
    with engine.holding(rows):
        assert engine.ask_metric(formula("SUM(total)", METRIC)) == largest * 2000
        assert engine.ask_metric(formula("SUM(total * ratio)", METRIC)) == largest * Decimal("0.002")
        assert engine.ask_metric(formula("SUM(total) - COUNT_RECORDS()", METRIC)) == largest * 2000 - 2000
        assert engine.ask_metric(formula("AVERAGE(fee)", METRIC)) == Decimal("0.01")


@pytest.mark.parametrize("name", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_metrics_of_no_rows(request: pytest.FixtureRequest, name: str) -> None:
    engine: Engine = request.getfixturevalue(name)
    with engine.holding([]):
        assert engine.ask_metric(formula("SUM(total)", METRIC)) == 0
        assert engine.ask_metric(formula("SUM(total * 2) + COUNT_RECORDS()", METRIC)) == 0
        assert engine.ask_metric(formula("AVERAGE(total)", METRIC)) is None
        assert engine.ask_metric(formula("IFERROR(AVERAGE(total + 1), -1)", METRIC)) == -1
        assert engine.ask_metric(formula("MAX(starts)", METRIC)) is None


@pytest.mark.parametrize("name", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_moments_against_days_in_a_zone_that_changes_its_clocks(request: pytest.FixtureRequest, name: str) -> None:
    from zoneinfo import ZoneInfo

    engine: Engine = request.getfixturevalue(name)
    rows = [
        blank_record(made=datetime(2026, month, day, hour, 30, tzinfo=UTC), starts=date(2026, month, day))
        for month, day in [(3, 7), (3, 8), (3, 9), (10, 31), (11, 1), (11, 2)]
        for hour in range(0, 24, 3)
    ]
    for now in (datetime(2026, 3, 8, 15, tzinfo=UTC), datetime(2026, 11, 1, 15, tzinfo=UTC), ENV.now):
        env = type(ENV)(now, ZoneInfo("America/New_York"), 5)
        for symbol in ("=", "<>", "<", ">", "<=", ">="):
            for text in (f"made {symbol} TODAY()", f"TODAY() {symbol} made", f"made {symbol} starts"):
                asked = formula(text)
                with engine.holding(rows):
                    assert engine.ask(asked, env) == [expected(asked, row, env) for row in rows], text


@pytest.mark.postgres
def test_every_character_folds_alike(postgres: Engine) -> None:
    sources, targets = pairs()
    assert postgres.connection.scalar(sa.select(sa.func.dougong_fold(sources + "AZ"))) == targets + "az"
    postgres.connection.rollback()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("lines.price", "formula.sql.list"),
        ("CONCAT(lines.note)", "formula.sql.list"),
        ("SUM(lines.price, 1)", "formula.sql.list"),
        ("total ^ ratio", "formula.sql.power"),
        ("total ^ 1001", "formula.sql.power"),
        ("total" + " + total" * 60, "formula.sql.too_large"),
        ("SUM(lines.price * SUM(lines.price))", "formula.sql.list"),
    ],
)
def test_refusals(sqlite: Engine, text: str, code: str) -> None:
    refused = formula(text).sql_problem()
    assert refused is not None
    assert refused.code == code
    for dialect in ("sqlite", "postgresql"):
        with pytest.raises(NotInSql) as raised:
            formula(text).sql(sqlite, ENV, dialect)
        assert raised.value.code == code


def test_columns_that_know_no_rows_are_told(sqlite: Engine) -> None:
    def columns(path: str) -> SqlColumn:
        return sqlite.columns(path)

    with pytest.raises(NotInSql, match=r"formula\.sql\.no_rows"):
        formula("SUM(lines.price) > 1").sql(columns, ENV, "sqlite")
    with pytest.raises(NotInSql, match=r"formula\.sql\.no_column"):
        formula("total > 1").sql(lambda path: {}[path], ENV, "postgresql")


def test_the_deepest_allowed_formula_compiles(sqlite: Engine) -> None:
    for text in (
        "IF(flag, " * 20 + "total" + ", fee)" * 20,
        "total" + " + total" * 46,
        "NOT(" * 46 + "LEN(name) > 1" + ")" * 46,
    ):
        asked = formula(text)
        if asked.sql_problem() is None:
            for dialect in ("sqlite", "postgresql"):
                assert str(asked.sql(sqlite, ENV, dialect))


def test_hostile_values_stay_parameters() -> None:
    import sqlite3

    connection = sqlite3.connect(":memory:")
    register_sqlite(connection)
    hostile = "'); DROP TABLE x; --"
    assert connection.execute("SELECT dougong_fold(?)", (hostile,)).fetchone() == (hostile.lower(),)
    engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool)
    sa.event.listen(engine, "connect", lambda raw, _record: register_sqlite(raw))
    name = sa.Table("x", sa.MetaData(), sa.Column("name", sa.Text())).c.name
    asked = formula(f'name & "{hostile}" = "{hostile}"')
    written: Any = asked.sql(lambda _path: SqlColumn(name, RECORD.names["name"]), ENV, "sqlite")
    assert hostile not in str(written)
    connection.close()
    engine.dispose()
