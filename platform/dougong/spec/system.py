"""The fields every record has: their formula types, and field objects that know how they look and are filtered."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

from dougong.fields import Field, Option
from dougong.fields.choice import Choice
from dougong.fields.department import Department
from dougong.fields.moment import DateTime
from dougong.fields.number import Number
from dougong.fields.person import Person
from dougong.fields.serial import Serial
from dougong.formulas.kinds import DATETIME, DEPARTMENT, EXACT_TEXT, PERSON, TEXT, Kind, Type
from dougong.spec.compiled import CompiledForm
from dougong.spec.model import FIXED_STATUSES

_WHOLE = Type(Kind.NUMBER, scale=0)
SYSTEM_TYPES: Mapping[str, Type] = MappingProxyType({
    "id": EXACT_TEXT, "number": TEXT, "status": EXACT_TEXT, "version": _WHOLE, "revision": _WHOLE,
    "created_by": PERSON, "created_at": DATETIME, "updated_by": PERSON, "updated_at": DATETIME,
    "department": DEPARTMENT,
})  # fmt: skip
"""The formula type of each system field."""

_KINDS: dict[str, type[Field]] = {
    "number": Serial, "version": Number, "revision": Number, "created_by": Person, "created_at": DateTime,
    "updated_by": Person, "updated_at": DateTime, "department": Department,
}  # fmt: skip


def system_field(key: str, form: CompiledForm) -> Field | None:
    """The system field ``key`` of a form as a field, to show and filter by; None for ``id`` and for what is none."""
    if key == "status":
        return Choice(key="status", title=system_title("status"), options=statuses(form))
    return _KINDS[key](key=key, title=system_title(key)) if key in _KINDS else None


def statuses(form: CompiledForm) -> tuple[Option, ...]:
    """Every status a record of the form can have, fixed ones first."""
    fixed = tuple(Option(key=key, title=_words()[f"status.{key}"]) for key in FIXED_STATUSES)
    return fixed + tuple(Option(key=status.key, title=status.title) for status in form.spec.statuses)


_TONES = {"draft": "plain", "running": "info", "returned": "warn", "approved": "ok", "rejected": "bad"}


def status_tone(form: CompiledForm, status: str) -> str:
    """The tone the tag of a status is coloured with."""
    own = {each.key: each.tone for each in form.spec.statuses}
    return own.get(status) or _TONES.get(status, "plain")


def system_title(key: str) -> dict[str, str]:
    """What people call a system field, in both languages; raises KeyError for what is none."""
    return _words()[f"record.{key}"]


@cache
def _words() -> dict[str, dict[str, str]]:
    # Words stand above this room, so the catalogue is read as data here, not through the room.
    path = resources.files("dougong") / "words" / "catalogue" / "records.toml"
    entries = tomllib.loads(path.read_text(encoding="utf-8"))
    return {key: {"zh-CN": entry["zh"], "en": entry["en"]} for key, entry in entries.items()}
