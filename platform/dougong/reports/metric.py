"""One metric over all rows the reader may see: a single number in a single statement."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import and_, select

from dougong.records import Visit
from dougong.spec.compiled import CompiledMetric
from dougong.tables import LiveForm


def metric_value(visit: Visit, live: LiveForm, metric: CompiledMetric) -> Any:
    """The metric's value in the reader's rights, rounded HALF_UP to its decimals where it states them."""
    view = visit.view(live)
    dialect = visit.tx.dialect
    conditions = [view.rows("read")]
    if metric.rows is not None:
        conditions.append(metric.rows.sql(view.columns, visit.env, dialect))
    statement = select(metric.value.sql(view.columns, visit.env, dialect)).select_from(live.physical.main.table)
    stored = visit.tx.conn.execute(statement.where(and_(*conditions))).scalar_one()
    return rounded(metric.value.from_sql(stored, dialect), metric.spec.decimals)


def rounded(value: Any, decimals: int | None) -> Any:
    """A number to its decimals; anything else as it is."""
    if decimals is None or not isinstance(value, Decimal):
        return value
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
