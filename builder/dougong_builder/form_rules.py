"""The rules of a form: what a record is called and numbered, its own statuses, and what must be true of it."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response

from dougong.drafts.store import Draft
from dougong.records import Visit
from dougong.records.numbering import written
from dougong.spec import model
from dougong.spec.compiled import CompiledForm
from dougong.web import guards
from dougong_builder import bench as benches
from dougong_builder import operating
from dougong_builder.bench import Bench
from dougong_builder.entries import Entry
from dougong_builder.faults import Said
from dougong_builder.frame import Frame
from dougong_builder.trouble import Trouble
from dougong_builder.whereabouts import anchor

PATTERN = "{YYYY}{MM}-{0000}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A status or a check: where it is, what it is called, its inputs. ``open`` when it is what one came for."""

    place: str
    id: str
    title: str
    note: str
    tone: str
    entries: tuple[Entry, ...]
    faults: tuple[Said, ...]
    open: bool
    first: bool
    last: bool
    uses: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesPage:
    """``example`` is what the next number would look like, "" while the pattern cannot be used; ``numbering`` are the inputs
    of the numbers, () where records have none; ``added`` holds what a refused form for a new one held."""

    frame: Frame
    place: str
    naming: tuple[Entry, ...]
    numbering: tuple[Entry, ...]
    example: str
    today: str
    pattern: str
    statuses: tuple[Item, ...]
    fixed: tuple[tuple[str, str], ...]
    checks: tuple[Item, ...]
    new_status: str
    new_check: str
    new_test: str
    new_faults: dict[str, tuple[Said, ...]]


def page(visit: Visit, draft: Draft, argument: str, trouble: Trouble | None) -> Response:
    """Draw the page of a form."""
    bench = Bench(visit, draft, trouble)
    return bench.answer("rules", rules_page(bench, argument))


def rules_page(bench: Bench, key: str) -> RulesPage:
    """The page; raises NotFound."""
    form, place = bench.form(key), f"forms.{key}"
    sheet, here = bench.sheet(place), f"/apps/{bench.draft.app}/forms/{key}/rules"
    held = bench.added(f"{place}.checks")
    return RulesPage(
        frame=bench.frame("rules", here, key), place=place,
        naming=(sheet.line("record_title", "formula", hint=bench.say("parts.record_title_hint"), example="number"),),
        numbering=_numbering(bench, place) if form.number else (),
        example=_example(bench, form), today=_today(bench).isoformat(), pattern=PATTERN,
        statuses=_statuses(bench, form, place), fixed=_fixed(bench), checks=_checks(bench, form, place),
        new_status=bench.added(f"{place}.statuses").get("title", ""), new_check=held.get("title", ""),
        new_test=held.get("p.test", ""),
        new_faults={name: bench.faults.exactly(f"{place}.{name}") for name in ("statuses", "checks")},
    )  # fmt: skip


def _numbering(bench: Bench, place: str) -> tuple[Entry, ...]:
    sheet, say = bench.sheet(place), bench.say
    return (
        sheet.line("number.pattern", hint=say("parts.pattern_hint")),
        sheet.pick("number.reset", kind="radios"),
        sheet.yesno("number.gapless", hint=say("parts.gapless_hint")),
    )


def _example(bench: Bench, form: model.Form) -> str:
    """The first number of today, where the pattern holds."""
    if form.number is None or bench.faults.at(f"forms.{form.key}.number"):
        return ""
    return written(form.number.pattern, _today(bench), 1)


def _today(bench: Bench) -> date:
    """The day where the organisation is."""
    return bench.visit.now.astimezone(bench.visit.organisation.zone).date()


def _fixed(bench: Bench) -> tuple[tuple[str, str], ...]:
    tones = {"running": "info", "returned": "warn", "approved": "ok", "rejected": "bad"}
    return tuple((bench.say(f"status.{key}"), tones.get(key, "")) for key in model.FIXED_STATUSES)


def _statuses(bench: Bench, form: model.Form, place: str) -> tuple[Item, ...]:
    made = []
    for index, status in enumerate(form.statuses):
        here = f"{place}.statuses.{status.key}"
        sheet = bench.sheet(here)
        made.append(
            _item(
                bench,
                here,
                bench.title(status.title, status.key),
                "",
                status.tone,
                (sheet.words("title"), sheet.pick("tone"), sheet.key()),
                index,
                len(form.statuses),
            )
        )
    return tuple(made)


def _checks(bench: Bench, form: model.Form, place: str) -> tuple[Item, ...]:
    made, compiled = [], bench.compiled_form(form.key)
    for index, check in enumerate(form.checks):
        here = f"{place}.checks.{check.key}"
        sheet = bench.sheet(here)
        entries = (
            sheet.line("test", "formula", hint=bench.say("parts.test_hint")),
            sheet.words("message", hint=bench.say("parts.message_hint")),
            sheet.pick("at", _places(bench, compiled)),
        )
        at = bench.field_title(compiled, check.at) if check.at else ""
        title = bench.title(check.message) or bench.say("parts.no_message")
        made.append(_item(bench, here, title, at, "", entries, index, len(form.checks)))
    return tuple(made)


def _places(bench: Bench, form: CompiledForm) -> list[tuple[str, str]]:
    """Where a message can stand: above the whole form, or at a field."""
    return [
        ("", bench.say("parts.at_top")),
        *((field.path, bench.title(field.spec.title, field.key)) for field in form.fields.values()),
    ]


def _item(
    bench: Bench, place: str, title: str, note: str, tone: str, entries: tuple[Entry, ...], index: int, count: int
) -> Item:  # fmt: skip
    wrong = bench.faults.at(place)
    app = bench.draft.app
    return Item(
        place=place, id=anchor(place), title=title, note=note, tone=tone, entries=entries, faults=wrong,
        open=bool(wrong) or bench.asked("at") == anchor(place) or bench.typed(place) is not None,
        first=index == 0, last=index == count - 1, uses=f"/apps/{app}/problems?uses={place}",
    )  # fmt: skip


def landing(asked: operating.Asked, entries: tuple[operating.Entry, ...]) -> str:
    """After adding, to what was added."""
    planted = getattr(entries[-1].operation, "planted", ())
    if asked.op != "add" or not planted:
        return ""
    here = anchor(planted[0].place)
    return f"/apps/{asked.app}/forms/{asked.argument}/rules?at={here}#{here}"


@guards.builder
def show(app: str, form: str) -> Response:
    """``GET /apps/<app>/forms/<form>/rules``."""
    return benches.shown(page, app, form)


def routes(blueprint: Blueprint) -> None:
    """``/apps/<app>/forms/<form>/rules``."""
    operating.SCREENS["rules"] = operating.Screen(page, landing=landing)
    blueprint.add_url_rule("/apps/<app>/forms/<form>/rules", "rules", show)
