"""Reading and writing the log of a draft."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, insert, or_, select, true
from sqlalchemy import Row as Selected

from dougong.db import Tx
from dougong.drafts.history import Entry, Kind, Row
from dougong.drafts.labels import Label
from dougong.drafts.operations import AnyOperation, as_text, stored
from dougong.drafts.tables import draft_operation as log

_HEAD = (log.c.seq, log.c.step, log.c.kind, log.c.person_id, log.c.at)


def rows(tx: Tx, draft: int, person: int | None = None) -> list[Row]:
    """The log without what was done, oldest first; of one person when said."""
    query = select(*_HEAD).where(log.c.draft_id == draft).order_by(log.c.seq)
    if person is not None:
        query = query.where(log.c.person_id == person)
    return [Row(each.seq, each.step, each.kind, each.person_id, each.at) for each in tx.conn.execute(query)]


def since(tx: Tx, draft: int, seq: int) -> list[Entry]:
    """The rows after ``seq``, oldest first."""
    return _after(tx, draft, seq, true())


def met_since(tx: Tx, draft: int, seq: int, person: int | None) -> list[Entry]:
    """Of the rows after ``seq`` what ``person`` may meet: what others did, and whatever gave a part another place."""
    return _after(tx, draft, seq, or_(log.c.person_id.is_distinct_from(person), log.c.verb.in_(("rename", "move"))))


def _after(tx: Tx, draft: int, seq: int, which: ColumnElement[bool]) -> list[Entry]:
    query = select(log).where(log.c.draft_id == draft, log.c.seq > seq, which).order_by(log.c.seq)
    return [_entry(each) for each in tx.conn.execute(query)]


def at(tx: Tx, draft: int, seq: int) -> Entry | None:
    """One row."""
    return _one(tx, draft, log.c.seq == seq)


def sent(tx: Tx, draft: int, token: str) -> Entry | None:
    """The row that a request with this token wrote."""
    return _one(tx, draft, log.c.token == token) if token else None


def last_of(tx: Tx, draft: int, person: int | None) -> Entry | None:
    """The newest row of a person."""
    query = select(log).where(log.c.draft_id == draft, log.c.person_id == person).order_by(log.c.seq.desc()).limit(1)
    found = tx.conn.execute(query).one_or_none()
    return _entry(found) if found else None


def newest(tx: Tx, draft: int, most: int) -> list[Entry]:
    """The newest rows, newest first."""
    found = tx.conn.execute(select(log).where(log.c.draft_id == draft).order_by(log.c.seq.desc()).limit(most))
    return [_entry(each) for each in found]


def labels(tx: Tx, draft: int, seqs: Iterable[int]) -> dict[int, Label]:
    """What some rows are called."""
    found = tx.conn.execute(select(log.c.seq, log.c.label).where(log.c.draft_id == draft, log.c.seq.in_(list(seqs))))
    return {each.seq: Label(**each.label) for each in found}


def append(
    tx: Tx, draft: int, seq: int, step: int, kind: Kind, person: int | None, now: datetime, operation: AnyOperation,
    label: Label, token: str = "",
) -> Entry:  # fmt: skip
    """One more row."""
    tx.conn.execute(
        insert(log).values(
            draft_id=draft, seq=seq, step=step, kind=kind, person_id=person,
            verb=str(operation.__struct_config__.tag), at=now, body=as_text(operation),
            label={"code": label.code, "params": label.params}, token=token or None,
        )
    )  # fmt: skip
    return Entry(seq, step, kind, person, now, operation, label)


def _one(tx: Tx, draft: int, which: ColumnElement[bool]) -> Entry | None:
    found = tx.conn.execute(select(log).where(log.c.draft_id == draft, which)).one_or_none()
    return _entry(found) if found else None


def _entry(row: Selected[tuple[object, ...]]) -> Entry:
    return Entry(row.seq, row.step, row.kind, row.person_id, row.at, stored(row.body), Label(**row.label))
