"""A department of the organisation."""

from collections.abc import Iterable
from typing import Any

from dougong.fields.base import Column, Desk, Field, Invalid, Raw, Reader, Stored
from dougong.fields.person import LONGEST
from dougong.formulas.kinds import DEPARTMENT, Type


class Department(Field, frozen=True, kw_only=True, tag="department"):
    """A department, known by its key or by a name only one has."""

    group = "people"
    icon = "building-2"
    operators = ("in", "eq", "ne", "blank", "filled")

    def type(self) -> Type:
        return DEPARTMENT

    def shape(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1}

    def columns(self) -> tuple[Column, ...]:
        return (Column(Stored.ID, references="department"),)

    def wants(self, raw: Raw) -> Iterable[tuple[str, str]]:
        try:
            text = self.one_text(raw)
        except Invalid:
            return ()
        return (("department", text),) if text and len(text) <= LONGEST else ()

    def coerce(self, raw: Raw, desk: Desk) -> Any:
        text = self.one_text(raw)
        if text is None:
            return None
        try:
            department = desk.department(text) if len(text) <= LONGEST else None
        except Invalid as wrong:
            raise self.refuse(wrong.code, **{"given": text[:60], **wrong.params}) from None
        if department is None:
            raise self.refuse("field.no_such_department", given=text[:60])
        return department.id

    def to_json(self, value: Any, desk: Desk) -> Any:
        department = desk.department_by_id(value)
        return department.key if department else f"#{value}"

    def display(self, value: Any, reader: Reader) -> str:
        department = reader.desk.department_by_id(value)
        return department.name if department else f"#{value}"
