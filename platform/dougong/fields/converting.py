"""A value of a field that changed its type → a value of what the field is now, or the reason why it cannot be one.

What only breaks a limit of the new field (its length, its range) converts: limits are for what is written from now on.
What would lose something (digits, a second choice) does not.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from dougong.fields import exact
from dougong.fields.base import Desk, Field, Invalid
from dougong.fields.choice import Choice, Optional
from dougong.fields.choices import Choices
from dougong.fields.date import Date
from dougong.fields.formula import Formula
from dougong.fields.moment import DateTime
from dougong.fields.number import Quantity
from dougong.fields.saying import said, texts
from dougong.fields.text import Words
from dougong.fields.yesno import YesNo

_ANY_WORDS = frozenset({"text", "paragraph"})
_OPTIONS = frozenset({"choice", "choices"})
_WRITTEN = frozenset({"number", "money", "date", "datetime", "yesno", "person", "department", "reference"}) | _OPTIONS
_BECOMES: dict[str, frozenset[str]] = {
    "text": _WRITTEN, "paragraph": _WRITTEN, "choice": _WRITTEN,
    "number": _WRITTEN, "money": _OPTIONS | {"number", "money"},
    "date": _OPTIONS | {"datetime"}, "datetime": _OPTIONS | {"date"}, "yesno": _OPTIONS | {"number"},
    "choices": _OPTIONS, "person": _OPTIONS, "department": _OPTIONS, "reference": _OPTIONS | {"reference"},
    "serial": frozenset({"number", "reference"}), "file": frozenset(), "subtable": frozenset(),
}  # fmt: skip
"""What values of a type can become beside the same type and text."""
_NEVER = frozenset({"file", "subtable"})


def convertible(old: Field, new: Field) -> bool:
    """Whether values of ``old`` can become values of ``new`` at all; of which ones, ``convert`` says."""
    one, other = plain(old), plain(new)
    here, there = one.type_key(), other.type_key()
    if here == there:
        return True
    if not isinstance(one, Field) or not isinstance(other, Field) or here in _NEVER:
        return False
    return there in _ANY_WORDS or there in _BECOMES[here]


def same_columns(old: Field, new: Field) -> bool:
    """Whether ``new`` keeps its values exactly as ``old`` did, so that none has to be rewritten."""
    one, other = plain(old), plain(new)
    if not isinstance(one, Field) or not isinstance(other, Field):
        return False
    if "subtable" in (one.type_key(), other.type_key()):
        return one.type_key() == other.type_key()
    return one.columns() == other.columns() and not recoded(one, other)


def plain(field: Field) -> Field:
    """The field itself, or of a computed one the type whose values it has."""
    return field.plain() if isinstance(field, Formula) else field


def recoded(old: Field, new: Field) -> bool:
    """Whether an option of one is known by another key in the other: renamed, put in another's place, or back again."""
    if not isinstance(old, Optional) or not isinstance(new, Optional):
        return False
    return _follows(old, new) or _follows(new, old)


def _follows(one: Optional, other: Optional) -> bool:
    kept = set(other.keys())
    return any(option.key not in kept and _earlier(other, option.key) for option in one.options)


def _earlier(new: Optional, key: str) -> str | None:
    found = [option.key for option in new.options if key in option.was]
    return found[0] if len(found) == 1 else None


def needs(old: Field, values: Iterable[Any]) -> dict[str, set[int]]:
    """What the desk must know by id before these values can be said: kind (``person``, ``department``, ``app.form``)
    → ids. Ask this first, then ``wants``."""
    columns = plain(old).columns()
    kind = columns[0].references if columns else None
    ids = {value for value in values if value is not None} if kind else set()
    return {kind: ids} if kind and ids else {}


def wants(old: Field, new: Field, values: Iterable[Any], desk: Desk) -> set[tuple[str, str]]:
    """What the desk must look up before ``convert`` is called with these values: pairs as ``Field.wants`` gives them.
    ``needs`` must have been looked up."""
    one, other = plain(old), plain(new)
    columns = other.columns()
    if not (columns and columns[0].references) or same_columns(old, new) or not convertible(old, new):
        return set()
    return {
        pair for value in values if value is not None for text in texts(one, value, desk) for pair in _asked(other, text)
    }  # fmt: skip


def _asked(new: Field, text: str) -> Iterator[tuple[str, str]]:
    for each in (text, *_in_brackets(text)):
        yield from new.wants(each)


def convert(old: Field, new: Field, value: Any, desk: Desk) -> Any:
    """A canonical value of ``old`` as one of ``new``; raises Invalid where it cannot be one. None stays None.

    The desk must know what ``needs`` and ``wants`` name; nothing is rounded and no limit of ``new`` is judged.
    """
    return converter(old, new, desk)(value)


def converter(old: Field, new: Field, desk: Desk) -> Callable[[Any], Any]:
    """``convert`` for many values of two fields."""
    if same_columns(old, new):
        return lambda value: value
    possible, turn = convertible(old, new), _turn(plain(old), plain(new), desk)

    def one(value: Any) -> Any:
        if value is None:
            return None
        try:
            found = turn(value) if possible else None
        except Invalid as wrong:
            raise new.refuse(wrong.code, **{**wrong.params, "title": new.title or new.key}) from None
        if found is None:
            raise new.refuse("field.does_not_convert")
        return found

    return one


def _turn(old: Field, new: Field, desk: Desk) -> Callable[[Any], Any]:
    """How values of two types that can be converted are."""
    if isinstance(old, Optional) and isinstance(new, Optional):
        one = isinstance(old, Choice)
        return lambda value: _chosen(old, new, (value,) if one else value)
    unlimited = _unlimited(new)
    if isinstance(new, Words):
        return lambda value: unlimited.coerce(said(old, value, desk), desk)
    if isinstance(new, Date) and isinstance(old, DateTime):
        return lambda value: value.astimezone(desk.zone).date()
    if isinstance(new, Quantity) and isinstance(old, Quantity | YesNo):
        return lambda value: _exactly(new, Decimal(value))
    if isinstance(new, YesNo) and isinstance(old, Quantity):
        return lambda value: bool(value) if value in (0, 1) else _first(unlimited, texts(old, value, desk), desk)
    if isinstance(old, Words):
        return lambda value: _first(unlimited, (value,), desk)
    return lambda value: _first(unlimited, texts(old, value, desk), desk)


def _chosen(old: Optional, new: Optional, keys: Sequence[str]) -> Any:
    """Options by key, earlier key or title; one that is gone is kept by its key, as old records do."""
    found = dict.fromkeys(_meant(old, new, key) for key in keys)
    if isinstance(new, Choices):
        ranks = {key: rank for rank, key in enumerate(new.keys())}
        return tuple(sorted(found, key=lambda key: ranks.get(key, len(ranks))))
    if len(found) != 1:
        raise new.refuse("field.not_one_value")
    return next(iter(found))


def _meant(old: Optional, new: Optional, key: str) -> str:
    if new.option(key) is not None:
        return key
    option = old.option(key)
    titles = () if option is None else texts(old, key if isinstance(old, Choice) else (key,), None)
    return _earlier(new, key) or next((meant for title in titles if (meant := new.find(title))), key)


def _exactly(new: Quantity, number: Decimal) -> Decimal:
    """The number at the decimals of ``new``; raises Invalid when one that counts would go."""
    found = exact.fit(number, new.decimals)
    if found != number:
        raise new.refuse("field.would_lose_digits", decimals=new.decimals, given=format(number, "f"))
    return found


def _first(new: Field, candidates: Iterable[str], desk: Desk) -> Any:
    """What the first text says that says anything; else the reason why the first does not."""
    reason: Invalid | None = None
    named = bool(new.columns()[0].references)
    for text in candidates:
        for each in (text, *_in_brackets(text)) if named else (text,):
            try:
                found = _read(new, each, desk)
            except Invalid as wrong:
                reason = reason or wrong
            else:
                if found is not None:
                    return found
    raise reason or new.refuse("field.does_not_convert")


def _in_brackets(text: str) -> tuple[str, ...]:
    """The last word in brackets, by which a department is known as a person is: ``研发一部 (rd)``."""
    head, bracket, tail = text.rstrip().rpartition("(")
    return (tail[:-1].strip(),) if head and bracket and tail.endswith(")") else ()


def _read(new: Field, text: str, desk: Desk) -> Any:
    if isinstance(new, Quantity):
        typed = exact.plain_number(text)
        if typed is None:
            raw = exact.number_text(text)
            typed = None if raw is None else exact.read(raw, new.signs(desk))
        return None if typed is None else _exactly(new, typed)
    return new.coerce(text, desk)


def _unlimited(new: Field) -> Field:
    """The field without the limits of its options."""
    limits: dict[str, Any] = {}
    if isinstance(new, Words):
        limits = {"max_length": 100_000, "min_length": 0}
    elif isinstance(new, Date):
        limits = {"at_least": None, "at_most": None}
    elif isinstance(new, Choices) and (new.min_choices or new.max_choices):
        limits = {"min_choices": 0, "max_choices": None}
    return replace(new, **limits) if limits else new
