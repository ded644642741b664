"""The second stage: every name resolved, every formula typed, and all problems at once."""

from dougong.spec import model
from dougong.spec.compiled import CompiledApp
from dougong.spec.compiling.context import Context, Others
from dougong.spec.compiling.examples import judge_tests
from dougong.spec.compiling.form import compile_forms
from dougong.spec.compiling.lists import compile_lists
from dougong.spec.compiling.reports import compile_metrics, compile_reports
from dougong.spec.positions import Positions


def no_others(key: str) -> model.App | None:
    """The other apps where there are none."""
    return None


def compile_app(app: model.App, others: Others = no_others, positions: Positions | None = None) -> CompiledApp:
    """Make ``app`` ready to use, as far as it can be; ``problems`` holds everything that keeps it from being published.

    ``others`` gives another app by its key, for references. With the ``positions`` of its text problems have their line
    and column. Of two things with one key the first counts; what has a faulty condition is left out, never let through.
    """
    context = Context(app, others)
    context.titled(("app",), app.app.title)
    if app.app.key in model.RESERVED_APPS:
        context.faults.add(("app", "key"), "spec.reserved_key", key=app.app.key)
    context.unique((("roles", index), role.key) for index, role in enumerate(app.roles))
    forms = compile_forms(context)
    lists = compile_lists(context, forms)
    metrics = compile_metrics(context, forms)
    reports = compile_reports(context, metrics)
    judge_tests(context, forms)
    return CompiledApp(app, forms, lists, metrics, reports, context.faults.problems(app, positions))
