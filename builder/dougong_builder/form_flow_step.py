"""The properties of the chosen step of a flow: who, how, which actions, which rights on fields."""

from dataclasses import dataclass

import msgspec

from dougong.drafts import tree
from dougong.errors import Conflict, Refused
from dougong.fields import Section, SubTable
from dougong.spec import model
from dougong.spec.compiled import CompiledForm
from dougong_builder.bench import Bench
from dougong_builder.entries import Entry, value_title
from dougong_builder.flow_words import step_title
from dougong_builder.form_who import WhoEntry, who_entry

DECIDING = model.Approve | model.Handle
RIGHTS = ("read", "edit", "required", "hidden")


@dataclass(frozen=True, slots=True)
class Right:
    """A field with its right in this step; ``section`` when it begins a group of fields."""

    title: str
    section: str
    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPanel:
    """The form of one step. ``more`` are properties that most steps leave as they are."""

    place: str
    key: str
    title: str
    kind: str
    naming: tuple[Entry, ...]
    who: WhoEntry | None
    entries: tuple[Entry, ...]
    more: tuple[Entry, ...]
    rights: tuple[Right, ...]
    branches: tuple[tuple[str, str, tuple[Entry, ...]], ...]
    branch_parent: str
    uses: str


def step_panel(bench: Bench, form: CompiledForm, key: str) -> StepPanel | None:
    """The form of the step with this key; None when the flow has none."""
    place = f"forms.{form.key}.flow.steps.{key}"
    try:
        step = tree.at(bench.spec, tree.find(bench.spec, place))
    except (Conflict, Refused):
        return None
    if not isinstance(step, DECIDING | model.Branching):
        return None
    sheet = bench.sheet(place)
    return StepPanel(
        place=place, key=step.key, title=step_title(bench, step), kind=str(step.__struct_config__.tag),
        naming=(sheet.words("title"),),
        who=who_entry(bench, form, place, step.who, step=True) if isinstance(step, DECIDING) else None,
        entries=_entries(bench, place, step), more=_more(bench, form, place, step),
        rights=tuple(_rights(bench, form, place, step)) if isinstance(step, DECIDING) else (),
        branches=_branches(bench, place, step), branch_parent=f"{place}.branches",
        uses=f"/apps/{bench.draft.app}/problems?uses={place}",
    )  # fmt: skip


def _entries(bench: Bench, place: str, step: msgspec.Struct) -> tuple[Entry, ...]:
    if not isinstance(step, DECIDING):
        return ()
    sheet = bench.sheet(place)
    return (
        sheet.pick("mode", kind="radios"),
        sheet.pick("nobody", kind="radios"),
        sheet.many("actions"),
        sheet.pick("comment", kind="radios"),
    )


def _more(bench: Bench, form: CompiledForm, place: str, step: msgspec.Struct) -> tuple[Entry, ...]:
    if not isinstance(step, DECIDING):
        return ()
    sheet, statuses = bench.sheet(place), form.spec.statuses
    own = [
        ("", bench.say("parts.status_running")),
        *((each.key, bench.title(each.title, each.key)) for each in statuses),
    ]
    found = [sheet.pick("status", own, hint=bench.say("parts.status_hint"))]
    found.append(sheet.yesno("allow_self"))
    if isinstance(step, model.Approve):
        found += [sheet.pick("reject", kind="radios"), sheet.pick("resubmit", kind="radios")]
    found.append(sheet.key())
    return tuple(found)


def _rights(bench: Bench, form: CompiledForm, place: str, step: model.Deciding) -> list[Right]:
    """Every field; one that nobody can type into cannot be opened for typing."""
    sheet, found = bench.sheet(place), []
    say, language = bench.say, bench.language
    sections = _sections(bench, form)
    shown = ""
    for path, field in form.fields.items():
        title = bench.title(field.spec.title, path)
        allowed = [right for right in RIGHTS if field.settable or right in ("read", "hidden")]
        choices = [("", say("parts.right_usual")), *((each, value_title("fields", each, language)) for each in allowed)]
        section = sections.get(path, "")
        entry = sheet.pick(f"fields.{path}", choices, label=title)
        found.append(Right(title, section if section != shown else "", entry))
        shown = section
    for path in step.fields.keys() - form.fields.keys():
        choices = [("", say("parts.right_usual")), *((each, value_title("fields", each, language)) for each in RIGHTS)]
        found.append(Right(path, "", sheet.pick(f"fields.{path}", choices, label=path)))
    return found


def _sections(bench: Bench, form: CompiledForm) -> dict[str, str]:
    """Of each field in a section, what the section is called."""
    found: dict[str, str] = {}
    waiting = [(node, "") for node in form.tree()][::-1]
    while waiting:
        node, within = waiting.pop()
        if isinstance(node, Section):
            name = bench.title(node.title, node.key)
            waiting += [(inner, name) for inner in node.fields][::-1]
        elif isinstance(node, SubTable) or node.key in form.fields:
            found[node.key] = within
    return found


def _branches(bench: Bench, place: str, step: msgspec.Struct) -> tuple[tuple[str, str, tuple[Entry, ...]], ...]:
    """Place, title and inputs of each way of a branching."""
    if not isinstance(step, model.Branching):
        return ()
    made = []
    for branch in step.branches:
        here = f"{place}.branches.{branch.key}"
        sheet = bench.sheet(here)
        entries = (
            sheet.words("title"),
            sheet.line("when", "formula", hint=bench.say("parts.when_hint"), example="total > 5000"),
        )
        made.append((here, bench.title(branch.title, branch.key), entries))
    return tuple(made)
