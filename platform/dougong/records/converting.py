"""Values of a field on their way to what the field is now: what is read is converted in batches, each value once."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dougong.fields.base import Field, Invalid
from dougong.fields.converting import converter, needs, wants
from dougong.records.desk import RecordDesk


def converted(old: Field, new: Field, values: Iterable[Any], desk: RecordDesk) -> Mapping[Any, Any]:
    """Each value of ``old`` (as its column holds it, not None) → what its columns hold as one of ``new``, one for each of
    ``new.columns()``; None where it cannot be one."""
    given = {value: old.from_column(value) for value in dict.fromkeys(_hashable(values))}
    return dict(zip(given, turned(old, new, list(given.values()), desk), strict=True))


def turned(old: Field, new: Field, values: Sequence[Any], desk: RecordDesk) -> list[tuple[Any, ...] | None]:
    """Of each canonical value of ``old`` what the columns of ``new`` hold for it, None where it is blank or cannot be
    one."""
    known = needs(old, values)
    people, departments = known.pop("person", set()), known.pop("department", set())
    desk.prime_ids(people, departments, known)
    desk.prime(wants(old, new, values, desk))
    convert = converter(old, new, desk)

    def one(value: Any) -> tuple[Any, ...] | None:
        try:
            found = convert(value)
        except Invalid:
            return None
        return None if found is None else new.to_columns(found, desk.zone)

    return [one(value) for value in values]


def _hashable(values: Iterable[Any]) -> Iterable[Any]:
    """Values of columns are plain, but for lists of files, which nothing converts."""
    return (value for value in values if value is not None and not isinstance(value, (list, dict)))
