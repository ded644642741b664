"""The flow of a form: its steps judged, the conditions of its branches compiled."""

from collections import Counter
from collections.abc import Mapping

from dougong.formulas import Formula, Scope
from dougong.formulas.kinds import BOOLEAN
from dougong.spec import model
from dougong.spec.compiled import CompiledField
from dougong.spec.compiling.context import Context
from dougong.spec.compiling.whom import judge_whom
from dougong.spec.positions import Path
from dougong.spec.walk import branches, steps

_FINISHES = {model.Approve: "approve", model.Handle: "done"}


def compile_flow(
    context: Context, form: model.Form, path: Path, scope: Scope, fields: Mapping[str, CompiledField]
) -> dict[str, Formula]:
    """The condition of each branch by ``step.branch``; ``path`` is the form's."""
    if form.flow is None:
        return {}
    flow, here = form.flow, (*path, "flow")
    every = list(steps(flow, here))
    context.unique((where, step.key) for where, step in every)
    if not any(isinstance(step, model.Deciding) for _, step in every):
        context.faults.add((*here, "steps"), "spec.flow_without_people")
    for where, step in every:
        if isinstance(step, model.Branching):
            _judge_branching(context, step, where)
        else:
            _judge_step(context, step, where, form, scope, fields)
    made: dict[str, Formula] = {}
    for where, branching, branch in branches(flow, here):
        when = context.formula((*where, "when"), branch.when, scope, BOOLEAN)
        if when is not None:
            made.setdefault(f"{branching.key}.{branch.key}", when)
    return made


def _judge_branching(context: Context, step: model.Branching, path: Path) -> None:
    if not step.branches:
        context.faults.add((*path, "branches"), "spec.no_branches")
    context.unique(((*path, "branches", index), branch.key) for index, branch in enumerate(step.branches))


def _judge_step(
    context: Context, step: model.Approve | model.Handle, path: Path, form: model.Form, scope: Scope,
    fields: Mapping[str, CompiledField],
) -> None:  # fmt: skip
    judge_whom(context, (*path, "who"), step.who, scope)
    if step.who == "everyone":
        context.faults.add((*path, "who"), "spec.everyone_decides")
    _judge_actions(context, step, path)
    own = [status.key for status in form.statuses]
    if step.status and step.status not in own:
        context.faults.unknown((*path, "status"), "spec.no_such_status", step.status, own)
    by_supervisor = isinstance(step.who, model.Who) and step.who.supervisor_of
    if step.nobody == "next_supervisor" and not by_supervisor:
        context.faults.add((*path, "nobody"), "spec.no_next_supervisor")
    for key, right in step.fields.items():
        if key not in fields:
            context.faults.unknown((*path, "fields", key), "spec.no_such_field", key, fields)
        elif right in ("edit", "required") and not fields[key].settable:
            context.faults.add((*path, "fields", key), "spec.not_settable", name=key)


def _judge_actions(context: Context, step: model.Approve | model.Handle, path: Path) -> None:
    needed = _FINISHES[type(step)]
    if needed not in step.actions:
        context.faults.add((*path, "actions"), "spec.action_missing", action=needed)
    for action, count in Counter(step.actions).items():
        if count > 1:
            context.faults.add((*path, "actions"), "spec.twice", name=action)
