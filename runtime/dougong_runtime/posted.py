"""What a form posted: which button, the raw values, files that came along, and what tells one submission from another."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from dougong import clock
from dougong import files as store
from dougong.errors import DougongError, Problem, Refused
from dougong.forms import RawRecord, apply_row_operation, bind
from dougong.pages import me, reading, wired
from dougong.records import Visit
from dougong.spec.compiled import CompiledForm
from dougong.tables import LiveForm
from dougong_runtime import untouched
from dougong_runtime.carrying import Carry, carry
from dougong_runtime.filling import Filling
from dougong_runtime.form_page import Alert, Left
from dougong_runtime.renewal import drawn_by, notice

UPLOAD = ".upload"
MOST_ROWS = 2000
"""Rows of all sub-tables of a page together; no single one may be given a higher limit."""
BASE = "_base"
"""The hidden inputs that say what each field held when the form was opened: ``key:mark``."""
LEFT = ("_left.title", "_left.text")
_MOST_LEFT = 5000
_UNSAID = frozenset({"csrf_token", "_seen", "_default", BASE, "_key", "_judged", "back", "_renewed", *LEFT})
"""Names that say nothing about the record."""
FillingOf = Callable[[Visit], Filling]


class Renewed(Exception):
    """The form was published anew while what was posted to it was being handled: bind it again."""


@dataclass
class Taken:
    """Files that came in this very request: their ids by the name of their input, their content, what was wrong."""

    ids: dict[str, list[str]] = field(default_factory=dict)
    digests: dict[str, list[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


@dataclass
class Posted:
    """The raw values of a page as form ``form`` of revision ``revision`` takes them.

    ``left`` is what was typed into fields there are no more; ``fits`` whether anything joined it just now. ``marks`` and
    ``bases`` are those of ``untouched`` and ``stale`` under the names of now; ``alert`` tells of a form that was
    published anew meanwhile.
    """

    form: CompiledForm
    revision: int
    raw: RawRecord
    marks: Mapping[str, str]
    bases: list[tuple[str, str]]
    taken: Taken = field(default_factory=Taken)
    left: tuple[Left, ...] = ()
    fits: bool = True
    alert: Alert | None = None

    @property
    def problems(self) -> list[Problem]:
        """What was wrong with the files."""
        return self.taken.problems

    @property
    def payload(self) -> dict[str, Any]:
        """What two submissions are compared by: every text that was posted, and every file by its content."""
        said = {name: request.form.getlist(name) for name in request.form if name not in _UNSAID}
        return {"form": said, "files": self.taken.digests}

    def still(self, live: LiveForm) -> None:
        """Raise Renewed unless ``live`` is what this was bound to."""
        if live.revision != self.revision:
            raise Renewed


def refuse_endless() -> None:
    """Refuse a page of more rows than any form may have, before each of them costs time to bind and to draw."""
    rows = {tuple(name.split("-", 2)[:2]) for name in request.form if name.count("-") > 1}
    if len(rows) > MOST_ROWS:
        raise RequestEntityTooLarge


def redraws() -> bool:
    """Whether the page only wants to be drawn again: a row button, the update button, or a search for a picker."""
    return not {"_row", "_refresh", "_find"}.isdisjoint(request.form)


def read_posted(filling_of: FillingOf) -> Posted:
    """Take the files of a page and bind it."""
    return bound(filling_of, take_files(filling_of))


def take_files(filling_of: FillingOf) -> Taken:
    """Keep the files that came along, at once and in transactions of their own, so that a refusal does not lose them."""
    refuse_endless()
    taken = Taken()
    sent = [(name, one) for name in request.files for one in request.files.getlist(name) if one.filename]
    if not sent:
        return taken
    form, keys = reading(lambda visit: _drawn(filling_of(visit)))
    plain = bind(form, request.form)
    for name, upload in sent:
        if _takes_file(form, keys, name):
            _take(taken, name.removesuffix(UPLOAD), _place(plain, name), upload)
    return taken


def bound(filling_of: FillingOf, taken: Taken) -> Posted:
    """The page as the form of now takes it, also when it was drawn by an older one."""
    return reading(lambda visit: _bound(filling_of(visit), taken))


def _bound(filling: Filling, taken: Taken) -> Posted:
    live, old = filling.live, drawn_by(filling)
    raw = bind(old.form if old else live.form, request.form, taken.ids)
    marks, bases, operation = untouched.posted_marks(request.form), _posted_bases(), request.form.get("_row", "")
    posted = Posted(live.form, live.revision, raw, marks, bases, taken, _posted_left())
    if old is not None:
        operation = _carried(posted, carry(filling, old, raw), operation)
    if operation:
        posted.raw = apply_row_operation(posted.raw, operation)
    return posted


def _carried(posted: Posted, carried: Carry, operation: str) -> str:
    """Take over what an older page said; defaults nobody changed and stored values nobody changed are not typed."""
    touched = untouched.touched(posted.raw, posted.marks)
    raw = untouched.without_untouched(posted.raw, posted.marks)
    for key in carried.unchanged(posted.bases):
        raw.pop(key, None)
        raw.places.pop(key, None)
    posted.raw = carried.record(raw)
    posted.marks = {now: posted.marks[name] for name in touched if (now := carried.name(name))}
    posted.bases = [(now, mark) for key, mark in posted.bases if (now := carried.name(key))]
    posted.fits = not carried.left
    posted.left = (*posted.left, *carried.left)
    posted.alert = notice(carried.filling, carried.old)
    return carried.operation(operation)


def _drawn(filling: Filling) -> tuple[CompiledForm, frozenset[str]]:
    """The form the page was drawn by, and the keys it lets be filled in."""
    old = drawn_by(filling)
    return (old.form, frozenset(old.form.fields)) if old else (filling.live.form, frozenset(filling.edit))


def _posted_bases() -> list[tuple[str, str]]:
    pairs = (str(text).rpartition(":") for text in request.form.getlist(BASE))
    return [(key, mark) for key, _, mark in pairs]


def _posted_left() -> tuple[Left, ...]:
    titles, texts = (request.form.getlist(name) for name in LEFT)
    pairs = zip(titles[:_MOST_LEFT], texts, strict=False)
    return tuple(dict.fromkeys(Left(title[:200], text) for title, text in pairs if text))


def keep_file(stream: Any, name: str) -> tuple[store.Upload, str]:
    """Receive and register one file; returns it with the SHA-256 of its content. Raises TooLarge or Refused."""
    wires, person = wired(), me()
    received = store.receive(wires.shelf, stream, wires.settings.max_upload_mb << 20)
    ref = wires.database.write(
        lambda tx: store.register(tx, wires.shelf, received, name, person.id, clock.now())
    )  # fmt: skip
    return store.Upload(ref, person.id, None, None, None), received[2]


def _take(taken: Taken, name: str, place: str, upload: Any) -> None:
    try:
        kept, digest = keep_file(upload.stream, upload.filename)
    except Refused as refused:
        taken.problems += [Problem(each.code, place, each.params) for each in refused.problems]
    except DougongError as error:
        taken.problems.append(Problem(error.code, place, error.params))
    else:
        taken.ids.setdefault(name, []).append(kept.ref.id)
        taken.digests.setdefault(name, []).append(digest)


def _takes_file(form: CompiledForm, keys: frozenset[str], name: str) -> bool:
    """Whether a part belongs to a file field this person may fill in here."""
    parts = name.removesuffix(UPLOAD).split("-")
    path = f"{parts[0]}.{parts[2]}" if len(parts) == 3 else parts[0]
    if not name.endswith(UPLOAD) or parts[0] not in keys:
        return False
    try:
        return form.field(path).spec.type_key() == "file"
    except KeyError:
        return False


def _place(raw: RawRecord, name: str) -> str:
    """``lines-4-photo.upload`` → ``lines[1].photo``, as problems name it."""
    parts = name.removesuffix(UPLOAD).split("-")
    if len(parts) != 3:
        return parts[0]
    places: Mapping[str, list[int]] = raw.places
    indices = [str(index) for index in places.get(parts[0], [])]
    return f"{parts[0]}[{indices.index(parts[1])}].{parts[2]}" if parts[1] in indices else parts[0]
