"""Who may do what with the records of a form: its grants as a table and in words, and the form of the chosen one."""

from dataclasses import dataclass

from flask import Blueprint, Response

from dougong.drafts.operations import Add, Copy, Rename
from dougong.drafts.store import Draft
from dougong.records import Visit
from dougong.spec import model
from dougong.spec.compiled import CompiledForm
from dougong.web import guards
from dougong_builder import bench as benches
from dougong_builder import operating
from dougong_builder.access_words import actions, named, rows, sentence
from dougong_builder.bench import Bench
from dougong_builder.entries import Choice, Entry
from dougong_builder.faults import Said
from dougong_builder.form_who import WhoEntry, who_entry, who_said
from dougong_builder.frame import Frame
from dougong_builder.trouble import Trouble
from dougong_builder.typed import ALL
from dougong_builder.whereabouts import anchor


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRow:
    """A grant in the table."""

    key: str
    place: str
    id: str
    who: str
    rows: str
    actions: str
    read: str
    edit: str
    sentence: str
    faults: tuple[Said, ...]
    current: bool
    url: str
    first: bool
    last: bool


@dataclass(frozen=True, slots=True)
class Fields:
    """Which fields: all of them, or those with a tick."""

    entry: Entry
    all: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantPanel:
    """The form of one grant."""

    place: str
    sentence: str
    who: WhoEntry
    can: Entry
    rows: Entry
    examples: tuple[tuple[str, str], ...]
    read: Fields
    edit: Fields
    key: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessPage:
    """``nobody`` when no grant lets anybody create records."""

    frame: Frame
    place: str
    here: str
    rows: tuple[GrantRow, ...]
    chosen: GrantPanel | None
    nobody: bool
    starts: tuple[tuple[str, dict[str, object]], ...]


def page(visit: Visit, draft: Draft, argument: str, trouble: Trouble | None) -> Response:
    """Draw the page of a form."""
    bench = Bench(visit, draft, trouble)
    return bench.answer("access", access_page(bench, argument))


def access_page(bench: Bench, key: str) -> AccessPage:
    """The page; raises NotFound."""
    form, place, at = bench.form(key), f"forms.{key}.access", bench.asked("at")
    here = f"/apps/{bench.draft.app}/forms/{key}/access"
    compiled = bench.compiled_form(key)
    chosen = next((grant for grant in form.access if grant.key == at), None)
    return AccessPage(
        frame=bench.frame("access", f"{here}?at={at}#grant" if chosen else here, key), place=place, here=here,
        rows=tuple(_row(bench, compiled, index, at, here) for index in range(len(form.access))),
        chosen=_panel(bench, compiled, chosen) if chosen else None,
        nobody=not any("create" in grant.can for grant in form.access), starts=_starts(bench, place),
    )  # fmt: skip


def _row(bench: Bench, form: CompiledForm, index: int, at: str, here: str) -> GrantRow:
    grants = form.spec.access
    grant = grants[index]
    place = f"forms.{form.key}.access.{grant.key}"
    changes = bool({"edit", "create"} & set(grant.can))
    return GrantRow(
        key=grant.key, place=place, id=anchor(place), who=who_said(bench, form, grant.who),
        rows=rows(bench, form, grant), actions=actions(bench, grant),
        read=named(bench, form, grant.read) if "read" in grant.can else bench.say("parts.dash"),
        edit=named(bench, form, grant.edit) if changes else bench.say("parts.dash"),
        sentence=sentence(bench, form, grant), faults=bench.faults.at(place), current=grant.key == at,
        url=f"{here}?at={grant.key}#grant", first=index == 0, last=index == len(grants) - 1,
    )  # fmt: skip


def _panel(bench: Bench, form: CompiledForm, grant: model.Grant) -> GrantPanel:
    place = f"forms.{form.key}.access.{grant.key}"
    sheet = bench.sheet(place)
    return GrantPanel(
        place=place, sentence=sentence(bench, form, grant),
        who=who_entry(bench, form, place, grant.who, step=False), can=sheet.many("can"),
        rows=sheet.line("rows", "formula", hint=bench.say("parts.rows_hint"), example="created_by = ME()"),
        examples=_examples(bench, form), read=_fields(bench, form, place, "read"),
        edit=_fields(bench, form, place, "edit"),
        key=sheet.key(),
    )  # fmt: skip


def _examples(bench: Bench, form: CompiledForm) -> tuple[tuple[str, str], ...]:
    """Row rules that many forms have, with what they mean."""
    found = [("created_by = ME()", bench.say("parts.rows_own"))]
    status = form.spec.statuses[0].key if form.spec.statuses else "approved"
    found.append((f'status = "{status}"', bench.say("parts.rows_of_status")))
    return tuple(found)


def _fields(bench: Bench, form: CompiledForm, place: str, prop: str) -> Fields:
    """The fields that a grant names; only those people can type into can be edited."""
    fields = [field for field in form.fields.values() if prop == "read" or field.settable]
    pairs = [(field.path, bench.title(field.spec.title, field.path)) for field in fields]
    sheet = bench.sheet(place)
    held = getattr(sheet.part, prop)
    typed = (bench.typed(place) or {}).get(f"p.{prop}")
    entry = sheet.many(prop, pairs)
    every = held is None if typed is None else ALL in typed
    ticked = tuple(
        Choice(each.value, each.title, each.on or every) for each in entry.choices if each.value != ALL
    )  # fmt: skip
    return Fields(
        Entry(kind="many", name=entry.name, id=entry.id, label=entry.label, choices=ticked, faults=entry.faults), every
    )


def _starts(bench: Bench, place: str) -> tuple[tuple[str, dict[str, object]], ...]:
    """Grants to begin with, one button each."""

    def new(key: str, **values: object) -> dict[str, object]:
        return {"op": "add", "parent": place, "key": key, "values": values}

    own = new("own", who="everyone", rows="created_by = ME()", can=["create", "read"])
    found = [("parts.grant_own", own), ("parts.grant_all", new("everyone", who="everyone", can=["read"]))]
    if bench.spec.roles:
        role = bench.spec.roles[0].key
        found.append(("parts.grant_role", new(role, who={"role": role}, can=["read"])))
    return tuple((bench.say(key), operation) for key, operation in found)


def landing(asked: operating.Asked, entries: tuple[operating.Entry, ...]) -> str:
    """After adding or renaming, to the form of the grant."""
    done = entries[-1].operation
    place = done.now if isinstance(done, Rename) else ""
    if isinstance(done, Add | Copy) and done.planted:
        place = done.planted[0].place
    key = place.rpartition(".")[2]
    return f"/apps/{asked.app}/forms/{asked.argument}/access?at={key}#grant" if key else ""


@guards.builder
def show(app: str, form: str) -> Response:
    """``GET /apps/<app>/forms/<form>/access``."""
    return benches.shown(page, app, form)


def routes(blueprint: Blueprint) -> None:
    """``/apps/<app>/forms/<form>/access``."""
    operating.SCREENS["access"] = operating.Screen(page, landing=landing)
    blueprint.add_url_rule("/apps/<app>/forms/<form>/access", "access", show)
