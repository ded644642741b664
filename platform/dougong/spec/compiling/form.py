"""One form: its tree judged, everything in it compiled."""

from collections.abc import Iterable

from dougong.formulas.kinds import TEXT
from dougong.spec import model
from dougong.spec.compiled import CompiledForm
from dougong.spec.compiling.access import compile_checks, compile_grants
from dougong.spec.compiling.context import Context
from dougong.spec.compiling.fields import compile_fields
from dougong.spec.compiling.flow import compile_flow
from dougong.spec.compiling.numbering import judge_pattern
from dougong.spec.compiling.scopes import record_scope
from dougong.spec.compiling.tree import judge_tree
from dougong.spec.positions import Path
from dougong.spec.walk import nodes

MOST_FORMS = 200


def compile_forms(context: Context) -> dict[str, CompiledForm]:
    """Every form of the app; of two with one key the first counts."""
    forms = context.app.forms
    if len(forms) > MOST_FORMS:
        context.faults.add(("forms",), "spec.too_many_forms", count=len(forms), most=MOST_FORMS)
    context.unique((("forms", index), form.key) for index, form in enumerate(forms))
    made: dict[str, CompiledForm] = {}
    for index, form in enumerate(forms):
        made.setdefault(form.key, compile_form(context, form, ("forms", index)))
    return made


def compile_form(context: Context, form: model.Form, path: Path) -> CompiledForm:
    """The form as far as it can be made; what cannot is left out and told."""
    _judge_head(context, form, path)
    placed = tuple(nodes(form, path))
    judge_tree(context, path, placed)
    scope = record_scope(form)
    tree = compile_fields(context, placed, scope)
    title = context.formula((*path, "record_title"), form.record_title, scope, TEXT) if form.record_title else None
    return CompiledForm(
        app=context.app.app.key, spec=form, scope=scope, fields=tree.fields, rows=tree.rows,
        layout_shown=tree.layout_shown, order=tree.order,
        checks=tuple(compile_checks(context, form, path, scope, tree.fields)),
        grants=tuple(compile_grants(context, form, path, scope, tree.fields)),
        branches=compile_flow(context, form, path, scope, tree.fields), record_title=title,
    )  # fmt: skip


def _judge_head(context: Context, form: model.Form, path: Path) -> None:
    context.titled(path, form.title)
    if form.key in model.RESERVED_FORMS:
        context.faults.add((*path, "key"), "spec.reserved_key", key=form.key)
    if form.number is not None:
        judge_pattern(context, (*path, "number", "pattern"), form.number.pattern, form.number.reset)
    _judge_statuses(context, form.statuses, path)


def _judge_statuses(context: Context, statuses: Iterable[model.Status], path: Path) -> None:
    context.unique(((*path, "statuses", index), status.key) for index, status in enumerate(statuses))
    for index, status in enumerate(statuses):
        if status.key in model.FIXED_STATUSES:
            context.faults.add((*path, "statuses", index, "key"), "spec.reserved_key", key=status.key)
