"""One change → what would be stored, with its problems: access first, then values, then rules."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dougong.db import new_id
from dougong.errors import Conflict, Forbidden, NotFound, Problem
from dougong.records.change import Change, Create, Delete, Notice, Update
from dougong.records.coerce import Coerced, coerce
from dougong.records.desk import RecordDesk
from dougong.records.evaluate import Evaluated, evaluate
from dougong.records.history import history_values
from dougong.records.judge import changed_keys, judge
from dougong.records.plan import plan_of
from dougong.records.prepared import Prepared
from dougong.records.references import referring
from dougong.records.visit import Visit
from dougong.spec.model import SYSTEM_FIELDS
from dougong.tables import LiveForm

Values = dict[str, Any]
UNFINISHED = ("draft", "returned")
"""Statuses in which a record waits for its author, who may keep it without its rules being judged, and hand it in."""


def prepare(
    visit: Visit, live: LiveForm, change: Change, old: Mapping[int, Values], desk: RecordDesk, place: str
) -> Prepared:
    """Judge one change. Raises Forbidden, NotFound or Conflict; problems with values are collected."""
    one = Prepared(change, place, live)
    if isinstance(change, Create):
        _create(visit, live, change, one, desk)
        return one
    one.before = _seen(visit, live, change, old)
    if isinstance(change, Delete):
        _delete(visit, live, one)
    else:
        _update(visit, live, change, one, desk)
    return one


def _seen(visit: Visit, live: LiveForm, change: Update | Delete, old: Mapping[int, Values]) -> Values:
    """The record, if this person may see it and saw it as it is."""
    before = old.get(change.id)
    view = visit.view(live)
    if before is None or not view.may("read", before):
        raise NotFound("record.not_found")
    if not view.may("delete" if isinstance(change, Delete) else "edit", before):
        action = "delete" if isinstance(change, Delete) else "edit"
        raise Forbidden(f"access.may_not_{action}", title=live.form.spec.title)
    if before["version"] != change.version:
        raise Conflict("record.stale", version=before["version"], seen=change.version, by=before["updated_by"])
    return before


def _create(visit: Visit, live: LiveForm, change: Create, one: Prepared, desk: RecordDesk) -> None:
    view = visit.view(live)
    if not view.may("create"):
        raise Forbidden("access.may_not_create", title=live.form.spec.title)
    desk.judging = (live.ref, 0)
    coerced = coerce(live.form, change.values, desk, view.creatable())
    _forget_row_ids(live, coerced)
    settled = change.history or not change.start_flow
    system = new_system(visit, live, "draft" if change.draft else "approved" if settled else "")
    if change.history:
        system |= history_values(visit, live, change.history, one, desk)
    # What a load brings along from elsewhere happened: it is computed as of then, and not asked to keep today's rules.
    env = replace(visit.env, now=system["created_at"]) if change.history else visit.env
    evaluated = evaluate(live.form, system | coerced.values, env, new=True)
    _finish(visit, live, one, coerced, evaluated, desk, judge_all=True, judge_none=change.draft or bool(change.history))
    if not one.problems and not view.may("create", one.after):
        raise Forbidden("access.may_not_create_this", title=live.form.spec.title)


def new_system(visit: Visit, live: LiveForm, status: str = "") -> Values:
    """The system fields of a new record, of a status or the one a record that was handed in begins with."""
    return {
        "id": str(new_id()), "number": None, "status": status or first_status(live), "version": 1,
        "revision": live.revision, "created_by": visit.actor.id, "created_at": visit.now, "updated_by": visit.actor.id,
        "updated_at": visit.now, "department": visit.actor.department,
    }  # fmt: skip


def first_status(live: LiveForm) -> str:
    """The status of a record that was just handed in: a form without a flow has nothing to wait for."""
    return "running" if live.form.spec.flow else "approved"


def _update(visit: Visit, live: LiveForm, change: Update, one: Prepared, desk: RecordDesk) -> None:
    before = one.before
    unfinished = before["status"] in UNFINISHED
    if change.submit and not unfinished:
        raise Conflict("record.handed_in")
    desk.judging = (live.ref, change.id)
    coerced = coerce(live.form, change.values, desk, visit.view(live).editable(before))
    merge_rows(live, before, coerced)
    system = {key: before[key] for key in SYSTEM_FIELDS} | {
        "version": before["version"] + 1, "revision": live.revision, "updated_by": visit.actor.id, "updated_at": visit.now,
    }  # fmt: skip
    if change.submit and before["status"] == "draft":
        system["status"] = first_status(live)
    evaluated = evaluate(live.form, system | coerced.values, visit.env, old=before, new=False)
    _finish(visit, live, one, coerced, evaluated, desk, judge_all=change.submit, judge_none=change.draft and unfinished)


def _delete(visit: Visit, live: LiveForm, one: Prepared) -> None:
    one.after = dict(one.before) | {"version": one.before["version"] + 1}
    if found := referring(visit, live, int(one.before["id"])):
        title, count = found
        one.add(Problem("record.referenced", "", {"form": title, "count": count}))


def _finish(
    visit: Visit, live: LiveForm, one: Prepared, coerced: Coerced, evaluated: Evaluated, desk: RecordDesk,
    judge_all: bool, judge_none: bool = False,
) -> None:  # fmt: skip
    one.evaluated = evaluated
    one.after = evaluated.values
    if coerced.problems:
        one.add(*coerced.problems)
    one.notices += coerced.notices
    if evaluated.dropped or evaluated.kept:
        one.notices += [_dropped(live, "record.dropped_hidden", place) for place in evaluated.dropped]
        one.notices += [_dropped(live, "record.kept_readonly", place) for place in evaluated.kept]
    if judge_none:
        return
    reached = None if judge_all else changed_keys(live.form, one.before, one.after)
    if found := judge(live.form, evaluated, coerced.bad, visit.env, desk, reached):
        one.add(*found)


def _dropped(live: LiveForm, code: str, place: str) -> Notice:
    table, _, column = place.rpartition("].")
    path = f"{table.partition('[')[0]}.{column}" if table else place
    return Notice(code, place, {"title": live.form.field(path).spec.title})


def merge_rows(live: LiveForm, before: Mapping[str, Any], coerced: Coerced) -> None:
    """A known row keeps the columns that were not given; a row id from elsewhere, or one given twice, is refused."""
    for key in live.form.rows:
        known = {row["id"]: row for row in before.get(key) or ()}
        for index, row in enumerate(coerced.values.get(key) or ()):
            if row.get("id") is None:
                continue
            if row["id"] in known:
                coerced.values[key][index] = known.pop(row["id"]) | row
            else:
                coerced.problems.append(Problem("record.no_such_row", f"{key}[{index}].id", {}))


def _forget_row_ids(live: LiveForm, coerced: Coerced) -> None:
    """Rows of a new record are new, also those copied from a record that has them already."""
    for key in live.form.rows:
        for row in coerced.values.get(key) or ():
            row.pop("id", None)


def held_files(live: LiveForm, values: Mapping[str, Any]) -> dict[str, list[str]]:
    """The ids of the files a record holds, by the path of their field."""
    held: dict[str, list[str]] = {}
    for field in plan_of(live.form).files:
        for row in values.get(field.table) or () if field.table else (values,):
            if ids := row.get(field.key):
                held.setdefault(field.path, []).extend(ids)
    return held
