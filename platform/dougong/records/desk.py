"""The desk of a visit: people, departments, records and files that values name, looked up once per batch."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from dougong.errors import NotFound
from dougong.fields.base import Department, FileRef, Invalid, Person, RecordRef
from dougong.files import Upload, find
from dougong.people.directory import Directory
from dougong.records.references import find_references, references_by_id
from dougong.records.visit import Visit
from dougong.tables import LiveForm


class RecordDesk:
    """Implements ``fields.Desk`` for one visit; ``prime`` fills it, the other verbs only read."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.zone: ZoneInfo = visit.organisation.zone
        self.currency = visit.organisation.currency
        self.language = visit.organisation.language
        self.directory = Directory(visit.tx, visit.language)
        self._records: dict[str, dict[str, list[RecordRef]]] = defaultdict(dict)
        self._by_id: dict[str, dict[int, RecordRef]] = defaultdict(dict)
        self._files: dict[str, FileRef] = {}
        self._uploads: dict[str, Upload] = {}
        self.judging: tuple[str, int] | None = None
        """The record (form, id; 0: a new one) whose values are judged: a file is then one's own upload that no record
        holds yet, or the record's own, and what the desk learned in order to show it does not count."""
        self.notices: list[tuple[str, dict[str, Any]]] = []

    # -- filling ------------------------------------------------------------------------------------------------------
    def prime(self, wanted: Iterable[tuple[str, str]]) -> None:
        """Look up pairs of (kind, raw text) as ``Field.wants`` gives them."""
        by_kind: dict[str, set[str]] = defaultdict(set)
        for kind, raw in wanted:
            by_kind[kind].add(raw)
        self.directory.prime(by_kind.pop("person", ()), by_kind.pop("department", ()))
        self._prime_files(by_kind.pop("file", set()))
        for form, raws in by_kind.items():
            known = self._records[form]
            missing = {raw for raw in raws if not known.get(raw)}  # what was not there may have been stored since
            if missing and (live := self._form(form)) is not None:
                known.update(find_references(self.visit, live, missing))

    def prime_ids(self, people: Iterable[int], departments: Iterable[int], records: dict[str, set[int]]) -> None:
        """Look up what stored ids stand for, to show them."""
        self.directory.prime_ids(people, departments)
        for form, ids in records.items():
            missing = ids - self._by_id[form].keys()
            if missing and (live := self._form(form)) is not None:
                self._by_id[form].update(references_by_id(self.visit, live, missing))

    def _form(self, ref: str) -> LiveForm | None:
        """A form that values name; None for one that only an older form still knows."""
        try:
            return self.visit.forms.form(ref)
        except NotFound:
            return None

    def prime_files(self, ids: Iterable[str]) -> None:
        """Look up files that a readable record holds."""
        self._files.update({id: upload.ref for id, upload in find(self.visit.tx, ids).items()})

    def _prime_files(self, ids: set[str]) -> None:
        """Look up files that somebody names; whether this record may hold them is judged by ``file``."""
        self._uploads.update(find(self.visit.tx, ids - self._uploads.keys()))

    # -- reading ------------------------------------------------------------------------------------------------------
    def person(self, raw: str) -> Person | None:
        return self.directory.person(raw)

    def department(self, raw: str) -> Department | None:
        return self.directory.department(raw)

    def record(self, form: str, raw: str) -> RecordRef | None:
        found = self._records[form].get(raw, [])
        if len(found) > 1:
            raise Invalid("field.several_records", text=raw, count=len(found))
        return found[0] if found else None

    def file(self, raw: str) -> FileRef | None:
        if self.judging is None:
            return self._files.get(raw) or (upload.ref if (upload := self._own_upload(raw)) else None)
        upload = self._uploads.get(raw)
        if upload is not None and (upload.form, upload.record_id) == self.judging:
            return upload.ref
        return upload.ref if (upload := self._own_upload(raw)) else None

    def _own_upload(self, id: str) -> Upload | None:
        upload = self._uploads.get(id)
        return upload if upload and upload.record_id is None and upload.owner_id == self.visit.actor.id else None

    def person_by_id(self, id: int) -> Person | None:
        return self.directory.person_by_id(id)

    def department_by_id(self, id: int) -> Department | None:
        return self.directory.department_by_id(id)

    def record_by_id(self, form: str, id: int) -> RecordRef | None:
        return self._by_id[form].get(id)

    # -- notices ------------------------------------------------------------------------------------------------------
    def notice(self, code: str, **params: Any) -> None:
        self.notices.append((code, params))

    def take_notices(self) -> list[tuple[str, dict[str, Any]]]:
        """The notices since the last call."""
        taken, self.notices = self.notices, []
        return taken
