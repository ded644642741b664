"""Reports as JSON: what stands across and down, exact numbers as text, totals."""

from collections.abc import Iterable
from typing import Any, cast

from flask import Blueprint, Response, jsonify, request

from dougong.apps import Registry
from dougong.errors import NotFound
from dougong.records import Visit
from dougong.records.history import plain
from dougong.reports import Heading, Table, run
from dougong.reports.table import Values
from dougong.web import guards
from dougong.words import title
from dougong_runtime.api.body import only
from dougong_runtime.api.door import reading


@guards.token
def report(app: str, key: str) -> Response:
    """The report as the token's person may see it."""
    only(request.args, ())

    def work(visit: Visit) -> dict[str, Any]:
        compiled = cast(Registry, visit.forms).app(app).compiled.reports.get(key)
        if compiled is None:
            raise NotFound("api.no_report", report=f"{app}.{key}")
        return table_json(run(visit, compiled), visit.language)

    return jsonify(reading(work))


def table_json(table: Table, language: str) -> dict[str, Any]:
    """``rows`` hold one list of values (one for each of ``metrics``) per column, and their ``total`` over all columns;
    without groupings across there is one column without keys."""
    spec = table.report.spec
    columns = [_heading(each) for each in table.columns] or [{"keys": [], "labels": []}]
    across = range(len(columns))
    rows = [
        {**_heading(row), "cells": [_texts(table.values(i, j)) for j in across], "total": _texts(table.row_totals[i])}
        for i, row in enumerate(table.rows)
    ]
    totals = [_texts(each) for each in table.column_totals] if table.columns else [_texts(table.total)]
    return {
        "key": spec.key,
        "title": title(spec.title, language, spec.key),
        "groups": [title(each, language) for each in table.group_titles],
        "column_groups": [title(each, language) for each in table.column_titles],
        "metrics": [{"key": m.key, "title": title(m.title, language, m.key), "unit": m.unit} for m in table.measures],
        "columns": columns,
        "rows": rows,
        "totals": {"cells": totals, "total": _texts(table.total)},
    }


def _heading(heading: Heading) -> dict[str, Any]:
    return {"keys": plain(heading.keys), "labels": list(heading.labels)}


def _texts(values: Values | Iterable[Any]) -> list[str | None]:
    return [None if value is None else format(value, "f") for value in values]


def routes(blueprint: Blueprint) -> None:
    """Where this is found."""
    blueprint.add_url_rule("/apps/<app>/reports/<key>", "report", report, methods=["GET"])
