"""A value said as text where nobody reads it yet: the texts by which a field of another type may know it."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from dougong.fields.base import Desk, Field
from dougong.fields.choice import Choice, Optional
from dougong.fields.choices import Choices
from dougong.fields.department import Department
from dougong.fields.person import Person
from dougong.fields.reference import Reference
from dougong.fields.wording import every_wording, in_language, listed, word
from dougong.fields.yesno import YesNo

_BETWEEN = frozenset(";；,，、\r\n")


def said(field: Field, value: Any, desk: Desk) -> str:
    """A canonical value (not None) as a person would write it into a text: titles rather than keys, names with what
    tells them apart. The desk's ``language`` chooses the words where it has one."""
    if isinstance(field, Choices):
        return listed((_title(field, key, desk, one=False) for key in value), language_of(desk))
    if isinstance(field, Choice):
        return _title(field, value, desk, one=True)
    if isinstance(field, YesNo):
        return word("field.yes" if value else "field.no", language_of(desk))
    if isinstance(field, Department):
        department = desk.department_by_id(value)
        return f"{department.name} ({department.key})" if department else f"#{value}"
    if isinstance(field, Reference):
        record = desk.record_by_id(field.to, value)
        return (record.number or record.title or str(value)) if record else str(value)
    return field.to_cell(value, desk)


def language_of(desk: Desk | None) -> str:
    """The language in which texts are stored: the organisation's."""
    return getattr(desk, "language", "") or "zh-CN"


def _title(field: Optional, key: str, desk: Desk, one: bool) -> str:
    """The title of an option where it alone means the option, else its key. In a list of titles (not ``one``) it must
    not look like two."""
    option = field.option(key)
    title = in_language(option.title, language_of(desk)) if option else ""
    if field.find(title) != key or (not one and _BETWEEN & set(title)):
        return key
    return title


def texts(field: Field, value: Any, desk: Desk | None) -> tuple[str, ...]:
    """What a canonical value (not None) may be known by, the most telling first. Options need no desk."""
    return tuple(dict.fromkeys(_texts(field, value, desk)))


def _texts(field: Field, value: Any, desk: Desk | None) -> Iterator[str]:
    if isinstance(field, Optional):
        for key in (value,) if isinstance(field, Choice) else value:
            option = field.option(key)
            yield from (title for title in every_wording(option.title) if title) if option else ()
            yield key
        return
    assert desk is not None
    if isinstance(field, YesNo):
        yield said(field, value, desk)
        yield from (word("field.yes" if value else "field.no", language) for language in ("zh-CN", "en"))
        yield from ("yes", "true", "1", "y") if value else ("no", "false", "0", "n")
    elif isinstance(field, Person):
        person = desk.person_by_id(value)
        yield from (person.login, person.name) if person else ()
    elif isinstance(field, Department):
        department = desk.department_by_id(value)
        yield from (department.key, department.name) if department else ()
    elif isinstance(field, Reference):
        record = desk.record_by_id(field.to, value)
        yield from (name for name in (record.number, record.title) if name) if record else ()
    else:
        yield said(field, value, desk)
        if isinstance(value, Decimal) and value == value.to_integral_value():
            yield format(value.to_integral_value(), "f")
