"""The one door: every write of a record, one or a batch, from any place, runs this pipeline in one transaction.

coerce → compute → rules → schema → access → store → history → followers
"""

from collections.abc import Mapping, Sequence
from typing import Any

from dougong.errors import Conflict, Problem, Refused
from dougong.files import attach
from dougong.records import idempotency
from dougong.records.change import Change, Create, Delete, Judged, Update, Written
from dougong.records.coerce import prime
from dougong.records.desk import RecordDesk
from dougong.records.history import remember
from dougong.records.judging import by_form, under_present_keys
from dougong.records.load import load, lock
from dougong.records.newer import fill_newer, forget_newer
from dougong.records.numbers import assign_numbers
from dougong.records.plan import plan_of
from dougong.records.prepare import held_files, prepare
from dougong.records.prepared import Prepared
from dougong.records.search import forget_records, index_records
from dougong.records.shape import shape_problems
from dougong.records.store import insert_records, mark_deleted, retitle, update_record
from dougong.records.unique import unique_problems, unique_today
from dougong.records.visit import Visit
from dougong.tables import LiveForm


def write(visit: Visit, live: LiveForm, changes: Sequence[Change], desk: RecordDesk | None = None) -> list[Written]:
    """Judge and store a batch. Raises Refused with every problem (places start with ``[index].`` in a batch of more
    than one), Conflict for a stale version, Forbidden or NotFound by access. Nothing is stored unless all of it is."""
    prepared = judge_batch(visit, live, changes, desk)
    problems = [p for one in prepared for p in one.problems]
    if problems:
        raise Refused(problems)
    return store_batch(visit, live, prepared)


def submit(visit: Visit, live: LiveForm, change: Create, key: str, payload: Mapping[str, Any]) -> Written:
    """Create one record under an idempotency key: an equal repeat answers with the record it made the first time."""
    hash = idempotency.payload_hash(payload)
    made = idempotency.claim(visit, live.ref, key, hash) if key else None
    if made is not None:
        values = load(visit.tx, live, [made]).get(made)
        if values is None:
            raise Conflict("record.made_and_gone")
        return Written("created", made, None, values, repeated=True)
    written = write(visit, live, [change])[0]
    if key:
        idempotency.fulfil(visit, live.ref, key, written.id)
    return written


def judge_batch(
    visit: Visit, live: LiveForm, changes: Sequence[Change], desk: RecordDesk | None = None
) -> list[Prepared]:
    """The first half of ``write``: everything but storing. Problems stay with their change; nothing is raised for them."""
    if visit.tx.writes:
        visit.forms.hold(live)
    desk = desk or RecordDesk(visit)
    many = len(changes) > 1
    judged: dict[int, Prepared] = {}
    groups = by_form(visit, live, changes)
    if len(groups) > 1 and visit.tx.writes:
        lock(visit.tx, live, [change.id for change in changes if not isinstance(change, Create)])
    for form, indices, several in groups:
        places = [f"[{index}]" if many else "" for index in indices]
        judged.update(zip(indices, _judged(visit, form, several, places, desk), strict=True))
    found = [judged[index] for index in range(len(changes))]
    if any(one.live.now for one in found):
        unique_today(visit, live.published, found, desk)
    for one in found:
        if one.live is not live:  # the values came under the keys of the published form
            one.problems = [under_present_keys(one.live, problem) for problem in one.problems]
    return found


def _judged(
    visit: Visit, live: LiveForm, changes: Sequence[Change], places: Sequence[str], desk: RecordDesk
) -> list[Prepared]:
    prime(live.form, [c.values for c in changes if not isinstance(c, Delete)], desk)
    old = load(visit.tx, live, sorted(c.id for c in changes if not isinstance(c, Create)), lock=visit.tx.writes)
    visit.expect(live, old)
    try:
        prepared = [prepare(visit, live, each, old, desk, at) for each, at in zip(changes, places, strict=True)]
    finally:
        desk.judging = None
    unique_problems(visit, live, prepared)
    shape_problems(live, prepared, desk)
    return prepared


def store_batch(visit: Visit, live: LiveForm, prepared: Sequence[Prepared]) -> list[Written]:
    """The second half of ``write``: store what was judged without problems, remember it, run the followers."""
    stored: dict[int, Written] = {}
    forms = {id(one.live): one.live for one in prepared}
    for form in forms.values():
        some = [one for one in prepared if one.live is form]
        stored.update(zip(map(id, some), _stored(visit, form, some), strict=True))
    return [stored[id(one)] for one in prepared]


def _stored(visit: Visit, live: LiveForm, prepared: Sequence[Prepared]) -> list[Written]:
    assign_numbers(visit, live, prepared)
    fill_newer(visit, live, [one.after for one in prepared if not isinstance(one.change, Delete)])
    created = [p.after for p in prepared if isinstance(p.change, Create)]
    if created:
        insert_records(visit.tx, live, created, visit.env)
        index_records(visit.tx, live, created, fresh=True)
    for one in prepared:
        if isinstance(one.change, Update):
            update_record(visit.tx, live, one.before, one.after, visit.env)
            index_records(visit.tx, live.published, [_as_published(visit, live, one)], fresh=False)
        elif isinstance(one.change, Delete):
            mark_deleted(visit.tx, live, one.after, visit.now)
            forget_records(visit.tx, live, [int(one.after["id"])])
    forget_newer(live, [one.after for one in prepared])
    _claim_files(visit, live, prepared)
    written = [one.written() for one in prepared]
    remember(visit, live, written)
    for follower in visit.followers:
        follower(visit, live, written)
    return written


def _as_published(visit: Visit, live: LiveForm, one: Prepared) -> Mapping[str, Any]:
    """A stored record with the fields of the published form, by which it is called and searched for."""
    if live.now is None:
        return one.after
    visit.memo.clear()  # what was read of it for rights is out of date
    number = int(one.after["id"])
    values = load(visit.tx, live.now, [number])[number]
    retitle(visit.tx, live.now, values, visit.env)
    return values


def _claim_files(visit: Visit, live: LiveForm, prepared: Sequence[Prepared]) -> None:
    """Tie uploads to the records that now hold them; refuses one that another record claimed meanwhile."""
    if not plan_of(live.form).files:
        return
    for one in prepared:
        if not isinstance(one.change, Delete):
            for path, ids in held_files(live, one.after).items():
                if taken := attach(visit.tx, ids, live.ref, int(one.after["id"]), live.newer.get(path, path)):
                    place = f"{one.place}.{path}" if one.place else path
                    raise one_problem("field.no_such_file", place, title=live.form.field(path).spec.title, given=taken[0])


def preview(visit: Visit, live: LiveForm, change: Change) -> Judged:
    """The verdict on one change without storing it: what a page shows while it is filled in, what a test expects."""
    one = judge_batch(visit, live, [change])[0]
    return Judged(one.after, tuple(one.problems), tuple(one.notices))


def one_problem(code: str, at: str = "", **params: Any) -> Refused:
    """A refusal with a single problem."""
    return Refused([Problem(code, at, params)])
