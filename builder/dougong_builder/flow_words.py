"""Steps of a flow in one sentence each: who, how several decide, what happens when nobody is found."""

from dougong.spec import model
from dougong.spec.compiled import CompiledForm
from dougong_builder.bench import Bench
from dougong_builder.form_who import who_said

MOST_SHOWN = 60
"""Characters of a condition that stand in a summary."""


def summary(bench: Bench, form: CompiledForm, step: model.AnyStep) -> str:
    """``直属上级，或签``; ``2 个分支``."""
    if isinstance(step, model.Branching):
        return bench.say("parts.step.branches", n=len(step.branches))
    said = [who_said(bench, form, step.who)]
    if isinstance(step, model.Approve | model.Handle):
        said.append(bench.say(f"parts.mode.{step.mode}"))
    if step.nobody != "admin":
        said.append(bench.say("parts.step.nobody", what=bench.say(f"change.value.nobody.{step.nobody}")))
    if step.fields:
        said.append(bench.say("parts.step.fields", n=len(step.fields)))
    return bench.say("parts.comma").join(said)


def condition(bench: Bench, branch: model.Branch) -> str:
    """What a branch asks, cut to what a card has room for."""
    text = " ".join(branch.when.split())
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"


def step_title(bench: Bench, step: model.AnyStep) -> str:
    """Its title, else what kind it is."""
    kind = str(step.__struct_config__.tag)
    return bench.title(step.title) or bench.say(f"change.value.type.{kind}")
