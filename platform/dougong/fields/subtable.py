"""Rows inside a record."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from msgspec import Meta

from dougong.errors import Problem
from dougong.fields.base import Column, Desk, Field, Raw, Reader
from dougong.fields.choice import Choice
from dougong.fields.choices import Choices
from dougong.fields.date import Date
from dougong.fields.department import Department
from dougong.fields.file import File
from dougong.fields.formula import Formula
from dougong.fields.moment import DateTime
from dougong.fields.money import Money
from dougong.fields.note import Note
from dougong.fields.number import Number
from dougong.fields.paragraph import Paragraph
from dougong.fields.person import Person
from dougong.fields.reference import Reference
from dougong.fields.serial import Serial
from dougong.fields.text import Text
from dougong.fields.yesno import YesNo
from dougong.formulas.kinds import Kind, Type

Leaf = (
    Text | Paragraph | Number | Money | Date | DateTime | YesNo | Choice | Choices | Person | Department | Reference
    | File | Formula | Serial | Note
)  # fmt: skip
"""What may stand in a row: everything but rows and sections."""


class SubTable(Field, frozen=True, kw_only=True, tag="subtable"):
    """Rows of fields. ``card_title`` is the key of the column that names a row on a phone."""

    fields: tuple[Leaf, ...] = ()
    min_rows: Annotated[int, Meta(ge=0)] = 0
    max_rows: Annotated[int, Meta(ge=1, le=2000)] = 200
    card_title: str = ""

    group = "reference"
    icon = "table"
    operators = ("blank", "filled")
    sortable = False
    multiple = True

    def problems(self) -> Iterable[Problem]:
        if self.min_rows > self.max_rows:
            yield Problem("field.limits_crossed", "max_rows", {"title": self.title or self.key})

    def value_fields(self) -> tuple[Field, ...]:
        """Its columns that hold a value."""
        return tuple(field for field in self.fields if isinstance(field, Field))

    def type(self) -> Type:
        return Type(Kind.LIST, item=Type(Kind.RECORD), form=self.key)

    def shape(self) -> dict[str, Any]:
        inner = {field.key: {"anyOf": [field.shape(), {"type": "null"}]} for field in self.value_fields()}
        row = {"type": "object", "properties": {"id": {"type": "string"}, **inner}, "additionalProperties": False}
        return {"type": "array", "items": row, "minItems": 1, "maxItems": self.max_rows}

    def columns(self) -> tuple[Column, ...]:
        return ()

    def rows(self, raw: Raw) -> list[dict[str, Any]]:
        """The raw rows as objects; raises Invalid when it is no list of objects, or too long.

        The columns are judged one by one by who asked; a row's ``id`` says which stored row it is.
        """
        if raw is None or raw == "":
            return []
        if not isinstance(raw, list | tuple):
            raise self.refuse("field.not_rows")
        if len(raw) > self.max_rows:  # asked first: nobody's time is spent on rows that are not taken
            raise self.refuse("field.too_many_rows", most=self.max_rows, count=len(raw))
        if not all(isinstance(row, Mapping) and all(isinstance(key, str) for key in row) for row in raw):
            raise self.refuse("field.not_rows")
        return [dict(row) for row in raw]

    def coerce(self, raw: Raw, desk: Desk) -> Any:
        """Rows of canonical values, for callers that need no places; raises the first Invalid of any column."""
        columns = {field.key: field for field in self.value_fields() if not field.value}
        rows: list[dict[str, Any]] = []
        for row in self.rows(raw):
            if unknown := next((key for key in row if key not in columns and key != "id"), None):
                raise self.refuse("field.unknown_column", column=unknown[:60])
            kept = {"id": row["id"]} if row.get("id") not in (None, "") else {}
            rows.append(kept | {key: columns[key].coerce(each, desk) for key, each in row.items() if key != "id"})
        return rows or None

    def to_json(self, value: Any, desk: Desk) -> Any:
        return [self._row_json(row, desk) for row in value]

    def _row_json(self, row: Mapping[str, Any], desk: Desk) -> dict[str, Any]:
        out: dict[str, Any] = {} if row.get("id") is None else {"id": str(row["id"])}
        for field in self.value_fields():
            value = row.get(field.key)
            out[field.key] = None if value is None else field.to_json(value, desk)
        return out

    def to_cell(self, value: Any, desk: Desk) -> str:
        """How many rows there are: rows are exported as rows, or as a sheet of their own, never inside a cell."""
        return str(len(value))

    def display(self, value: Any, reader: Reader) -> str:
        named = next((field for field in self.value_fields() if field.key == self.card_title), None)
        if named is None:
            return str(len(value))
        shown = (named.display(row[named.key], reader) for row in value if row.get(named.key) is not None)
        return "; ".join(shown)
