"""A record on paper: as it was last written, by the form of the revision it was written under."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from dougong.flows.log import find_instance
from dougong.forms import FormPage
from dougong.records import RecordDesk, Visit, read
from dougong.records.load import load
from dougong.tables import LiveForm
from dougong_runtime.record_page import Tag, body, heading, lines_of, seal, status, submitter, title_of
from dougong_runtime.record_timeline import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintPage:
    """A record to print; ``back`` leads to its page."""

    heading: str
    number: str
    title: str
    status: Tag | None
    seal: Tag | None
    by: str
    department: str
    at: datetime
    printed: datetime
    body: FormPage
    lines: tuple[Line, ...]
    version: int
    back: str


def print_page(visit: Visit, live: LiveForm, id: int) -> PrintPage:
    """The page. Raises NotFound."""
    then, desk = _then(visit, live, id), RecordDesk(visit)
    record = read(visit, then, id, desk)
    instance = find_instance(visit, live, id)
    by, department = submitter(desk, record)
    app, _, form = live.ref.partition(".")
    return PrintPage(
        heading=heading(then, visit.language), number=record.number, title=title_of(then, record, visit.language),
        status=status(then, record, visit.language), seal=seal(record, visit.language, instance), by=by,
        department=department, at=record.values["created_at"], printed=visit.now,
        body=body(visit, then, desk, record, load(visit.tx, then, [id])[id], frozenset()),
        lines=lines_of(visit, desk, instance, id), version=record.version,
        back=url_for("runtime.record", app=app, form=form, id=id),
    )  # fmt: skip


def _then(visit: Visit, live: LiveForm, id: int) -> LiveForm:
    """The form the record was last written under. Raises NotFound for a record this person may not read."""
    revision = read(visit, live, id).values["revision"]
    return live if revision == live.revision else visit.forms.form_at(live.ref, revision)
