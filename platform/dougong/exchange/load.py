"""Load a table into a form: the same door and the same verdicts as every other write, in batches, all or nothing."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dougong import audit
from dougong.errors import Forbidden, Problem, Refused
from dougong.exchange.columns import Target, match_columns
from dougong.exchange.table import Sheet
from dougong.records import Create, RecordDesk, Visit, judge_batch, store_batch
from dougong.tables import LiveForm

BATCH = 1000
MOST_PROBLEMS = 200

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did: records stored, rows read, notices (a rounding, a value dropped) counted."""

    records: int
    rows: int
    notices: int


@dataclass
class _Pending:
    """One record to be, with the lines of the file its cells stand on."""

    values: dict[str, Any] = field(default_factory=dict)
    history: dict[str, Any] = field(default_factory=dict)
    line: int = 0
    row_lines: dict[str, list[int]] = field(default_factory=dict)


def load_table(
    visit: Visit, live: LiveForm, sheet: Sheet, history: bool = False, start_flow: bool = False,
    progress: Progress | None = None,
) -> Loaded:  # fmt: skip
    """Load every row; raises Refused with the first 200 problems by line and column, and then nothing is stored.

    ``history`` lets columns bring number, status and dates along (admins only). ``progress`` hears (rows done, of all).
    """
    if not visit.view(live).may("create"):
        raise Forbidden("access.may_not_create", title=live.form.spec.title)
    targets = match_columns(live.form, sheet, history)
    desk = RecordDesk(visit)
    problems: list[Problem] = []
    stored = rows = notices = 0
    for batch in _batches(_records(sheet, targets)):
        changes = [Create(p.values, start_flow=start_flow, history=p.history) for p in batch]
        prepared = judge_batch(visit, live, changes, desk)
        many = len(changes) > 1
        for pending, one in zip(batch, prepared, strict=True):
            problems += [_placed(p, pending, targets, sheet.name, many) for p in one.problems]
            notices += len(one.notices)
        if not problems:
            stored += len(store_batch(visit, live, prepared))
        rows = max(rows, *(max([p.line, *(line for each in p.row_lines.values() for line in each)]) for p in batch))
        if progress:
            progress(min(rows, len(sheet.rows)), len(sheet.rows))
        if len(problems) >= MOST_PROBLEMS:
            break
    if problems:
        raise Refused(problems[:MOST_PROBLEMS])
    audit.note(visit.tx, visit.now, visit.actor.id, visit.door, "record.loaded", live.ref, stored, file=sheet.name)
    return Loaded(stored, len(sheet.rows), notices)


def _records(sheet: Sheet, targets: Sequence[Target | None]) -> Iterator[_Pending]:
    """Rows of the table as records: one each, or those of one group together."""
    group = next((i for i, target in enumerate(targets) if target and target.kind == "group"), None)
    if group is None:
        for line, cells in sheet.rows:
            pending = _Pending(line=line)
            _fill(pending, line, cells, targets)
            yield pending
        return
    last: str | None = None
    current: _Pending | None = None
    for line, cells in sheet.rows:
        name = cells[group].strip() if group < len(cells) else ""
        if current is None or name != last:
            if current is not None:
                yield current
            current, last = _Pending(line=line), name
        _fill(current, line, cells, targets)
    if current is not None:
        yield current


def _fill(pending: _Pending, line: int, cells: Sequence[str], targets: Sequence[Target | None]) -> None:
    """Put the cells of one line where they belong; a blank cell says nothing, so that a default can."""
    inner: dict[str, dict[str, Any]] = {}
    for target, cell in zip(targets, cells, strict=False):
        if target is None or not cell.strip() or target.kind == "group":
            continue
        if target.kind == "history":
            pending.history.setdefault(target.key, cell)
        elif target.table:
            inner.setdefault(target.table, {})[target.key] = cell
        else:
            pending.values.setdefault(target.key, cell)
    for table, row in inner.items():
        pending.values.setdefault(table, []).append(row)
        pending.row_lines.setdefault(table, []).append(line)


def _batches(records: Iterator[_Pending]) -> Iterator[list[_Pending]]:
    batch: list[_Pending] = []
    for pending in records:
        batch.append(pending)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _placed(problem: Problem, pending: _Pending, targets: Sequence[Target | None], source: str, many: bool) -> Problem:
    """The problem at its line and column of the file."""
    place = problem.at.partition("]")[2].lstrip(".") if many else problem.at
    table, _, column = place.rpartition("].")
    line, key, outer = pending.line, place, ""
    if table:
        outer, _, index = table.partition("[")
        lines = pending.row_lines.get(outer, [])
        line, key = (lines[int(index)] if int(index) < len(lines) else line), column
    found = next((i for i, t in enumerate(targets, 1) if t and t.key == key and t.table == outer), None)
    return replace(problem, at=place, line=line, column=found, source=source)
