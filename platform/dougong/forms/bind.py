"""A form of the spec → a WTForms class, and a posted page → raw values by key."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import wtforms
from wtforms.form import BaseForm

from dougong.forms.raw import ManyTexts, OneText, Picked, RawField, Rows
from dougong.spec.compiled import CompiledField, CompiledForm

PICKED = frozenset({"person", "department", "reference"})
_PREFIX = "field_"  # keys such as "data" or "errors" must not hide what a WTForms class has itself


class RawRecord(dict[str, Any]):
    """Raw values by key as ``records`` takes them; a key that was not posted is absent.

    ``places`` says of each sub-table that was drawn which index each of its rows has in the names of the page
    (``lines-4-item``), so that an answer finds them again after rows were taken out in between.
    """

    def __init__(
        self, values: Mapping[str, Any] | None = None, places: Mapping[str, Sequence[int]] | None = None
    ) -> None:
        super().__init__(values or {})
        self.places: dict[str, list[int]] = {table: list(indices) for table, indices in (places or {}).items()}


# A compiled form is known by who it is, not by what it holds: two are never compared field by field here.
_classes: dict[int, tuple[Any, type[wtforms.Form]]] = {}
_MOST_CLASSES = 500


def form_class(form: CompiledForm) -> type[wtforms.Form]:
    """The WTForms class of a form, made once per compiled form."""
    known = _classes.get(id(form))
    if known is None or known[0] is not form:
        if len(_classes) >= _MOST_CLASSES:
            _classes.clear()
        known = _classes[id(form)] = (form, _build(form))
    return known[1]


def _build(form: CompiledForm) -> type[wtforms.Form]:
    attributes: dict[str, Any] = {}
    for key, compiled in form.fields.items():
        if not compiled.settable:
            continue
        if key in form.rows:
            attributes[_PREFIX + key] = Rows(_row_class(form.rows[key]), name=key)
        else:
            attributes[_PREFIX + key] = raw_field(compiled)
    return cast("type[wtforms.Form]", type(f"Form_{form.app}_{form.key}", (wtforms.Form,), attributes))


def _row_class(columns: Mapping[str, CompiledField]) -> type[BaseForm]:
    attributes = {_PREFIX + key: raw_field(column) for key, column in columns.items() if column.settable}
    return cast("type[BaseForm]", type("Row", (wtforms.Form,), {_PREFIX + "id": OneText(name="id"), **attributes}))


def raw_field(compiled: CompiledField) -> RawField:
    """The raw field that reads what the template of this field's type posts."""
    if compiled.spec.type_key() in PICKED:
        return Picked(name=compiled.key)
    return ManyTexts(name=compiled.key) if compiled.spec.multiple else OneText(name=compiled.key)


def bind(form: CompiledForm, formdata: Any | None, uploads: Mapping[str, Sequence[str]] | None = None) -> RawRecord:
    """Read a posted page. ``formdata`` is a multi-dict (``getlist``), None for nothing posted; ``uploads`` maps the name
    of a file field (``quote``, ``lines-0-photo``) to ids of files that came with this very request. Judges nothing."""
    if formdata is None:
        return RawRecord()
    uploads = uploads or {}
    record = RawRecord()
    for field in form_class(form)(formdata):
        if isinstance(field, Rows):
            if field.given:
                record[field.name] = [_row(row, uploads) for _, row in field.data]
                record.places[field.name] = [index for index, _ in field.data]
        elif isinstance(field, RawField):
            _take(field, field.name, uploads, record)
    return record


def _row(row: BaseForm, uploads: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field in row:
        if isinstance(field, RawField) and (field.short_name != "id" or field.data):
            _take(field, field.short_name, uploads, values)
    return values


def _take(field: RawField, key: str, uploads: Mapping[str, Sequence[str]], into: dict[str, Any]) -> None:
    more = uploads.get(field.name, ())
    if field.given or more:
        into[key] = [*(field.data or ()), *more] if isinstance(field, ManyTexts) else field.data
