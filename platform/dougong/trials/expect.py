"""What a test expects, against what the one door says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from dougong.apps import Registry
from dougong.errors import DougongError, Refused
from dougong.flows import Context, route
from dougong.people.approvers import Approvers
from dougong.records import Create, RecordDesk, Visit, judge_batch
from dougong.records.listing import Query, ids
from dougong.records.order import SortKey
from dougong.records.prepare import first_status
from dougong.records.prepared import Prepared
from dougong.records.shape import json_values
from dougong.reports.metric import metric_value
from dougong.spec.model import App, Test
from dougong.tables import LiveForm
from dougong.trials.setting import Cast, named, stand_ins

MOST_LISTED = 500


@dataclass(frozen=True, slots=True)
class Difference:
    """``what`` was to be ``wanted`` and is ``got``."""

    what: str
    wanted: Any
    got: Any


def compare(visit: Visit, spec: App, test: Test, cast: Cast) -> list[Difference]:
    """Everything in which the outcome of a test differs from its expectation."""
    live = visit.forms.form(f"{spec.app.key}.{test.form}")
    one = _judged(visit, live, test, cast)
    expect = test.expect
    found = [*_flags(live, one, test)]
    if expect.errors is not None:
        got = sorted({problem.at for problem in one.problems})
        found += _differing("errors", sorted(expect.errors), got)
    found += _values(visit, live, one, expect.values)
    found += _rights(visit, live, one, expect.can)
    if expect.route is not None:
        found += _differing("route", list(expect.route), _route(visit, live, one))
    if expect.status:
        found += _differing("status", expect.status, "" if one.problems else first_status(live))
    found += _lists(visit, spec, cast, expect.lists)
    return found + list(_metrics(visit, spec, expect.metrics))


def _judged(visit: Visit, live: LiveForm, test: Test, cast: Cast) -> Prepared:
    """The verdict on the test's values; for a person who may not create, as if they might: rights are asked apart."""
    values = stand_ins(visit.tx, live.form.spec, named(live, test.values, cast), visit.actor.id)
    if not visit.view(live).may("create"):
        return Prepared(Create(values), "")
    return judge_batch(visit, live, [Create(values)], RecordDesk(visit))[0]


def _flags(live: LiveForm, one: Prepared, test: Test) -> Iterator[Difference]:
    evaluated = one.evaluated
    if evaluated is None:
        return
    for place in test.expect.shown:
        yield from _differing(f"shown {place}", True, place not in evaluated.hidden)
    for place in test.expect.hidden:
        yield from _differing(f"hidden {place}", True, place in evaluated.hidden)
    for place in test.expect.required:
        yield from _differing(f"required {place}", True, place in evaluated.required)
    for place in test.expect.readonly:
        yield from _differing(f"readonly {place}", True, place in evaluated.readonly)


def _values(visit: Visit, live: LiveForm, one: Prepared, wanted: Mapping[str, Any]) -> Iterator[Difference]:
    if not wanted:
        return
    desk = RecordDesk(visit)
    got = json_values(live.form, one.after, desk) if one.after else {}
    for place, value in wanted.items():
        yield from _differing(f"values {place}", value, _at(got, place))


def _at(values: Mapping[str, Any], place: str) -> Any:
    """``lines[0].subtotal`` of JSON values."""
    table, _, rest = place.partition("[")
    if not rest:
        return values.get(place)
    index, _, column = rest.partition("].")
    rows = values.get(table) or []
    return rows[int(index)].get(column) if int(index) < len(rows) else None


def _rights(visit: Visit, live: LiveForm, one: Prepared, wanted: Mapping[str, bool]) -> Iterator[Difference]:
    view = visit.view(live)
    for action, may in wanted.items():
        values = one.after if action == "create" and one.after and not one.problems else None
        yield from _differing(f"can {action}", may, view.may(action, values))


def _route(visit: Visit, live: LiveForm, one: Prepared) -> Any:
    flow = live.form.spec.flow
    if flow is None:
        return []
    form = live.form

    def when(branch: str) -> bool:
        return form.branches[branch].evaluate(one.after, visit.env) is True

    context = Context(values=one.after, now=visit.now, people=Approvers(visit.tx, form.app), when=when)
    try:
        return list(route(flow, context, visit.actor.id))
    except Refused as refused:
        return str(refused)


def _lists(visit: Visit, spec: App, cast: Cast, wanted: Mapping[str, Any]) -> Iterator[Difference]:
    app = Registry(visit.tx).app(spec.app.key)
    for key, keys in wanted.items():
        view = app.compiled.lists[key]
        sort = tuple(SortKey.parse(each) for each in view.spec.sort) or (SortKey("created_at", True),)
        query = Query(visit.forms.form(view.form.ref), (), view=view, sort=sort)
        try:
            got: Any = [cast.key_of(id) for id in ids(visit, query, MOST_LISTED)]
        except DougongError as error:
            got = error.code
        yield from _differing(f"list {key}", list(keys), got)


def _metrics(visit: Visit, spec: App, wanted: Mapping[str, Any]) -> Iterator[Difference]:
    app = Registry(visit.tx).app(spec.app.key)
    for key, value in wanted.items():
        metric = app.compiled.metrics[key]
        try:
            got: Any = metric_value(visit, visit.forms.form(metric.form.ref), metric)
        except DougongError as error:
            got = error.code
        yield from _differing(f"metric {key}", value, got)


def _differing(what: str, wanted: Any, got: Any) -> list[Difference]:
    return [] if _same(wanted, got) else [Difference(what, wanted, got)]


def _same(wanted: Any, got: Any) -> bool:
    """Equal, or the same number however it is written."""
    if wanted == got:
        return True
    if isinstance(wanted, bool) or isinstance(got, bool) or wanted is None or got is None:
        return False
    try:
        return Decimal(str(wanted)) == Decimal(str(got))
    except InvalidOperation:
        return False
