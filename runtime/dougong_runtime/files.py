"""Files: uploaded one by one for a field, opened again by whoever may read what they belong to."""

from dataclasses import dataclass

from flask import Blueprint, Response, request, send_file
from werkzeug.exceptions import BadRequest

from dougong.errors import NotFound, Problem, Refused
from dougong.fields.base import Invalid
from dougong.fields.file import File
from dougong.files import Upload, find
from dougong.forms import FileSlot, file_slot
from dougong.pages import me, reader_of, reading, wired
from dougong.records import RecordDesk, Visit, read
from dougong.records.judging import form_for
from dougong.tables import LiveForm
from dougong.web import guards, htmx
from dougong_runtime.asked_for import asked_field
from dougong_runtime.filling import addresses_of
from dougong_runtime.posted import keep_file

# Not PDF: browsers show none in a sealed-off page, so those are handed over as files.
_INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_SEALED = "default-src 'none'; sandbox; style-src 'unsafe-inline'; img-src 'self'"


@dataclass(frozen=True, slots=True)
class UploadPage:
    """A file that has just arrived, and the name of the input it belongs to."""

    file: FileSlot
    name: str


@guards.signed_in(writes=True)
def upload() -> Response:
    """Keep one file for a field, if the field takes its kind; answer the item that stands for it in the form."""
    field = reading(lambda visit: asked_field(visit, "file"))
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise BadRequest
    kept, _ = keep_file(sent.stream, sent.filename)
    page = reading(lambda visit: _judged(visit, field.spec, kept.ref.id))
    return htmx.answer("runtime/form_file.html", page, block="item", status=201)


def _judged(visit: Visit, spec: object, id: str) -> UploadPage:
    assert isinstance(spec, File)
    desk = RecordDesk(visit)
    desk.prime([("file", id)])
    ref = desk.file(id)
    live = visit.forms.form(".".join(request.args["for"].split(".")[:2]))
    if ref is None:
        raise NotFound("files.not_found")
    try:
        spec.coerce([id], desk)
    except Invalid as wrong:
        raise Refused([Problem(wrong.code, "", wrong.params)]) from wrong
    slot = file_slot(id, reader_of(visit, desk), addresses_of(live))
    return UploadPage(slot, request.args.get("name", spec.key)[:200])


@guards.signed_in
def file(id: str) -> Response:
    """The bytes, as an attachment; pictures may be looked at, sealed off from everything else."""
    found = reading(lambda visit: _found(visit, id))
    stream = wired().shelf.open(id)
    inline = found.ref.media_type in _INLINE and "download" not in request.args
    response = send_file(
        stream, mimetype=found.ref.media_type if inline else "application/octet-stream", as_attachment=not inline,
        download_name=found.ref.name, max_age=0,
    )  # fmt: skip
    response.headers["Content-Security-Policy"] = _SEALED
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _found(visit: Visit, id: str) -> Upload:
    found = find(visit.tx, [id]).get(id)
    if found is None or not _may_open(visit, found):
        raise NotFound("files.not_found")
    return found


def _may_open(visit: Visit, found: Upload) -> bool:
    """An upload nobody claimed is its owner's; a claimed one belongs to whoever reads its field of its record."""
    if found.form is None or found.record_id is None or found.field is None:
        return found.owner_id == me().id
    live = visit.forms.form(found.form)
    held, key = form_for(visit, live, found.record_id), found.field.partition(".")[0]
    if key in live.form.fields:
        return key in read(visit, live, found.record_id).readable or held.older(key) in _readable(visit, held, found.record_id)
    return key in _readable(visit, held, found.record_id)  # a field that only the running approval's form still has


def _readable(visit: Visit, held: LiveForm, record: int) -> frozenset[str]:
    """What may be read of a record by the older form its running approval holds on to."""
    return read(visit, held, record).readable if held.now is not None else frozenset()


def routes(blueprint: Blueprint) -> None:
    """``/files`` and ``/files/<id>``."""
    blueprint.add_url_rule("/files", "upload", upload, methods=["POST"])
    blueprint.add_url_rule("/files/<id>", "file", file, methods=["GET"])
