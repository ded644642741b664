"""What has become of a form since a page of it was drawn, to tell whoever is filling it in."""

from collections.abc import Iterable, Iterator
from typing import Any

from flask import request
from msgspec.structs import replace

from dougong import words
from dougong.db import as_id
from dougong.errors import NotFound
from dougong.fields import Field, SubTable
from dougong.spec.compiled import CompiledField, CompiledForm
from dougong.tables import LiveForm
from dougong_runtime.carrying import path_title
from dougong_runtime.filling import Filling
from dougong_runtime.form_page import Alert

_MOST = 8
"""Titles of one kind that are told; beyond them, how many."""


def drawn_by(filling: Filling) -> LiveForm | None:
    """The older form that the posted page was drawn by; None when it is the one of now, or differs in nothing."""
    said, live = as_id(request.form.get("_revision", "")), filling.live
    if said is None or not 0 < said < live.revision:
        return None
    try:
        old = filling.visit.forms.form_at(live.ref, said)
    except NotFound:
        return None
    return None if old.form.spec == live.form.spec else old


def notice(filling: Filling, old: LiveForm) -> Alert:
    """``表单在你填写时更新了``, and what is new, gone and changed."""
    language, found = filling.visit.language, renewal(filling, old)
    parts = [_told(f"runtime.form_{what}", titles, language) for what, titles in found if titles]
    return Alert("warn", words.say("runtime.form_renewed", language), " ".join(parts))


def _told(key: str, titles: tuple[str, ...], language: str) -> str:
    if len(titles) > _MOST:
        return words.say(f"{key}_many", language, n=len(titles), titles=list(titles[:3]))
    return words.say(key, language, titles=list(titles))


def renewal(filling: Filling, old: LiveForm) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Titles of the fields that were added, are gone, or changed, as far as this person sees them."""
    now, language = filling.live.form, filling.visit.language
    known = {new: path for path, new in old.newer.items()}

    def titles(form: CompiledForm, paths: Iterable[str]) -> tuple[str, ...]:
        return tuple(path_title(form, path, language) for path in paths)

    seen, drawn = filling.visit.view(old), filling.visit.view(old).creatable()
    theirs = [path for path in _paths(old.form) if (key := path.partition(".")[0]) in drawn or seen.reads_somewhere(key)]
    ours = [path for path in _paths(now) if path.partition(".")[0] in filling.keys]
    return (
        ("added", titles(now, (path for path in ours if path not in known and path.partition(".")[0] in filling.edit))),
        ("gone", titles(old.form, (path for path in theirs if path not in old.newer))),
        ("changed", titles(now, (p for p in ours if p in known and _differs(old.form.field(known[p]), now.field(p))))),
    )


def _paths(form: CompiledForm) -> Iterator[str]:
    for key in form.fields:
        yield key
        yield from (f"{key}.{column}" for column in form.rows.get(key, ()))


def _differs(old: CompiledField, new: CompiledField) -> bool:
    """Whether a field is another one to whoever fills it in; of a sub-table its columns tell."""
    if isinstance(old.spec, SubTable) and isinstance(new.spec, SubTable):
        return bool(_bare(old.spec, fields=()) != _bare(new.spec, fields=()))
    return type(old.spec) is not type(new.spec) or bool(_bare(old.spec) != _bare(new.spec))


def _bare(spec: Field, **more: Any) -> Field:
    return replace(spec, key="x", was=(), width="1/1", **more)
