"""Give a batch its running numbers: the record's own number and its serial fields, once, when it is handed in."""

from collections.abc import Sequence
from datetime import date, datetime

from dougong.fields.serial import Serial
from dougong.records.change import Delete
from dougong.records.numbering import numbers, raise_counter, value_of
from dougong.records.prepared import Prepared
from dougong.records.visit import Visit
from dougong.tables import LiveForm


def assign_numbers(visit: Visit, live: LiveForm, prepared: Sequence[Prepared]) -> None:
    """Fill in the numbers that are due; a number a load brought along moves its counter past it."""
    due = [one for one in prepared if not isinstance(one.change, Delete) and one.after["status"] != "draft"]
    rule = live.form.spec.number
    if rule is not None:
        _keep_brought(visit, live, due)
        _assign(visit, live, due, "number", rule.pattern, rule.reset)
    for key, field in live.form.fields.items():
        if isinstance(field.spec, Serial):
            _assign(visit, live, due, key, field.spec.pattern, field.spec.reset)


def _assign(visit: Visit, live: LiveForm, due: list[Prepared], key: str, pattern: str, reset: str) -> None:
    without = [one for one in due if not one.after.get(key)]
    if without:
        days = [_day(visit, one) for one in without]
        for one, number in zip(without, numbers(visit.tx, live.ref, key, pattern, reset, days), strict=True):
            one.after[key] = number


def _day(visit: Visit, one: Prepared) -> date:
    """The day a number belongs to: when the record was handed in; of one loaded as history, when it was made."""
    moment: datetime = one.after["created_at"] if one.before == {} else visit.now
    return moment.astimezone(visit.organisation.zone).date()


def _keep_brought(visit: Visit, live: LiveForm, due: list[Prepared]) -> None:
    rule = live.form.spec.number
    assert rule is not None
    highest: dict[tuple[str, date], int] = {}
    for one in due:
        number = one.after.get("number")
        if not number or one.before:
            continue
        shown = value_of(rule.pattern, number)
        if shown is not None:
            day = _day(visit, one)
            period = day.strftime({"never": "", "year": "%Y", "month": "%Y%m", "day": "%Y%m%d"}[rule.reset])
            place = (period, day if rule.reset == "day" else day.replace(day=1))
            highest[place] = max(highest.get(place, 0), shown[1])
    for (_, day), value in sorted(highest.items()):
        raise_counter(visit.tx, live.ref, "number", rule.reset, day, value)
