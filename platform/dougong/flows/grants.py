"""What tasks let people read and change: a grant source for visits, beside the grants a spec states."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, select

from dougong.access import RowGrant
from dougong.errors import NotFound
from dougong.flows.tables import flow_instance, flow_task
from dougong.flows.tasks import Rights
from dougong.flows.tree import SUBMITTER, Tree
from dougong.records import Visit
from dougong.records.load import chunks
from dougong.spec.model import Deciding
from dougong.tables import LiveForm

_HELD = ("open", "approved", "rejected", "handled", "returned", "resubmitted", "skipped")
"""Who was once asked keeps reading what it was about."""


def task_grants(visit: Visit, live: LiveForm) -> Iterator[RowGrant]:
    """One grant to read per set of hidden fields, one to edit per step that lets fields be edited.

    Steps are those of the form's flow; a task of a step that this one lacks reads what it read where it was opened.
    """
    if visit.actor.id == 0:
        return
    flow = live.form.spec.flow
    steps = Tree.of(flow).steps if flow else {}
    others = _elsewhere(visit, live, (*steps, SUBMITTER)) if live.published.revision > 1 else {}
    for step, seen in others.items():
        yield _grant(visit, live, f"task_{step}", {"read"}, _HELD, step=step, read=seen)
    if flow is None:
        return
    stated = {key: step.fields for key, step in steps.items() if isinstance(step, Deciding) and step.fields}
    yield _grant(visit, live, "task", {"read"}, _HELD, without=(*stated, *others))
    for step, fields in stated.items():
        rights = Rights(fields, "read")
        seen = frozenset(key for key in live.form.fields if rights.of(key) != "hidden")
        yield _grant(visit, live, f"task_{step}", {"read"}, _HELD, step=step, read=seen)
        edit = frozenset(key for key in live.form.fields if rights.of(key) in ("edit", "required"))
        if edit:
            yield _grant(visit, live, f"work_{step}", {"edit"}, ("open",), step=step, edit=edit)
    yield _grant(visit, live, "returned", {"read", "edit"}, ("open",), step=SUBMITTER, edit=_creatable(live))


def _elsewhere(visit: Visit, live: LiveForm, known: Sequence[str]) -> dict[str, frozenset[str]]:
    """Steps of other revisions at which this person has or had tasks → the fields of ``live`` that all of those let be
    read."""
    t, i = flow_task.c, flow_instance.c
    query = select(t.step, i.revision).join_from(flow_task, flow_instance, t.instance_id == i.id).distinct()
    found: dict[str, frozenset[str]] = {}
    for row in visit.tx.conn.execute(
        query.where(t.form == live.ref, t.person_id == visit.actor.id, t.step.not_in(known))
    ):
        try:
            seen = _seen_at(visit.forms.form_at(live.ref, row.revision), row.step, live)
        except NotFound:
            seen = frozenset()
        found[row.step] = found.get(row.step, seen) & seen
    return found


def _seen_at(then: LiveForm, step: str, live: LiveForm) -> frozenset[str]:
    """The fields of ``live`` that a step of the form ``then`` lets be read; of what only one of them has, nothing is
    known, so that it is not."""
    flow = then.form.spec.flow
    found = Tree.of(flow).steps.get(step) if flow else None
    rights = Rights(found.fields if isinstance(found, Deciding) else {}, "read")
    hidden = {key for key in then.form.fields if rights.of(key) == "hidden"}
    if not hidden:
        return frozenset(live.form.fields)
    seen = {_today(then, key) for key in then.form.fields.keys() - hidden}
    return frozenset(key for key in live.form.fields if _today(live, key) in seen)


def _today(live: LiveForm, key: str) -> str:
    """A field as the published form calls it; one that it has no more is told apart by the mark."""
    return key if live.now is None else live.newer.get(key, f"~{key}")


def _creatable(live: LiveForm) -> frozenset[str] | None:
    """What a submitter may mend after a return: the fields some grant lets a new record have."""
    creating = [grant for grant in live.form.grants if "create" in grant.spec.can]
    if any(grant.edit is None for grant in creating):
        return None
    return frozenset(key for grant in creating for key in grant.edit or ())


def _grant(
    visit: Visit, live: LiveForm, key: str, can: Iterable[str], states: tuple[str, ...], step: str = "",
    without: tuple[str, ...] = (), read: frozenset[str] | None = None, edit: frozenset[str] | None = None,
) -> RowGrant:  # fmt: skip
    c = flow_task.c
    held = [c.form == live.ref, c.person_id == visit.actor.id, c.state.in_(states)]
    if step:
        held.append(c.step == step)
    if without:
        held.append(c.step.not_in(without))
    record = live.physical.main.table.c.id
    sql = exists(select(c.task).where(c.record_id == record, *held))

    def test(values: Mapping[str, Any]) -> bool:
        return _holds(visit, live, values, states, step, without)

    return RowGrant(key, frozenset(can), sql, test, read, edit)


def _holds(
    visit: Visit,
    live: LiveForm,
    values: Mapping[str, Any],
    states: tuple[str, ...],
    step: str,
    without: tuple[str, ...],
) -> bool:
    """The same for one record: its tasks of this person, asked once per visit and forgotten when tasks change."""
    return any(
        state in states and (not step or found == step) and found not in without
        for found, state in _tasks(visit, live, values.get("id"))
    )


def _tasks(visit: Visit, live: LiveForm, id: Any) -> list[tuple[str, str]]:
    if not id:
        return []
    known: dict[int, list[tuple[str, str]]] = visit.memo.setdefault(("flows.tasks", live.ref, visit.actor.id), {})
    if int(id) not in known:
        _learn(visit, live, {int(id)} | (visit.expected.get(live.ref, set()) - known.keys()), known)
    return known[int(id)]


def _learn(visit: Visit, live: LiveForm, ids: set[int], known: dict[int, list[tuple[str, str]]]) -> None:
    """Ask for the tasks this person has on all of these records."""
    known.update((id, []) for id in ids)
    c = flow_task.c
    for some in chunks(sorted(ids)):
        where: ColumnElement[bool] = and_(c.form == live.ref, c.record_id.in_(some), c.person_id == visit.actor.id)
        for row in visit.tx.conn.execute(select(c.record_id, c.step, c.state).where(where)):
            known[row.record_id].append((row.step, row.state))
