"""Changing a draft: an operation, undo, redo, going back to a step; each in the caller's transaction, each a row of the log."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dougong import clock
from dougong.db import Tx
from dougong.drafts import log
from dougong.drafts.apply import Applied, apply, inverse
from dougong.drafts.clash import asks, clashes, followed, writes
from dougong.drafts.history import Entry, Kind, Row, Stack, stack, standing
from dougong.drafts.labels import Label, label
from dougong.drafts.operations import AnyOperation, Set, same
from dougong.drafts.renaming import Renamer
from dougong.drafts.store import Draft, find_draft, save, text_of
from dougong.errors import Conflict
from dougong.spec.model import App
from dougong.spec.rename import rename as rewriting

MERGED = timedelta(seconds=2)
"""Within it, setting the same property again goes on with the step."""


@dataclass(frozen=True, slots=True)
class Done:
    """The draft after a change, and the rows of the log it wrote: none when it changed nothing."""

    draft: Draft
    entries: tuple[Entry, ...]


@dataclass(slots=True)
class _Edit:
    """One person changing one draft, locked, in one transaction."""

    tx: Tx
    draft: Draft
    person: int | None
    renamer: Renamer
    app: App
    token: str = ""
    now: datetime = field(default_factory=clock.now)
    entries: list[Entry] = field(default_factory=list)

    @property
    def rev(self) -> int:
        return self.draft.rev + len(self.entries)

    def tried(self, operation: AnyOperation, since: Sequence[Entry], force: bool) -> Applied:
        """The operation applied to the draft as it is now; raises Conflict with whom it met."""
        left = standing(since)
        theirs = [entry for entry in left if entry.person != self.person]
        operation = followed(operation, [entry.operation for entry in left])
        try:
            applied = apply(self.app, operation, self.renamer, force)
        except Conflict as conflict:
            raise _met(conflict, theirs) from None
        if not force:
            _refuse_clash(applied, theirs)
        return applied

    def keep(self, applied: Applied, step: int, kind: Kind, named: Label | None = None) -> None:
        """Write the row; ``step`` 0 begins a new step."""
        called = named or label(self.app, applied.app, applied.operation)
        seq = self.rev + 1
        token = "" if self.entries else self.token
        entry = log.append(
            self.tx, self.draft.id, seq, step or seq, kind, self.person, self.now, applied.operation, called, token
        )
        self.entries.append(entry)
        self.app = applied.app

    def finished(self, text: str = "") -> Done:
        """Everything stored; ``text`` is that of the app, where it is known."""
        if not self.entries:
            return Done(self.draft, ())
        saved = save(self.tx, self.draft, text or text_of(self.app), self.rev, self.person)
        return Done(saved, tuple(self.entries))


def operate(
    tx: Tx, app: str, operation: AnyOperation, person: int | None, base_rev: int, renamer: Renamer = rewriting,
    token: str = "",
) -> Done:  # fmt: skip
    """Change the open draft of ``app``. ``base_rev`` is the rev the person saw: what others did to the same thing since is
    a Conflict (``at``, ``person``, ``step``, ``mine``, ``theirs``), what they did elsewhere is not. A ``token`` sent again
    changes nothing. Raises Refused, NotFound."""
    edit, done = _begun(tx, app, person, renamer, token)
    if done:
        return done
    if not 0 <= base_rev <= edit.rev:
        raise Conflict("drafts.unknown_rev", at="", rev=edit.rev)
    since = log.met_since(tx, edit.draft.id, base_rev, person)
    applied = edit.tried(operation, since, force=False)
    text = text_of(applied.app)
    if text == edit.draft.text:
        return Done(edit.draft, ())
    before = log.last_of(tx, edit.draft.id, person)
    merged = _merged(before, applied.operation, edit, since)
    if merged is not None and before is not None:
        edit.keep(Applied(applied.app, merged, inverse(merged)), before.step, "do", before.label)
    else:
        edit.keep(applied, 0, "do")
    return edit.finished(text)


def undo(
    tx: Tx, app: str, person: int | None, renamer: Renamer = rewriting, force: bool = False, token: str = ""
) -> Done:
    """Take back the person's newest step. Raises Conflict when somebody else has changed what it did (then nothing is
    changed; ``force`` takes it back all the same, ``pass_over`` leaves it for good), or when there is nothing to undo."""
    edit, done = _begun(tx, app, person, renamer, token)
    if done:
        return done
    steps = _stack(edit).undo
    if not steps:
        raise Conflict("drafts.nothing_to_undo", at="")
    _take_back(edit, steps[0], "undo", force)
    return edit.finished()


def redo(
    tx: Tx, app: str, person: int | None, renamer: Renamer = rewriting, force: bool = False, token: str = ""
) -> Done:
    """Do again the step the person undid last; raises as ``undo``."""
    edit, done = _begun(tx, app, person, renamer, token)
    if done:
        return done
    steps = _stack(edit).redo
    if not steps:
        raise Conflict("drafts.nothing_to_redo", at="")
    _take_back(edit, steps[0], "redo", force)
    return edit.finished()


def goto(tx: Tx, app: str, person: int | None, step: int, renamer: Renamer = rewriting, token: str = "") -> Done:
    """Make the person's own steps up to ``step`` stand and those after it not, as far as they can be undone and redone;
    others' steps stay. Raises as ``undo``, then nothing is changed."""
    edit, done = _begun(tx, app, person, renamer, token)
    if done:
        return done
    steps = _stack(edit)
    for row in steps.undo:
        if row.step > step:
            _take_back(edit, row, "undo", force=False)
    for row in steps.redo:
        if row.step <= step:
            _take_back(edit, row, "redo", force=False)
    return edit.finished()


def pass_over(tx: Tx, app: str, person: int | None, step: int, token: str = "") -> Done:
    """Leave the person's step as others have changed it: it is neither undone nor redone any more. Raises Conflict when it
    is none of his."""
    edit, done = _begun(tx, app, person, rewriting, token)
    if done:
        return done
    steps = _stack(edit)
    row = next((row for row in (*steps.undo, *steps.redo) if row.step == step), None)
    found = log.at(tx, edit.draft.id, row.seq) if row else None
    if found is None:
        raise Conflict("drafts.nothing_to_undo", at="")
    edit.keep(Applied(edit.app, found.operation, found.operation), step, "passed", found.label)
    return edit.finished()


def _begun(tx: Tx, app: str, person: int | None, renamer: Renamer, token: str) -> tuple[_Edit, Done | None]:
    draft = find_draft(tx, app, lock=True)
    sent = log.sent(tx, draft.id, token)
    return _Edit(tx, draft, person, renamer, draft.spec, token), Done(draft, (sent,)) if sent else None


def _stack(edit: _Edit) -> Stack:
    return stack(log.rows(edit.tx, edit.draft.id, edit.person), edit.person)


def _take_back(edit: _Edit, row: Row, kind: Kind, force: bool) -> None:
    """Undo or redo a step: both are the inverse of what its last row did."""
    entry = log.at(edit.tx, edit.draft.id, row.seq)
    assert entry is not None
    since = log.met_since(edit.tx, edit.draft.id, row.seq, edit.person)
    try:
        applied = edit.tried(inverse(entry.operation), since, force)
    except Conflict as conflict:
        conflict.params["undoes"] = row.step
        raise
    edit.keep(applied, row.step, kind, entry.label)


def _merged(before: Entry | None, done: AnyOperation, edit: _Edit, since: Sequence[Entry]) -> Set | None:
    """The two settings of one property as one, when the second came soon enough after the first."""
    if before is None or before.kind != "do" or edit.now - before.at > MERGED:
        return None
    first = before.operation
    if not (isinstance(first, Set) and isinstance(done, Set)):
        return None
    if (first.place, first.property) != (done.place, done.property):
        return None
    later = log.met_since(edit.tx, edit.draft.id, before.seq, edit.person)
    if any(clashes(writes(entry.operation), asks(done)) for entry in later):
        return None
    return Set(
        place=done.place, property=done.property, value=done.value, before=first.before, after=done.after,
        was_after=first.was_after,
    )  # fmt: skip


def _refuse_clash(applied: Applied, theirs: Sequence[Entry]) -> None:
    done, mine = applied.operation, asks(applied.operation)
    if isinstance(done, Set) and same(done.value, done.before):
        return  # both want the same
    for entry in reversed(theirs):
        if at := clashes(mine, writes(entry.operation)):
            params = {"mine": done.value, "theirs": done.before} if isinstance(done, Set) else {}
            raise _met(Conflict("drafts.changed", at=at, **params), [entry])


def _met(conflict: Conflict, theirs: Sequence[Entry]) -> Conflict:
    """The conflict with who did what it met, where the log says."""
    place = str(conflict.params.get("at", ""))
    for entry in reversed(theirs):
        if clashes(frozenset({place}), writes(entry.operation)):
            who = {"person": entry.person, "step": entry.step, "when": entry.at}
            return Conflict(conflict.code, **conflict.params, **who)
    return conflict
