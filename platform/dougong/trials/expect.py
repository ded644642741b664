"""What a test expects, against what the one door says."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from dougong.access import everything
from dougong.apps import Registry
from dougong.errors import DougongError, Refused
from dougong.flows import Context, route
from dougong.formulas import Kind
from dougong.people.approvers import Approvers
from dougong.records import Create, RecordDesk, Visit, judge_batch
from dougong.records.history import plain
from dougong.records.listing import Query, ids
from dougong.records.order import SortKey
from dougong.records.prepare import first_status
from dougong.records.prepared import Prepared
from dougong.records.shape import json_values
from dougong.reports.metric import metric_value
from dougong.spec.model import SYSTEM_FIELDS, App, Test
from dougong.tables import LiveForm
from dougong.trials.setting import Cast, named, stand_ins

MOST_LISTED = 500
_INDEX = re.compile(r"\[[0-9]+\]")
_ROW = re.compile(r"(?P<table>[^\[]+)\[(?P<index>[0-9]{1,6})\](\.(?P<column>.+))?")


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
    found = [*_flags(one, test)]
    if expect.errors is not None:
        got = sorted({problem.at for problem in one.problems})
        found += _differing("errors", sorted(expect.errors), got)
    found += _values(visit, live, one, expect.values, cast)
    found += _rights(visit, live, one, expect.can)
    if expect.route is not None:
        found += _differing("route", list(expect.route), _route(visit, live, one))
    if expect.status:
        found += _differing("status", expect.status, "" if one.problems else first_status(live))
    found += _lists(visit, spec, cast, expect.lists)
    return found + list(_metrics(visit, spec, expect.metrics))


def _judged(visit: Visit, live: LiveForm, test: Test, cast: Cast) -> Prepared:
    """The verdict on the test's values; for a person who may not create, as if they might: rights are asked apart."""
    if not visit.view(live).may("create"):
        visit = replace(visit, grant_sources=(*visit.grant_sources, lambda _, form: [everything(form)]), _views={})
    values = stand_ins(visit.tx, live.form.spec, named(live, test.values, cast), visit.actor.id)
    return judge_batch(visit, live, [Create(values)], RecordDesk(visit))[0]


def _flags(one: Prepared, test: Test) -> Iterator[Difference]:
    evaluated, expect = one.evaluated, test.expect
    assert evaluated is not None  # every creation is evaluated
    for name, places, wanted, found in (
        ("shown", expect.shown, False, evaluated.hidden),
        ("hidden", expect.hidden, True, evaluated.hidden),
        ("required", expect.required, True, evaluated.required),
        ("readonly", expect.readonly, True, evaluated.readonly),
    ):
        bare = {_INDEX.sub("", place) for place in found}
        for place in places:
            is_so = place in found or ("[" not in place and place in bare)
            if is_so is not wanted:
                yield Difference(f"{name} {place}", True, False)


def _values(visit: Visit, live: LiveForm, one: Prepared, wanted: Mapping[str, Any], cast: Cast) -> Iterator[Difference]:
    if not wanted:
        return
    got = json_values(live.form, one.after, RecordDesk(visit)) | _system(one.after, cast)
    for place, value in wanted.items():
        yield from _differing(f"values {place}", value, _at(got, place), _is_number(live, place))


def _system(after: Mapping[str, Any], cast: Cast) -> dict[str, Any]:
    """The system fields as a test names them: people by login."""
    logins = {id: login for login, id in cast.people.items()}
    return {
        key: logins.get(after[key]) if key.endswith("_by") else plain(after[key])
        for key in SYSTEM_FIELDS
        if after.get(key) is not None
    }


def _is_number(live: LiveForm, place: str) -> bool:
    path = _INDEX.sub("", place)
    return path not in SYSTEM_FIELDS and live.form.field(path).spec.type().kind is Kind.NUMBER


def _at(values: Mapping[str, Any], place: str) -> Any:
    """``lines[0].subtotal`` of JSON values, ``lines[0]`` or ``total``."""
    match = _ROW.fullmatch(place)
    if match is None:
        return values.get(place)
    rows, index = values.get(match["table"]) or [], int(match["index"])
    row = rows[index] if index < len(rows) else {}
    return row.get(match["column"]) if match["column"] else row or None


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
        yield from _differing(f"metric {key}", value, got, number=True)


def _differing(what: str, wanted: Any, got: Any, number: bool = False) -> list[Difference]:
    return [] if wanted == got or (number and _same_number(wanted, got)) else [Difference(what, wanted, got)]


def _same_number(wanted: Any, got: Any) -> bool:
    """The same number, however it is written."""
    if isinstance(wanted, bool) or wanted is None or got is None:
        return False
    try:
        return Decimal(str(wanted)) == Decimal(str(got))
    except InvalidOperation:
        return False
