"""A list as a CSV file: the same filters and order, the rows the person may export, read in batches."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, request

from dougong.errors import Forbidden
from dougong.fields.choice import Choice
from dougong.fields.choices import Choices
from dougong.pages import DOOR, PageReader, me, reader_of, wired
from dougong.records import RecordDesk, Visit
from dougong.records.listing import Listed, Slice, rows
from dougong.reports.separated import MARK, separated
from dougong.web import choices, guards
from dougong_runtime.lists_address import Asked, read_address
from dougong_runtime.lists_page import query_of
from dougong_runtime.lists_rows import learn_rows
from dougong_runtime.lists_target import Target, every, field_of, heading_of, stated

BATCH = 500
Find = Callable[[Visit], Target]


@guards.signed_in
def export(app: str, key: str) -> Response:
    """A list that the app states."""
    return _answer(lambda visit: stated(visit, app, key))


@guards.signed_in
def export_all(app: str, form: str) -> Response:
    """All records of a form."""
    return _answer(lambda visit: every(visit, app, form))


def _answer(find: Find) -> Response:
    asked = replace(read_address(request.args), after="", totals=False)
    composition, actor, language = wired(), me(), choices.language()

    def batch(after: Any) -> tuple[str, str, Any]:
        return composition.read(actor, DOOR, lambda visit: _batch(visit, find(visit), asked, after), language)

    title, text, following = batch(None)  # before the first byte: what is refused is refused as a page

    def stream() -> Iterator[str]:
        after, piece = following, text
        yield MARK + piece
        while after is not None:
            _, piece, after = batch(after)
            yield piece

    return download(stream(), title)


def download(body: Iterator[str] | str, title: str) -> Response:
    """A CSV file named ``title``."""
    response = Response(body, mimetype="text/csv")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(title, safe='')}.csv"
    response.headers["Cache-Control"] = "no-store"
    return response


def _batch(visit: Visit, target: Target, asked: Asked, after: Any) -> tuple[str, str, Any]:
    if not visit.view(target.live).may("export"):
        raise Forbidden("lists.not_exportable", title=target.spec.title)
    query = replace(query_of(visit, target, asked, BATCH), columns=target.columns, cursor=after, action="export")
    found = rows(visit, query)
    lines = _lines(visit, target, found)
    if after is None:
        lines.insert(0, [heading_of(target.form, key, visit.language) for key in target.columns])
    return target.title, separated(lines), found.next


def _lines(visit: Visit, target: Target, found: Slice) -> list[list[str]]:
    desk = RecordDesk(visit)
    learn_rows(desk, target.live, (row.values for row in found.rows))
    reader = reader_of(visit, desk)
    return [[_cell(target, key, row, reader) for key in target.columns] for row in found.rows]


def _cell(target: Target, key: str, row: Listed, reader: PageReader) -> str:
    """What a spreadsheet shows: choices by their titles, which a load takes as well as their keys; the rest exactly."""
    value = row.values.get(key)
    if value is None:
        return ""
    field = field_of(target.form, key)
    if field is None or key in target.form.rows:
        return str(value)
    if isinstance(field, Choice | Choices):
        return field.display(value, reader)
    return str(field.to_cell(value, reader.desk))


def routes(blueprint: Blueprint) -> None:
    """``/a/<app>/lists/<key>.csv`` and ``/a/<app>/<form>/records.csv``."""
    blueprint.add_url_rule("/a/<app>/lists/<key>.csv", "list_csv", export)
    blueprint.add_url_rule("/a/<app>/<form>/records.csv", "records_csv", export_all)


__all__ = ["download", "routes"]
