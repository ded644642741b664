"""A report: charts and the table beside them, for a period, and as a file."""

from flask import Blueprint, Response, request

from dougong.errors import NotFound
from dougong.pages import reading
from dougong.records import Visit
from dougong.reports import run
from dougong.reports.separated import MARK, separated, table_rows
from dougong.spec.compiled import CompiledReport
from dougong.web import guards, htmx
from dougong_runtime.app_of import app_of
from dougong_runtime.export import download
from dougong_runtime.lists_address import read_address
from dougong_runtime.report_page import report_page, title_of


@guards.signed_in
def show(app: str, key: str) -> Response:
    """The report."""
    asked = read_address(request.args)
    page = reading(lambda visit: report_page(visit, app, _report(visit, app, key), asked))
    return htmx.answer("runtime/report.html", page, block="report", status=422 if page.mistakes else 200)


@guards.signed_in
def export(app: str, key: str) -> Response:
    """The report's table as CSV."""
    asked = read_address(request.args)

    def work(visit: Visit) -> tuple[str, str]:
        report = _report(visit, app, key)
        table = run(visit, report, asked.filters)
        return MARK + separated(table_rows(table, visit.language)), title_of(visit, report)

    return download(*reading(work))


def _report(visit: Visit, app: str, key: str) -> CompiledReport:
    found: CompiledReport | None = app_of(visit, app).compiled.reports.get(key)
    if found is None:
        raise NotFound("report.not_found")
    return found


def routes(blueprint: Blueprint) -> None:
    """``/a/<app>/reports/<key>`` and the same as CSV."""
    blueprint.add_url_rule("/a/<app>/reports/<key>", "report", show)
    blueprint.add_url_rule("/a/<app>/reports/<key>.csv", "report_csv", export)
