"""The page around a form: where it posts, what it carries along, what its buttons say."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import request

from dougong.errors import Problem
from dougong.forms import FormPage, RawRecord, Slot, TableSlots, starting_rows
from dougong.forms.page import SectionSlots
from dougong.forms.parts import OptionSlot
from dougong.pages import address
from dougong_runtime import untouched
from dougong_runtime.filling import Filling
from dougong_runtime.matches import matches

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Alert:
    """A message above the form."""

    tone: str
    text: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Left:
    """Something typed that the form has no place for any more: what it was for, and the text."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Clash:
    """One field that two people changed: both values, and which one is kept as it stands."""

    key: str
    title: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FillPage:
    """A form to fill in. ``hidden`` pairs are posted along, ``defaults`` are the marks of untouched defaults."""

    form: FormPage
    heading: str
    number: str
    action: str
    live: str
    back: str
    hidden: tuple[Pair, ...]
    defaults: tuple[Pair, ...]
    submit: str
    """The catalogue key of the main button."""
    draft: bool
    """Whether it can be kept as a draft."""
    alert: Alert | None = None
    clashes: tuple[Clash, ...] = ()
    left: tuple[Left, ...] = ()
    """What was typed into fields there are no more."""

    @property
    def keep(self) -> str:
        """The catalogue key of the button that keeps it without handing it in."""
        return "runtime.keep_draft" if self.submit != "runtime.resubmit" else "runtime.keep_changes"

    @property
    def summary(self) -> tuple[tuple[str | None, str], ...]:
        """What is wrong: pairs of the id of an input (None: nowhere) and a sentence."""
        return tuple((link.href.removeprefix("#") or None, link.sentence) for link in self.form.errors)

    @property
    def failed(self) -> bool:
        """Whether the title says that something is wrong."""
        return bool(self.form.errors)


def fill_page(
    filling: Filling, raw: RawRecord, problems: Sequence[Problem] = (), *, hidden: Sequence[Pair], submit: str,
    draft: bool, back: str, number: str = "", marks: Mapping[str, str] | None = None, due: Sequence[str] = (),
    alert: Alert | None = None, left: Sequence[Left] = (),
) -> FillPage:  # fmt: skip
    """The page of a form; ``marks`` are those of defaults that were posted, None on first opening."""
    posted = marks or {}
    changed = untouched.touched(raw, posted)
    form = drawn(filling, filling.page(untouched.without_untouched(raw, posted), problems, due=due))
    judged = (("_judged", "1"),) if problems or request.form.get("_judged") else ()
    live, record = filling.live, filling.before
    app, _, key = live.ref.partition(".")
    asked = {"record": str(record["id"])} if record else {}
    return FillPage(
        form=form,
        heading=form.title,
        number=number,
        action=request.path,
        live=address("runtime.evaluate_form", {"app": app, "form": key, **asked}),
        back=back,
        hidden=(*hidden, *judged, ("_revision", str(live.revision))),
        defaults=tuple(untouched.marks(form, posted, changed).items()),
        submit=submit,
        draft=draft,
        alert=alert,
        left=tuple(left),
    )


def with_starting_rows(filling: Filling, raw: RawRecord) -> RawRecord:
    """``raw`` with the rows to begin with: a sub-table that must have some is never drawn without one."""
    shown = RawRecord(raw, raw.places)
    for table, rows in starting_rows(filling.live.form).items():
        if table in filling.edit and not shown.get(table):
            shown[table] = rows
            shown.places[table] = list(range(len(rows)))
    return shown


def new_key() -> str:
    """A key for one opening of a form: two submissions under it are one."""
    return secrets.token_urlsafe(12)


def drawn(filling: Filling, page: FormPage) -> FormPage:
    """The page with its upload addresses, and under the picker whose 查找 was pressed what was found for it."""
    page, asked = named_uploads(page), request.form.get("_find", "")
    try:
        slot = page.slot(asked)
    except KeyError:
        return page
    if not isinstance(slot, Slot) or not slot.suggest_url or not slot.inputs:
        return page
    found = matches(filling.visit, slot.spec, slot.label)
    options = tuple(
        OptionSlot(each.key, f"{each.label} · {each.hint}" if each.hint else each.label, len(found) == 1) for each in found
    )
    return with_slots(page, lambda each: replace(each, found=options) if each.name == asked else each)


def named_uploads(page: FormPage) -> FormPage:
    """The page with each file input's address telling the input's name, which differs from row to row."""
    return with_slots(
        page, lambda slot: replace(slot, upload_url=f"{slot.upload_url}&name={slot.name}") if slot.upload_url else slot
    )  # fmt: skip


def with_slots(page: FormPage, change: Callable[[Slot], Slot]) -> FormPage:
    """The page with every field's slot changed."""

    def part(each: Any) -> Any:
        if isinstance(each, SectionSlots):
            return replace(each, parts=tuple(part(inner) for inner in each.parts))
        if isinstance(each, TableSlots):
            rows = (replace(row, cells=tuple(change(cell) for cell in row.cells)) for row in each.rows)
            return replace(each, rows=tuple(rows))
        return change(each) if isinstance(each, Slot) else each

    return replace(page, sections=tuple(part(section) for section in page.sections))
