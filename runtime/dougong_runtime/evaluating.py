"""The rules while a form is filled in: what was typed goes up, only the slots that look different come back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from flask import Blueprint, Response, request

from dougong import words
from dougong.errors import NotFound
from dougong.forms import RawRecord, Slot, TableSlots, apply_row_operation, bind, posted_digests
from dougong.forms.page import FormPage, SectionSlots
from dougong.forms.parts import AnySlot
from dougong.pages import reading
from dougong.records import Visit, read
from dougong.records.load import load
from dougong.tables import LiveForm
from dougong.web import choices, guards, htmx
from dougong_runtime import untouched
from dougong_runtime.filling import Filling, drawn_addresses, new_filling, stored_filling
from dougong_runtime.form_page import named_uploads
from dougong_runtime.posted import refuse_endless
from dougong_runtime.renewal import drawn_by
from dougong_runtime.start import form_of, held_form, record_id


@dataclass(frozen=True, slots=True)
class LiveAnswer:
    """What an evaluation changes: slots to put in place, marks of defaults (None: as they were), a sentence to say, and
    after a row button the sub-table drawn anew."""

    slots: tuple[AnySlot, ...]
    defaults: tuple[tuple[str, str], ...] | None
    said: str
    table: TableSlots | None = None
    renewed: str = ""
    """The revision there is now, where the page is to be told that its form is an older one."""


@guards.signed_in
def evaluate_form(app: str, form: str) -> Response:
    """Reads only: nothing is stored, so no write lock is taken."""
    refuse_endless()
    answer = reading(lambda visit: _evaluate(visit, app, form))
    return htmx.answer("runtime/form_live.html", answer, block="answer")


def _evaluate(visit: Visit, app: str, form: str) -> LiveAnswer:
    filling, renewed = _filling(visit, app, form)
    answer = live_answer(filling, bind(filling.live.form, request.form))
    return replace(answer, renewed=renewed) if renewed else answer


def live_answer(filling: Filling, raw: RawRecord) -> LiveAnswer:
    """What the page that posted ``raw`` has to change."""
    seen, marks = posted_digests(request.form), untouched.posted_marks(request.form)
    operation = request.form.get("_row", "")
    raw = apply_row_operation(raw, operation) if operation else raw
    changed = untouched.touched(raw, marks)
    page = named_uploads(
        filling.page(untouched.without_untouched(raw, marks), live_check="_judged" in request.form)
    )  # fmt: skip
    fresh = untouched.marks(page, marks, changed)
    drawn = {name: mark for name, mark in fresh.items() if name in seen}
    table = _table(page, operation)
    inside = _whole(table) if table else set()
    slots: list[AnySlot] = [slot for slot in page.changed(seen) if slot.name not in inside]
    slots += [slot for slot in page.slots() if _followed(slot, marks, drawn) and slot.name not in inside and slot not in slots]
    return LiveAnswer(
        slots=tuple(slots),
        defaults=None if fresh == marks else tuple(fresh.items()),
        said=_said(seen, slots, operation),
        table=table,
    )


def _filling(visit: Visit, app: str, form: str) -> tuple[Filling, str]:
    """The form as its page filled it: a new record, or ``?record=`` as far as the person may read and change it. A page
    that an older form drew goes on by that form's rules until it is posted; then also the revision there is now, when
    the page has not been told."""
    asked = request.args.get("record")
    live = held_form(visit, app, form, asked) if asked else form_of(visit, app, form)
    filling = _stored(visit, live, record_id(asked)) if asked else new_filling(visit, live)
    old = drawn_by(filling)
    if old is None:
        return filling, ""
    told = request.form.get("_renewed") == str(live.revision)
    return _as_drawn(filling, old), "" if told else str(live.revision)


def _stored(visit: Visit, live: LiveForm, id: int) -> Filling:
    record = read(visit, live, id)
    if not record.editable:
        raise NotFound("record.not_found")
    return stored_filling(visit, live, record.id, record.readable, record.editable)


def _as_drawn(filling: Filling, old: LiveForm) -> Filling:
    """Filling in the older form with the rights of now. What it had and the form of now has not is the person's own."""
    if filling.before is None:
        keys = frozenset(key for key in old.form.fields if old.newer.get(key, "") in {"", *filling.keys})
        return replace(filling, live=old, keys=keys, edit=keys, addresses=drawn_addresses(old))
    known = {key: now for key, now in old.newer.items() if "." not in key}
    before = load(filling.visit.tx, old, [int(filling.before["id"])])[int(filling.before["id"])]
    seen, edit = ({key for key, now in known.items() if now in each} for each in (filling.keys, filling.edit))
    settable = frozenset(key for key in edit if old.form.fields[key].settable)
    return replace(filling, live=old, keys=frozenset(seen), edit=settable, before=before, addresses=drawn_addresses(old))


def _table(page: FormPage, operation: str) -> TableSlots | None:
    name = operation.split(":")[1] if operation.count(":") else ""
    return next((table for table in _tables(page.sections) if table.name == name and table.editable), None)


def _tables(parts: Iterable[Any]) -> Iterator[TableSlots]:
    for part in parts:
        if isinstance(part, SectionSlots):
            yield from _tables(part.parts)
        elif isinstance(part, TableSlots):
            yield part


def _whole(table: TableSlots) -> set[str]:
    """The names of every slot that comes with the sub-table."""
    foot = {table.foot.name} if table.foot else set()
    cells = {cell.name for row in table.rows for cell in row.cells}
    return {table.head.name, *foot, *cells, *(row.head.name for row in table.rows)}


def _followed(slot: AnySlot, before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    """Whether a default that nobody touched has become another."""
    return slot.name in after and slot.name in before and before[slot.name] != after[slot.name]


def _said(seen: Mapping[str, str], slots: Sequence[AnySlot], operation: str) -> str:
    """What a person who does not see the page change is told."""
    language = choices.language()
    verb = operation.partition(":")[0]
    if verb in ("add", "copy", "remove"):
        return words.say(f"runtime.row_{verb}", language)
    came = [slot for slot in slots if isinstance(slot, Slot) and not slot.in_row and _toggled(slot, seen)]
    shown, hidden = sum(slot.shown for slot in came), sum(not slot.shown for slot in came)
    parts = [
        words.say(f"runtime.fields_{what}", language, n=count)
        for what, count in (("shown", shown), ("hidden", hidden))
        if count
    ]
    return words.say("runtime.both", language, first=parts[0], second=parts[1]) if len(parts) > 1 else "".join(parts)


def _toggled(slot: Slot, seen: Mapping[str, str]) -> bool:
    """Whether the page has it shown where it is now hidden, or the other way round."""
    was: list[dict[str, Any]] = [
        {"shown": not slot.shown, "required": required, "readonly": readonly}
        for required, readonly in product((True, False), repeat=2)
    ]
    return seen.get(slot.name) in {replace(slot, **change).digest for change in was}


def routes(blueprint: Blueprint) -> None:
    """``/a/<app>/<form>/eval``."""
    blueprint.add_url_rule("/a/<app>/<form>/eval", "evaluate_form", evaluate_form, methods=["POST"])
