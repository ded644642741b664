"""Receive an upload, find it again, tie it to the record that claims it, sweep what nobody claimed."""

import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import IO, BinaryIO

from sqlalchemy import delete, insert, select, update

from dougong.db import Tx
from dougong.errors import NotFound, Problem, Refused
from dougong.fields.base import FileRef
from dougong.files.media import media_type_of
from dougong.files.shelf import Shelf
from dougong.files.tables import stored_file

UNCLAIMED = timedelta(hours=24)
_CHUNK = 1000  # ids in one question


@dataclass(frozen=True, slots=True)
class Upload:
    """A stored file: whose it is and, once claimed, which record and field it belongs to."""

    ref: FileRef
    owner_id: int
    form: str | None
    record_id: int | None
    field: str | None


def receive(shelf: Shelf, stream: IO[bytes], limit: int) -> tuple[str, int, str]:
    """Keep the bytes of an upload, before any transaction; returns (new id, bytes, SHA-256)."""
    id = secrets.token_hex(16)
    size, digest = shelf.put(id, stream, limit)
    return id, size, digest


def register(tx: Tx, shelf: Shelf, received: tuple[str, int, str], name: str, owner_id: int, now: datetime) -> FileRef:
    """Remember received bytes under a cleaned name, typed by their content; refuses an empty file."""
    id, size, digest = received
    if size == 0:
        shelf.drop(id)
        raise Refused([Problem("files.empty", "", {"name": name})])
    with shelf.open(id) as stream:
        kind = media_type_of(stream.read(4096), name)
    ref = FileRef(id, clean_name(name), size, kind)
    tx.conn.execute(
        insert(stored_file).values(
            id=id, name=ref.name, size=size, media_type=kind, sha256=digest, owner_id=owner_id, created_at=now
        )
    )
    return ref


def find(tx: Tx, ids: Iterable[str]) -> dict[str, Upload]:
    """Stored files by id, those that exist."""
    wanted, found = list(ids), dict[str, Upload]()
    for start in range(0, len(wanted), _CHUNK):
        some = wanted[start : start + _CHUNK]
        for row in tx.conn.execute(select(stored_file).where(stored_file.c.id.in_(some))):
            ref = FileRef(row.id, row.name, row.size, row.media_type)
            found[row.id] = Upload(ref, row.owner_id, row.form, row.record_id, row.field)
    return found


def open_upload(tx: Tx, shelf: Shelf, id: str) -> tuple[Upload, BinaryIO]:
    """A file and its bytes; raises NotFound. Whether the person may have it is the caller's question."""
    found = find(tx, [id]).get(id)
    if found is None:
        raise NotFound("files.not_found")
    return found, shelf.open(id)


def attach(tx: Tx, ids: Iterable[str], form: str, record_id: int, field: str) -> list[str]:
    """Tie files to a field of a record; those that belong to a record already stay where they are. Returns the ids that
    belong to another record, or to nobody: what this record may not hold."""
    wanted = list(ids)
    c = stored_file.c
    tx.conn.execute(
        update(stored_file)
        .where(c.id.in_(wanted), c.record_id.is_(None))
        .values(form=form, record_id=record_id, field=field)
    )
    own = select(c.id).where(c.id.in_(wanted), c.form == form, c.record_id == record_id)
    held = set(tx.conn.execute(own).scalars())
    return [id for id in wanted if id not in held]


def sweep(tx: Tx, shelf: Shelf, now: datetime) -> int:
    """Forget uploads that no record claimed within a day; returns how many. What is claimed meanwhile stays."""
    c = stored_file.c
    old = delete(stored_file).where(c.record_id.is_(None), c.created_at < now - UNCLAIMED).returning(c.id)
    ids = list(tx.conn.execute(old).scalars())
    for id in ids:
        tx.after_commit(partial(shelf.drop, id))
    return len(ids)


def clean_name(name: str) -> str:
    """A file name without folders, control or direction characters, at most 120 letters; never empty."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(c for c in last if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp")).strip(" .")
    if len(kept) > 120:
        stem, dot, ending = kept.rpartition(".")
        kept = f"{stem[: 119 - len(ending)]}.{ending}" if dot and len(ending) <= 10 else kept[:120]
    return kept or "file"
