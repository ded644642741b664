"""What rooms say with ids and moments, in words: names of people, times on the organisation's clock."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dougong import words
from dougong.errors import Problem
from dougong.forms.slots import sentence as placed_sentence
from dougong.pages import names_of
from dougong.records import Notice, RecordDesk, Visit
from dougong.words import formats

_PEOPLE = ("person", "people", "by")


def spoken(visit: Visit, desk: RecordDesk, code: str, params: Mapping[str, Any]) -> str:
    """The sentence of a code whose parameters are ids of people and moments."""
    return words.say(code, visit.language, **shown(visit, desk, params))


def remedy(visit: Visit, desk: RecordDesk, code: str, params: Mapping[str, Any]) -> str:
    """How to mend it, "" where the catalogue does not know."""
    return words.remedy(Problem(code, params=shown(visit, desk, params)), visit.language) or ""


def shown(visit: Visit, desk: RecordDesk, params: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters with names for ids of people and clock times for moments."""
    return {name: _one(visit, desk, name, value) for name, value in params.items()}


def _one(visit: Visit, desk: RecordDesk, name: str, value: Any) -> Any:
    if name in _PEOPLE and value is not None:
        ids = value if isinstance(value, list | tuple) else [value]
        return list(names_of(desk, ids)) if all(isinstance(id, int) for id in ids) else value
    if isinstance(value, datetime) and value.tzinfo is not None:
        return formats.moment(value, visit.organisation.zone)
    return value


def noticed(notice: Notice, language: str) -> str:
    """A notice in words; one inside a row says which."""
    return placed_sentence(Problem(notice.code, notice.at, notice.params), language)
