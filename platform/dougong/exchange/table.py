"""A table file (CSV, TSV, XLSX, XLS, ODS) → a header and rows of cells; texts stay texts, 00501 stays 00501."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import python_calamine

from dougong.errors import Problem, Refused

MOST_COLUMNS = 2000
_DELIMITERS = ",;\t|"
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")


@dataclass(frozen=True)
class Sheet:
    """A table: ``header`` texts, then ``rows`` as (line in the file counted from 1, cells as text)."""

    name: str
    header: tuple[str, ...]
    rows: Sequence[tuple[int, Sequence[str]]]


def read_table(path: Path, sheet: str = "", encoding: str = "") -> Sheet:
    """Read a file; raises Refused when it is no table, has no header, or its text cannot be decoded."""
    if path.suffix.lower() in _WORKBOOKS:
        return _with_header(path.name, _workbook_rows(path, sheet))
    text = decode(path.read_bytes(), path.name, encoding)
    return _with_header(path.name, _csv_rows(text, path.name))


def decode(content: bytes, name: str, encoding: str = "") -> str:
    """Text of a file: as told, by its byte order mark, as UTF-8, else as GB 18030."""
    marks = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
    marked = next((found for mark, found in marks.items() if content.startswith(mark)), None)
    for candidate in filter(None, (encoding, marked, "utf-8", "gb18030")):
        try:
            return content.decode(candidate)
        except (ValueError, LookupError):  # not these letters, not an encoding, not even a name of one
            continue
    raise Refused([Problem("load.bad_encoding", source=name)])


def _csv_rows(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(1 << 24)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise Refused([Problem("load.bad_csv", params={"reason": str(error)}, source=name)]) from error


def delimiter_of(text: str) -> str:
    """The sign that cuts the first lines into the most columns, and into equally many."""
    sample = [line for line in text[:20_000].splitlines()[:20] if line.strip()]

    def weight(sign: str) -> tuple[int, int]:
        counts = [len(row) for row in csv.reader(sample, delimiter=sign)] if sample else [0]
        return (int(min(counts) > 1 and min(counts) == max(counts)), counts[0] if counts else 0)

    return max(_DELIMITERS, key=weight)


def _workbook_rows(path: Path, sheet: str) -> Iterator[tuple[int, list[str]]]:
    try:
        workbook = python_calamine.CalamineWorkbook.from_path(str(path))
        name = sheet or workbook.sheet_names[0]
        rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except Exception as error:  # the reader raises many kinds for broken files, and all mean the same to a person
        raise Refused([Problem("load.bad_workbook", source=path.name)]) from error
    for number, cells in enumerate(rows, 1):
        yield number, [cell_text(cell) for cell in cells]


def cell_text(cell: Any) -> str:
    """What a typed cell says: whole numbers without a point, dates as ISO, yes and no as true and false."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)


def _with_header(name: str, rows: Iterator[tuple[int, list[str]]]) -> Sheet:
    """The first row with anything in it is the header; rows with nothing in them are passed over."""
    filled = ((line, cells) for line, cells in rows if any(cell.strip() for cell in cells))
    first = next(filled, None)
    if first is None:
        raise Refused([Problem("load.no_header", source=name)])
    header = tuple(cell.strip() for cell in first[1])
    if len(header) > MOST_COLUMNS:
        raise Refused([Problem("load.too_many_columns", params={"most": MOST_COLUMNS}, source=name)])
    return Sheet(name, header, list(filled))
