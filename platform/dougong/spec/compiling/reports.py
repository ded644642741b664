"""Sources, metrics and reports."""

from collections.abc import Sequence
from dataclasses import dataclass

from dougong.formulas import Formula
from dougong.formulas.kinds import BOOLEAN, NUMBER, Kind
from dougong.spec import model
from dougong.spec.compiled import CompiledForm, CompiledMetric, CompiledReport
from dougong.spec.compiling.context import Context
from dougong.spec.compiling.scopes import metric_scope
from dougong.spec.positions import Path

_NOT_GROUPED = frozenset({Kind.LIST, Kind.FILE, Kind.ANY})
_DATED = frozenset({Kind.DATE, Kind.DATETIME})
MOST_DECIMALS = 9


@dataclass(frozen=True, slots=True)
class _Source:
    form: CompiledForm
    rows: Formula | None
    good: bool


def compile_metrics(context: Context, forms: dict[str, CompiledForm]) -> dict[str, CompiledMetric]:
    """Every metric whose source and formula have no faults."""
    sources = _sources(context, forms)
    context.unique((("metrics", index), metric.key) for index, metric in enumerate(context.app.metrics))
    made: dict[str, CompiledMetric] = {}
    for index, metric in enumerate(context.app.metrics):
        path: Path = ("metrics", index)
        if metric.decimals is not None and not 0 <= metric.decimals <= MOST_DECIMALS:
            context.faults.add((*path, "decimals"), "spec.out_of_range", least=0, most=MOST_DECIMALS)
        source = sources.get(metric.source)
        if source is None:
            if metric.source not in [each.key for each in context.app.sources]:
                context.faults.unknown((*path, "source"), "spec.no_such_source", metric.source, sources)
            continue
        value = context.formula((*path, "value"), metric.value, metric_scope(source.form.scope), NUMBER, sql=True)
        if value is not None and source.good:
            made.setdefault(metric.key, CompiledMetric(metric, source.form, source.rows, value))
    return made


def _sources(context: Context, forms: dict[str, CompiledForm]) -> dict[str, _Source]:
    context.unique((("sources", index), source.key) for index, source in enumerate(context.app.sources))
    made: dict[str, _Source] = {}
    for index, source in enumerate(context.app.sources):
        form = forms.get(source.form)
        if form is None:
            context.faults.unknown(("sources", index, "form"), "spec.no_such_form", source.form, forms)
            continue
        path: Path = ("sources", index, "rows")
        rows = context.formula(path, source.rows, form.scope, BOOLEAN, sql=True) if source.rows else None
        made.setdefault(source.key, _Source(form, rows, rows is not None or not source.rows))
    return made


def compile_reports(context: Context, metrics: dict[str, CompiledMetric]) -> dict[str, CompiledReport]:
    """Every report whose metrics are known and of one form."""
    context.unique((("reports", index), report.key) for index, report in enumerate(context.app.reports))
    made: dict[str, CompiledReport] = {}
    for index, report in enumerate(context.app.reports):
        path: Path = ("reports", index)
        context.titled(path, report.title)
        used = _metrics(context, report, path, metrics)
        if used:
            _judge_groupings(context, report, path, used[0].form)
            made.setdefault(report.key, CompiledReport(report, used[0].form, tuple(used)))
    return made


def _metrics(
    context: Context, report: model.Report, path: Path, metrics: dict[str, CompiledMetric]
) -> list[CompiledMetric]:
    known = [metric.key for metric in context.app.metrics]
    if not report.metrics:
        context.faults.add((*path, "metrics"), "spec.no_metrics")
    for index, key in enumerate(report.metrics):
        if key not in known:
            context.faults.unknown((*path, "metrics", index), "spec.no_such_metric", key, known)
        elif key in report.metrics[:index]:
            context.faults.add((*path, "metrics", index), "spec.twice", name=key)
    used = [metrics[key] for key in report.metrics if key in metrics]
    for metric in used:
        if metric.form.key != used[0].form.key:
            here = (*path, "metrics", report.metrics.index(metric.spec.key))
            context.faults.add(here, "spec.other_form", name=metric.spec.key, form=used[0].form.key)
    return [metric for metric in used if metric.form.key == used[0].form.key]


def _judge_groupings(context: Context, report: model.Report, path: Path, form: CompiledForm) -> None:
    listed: list[tuple[Path, model.Grouping]] = _placed((*path, "groups"), report.groups)
    listed += _placed((*path, "columns"), report.columns)
    context.unique((here, grouping.key) for here, grouping in listed)
    known = [name for name, kind in form.scope.names.items() if kind.kind not in _NOT_GROUPED]
    for here, grouping in listed:
        if grouping.field not in known:
            context.faults.unknown((*here, "field"), "spec.not_groupable", grouping.field, known)
        elif grouping.by and form.scope.names[grouping.field].kind not in _DATED:
            context.faults.add((*here, "by"), "spec.grain_without_date", name=grouping.field, by=grouping.by)


def _placed(path: Path, groupings: Sequence[model.Grouping]) -> list[tuple[Path, model.Grouping]]:
    return [((*path, index), grouping) for index, grouping in enumerate(groupings)]
