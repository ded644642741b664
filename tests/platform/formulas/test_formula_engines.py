"""Python, SQLite and PostgreSQL give the same answer to every formula over every record."""

import os
from typing import Any

import pytest
from formula_engines import ENV, METRIC, RECORD, Engine, expected
from formula_strategies import any_formula, metric_formula, records
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dougong.formulas import ErrorValue, Formula, Scope, compile

_MANY = settings(
    max_examples=int(os.environ.get("DOUGONG_EXAMPLES", "300")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def _compiled(text: str, scope: Scope) -> Formula:
    formula, problems = compile(text, scope)
    assert formula is not None, (text, problems)
    return formula


def _same(engine: Engine, text: str, rows: list[dict[str, Any]]) -> None:
    formula = _compiled(text, RECORD)
    assert formula.sql_problem() is None, text
    with engine.holding(rows):
        assert engine.ask(formula) == [expected(formula, row) for row in rows], text


def _same_metric(engine: Engine, text: str, rows: list[dict[str, Any]]) -> None:
    formula = _compiled(text, METRIC)
    assert formula.sql_problem() is None, text
    lists = {name: [row[name] for row in rows] for name in METRIC.names}
    value = formula.evaluate(lists, ENV)
    with engine.holding(rows):
        assert engine.ask_metric(formula) == (None if isinstance(value, ErrorValue) else value), text


@_MANY
@given(text=any_formula, rows=st.lists(records, min_size=1, max_size=4))
def test_sqlite_agrees_with_python(sqlite: Engine, text: str, rows: list[dict[str, Any]]) -> None:
    _same(sqlite, text, rows)


@pytest.mark.postgres
@pytest.mark.parametrize("text", ["IF(flag, LEFT(flag, 0))", "IF(flag, RIGHT(total))", "IF(flag, total & \"\")"])
def test_a_branch_left_out_has_the_kind_of_the_other(postgres: Engine, text: str) -> None:
    _same(postgres, text, [dict.fromkeys(RECORD.names) | {"lines": []}])


@pytest.mark.postgres
@_MANY
@given(text=any_formula, rows=st.lists(records, min_size=1, max_size=4))
def test_postgres_agrees_with_python(postgres: Engine, text: str, rows: list[dict[str, Any]]) -> None:
    _same(postgres, text, rows)


@_MANY
@given(text=metric_formula, rows=st.lists(records, max_size=5))
def test_metrics_on_sqlite_agree_with_python(sqlite: Engine, text: str, rows: list[dict[str, Any]]) -> None:
    _same_metric(sqlite, text, rows)


@pytest.mark.postgres
@_MANY
@given(text=metric_formula, rows=st.lists(records, max_size=5))
def test_metrics_on_postgres_agree_with_python(postgres: Engine, text: str, rows: list[dict[str, Any]]) -> None:
    _same_metric(postgres, text, rows)
