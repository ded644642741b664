"""A blank app made of a name and of lines that each say a field: one form, who may do what, one list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from dougong import words
from dougong.drafts import keys, quick
from dougong.drafts.apply import apply
from dougong.drafts.operations import BulkAdd
from dougong.errors import Problem
from dougong.fields import TYPES
from dougong.spec.compile import compile_app, no_others
from dougong.spec.compiled import CompiledForm
from dougong.spec.model import FORMAT, RESERVED_FORMS, App, AppHead, Form, Grant, ListView, Who

MOST_LINES = 200
KINDS = tuple(key for key in TYPES if key not in ("section", "subtable", "reference"))
"""Types a line can be made: all but those that need something around or behind them."""
_NOT_LISTED = frozenset({"subtable", "file", "paragraph", "choices", "note", "section"})
_MOST_COLUMNS = 6
_FILTERED = frozenset({"choice", "yesno", "date", "person", "department"})


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody typed: ``lines`` are pairs of a line and the type chosen for it, "" for the one guessed."""

    title: str
    lines: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Blank:
    """The app as it would be, the plain fields that came of the lines, and what is wrong with it."""

    app: App
    fields: tuple[dict[str, Any], ...]
    problems: tuple[Problem, ...]

    @property
    def form(self) -> str:
        """The key of its form."""
        return self.app.forms[0].key


def blank(asked: Asked, key: str, language: str, owner: str) -> Blank:
    """The app: everyone fills the form and sees what he handed in, ``owner`` sees and changes everything. Raises Refused
    when a line makes no field."""
    form = keys.derived(asked.title, RESERVED_FORMS, "form")
    bare = App(
        dougong=FORMAT, app=AppHead(key=key, title=asked.title, language="en" if language == "en" else "zh-CN"),
        forms=(Form(key=form, title=asked.title, access=_grants(owner)),),
    )  # fmt: skip
    fields: tuple[dict[str, Any], ...] = ()
    if asked.lines:
        lines, kinds = zip(*asked.lines, strict=True)
        done = apply(bare, BulkAdd(parent=f"forms.{form}.fields", lines=tuple(lines), types=tuple(kinds)))
        bare = done.app
        assert isinstance(done.operation, BulkAdd)
        fields = tuple(one.content for one in done.operation.planted)
    app = _listed(bare, asked.title, language)
    return Blank(app, fields, compile_app(app, no_others).problems)


def _grants(owner: str) -> tuple[Grant, ...]:
    return (
        Grant(key="own", who="everyone", rows="created_by = ME()", can=("create", "read")),
        Grant(key="all", who=Who(people=(owner,)), can=("read", "edit", "delete", "export")),
    )


def _listed(app: App, title: str, language: str) -> App:
    """The app with a list of its form, where the form has something to show."""
    form = compile_app(app, no_others).forms[app.forms[0].key]
    own = _columns(form)
    if not own:
        return app
    every = ListView(
        key="all", title=words.say("new.list_title", language, title=title), form=form.key,
        columns=(*own, "created_by", "created_at"), sort=("-created_at",),
        filters=(*_offered(form, own), "created_by", "created_at"),
    )  # fmt: skip
    return App(dougong=app.dougong, app=app.app, forms=app.forms, lists=(every,))


def _columns(form: CompiledForm) -> list[str]:
    """The first plain fields; a long text only where no short one tells the records apart."""
    kinds = {key: field.spec.type_key() for key, field in form.fields.items()}
    long = next((key for key, kind in kinds.items() if kind == "paragraph"), "") if "text" not in kinds.values() else ""
    return [key for key, kind in kinds.items() if kind not in _NOT_LISTED or key == long][:_MOST_COLUMNS]


def _offered(form: CompiledForm, keys: Sequence[str]) -> Iterable[str]:
    return (key for key in keys if form.fields[key].spec.type_key() in _FILTERED)


def lines_of(text: str, said: Sequence[str], kinds: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The lines of a text with the types chosen for them; ``said`` are the lines that the choices were made for, in order.
    A choice stays with its line when others come in between, and with its place when the line itself is changed."""
    lines = [each.strip() for each in quick.split(text)][:MOST_LINES]
    made = [(line, kind if kind in KINDS else "") for line, kind in zip(said, kinds, strict=False)]
    chosen: dict[str, list[str]] = {}
    for line, kind in made:
        chosen.setdefault(line, []).append(kind)
    pairs = []
    for index, line in enumerate(lines):
        waiting = chosen.get(line)
        changed = index < len(made) and waiting is None and made[index][0] not in lines
        pairs.append((line, waiting.pop(0) if waiting else made[index][1] if changed else ""))
    return tuple(pairs)
