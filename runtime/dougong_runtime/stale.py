"""Two people changed one record: which fields only one of them touched, and which ones have to be chosen between."""

from dataclasses import dataclass
from typing import Any

from flask import request

from dougong import words
from dougong.forms import RawRecord
from dougong.forms.raw import digest
from dougong.pages import reader_of
from dougong.records import learn
from dougong.records.history import plain
from dougong.spec.compiled import CompiledForm
from dougong_runtime.filling import Filling
from dougong_runtime.form_page import Clash

NAME = "_base"
"""The hidden inputs that say what each field held when the form was opened: ``key:mark``."""
TAKE = "_take."
"""Radios ``_take.<key>``: ``mine`` or ``theirs``."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What was typed less the fields only the other person changed, those fields' titles, and the clashes."""

    raw: RawRecord
    taken: tuple[str, ...]
    clashes: tuple[Clash, ...]


def bases(filling: Filling) -> tuple[tuple[str, str], ...]:
    """Field key → mark of what the record holds, for the fields the page lets be changed."""
    before = filling.before or {}
    return tuple((key, _mark(filling.live.form, key, before.get(key))) for key in sorted(filling.edit))


def chosen(raw: RawRecord) -> RawRecord:
    """What was typed less the fields for which the other person's value was chosen."""
    result = RawRecord(raw, raw.places)
    for key in raw:
        if request.form.get(TAKE + key) == "theirs":
            del result[key]
            result.places.pop(key, None)
    return result


def merge(filling: Filling, raw: RawRecord) -> Merged:
    """Compare what was typed, what the record holds now, and what it held when the form was opened."""
    form, now = filling.live.form, filling.before or {}
    pairs = (str(text).rpartition(":") for text in request.form.getlist(NAME))
    opened = {key: mark for key, _, mark in pairs}
    mine = filling.evaluated(raw)[1].values
    learn(filling.desk, filling.live, [mine, {key: now.get(key) for key in filling.edit}])
    kept, taken, clashes = RawRecord(raw, raw.places), [], []
    for key in [each for each in form.fields if each in filling.edit and each in mine]:
        typed, held = _mark(form, key, mine[key]), _mark(form, key, now.get(key))
        if typed == held or held == opened.get(key):
            continue
        title = words.title(form.fields[key].spec.title, filling.visit.language, key)
        if typed == opened.get(key):
            kept.pop(key, None)
            kept.places.pop(key, None)
            taken.append(title)
        else:
            clashes.append(Clash(key, title, _shown(filling, key, mine[key]), _shown(filling, key, now.get(key))))
    return Merged(kept, tuple(taken), tuple(clashes))


def _shown(filling: Filling, key: str, value: Any) -> str:
    blank = words.say("runtime.blank", filling.visit.language)
    if value is None or value == []:
        return blank
    if key in filling.live.form.rows:
        return words.say("runtime.rows", filling.visit.language, n=len(value))
    return filling.live.form.fields[key].spec.display(value, reader_of(filling.visit, filling.desk)) or blank


def _mark(form: CompiledForm, key: str, value: Any) -> str:
    """A mark of what people can set of a value: computed columns of rows follow by themselves."""
    if key in form.rows:
        settable = ["id", *(column for column, compiled in form.rows[key].items() if compiled.settable)]
        value = [{column: row.get(column) for column in settable} for row in value or ()]
    return digest(plain(value))
