"""The flow of a form: its steps from top to bottom, and the properties of the chosen one."""

from dataclasses import dataclass

from flask import Blueprint, Response

from dougong.drafts.operations import Add, Copy, Rename
from dougong.drafts.store import Draft
from dougong.records import Visit
from dougong.spec import model
from dougong.spec.diffing.naming import both
from dougong.web import guards
from dougong_builder import bench as benches
from dougong_builder import operating
from dougong_builder.bench import Bench
from dougong_builder.entries import Entry
from dougong_builder.faults import Said
from dougong_builder.form_flow_step import StepPanel, step_panel
from dougong_builder.form_flow_steps import Adding, Card, Drawing
from dougong_builder.frame import Frame
from dougong_builder.trouble import Trouble

STEP = 4
"""Where the key of a step stands in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowPage:
    """``start`` is the place before the first step, None without a flow; ``settings`` are the inputs of the flow itself;
    ``begin`` is the flow to start with."""

    frame: Frame
    place: str
    start: Adding | None
    cards: tuple[Card, ...]
    faults: tuple[Said, ...]
    settings: tuple[Entry, ...]
    chosen: StepPanel | None
    begin: dict[str, object]
    new_branch: dict[str, str]
    here: str


def page(visit: Visit, draft: Draft, argument: str, trouble: Trouble | None) -> Response:
    """Draw the page of a form."""
    bench = Bench(visit, draft, trouble)
    return bench.answer("flow", flow_page(bench, argument))


def flow_page(bench: Bench, key: str) -> FlowPage:
    """The page; raises NotFound."""
    form, place, at = bench.form(key), f"forms.{key}.flow", bench.asked("at")
    here = f"/apps/{bench.draft.app}/forms/{key}/flow"
    compiled = bench.compiled_form(key)
    chosen = step_panel(bench, compiled, at) if form.flow and at else None
    drawing = Drawing(bench, compiled, form.flow, at, here) if form.flow else None
    back = f"{here}?at={at}" if chosen else here
    return FlowPage(
        frame=bench.frame("flow", back, key), place=place,
        start=drawing.adding(f"{place}.steps", "", bench.say("parts.flow_start")) if drawing else None,
        cards=drawing.cards(drawing.flow.steps, f"{place}.steps") if drawing else (),
        faults=(*bench.faults.exactly(f"{place}.steps"), *bench.faults.exactly(place)),
        settings=_settings(bench, place) if form.flow else (), chosen=chosen, begin=_begin(bench, form, place),
        new_branch=both("parts.new_branch"), here=here,
    )  # fmt: skip


def _settings(bench: Bench, place: str) -> tuple[Entry, ...]:
    sheet = bench.sheet(place)
    return (sheet.words("title"), sheet.pick("withdraw", kind="radios"))


def _begin(bench: Bench, form: model.Form, place: str) -> dict[str, object]:
    """The operation that gives a form its first flow: the supervisor decides."""
    title, who = both("parts.step.supervisor"), {"supervisor_of": "submitter"}
    step = {"key": "supervisor", "type": "approve", "title": title, "who": who}
    value = {"key": "approval", "steps": [{**step, "nobody": "next_supervisor"}]}
    return {"op": "set", "place": f"forms.{form.key}", "property": "flow", "value": value}


def landing(asked: operating.Asked, entries: tuple[operating.Entry, ...]) -> str:
    """After adding a step or renaming it, to its properties."""
    here, done = f"/apps/{asked.app}/forms/{asked.argument}/flow", entries[-1].operation
    place = done.now if isinstance(done, Rename) else ""
    if isinstance(done, Add | Copy) and done.planted:
        place = done.planted[0].place
    parts = place.split(".")
    return f"{here}?at={parts[STEP]}#step" if len(parts) > STEP and parts[STEP - 1] == "steps" else ""


@guards.builder
def show(app: str, form: str) -> Response:
    """``GET /apps/<app>/forms/<form>/flow``."""
    return benches.shown(page, app, form)


def routes(blueprint: Blueprint) -> None:
    """``/apps/<app>/forms/<form>/flow``."""
    operating.SCREENS["flow"] = operating.Screen(page, landing=landing)
    blueprint.add_url_rule("/apps/<app>/forms/<form>/flow", "flow", show)
