"""What the page of a new app shows: what was typed, the fields it would make, the ready-made apps."""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dougong import words
from dougong.drafts import quick
from dougong.errors import Problem, Refused
from dougong.fields import type_title
from dougong.records import Visit
from dougong_builder import new_app_keys
from dougong_builder.new_app_shipped import Ready, ready
from dougong_builder.new_app_spec import KINDS, MOST_LINES, Asked, Blank, blank, lines_of

STARTS = ("leave", "expense", "ledger")
"""Lines to start with; ``new.start.<name>`` and ``new.start.<name>.lines`` are in the catalogue."""


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as somebody left it; ``said`` and ``kinds`` are the lines shown before and the types chosen for them."""

    title: str = ""
    lines: str = ""
    key: str = ""
    said: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    def asked(self) -> Asked:
        """What it asks for."""
        return Asked(self.title.strip(), lines_of(self.lines, self.said, self.kinds))


@dataclass(frozen=True, slots=True)
class Row:
    """A line and the field it makes. ``id`` stays with the line when others come before it, ``guessed`` is the type it
    means by itself, ``kind`` another that was chosen, or ""."""

    id: str
    line: str
    title: str
    type: str
    guessed: str
    kind: str
    marks: tuple[str, ...]
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPage:
    """The page; ``errors`` are sentences by the input they stand at, ``summary`` all of them with the input's id."""

    typed: Typed
    rows: tuple[Row, ...]
    derived: str
    kinds: tuple[tuple[str, str], ...]
    starts: tuple[tuple[str, str], ...]
    ready: tuple[Ready, ...]
    errors: Mapping[str, str]
    more: bool

    @property
    def summary(self) -> tuple[tuple[str, str], ...]:
        """What must be corrected: id of the input, sentence."""
        return tuple((f"f-{name}", text) for name, text in self.errors.items())


def page_of(visit: Visit, typed: Typed, problems: Sequence[Problem] = ()) -> NewPage:
    """The page with what was typed; ``problems`` have the input they belong to as their place."""
    language = visit.language
    rows, refused = _rows(visit, typed)
    if sum(1 for _ in quick.split(typed.lines)) > MOST_LINES:
        refused = (*refused, Problem("new.too_many_lines", "lines", {"most": MOST_LINES}))
    errors = {each.at or "lines": words.sentence(each, language) for each in (*refused, *problems)}
    return NewPage(
        typed=typed, rows=rows, derived=derived_key(visit, typed), errors=errors, more=bool(typed.key) or "key" in errors,
        kinds=tuple((kind, type_title(kind, language)) for kind in KINDS),
        starts=tuple((name, words.say(f"new.start.{name}", language)) for name in STARTS),
        ready=ready(language),
    )  # fmt: skip


def derived_key(visit: Visit, typed: Typed) -> str:
    """The key the app would get, "" while it has no name."""
    return new_app_keys.derived(visit.tx, typed.title) if typed.title.strip() else ""


def _rows(visit: Visit, typed: Typed) -> tuple[tuple[Row, ...], tuple[Problem, ...]]:
    asked = typed.asked()
    if not asked.lines:
        return (), ()
    named = Asked(asked.title or words.say("new.untitled", visit.language), asked.lines)
    try:
        made = blank(named, "app", visit.language, visit.actor.login)
    except Refused as refused:
        return (), tuple(Problem(each.code, "lines", each.params) for each in refused.problems)
    wrong = _by_field(made, visit.language)
    ids = _ids(line for line, _ in named.lines)
    rows = zip(ids, named.lines, made.fields, strict=True)
    return tuple(_row(id, line, kind, field, wrong, visit.language) for id, (line, kind), field in rows), ()


def _ids(lines: Iterable[str]) -> Iterable[str]:
    """A word for each line that is the same whenever the line is."""
    met: dict[str, int] = {}
    for line in lines:
        met[line] = met.get(line, 0) + 1
        yield f"{zlib.crc32(line.encode('utf-8', 'replace')):08x}-{met[line]}"


def _by_field(made: Blank, language: str) -> dict[str, str]:
    """The first thing wrong with each field."""
    found: dict[str, str] = {}
    for problem in made.problems:
        parts = problem.at.split(".")
        if parts[:3] == ["forms", made.form, "fields"] and len(parts) > 3:
            found.setdefault(parts[3], words.sentence(problem, language))
    return found


def _row(id: str, line: str, kind: str, field: Mapping[str, Any], wrong: Mapping[str, str], language: str) -> Row:
    guessed = field["type"] if not kind else quick.read_line(line).type
    return Row(
        id=id, line=line, title=str(field.get("title") or line), type=type_title(field["type"], language),
        guessed=type_title(guessed, language), kind=kind, marks=tuple(_marks(line, field, language)),
        problem=wrong.get(field["key"], ""),
    )  # fmt: skip


def _marks(line: str, field: Mapping[str, Any], language: str) -> list[str]:
    """What else the line said: that it must be filled, a unit, its options, its formula."""
    options = [str(each["title"]) for each in field.get("options", ())]
    found = [words.say("new.mark.required", language)] if field.get("required") else []
    found += [str(field[name]) for name in ("unit", "currency") if field.get(name)]
    found += [" / ".join(options)] if options else []
    formula = quick.read_line(line).formula
    found += [words.say("new.mark.formula", language, formula=formula)] if formula else []
    return found
