"""Rows of a sub-table while a form is filled in: the ones to start with, adding, copying and taking out."""

from typing import Any

from dougong.fields import SubTable
from dougong.forms.bind import RawRecord
from dougong.spec.compiled import CompiledForm

OPERATIONS = ("add", "remove", "copy")


def starting_rows(form: CompiledForm) -> RawRecord:
    """The blank rows a new record is drawn with: as many as each sub-table asks for at least."""
    record = RawRecord()
    for key in form.rows:
        spec = form.fields[key].spec
        if isinstance(spec, SubTable) and spec.min_rows and form.fields[key].settable:
            record[key] = [{} for _ in range(spec.min_rows)]
            record.places[key] = list(range(spec.min_rows))
    return record


def apply_row_operation(raw: RawRecord, operation: str) -> RawRecord:
    """A copy of ``raw`` after a row button: ``add:lines``, ``remove:lines:0`` or ``copy:lines:0``, where the number is
    the row's index in the names of the page. An operation on a row or table that was not posted changes nothing."""
    verb, _, rest = operation.partition(":")
    table, _, index = rest.partition(":")
    result = RawRecord(raw, raw.places)
    if verb not in OPERATIONS or table not in result.places:
        return result
    rows, places = list(raw[table]), result.places[table]
    fresh = max(places, default=-1) + 1
    if verb == "add":
        rows.append({})
        places.append(fresh)
    elif index.isascii() and index.isdecimal() and len(index) <= 6 and int(index) in places:
        position = places.index(int(index))
        if verb == "remove":
            del rows[position], places[position]
        else:
            rows.insert(position + 1, {key: value for key, value in rows[position].items() if key != "id"})
            places.insert(position + 1, fresh)
    result[table] = rows
    return result


def without_blank_rows(form: CompiledForm, raw: RawRecord) -> RawRecord:
    """A copy of ``raw`` less the new rows in which nothing was filled in; for a submission, not while filling."""
    result = RawRecord(raw, raw.places)
    for table in form.rows:
        if table not in result.places:
            continue
        pairs = zip(raw[table], raw.places[table], strict=True)
        kept = [(row, place) for row, place in pairs if not _blank(form, table, row)]
        result[table] = [row for row, _ in kept]
        result.places[table] = [place for _, place in kept]
    return result


def blank_rows(form: CompiledForm, raw: RawRecord) -> frozenset[str]:
    """The places, such as ``lines[1]``, of new rows in which nothing was filled in."""
    return frozenset(
        f"{table}[{at}]"
        for table in form.rows
        for at, row in enumerate(raw.get(table) or ())
        if table in raw.places and _blank(form, table, row)
    )


def _blank(form: CompiledForm, table: str, row: dict[str, Any]) -> bool:
    """Whether a row is new and empty; a box that was left alone says "false" by itself."""
    return all(
        value in ("", None, []) or (value == "false" and form.rows[table][key].spec.type_key() == "yesno")
        for key, value in row.items()
    )
