"""Two versions of every form side by side: fields aligned by key, each with a mark of what happened to it."""

from collections.abc import Iterable
from dataclasses import dataclass

from dougong import words
from dougong.fields import Field
from dougong.spec.diffing import Difference
from dougong.spec.diffing.matching import Parts, matched
from dougong.spec.diffing.naming import title_of
from dougong.spec.diffing.parts import Part, Place, parts
from dougong.spec.model import App

KINDS = ("field", "column", "section", "note")


@dataclass(frozen=True, slots=True)
class Cell:
    """A field as one version has it; ``type`` is a key of the catalogue."""

    title: str
    key: str
    type: str
    required: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One field in both versions; ``mark`` is "", added, removed, changed, moved or renamed; ``notes`` say how it changed."""

    mark: str
    depth: int
    old: Cell | None
    new: Cell | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SideForm:
    """One form in both versions; ``marked`` counts the rows with a mark."""

    title: str
    mark: str
    rows: tuple[Row, ...]
    marked: int


def sides(old: App, new: App, differences: Iterable[Difference], language: str) -> tuple[SideForm, ...]:
    """The forms of ``new`` in their order, then those that are gone; ``differences`` are those between the two."""
    return _Sides(old, new, differences, language).forms()


class _Sides:
    """One comparison under way."""

    def __init__(self, old: App, new: App, differences: Iterable[Difference], language: str) -> None:
        self.language = language
        self.before, self.after = parts(old), parts(new)
        self.was = matched(self.before, self.after)
        self.now = {there: place for place, there in self.was.items()}
        self.differences = tuple(differences)

    def forms(self) -> tuple[SideForm, ...]:
        kept = [self._form(part, self.was.get(place)) for place, part in self.after.items() if part.kind == "form"]
        gone = [
            self._gone(part) for place, part in self.before.items() if part.kind == "form" and place not in self.now
        ]
        return (*kept, *gone)

    def _form(self, part: Part, there: Place | None) -> SideForm:
        rows = self._rows(part.place, there)
        marked = sum(bool(row.mark) for row in rows)
        mark = "added" if there is None else "changed" if marked else ""
        return SideForm(self._title(part, self.after), mark, rows, marked)

    def _gone(self, part: Part) -> SideForm:
        rows = tuple(
            Row("removed", self._depth(each, self.before), self._cell(each, self.before), None)
            for each in _inside(self.before, part.place)
        )
        return SideForm(self._title(part, self.before), "removed", rows, len(rows))

    def _rows(self, form: Place, there: Place | None) -> tuple[Row, ...]:
        """The fields as they stand now, what is gone behind what it stood behind."""
        behind: dict[Place | None, list[Row]] = {}
        anchor: Place | None = None
        for part in _inside(self.before, there) if there else ():
            if part.place in self.now:
                anchor = self.now[part.place]
            else:
                depth, cell = self._depth(part, self.before), self._cell(part, self.before)
                behind.setdefault(anchor, []).append(Row("removed", depth, cell, None))
        rows = behind.get(None, [])
        for part in _inside(self.after, form):
            rows += [self._row(part), *behind.get(part.place, ())]
        return tuple(rows)

    def _row(self, part: Part) -> Row:
        there = self.was.get(part.place)
        depth, new = self._depth(part, self.after), self._cell(part, self.after)
        if there is None:
            return Row("added", depth, None, new)
        about = [each for each in self.differences if self._owner(each.part) == part.place]
        notes = tuple(words.sentence(each, self.language) for each in about)
        kinds = {each.what for each in about if each.part == part.place}
        mark = next((kind for kind in ("renamed", "moved") if kinds == {kind}), "changed" if about else "")
        return Row(mark, depth, self._cell(self.before[there], self.before), new, notes)

    def _owner(self, place: Place) -> Place:
        """The field that a part belongs to: an option is told with its field."""
        for length in range(len(place), 0, -1):
            here = place[:length]
            if here in self.after and self.after[here].kind in KINDS:
                return here
            if here in self.now and self.before[here].kind in KINDS:
                return self.now[here]
        return ()

    def _title(self, part: Part, table: Parts) -> str:
        return words.title(title_of(part, table), self.language, part.key)

    def _cell(self, part: Part, table: Parts) -> Cell:
        tag = str(part.struct.__struct_config__.tag)
        required = isinstance(part.struct, Field) and part.struct.required
        return Cell(self._title(part, table), part.key, f"field.type.{tag}", required)

    def _depth(self, part: Part, table: Parts) -> int:
        depth, around = 0, part.parent
        while around and table[around].kind in KINDS:
            depth, around = depth + 1, table[around].parent
        return depth


def _inside(table: Parts, form: Place) -> list[Part]:
    return [part for place, part in table.items() if place[: len(form)] == form and part.kind in KINDS]
