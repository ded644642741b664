"""A form being filled in: what was typed, run through the rules, as a page to draw; for a new record or a stored one."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from flask import url_for

from dougong.errors import Forbidden, Problem
from dougong.forms import (
    Addresses,
    FormPage,
    FormState,
    Mode,
    RawRecord,
    Rights,
    blank_rows,
    shown_places,
    slots,
)
from dougong.pages import address, reader_of
from dougong.records import RecordDesk, Visit, learn
from dougong.records.coerce import Coerced, coerce, prime
from dougong.records.evaluate import Evaluated, evaluate
from dougong.records.judge import changed_keys, judge
from dougong.records.load import load
from dougong.records.prepare import held_files, merge_rows, new_system
from dougong.spec.model import SYSTEM_FIELDS
from dougong.tables import LiveForm

Values = Mapping[str, Any]


@dataclass
class Filling:
    """A form, who fills it, and the stored record it is about (``before``, with the app's rights; None for a new one).

    ``keys`` are the fields the page draws, ``edit`` those it draws as inputs.
    """

    visit: Visit
    live: LiveForm
    desk: RecordDesk
    keys: AbstractSet[str]
    edit: AbstractSet[str]
    before: Values | None = None
    judge_all: bool = True
    """Whether what is wrong anywhere counts (a submission), or only what the change reaches."""
    addresses: Addresses = field(default_factory=Addresses)

    def evaluated(self, raw: RawRecord) -> tuple[Evaluated, Coerced]:
        """What was typed after the rules; what could not be understood counts as blank."""
        form = self.live.form
        prime(form, [raw], self.desk)
        coerced = coerce(form, raw, self.desk, frozenset(self.edit))
        if self.before is None:
            return evaluate(form, new_system(self.visit, self.live) | coerced.values, self.visit.env), coerced
        merge_rows(self.live, self.before, coerced)
        given = {key: self.before[key] for key in SYSTEM_FIELDS} | coerced.values
        return evaluate(form, given, self.visit.env, old=self.before, new=False), coerced

    def problems(self, evaluated: Evaluated, coerced: Coerced) -> list[Problem]:
        """What a submission of this would be refused for, as far as the record itself tells."""
        form, reached = self.live.form, None
        if not self.judge_all and self.before is not None:
            reached = changed_keys(form, self.before, evaluated.values)
        judged = judge(form, evaluated, coerced.bad, self.visit.env, self.desk, reached)
        return [*coerced.problems, *judged]

    def page(
        self, raw: RawRecord, problems: Sequence[Problem] = (), mode: Mode = "fill", live_check: bool = False,
        due: Iterable[str] = (),
    ) -> FormPage:  # fmt: skip
        """The form as a page; ``due`` are keys required by more than the form's own rules."""
        evaluated, coerced = self.evaluated(raw)
        if live_check:
            empty = blank_rows(self.live.form, raw)  # a row that has just come is not wrong yet
            found = self.problems(evaluated, coerced)
            problems = [problem for problem in found if problem.at.partition(".")[0] not in empty]
        learn(self.desk, self.live, [evaluated.values])
        state = FormState(
            raw=raw,
            values=evaluated.values,
            shown=shown_places(self.live.form, raw, evaluated.values, evaluated.hidden),
            required=evaluated.required | set(due),
            readonly=evaluated.readonly,
            problems=problems,
            rights=Rights(read=self.keys, edit=self.edit),
        )
        return slots(self.live.form, state, reader_of(self.visit, self.desk), mode, self.addresses)


def new_filling(visit: Visit, live: LiveForm) -> Filling:
    """Filling in a new record; raises Forbidden."""
    view = visit.view(live)
    if not view.may("create"):
        raise Forbidden("access.may_not_create", title=live.form.spec.title)
    edit = view.creatable()
    own = view.readable(new_system(visit, live, "draft"))
    computed = {key for key, compiled in live.form.fields.items() if not compiled.settable}
    return Filling(visit, live, RecordDesk(visit), edit | (own & computed), edit, addresses=drawn_addresses(live))


def stored_filling(
    visit: Visit, live: LiveForm, id: int, readable: AbstractSet[str], editable: AbstractSet[str]
) -> Filling:
    """Filling in a stored record that this person was found to be allowed to read."""
    before = load(visit.tx, live, [id])[id]
    desk = RecordDesk(visit)
    desk.prime_files(file for ids in held_files(live, before).values() for file in ids)
    edit = frozenset(key for key in editable if live.form.fields[key].settable)
    handing_in = before["status"] in ("draft", "returned")
    return Filling(
        visit, live, desk, frozenset(readable) | edit, edit, before, handing_in, drawn_addresses(live)
    )  # fmt: skip


def addresses_of(live: LiveForm, **more: str) -> Addresses:
    """Where the inputs of a form find suggestions and files; ``more`` are further things to ask with."""
    kinds = {"person": "runtime.pick_person", "department": "runtime.pick_department"}

    def suggest(path: str) -> str:
        spec = live.form.field(path).spec
        asked = f"{live.ref}.{path}"
        if spec.type_key() in kinds:
            return address(kinds[spec.type_key()], {"for": asked, **more})
        app, _, form = (spec.columns()[0].references or "").partition(".")
        return address("runtime.pick_record", {"app": app, "form": form, "for": asked, **more})

    return Addresses(
        suggest=suggest,
        upload=lambda path: address("runtime.upload", {"for": f"{live.ref}.{path}", **more}),
        file=lambda id: url_for("runtime.file", id=id),
    )


def drawn_addresses(live: LiveForm) -> Addresses:
    """``addresses_of``, saying by which revision the page is drawn: it may be published anew before they are used."""
    return addresses_of(live, rev=str(live.revision))
