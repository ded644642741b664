"""Give a batch its running numbers: the record's own number and its serial fields, once, when it is handed in."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column

from dougong.fields.serial import Serial
from dougong.records.change import Delete
from dougong.records.numbering import numbers, period_of, raise_counter, value_of
from dougong.records.prepared import Prepared, Values
from dougong.records.visit import Visit
from dougong.spec.model import Number
from dougong.tables import LiveForm


def assign_numbers(visit: Visit, live: LiveForm, prepared: Sequence[Prepared]) -> None:
    """Fill in the numbers that are due; a number a load brought along moves its counter past it."""
    due = [one for one in prepared if not isinstance(one.change, Delete) and one.after["status"] != "draft"]
    rule = live.form.spec.number
    if rule is not None:
        _keep_brought(visit, live, due)
        _assign(visit, live, [(one, one.after) for one in due], "number", rule)
    for key, field in live.form.fields.items():
        if isinstance(field.spec, Serial):
            _assign(visit, live, [(one, one.after) for one in due], key, field.spec)
    for table, columns in live.form.rows.items():
        for column in columns.values():
            if isinstance(column.spec, Serial):
                rows = [(one, row) for one in due for row in one.after.get(table) or ()]
                _assign(visit, live, rows, column.path, column.spec)


def _assign(
    visit: Visit, live: LiveForm, due: list[tuple[Prepared, Values]], path: str, rule: Serial | Number
) -> None:
    """Number the records, or rows, that have none yet."""
    key = path.rpartition(".")[2]
    without = [(one, values) for one, values in due if not values.get(key)]
    if without:
        days = [_day(visit, one) for one, _ in without]
        column = _number_column(live, path)
        given = numbers(visit.tx, live.ref, live.newer.get(path, path), rule.pattern, rule.reset, days, column)
        for (_, values), number in zip(without, given, strict=True):
            values[key] = number


def _number_column(live: LiveForm, path: str) -> Column[Any] | None:
    """Where numbers given earlier stand."""
    table, _, key = path.rpartition(".")
    physical = live.physical.rows[table] if table else live.physical.main
    return physical.table.c.number if path == "number" else physical.column(key)


def _day(visit: Visit, one: Prepared) -> date:
    """The day a number belongs to: when the record was handed in; of one loaded as history, when it was made."""
    moment: datetime = one.after["created_at"] if one.before == {} else visit.now
    return moment.astimezone(visit.organisation.zone).date()


def _keep_brought(visit: Visit, live: LiveForm, due: list[Prepared]) -> None:
    rule = live.form.spec.number
    assert rule is not None
    highest: dict[str, tuple[int, date]] = {}
    for one in due:
        number = one.after.get("number")
        shown = value_of(rule.pattern, number) if number and not one.before else None
        if shown is not None:
            day = _day(visit, one)
            period = period_of(rule.reset, day)
            highest[period] = max(highest.get(period, (0, day)), (shown, day))
    for _, (value, day) in sorted(highest.items()):
        raise_counter(visit.tx, live.ref, "number", rule.reset, day, value)
