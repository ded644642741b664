"""Two people changed one record: which fields only one of them touched, and which ones have to be chosen between."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request

from dougong import words
from dougong.forms import RawRecord
from dougong.pages import reader_of
from dougong.records import learn
from dougong_runtime.filling import Filling
from dougong_runtime.form_page import Clash
from dougong_runtime.stale_marks import mark

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
    return tuple((key, mark(filling.live.form, key, before.get(key))) for key in sorted(filling.edit))


def chosen(raw: RawRecord) -> RawRecord:
    """What was typed less the fields for which the other person's value was chosen."""
    result = RawRecord(raw, raw.places)
    for key in raw:
        if request.form.get(TAKE + key) == "theirs":
            del result[key]
            result.places.pop(key, None)
    return result


def merge(filling: Filling, raw: RawRecord, opened: Mapping[str, str]) -> Merged:
    """Compare what was typed, what the record holds now, and what it held when the form was opened (``opened``: marks)."""
    form, now = filling.live.form, filling.before or {}
    mine = filling.evaluated(raw)[1].values
    learn(filling.desk, filling.live, [mine, {key: now.get(key) for key in filling.edit}])
    kept, taken, clashes = RawRecord(raw, raw.places), [], []
    for key in [each for each in form.fields if each in filling.edit and each in mine]:
        typed, held = mark(form, key, mine[key]), mark(form, key, now.get(key))
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
