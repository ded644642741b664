"""The form of a draft as far as it can be used: drawn and evaluated like a published one, without tables of its own."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dougong.drafts.store import compiled, find_draft
from dougong.errors import NotFound
from dougong.fields.base import FileRef
from dougong.records import RecordDesk, Visit
from dougong.tables import LiveForm

_TRIAL = "trial"


def sketch(visit: Visit, app: str, form: str) -> LiveForm:
    """The form as the open draft has it; where no draft is open, as it is published. Raises NotFound."""
    try:
        draft = find_draft(visit.tx, app)
    except NotFound:
        return visit.forms.form(f"{app}.{form}")
    found = compiled(visit.tx, draft).forms.get(form)
    if found is None:
        raise NotFound("apps.form_not_found", form=f"{app}.{form}")
    nowhere: Any = None  # whoever draws or evaluates a form asks nothing of its tables
    return LiveForm(found, nowhere, 0)


class SketchDesk(RecordDesk):
    """The desk of a form that is only tried out: forms that are not published have no records, and a file is known by
    its name and size alone, for none is kept."""

    def prime(self, wanted: Iterable[tuple[str, str]]) -> None:
        super().prime((kind, raw) for kind, raw in wanted if self._known(kind))

    def prime_ids(self, people: Iterable[int], departments: Iterable[int], records: dict[str, set[int]]) -> None:
        super().prime_ids(people, departments, {form: ids for form, ids in records.items() if self._known(form)})

    def prime_files(self, ids: Iterable[str]) -> None:
        """None is kept, so none is looked up."""

    def _prime_files(self, ids: set[str]) -> None:
        """None is kept, so none is looked up."""

    def file(self, raw: str) -> FileRef | None:
        mark, _, rest = raw.partition(":")
        size, _, rest = rest.partition(":")
        media_type, _, name = rest.partition(":")
        known = mark == _TRIAL and size.isascii() and size.isdecimal() and len(size) < 16 and name
        return FileRef(raw, name, int(size), media_type) if known else None

    def _known(self, kind: str) -> bool:
        if "." not in kind:
            return kind != "file"
        try:
            self.visit.forms.form(kind)
        except NotFound:
            return False
        return True


def trial_files(files: Any, suffix: str) -> Mapping[str, Sequence[str]]:
    """Posted files by the name of their field, each as the text that ``SketchDesk`` takes for a file."""
    found: dict[str, list[str]] = {}
    for name in files:
        for upload in files.getlist(name) if name.endswith(suffix) else ():
            if upload.filename:
                size = upload.stream.seek(0, 2)
                text = f"{_TRIAL}:{size}:{upload.mimetype[:60]}:{upload.filename[-80:]}"
                found.setdefault(name.removesuffix(suffix), []).append(text)
    return found
