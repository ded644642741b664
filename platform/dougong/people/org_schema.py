"""What an organisation file may say: its JSON Schema, and the frozen objects it becomes."""

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from dougong.fields.base import LocalText
from dougong.words import LANGUAGES

_NAME = {"type": "string", "maxLength": 100, "pattern": r"\S"}
# Told apart by if, never by anyOf, whose errors do not say which of the two was meant.
_LOCAL = {
    "if": {"type": "object"},
    "then": {"properties": dict.fromkeys(LANGUAGES, _NAME), "additionalProperties": False, "minProperties": 1},
    "else": _NAME,
}
_KEY = {"type": "string", "pattern": r"^[a-z][a-z0-9_]{0,47}\Z"}
_DAYS = {"type": "array", "items": {"type": "string", "format": "date"}}
_TIME = {"type": "string", "pattern": r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z|^24:00\Z"}
_LOGIN_OR_NONE = {"type": ["string", "null"], "minLength": 1}


def _object(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **_object(
        organisation=_object(
            name=_LOCAL,
            zone={"type": "string"},
            language={"enum": list(LANGUAGES)},
            currency={"type": "string", "pattern": r"^[A-Z]{3}\Z"},
            calendar=_object(
                week={"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 7}, "uniqueItems": True},
                hours={"type": "array", "items": {"type": "array", "items": _TIME, "minItems": 2, "maxItems": 2}},
                holidays=_DAYS,
                workdays=_DAYS,
            ),
        ),
        departments={
            "type": "array",
            "items": _object(
                ("key", "name"), key=_KEY, name=_LOCAL, parent={"type": ["string", "null"]}, head=_LOGIN_OR_NONE
            ),
        },
        people={
            "type": "array",
            "items": _object(
                ("login", "name"),
                login={"type": "string"},
                name=_NAME,
                departments={"type": "array", "items": {"type": "string"}, "uniqueItems": True},
                supervisor=_LOGIN_OR_NONE,
                admin={"type": "boolean"},
                builder={"type": "boolean"},
                active={"type": "boolean"},
                email={"type": "string", "maxLength": 254, "pattern": r"^([^@\s]+@[^@\s]+)?\Z"},
                language={"enum": ["", *LANGUAGES]},
            ),
        },
        roles={"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
    ),
}


class OrgPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the file does not say (UNSET) is left as it is."""


class OrgHead(OrgPart, frozen=True, kw_only=True):
    """The organisation itself; see ``Organisation``."""

    name: LocalText | UnsetType = UNSET
    zone: str | UnsetType = UNSET
    language: str | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    calendar: dict[str, Any] | UnsetType = UNSET


class OrgDepartment(OrgPart, frozen=True, kw_only=True):
    """A department; ``parent`` is a key and ``head`` a login, None for none."""

    key: str
    name: LocalText
    parent: str | UnsetType | None = UNSET
    head: str | UnsetType | None = UNSET


class OrgPerson(OrgPart, frozen=True, kw_only=True):
    """A person; the first of ``departments`` (keys) is the main one, ``supervisor`` is a login, None for none."""

    login: str
    name: str
    departments: tuple[str, ...] | UnsetType = UNSET
    supervisor: str | UnsetType | None = UNSET
    admin: bool | UnsetType = UNSET
    builder: bool | UnsetType = UNSET
    active: bool | UnsetType = UNSET
    email: str | UnsetType = UNSET
    language: str | UnsetType = UNSET


class OrgFile(OrgPart, frozen=True, kw_only=True):
    """A whole file. ``roles`` maps ``app.role`` to logins and says everybody who holds the role."""

    organisation: OrgHead | UnsetType = UNSET
    departments: tuple[OrgDepartment, ...] = ()
    people: tuple[OrgPerson, ...] = ()
    roles: dict[str, tuple[str, ...]] = {}
