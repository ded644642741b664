"""A record of another form."""

from collections.abc import Iterable
from typing import Annotated, Any

from msgspec import Meta

from dougong.fields.base import Column, Desk, Field, Invalid, Raw, Reader, Stored
from dougong.fields.person import LONGEST
from dougong.formulas.kinds import Kind, Type


class Reference(Field, frozen=True, kw_only=True, tag="reference"):
    """A record of the form ``to`` (``app.form``), known by its number, its id or a unique value. ``search`` are the keys
    of the fields that a picker looks in."""

    to: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,47}\.[a-z][a-z0-9_]{0,47}$")]
    search: tuple[str, ...] = ()

    group = "reference"
    icon = "link-2"
    operators = ("in", "eq", "ne", "blank", "filled")

    def type(self) -> Type:
        return Type(Kind.RECORD, form=self.to)

    def shape(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1}

    def columns(self) -> tuple[Column, ...]:
        return (Column(Stored.ID, references=self.to),)

    def wants(self, raw: Raw) -> Iterable[tuple[str, str]]:
        try:
            text = self.one_text(raw)
        except Invalid:
            return ()
        return ((self.to, text),) if text and len(text) <= LONGEST else ()

    def coerce(self, raw: Raw, desk: Desk) -> Any:
        text = self.one_text(raw)
        if text is None:
            return None
        try:
            record = desk.record(self.to, text) if len(text) <= LONGEST else None
        except Invalid as wrong:
            raise self.refuse(wrong.code, **{"given": text[:60], **wrong.params}) from None
        if record is None:
            raise self.refuse("field.no_such_record", given=text[:60])
        return record.id

    def to_json(self, value: Any, desk: Desk) -> Any:
        record = desk.record_by_id(self.to, value)
        return record.number if record and record.number else str(value)

    def to_raw(self, value: Any, desk: Desk) -> str | list[str]:
        return str(value)

    def to_cell(self, value: Any, desk: Desk) -> str:
        return str(self.to_json(value, desk))

    def display(self, value: Any, reader: Reader) -> str:
        record = reader.desk.record_by_id(self.to, value)
        return (record.title or record.number or f"#{value}") if record else f"#{value}"
