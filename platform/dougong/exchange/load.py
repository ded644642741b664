"""Load a table into a form: the same door and the same verdicts as every other write, in batches, all or nothing."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
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


@dataclass(slots=True)
class _Pending:
    """One record to be, with the lines of the file its cells stand on."""

    values: dict[str, Any] = field(default_factory=dict)
    history: dict[str, Any] = field(default_factory=dict)
    line: int = 0
    last_line: int = 0
    row_lines: dict[str, list[int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


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
    load = _Load(visit, live, sheet, targets, start_flow, progress)
    with _calm():
        for batch in _batches(_records(sheet, targets)):
            load.store(batch)
            if len(load.problems) >= MOST_PROBLEMS:
                break
    if load.problems:
        raise Refused(load.problems[:MOST_PROBLEMS])
    stored = load.stored
    audit.note(visit.tx, visit.now, visit.actor.id, visit.door, "record.loaded", live.ref, stored, file=sheet.name)
    return Loaded(stored, len(sheet.rows), load.notices)


@contextmanager
def _calm() -> Iterator[None]:
    """Collect garbage seldom: a load makes thousands of objects for each batch and lets all of them go, none in circles,
    and looking through them and the whole table again and again would take a tenth of its time."""
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(100_000, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


@dataclass
class _Load:
    """A load on its way: batches stored as long as nothing is wrong, judged only from then on."""

    visit: Visit
    live: LiveForm
    sheet: Sheet
    targets: Sequence[Target | None]
    start_flow: bool
    progress: Progress | None
    problems: list[Problem] = field(default_factory=list)
    stored: int = 0
    notices: int = 0

    def __post_init__(self) -> None:
        self.desk = RecordDesk(self.visit)

    def store(self, batch: Sequence[_Pending]) -> None:
        """Judge a batch, and store it unless anything was wrong in it or before it."""
        changes = [Create(p.values, start_flow=self.start_flow, history=p.history) for p in batch]
        prepared = judge_batch(self.visit, self.live, changes, self.desk)
        for pending, one in zip(batch, prepared, strict=True):
            self.problems += pending.problems
            if one.problems:
                placed = (_placed(p, pending, self.targets, self.sheet.name, len(batch) > 1) for p in one.problems)
                self.problems += placed
            self.notices += len(one.notices)
        if not self.problems:
            self.stored += len(store_batch(self.visit, self.live, prepared))
        if self.progress:
            self.progress(min(batch[-1].last_line, len(self.sheet.rows)), len(self.sheet.rows))


def _records(sheet: Sheet, targets: Sequence[Target | None]) -> Iterator[_Pending]:
    """Rows of the table as records: one each, or those of one group together."""
    if all(target and target.kind == "field" and not target.table for target in targets):
        yield from _plain_records(sheet, [target.key for target in targets if target])
        return
    group = next((i for i, target in enumerate(targets) if target and target.kind == "group"), None)
    fill = _Filling(sheet, targets)
    last: str | None = None
    current: _Pending | None = None
    for line, cells in sheet.rows:
        name = None if group is None else cells[group].strip() if group < len(cells) else ""
        if current is None or name is None or name != last:
            if current is not None:
                yield current
            current, last = _Pending(line=line), name
        fill(current, line, cells)
    if current is not None:
        yield current


def _plain_records(sheet: Sheet, keys: Sequence[str]) -> Iterator[_Pending]:
    """The same for a table that is nothing but fields of the record itself."""
    fill: _Filling | None = None
    for line, cells in sheet.rows:
        if len(cells) > len(keys):
            fill = fill or _Filling(sheet, [Target("field", key) for key in keys])
            pending = _Pending(line=line)
            fill(pending, line, cells)
            yield pending
        else:
            filled = zip(keys, cells, strict=False)
            yield _Pending({key: cell for key, cell in filled if cell and not cell.isspace()}, {}, line, line)


@dataclass(slots=True)
class _Filling:
    """Puts the cells of a line where they belong; a blank cell says nothing, so that a default can."""

    sheet: Sheet
    targets: Sequence[Target | None]

    def __call__(self, pending: _Pending, line: int, cells: Sequence[str]) -> None:
        pending.last_line = line
        inner: dict[str, dict[str, Any]] = {}
        for column, cell in enumerate(cells):
            if not cell or cell.isspace():
                continue
            if column >= len(self.targets):
                pending.problems.append(self._problem("load.cell_without_column", line, column, cell))
                continue
            target = self.targets[column]
            if target is None:
                continue
            if target.kind == "field" and not target.table:
                self._once(pending.values, target.key, cell, pending, line, column)
            elif target.kind == "field":
                inner.setdefault(target.table, {})[target.key] = cell
            elif target.kind == "history":
                self._once(pending.history, target.key, cell, pending, line, column)
        for table, row in inner.items():
            pending.values.setdefault(table, []).append(row)
            pending.row_lines.setdefault(table, []).append(line)

    def _once(
        self, into: dict[str, Any], key: str, cell: str, pending: _Pending, line: int, column: int
    ) -> None:
        """A value of the record itself: later lines of its group may leave it out or say it again, not say another."""
        if into.setdefault(key, cell) != cell:
            pending.problems.append(self._problem("load.group_differs", line, column, cell))

    def _problem(self, code: str, line: int, column: int, cell: str) -> Problem:
        header = self.sheet.header[column] if column < len(self.sheet.header) else ""
        params = {"header": header, "given": cell[:60]}
        return Problem(code, header, params, line=line, column=column + 1, source=self.sheet.name)


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
