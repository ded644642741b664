"""A person of the organisation."""

import re
from collections.abc import Iterable
from typing import Any

from dougong.fields.base import Column, Desk, Field, Invalid, Raw, Reader, Stored
from dougong.formulas.kinds import PERSON, Type

_WITH_LOGIN = re.compile(r"(.*?)\s*[（(]([^()（）]{1,200})[)）]", re.DOTALL)
LONGEST = 500
"""Characters of a text that may name a person, department or record; a longer one names nobody."""


class Person(Field, frozen=True, kw_only=True, tag="person"):
    """A person, known by login, by a name only one has, or as ``name (login)``. ``scope`` names whom to offer first."""

    scope: str = ""

    group = "people"
    icon = "user"
    operators = ("in", "eq", "ne", "blank", "filled")

    def type(self) -> Type:
        return PERSON

    def shape(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1}

    def columns(self) -> tuple[Column, ...]:
        return (Column(Stored.ID, references="person"),)

    def wants(self, raw: Raw) -> Iterable[tuple[str, str]]:
        return [("person", text) for text in self._named(raw)]

    def _named(self, raw: Raw) -> list[str]:
        """The texts that may name somebody: the whole, then the login in brackets."""
        try:
            text = self.one_text(raw)
        except Invalid:
            return []
        if text is None or len(text) > LONGEST:
            return []
        match = _WITH_LOGIN.fullmatch(text)
        return [text, match[2].strip()] if match else [text]

    def coerce(self, raw: Raw, desk: Desk) -> Any:
        text = self.one_text(raw)
        if text is None:
            return None
        try:
            for named in self._named(text):
                if person := desk.person(named):
                    return person.id
        except Invalid as wrong:
            raise self.refuse(wrong.code, **{"given": text[:60], **wrong.params}) from None
        raise self.refuse("field.no_such_person", given=text[:60])

    def to_json(self, value: Any, desk: Desk) -> Any:
        person = desk.person_by_id(value)
        return person.login if person else f"#{value}"

    def display(self, value: Any, reader: Reader) -> str:
        person = reader.desk.person_by_id(value)
        return person.name if person else f"#{value}"

    def to_cell(self, value: Any, desk: Desk) -> str:
        person = desk.person_by_id(value)
        return f"{person.name} ({person.login})" if person else f"#{value}"
