"""What a form posted: which button, the raw values, files that came along, and what tells one submission from another."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from dougong import clock
from dougong import files as store
from dougong.errors import DougongError, Problem, Refused
from dougong.forms import RawRecord, apply_row_operation, bind
from dougong.pages import me, wired
from dougong_runtime.filling import Filling

UPLOAD = ".upload"
MOST_ROWS = 2000
"""Rows of all sub-tables of a page together; no single one may be given a higher limit."""
_UNSAID = frozenset({"csrf_token", "_seen", "_default", "_base", "_key", "_judged", "back"})
"""Names that say nothing about the record."""


@dataclass
class Posted:
    """The raw values of a page with the files that came in this very request, and what was wrong with those."""

    raw: RawRecord
    problems: list[Problem] = field(default_factory=list)
    digests: dict[str, list[str]] = field(default_factory=dict)

    @property
    def payload(self) -> dict[str, Any]:
        """What two submissions are compared by: every text that was posted, and every file by its content."""
        said = {name: request.form.getlist(name) for name in request.form if name not in _UNSAID}
        return {"form": said, "files": self.digests}


def refuse_endless() -> None:
    """Refuse a page of more rows than any form may have, before each of them costs time to bind and to draw."""
    rows = {tuple(name.split("-", 2)[:2]) for name in request.form if name.count("-") > 1}
    if len(rows) > MOST_ROWS:
        raise RequestEntityTooLarge


def redraws() -> bool:
    """Whether the page only wants to be drawn again: a row button, or the update button."""
    return "_row" in request.form or "_refresh" in request.form


def read_posted(filling: Filling) -> Posted:
    """Bind the page. Files are kept at once and in transactions of their own, so that a refusal does not lose them."""
    refuse_endless()
    form = filling.live.form
    plain = bind(form, request.form)
    posted = Posted(plain)
    taken: dict[str, list[str]] = {}
    for name in request.files:
        path = _file_path(filling, name)
        if path is None:
            continue
        for upload in request.files.getlist(name):
            if upload.filename:
                _take(posted, name.removesuffix(UPLOAD), _place(plain, name), upload, taken)
    if taken:
        posted.raw = bind(form, request.form, taken)
    if "_row" in request.form:
        posted.raw = apply_row_operation(posted.raw, request.form["_row"])
    return posted


def keep_file(stream: Any, name: str) -> tuple[store.Upload, str]:
    """Receive and register one file; returns it with the SHA-256 of its content. Raises TooLarge or Refused."""
    wires, person = wired(), me()
    received = store.receive(wires.shelf, stream, wires.settings.max_upload_mb << 20)
    ref = wires.database.write(
        lambda tx: store.register(tx, wires.shelf, received, name, person.id, clock.now())
    )  # fmt: skip
    return store.Upload(ref, person.id, None, None, None), received[2]


def _take(posted: Posted, name: str, place: str, upload: Any, taken: dict[str, list[str]]) -> None:
    try:
        kept, digest = keep_file(upload.stream, upload.filename)
    except Refused as refused:
        posted.problems += [Problem(each.code, place, each.params) for each in refused.problems]
    except DougongError as error:
        posted.problems.append(Problem(error.code, place, error.params))
    else:
        taken.setdefault(name, []).append(kept.ref.id)
        posted.digests.setdefault(name, []).append(digest)


def _file_path(filling: Filling, name: str) -> str | None:
    """The path of the file field a part belongs to, None for what this person may not fill in here."""
    parts = name.removesuffix(UPLOAD).split("-")
    path = f"{parts[0]}.{parts[2]}" if len(parts) == 3 else parts[0]
    if not name.endswith(UPLOAD) or parts[0] not in filling.edit:
        return None
    try:
        compiled = filling.live.form.field(path)
    except KeyError:
        return None
    return path if compiled.spec.type_key() == "file" else None


def _place(raw: RawRecord, name: str) -> str:
    """``lines-4-photo.upload`` → ``lines[1].photo``, as problems name it."""
    parts = name.removesuffix(UPLOAD).split("-")
    if len(parts) != 3:
        return parts[0]
    places: Mapping[str, list[int]] = raw.places
    indices = [str(index) for index in places.get(parts[0], [])]
    return f"{parts[0]}[{indices.index(parts[1])}].{parts[2]}" if parts[1] in indices else parts[0]
