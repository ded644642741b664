"""A page filled in under an older form: what was typed, carried over to the form as it is now, and what finds no place."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dougong import words
from dougong.fields import Field, Invalid, SubTable, convert, needs, wants
from dougong.fields.choice import Choice
from dougong.fields.choices import Choices
from dougong.forms import RawRecord
from dougong.pages import reader_of
from dougong.records import learn
from dougong.records.coerce import Coerced, coerce, prime
from dougong.records.evaluate import places
from dougong.spec.compiled import CompiledForm
from dougong.tables import LiveForm
from dougong_runtime.filling import Filling
from dougong_runtime.form_page import Left
from dougong_runtime.stale_marks import mark

_WRITTEN = frozenset({"text", "paragraph", "number", "money"})
"""Types whose input shows any text, also one that it does not take."""


@dataclass
class Carry:
    """What a page drawn by ``old`` posted, on its way to the form of ``filling``."""

    filling: Filling
    old: LiveForm
    coerced: Coerced
    left: list[Left] = field(default_factory=list)

    # -- names ----------------------------------------------------------------------------------------------------------
    def name(self, name: str) -> str:
        """What an input of the page is called now, "" where there is none: ``lines-4-item``, ``total``, ``lines``."""
        table, _, rest = name.partition("-")
        index, _, column = rest.partition("-")
        if not rest:
            return self.old.newer.get(name, "")
        path = self.old.newer.get(f"{table}.{column}", "")
        return f"{path.partition('.')[0]}-{index}-{path.partition('.')[2]}" if "." in path else ""

    def operation(self, operation: str) -> str:
        """A row button of the page as the form would name it now."""
        verb, _, rest = operation.partition(":")
        table, _, index = rest.partition(":")
        return ":".join(part for part in (verb, self.old.newer.get(table, ""), index) if part)

    def unchanged(self, bases: Sequence[tuple[str, str]]) -> list[str]:
        """The keys of the fields that hold what they held when the page was opened, as its ``marks`` tell."""
        values, form = self.coerced.values, self.old.form
        return [key for key, given in bases if key in values and mark(form, key, values[key]) == given]

    # -- values ---------------------------------------------------------------------------------------------------------
    def record(self, raw: RawRecord) -> RawRecord:
        """The raw values as the form takes them now; what finds no place is kept in ``left``."""
        result = RawRecord()
        for key, value in raw.items():
            if key in self.old.form.rows:
                self._rows(key, value, raw.places.get(key, ()), result)
                continue
            known = key not in self.coerced.bad
            kept = self._one(key, value, self.coerced.values.get(key), known, self._title(key))
            if kept is not None:
                result[self.old.newer[key]] = kept
        self.left += _unshown(self.filling, result)
        return result

    def _rows(self, key: str, rows: Sequence[Mapping[str, Any]], indices: Sequence[int], into: RawRecord) -> None:
        table, values = self._table(key), self.coerced.values.get(key) or []
        carried: list[dict[str, Any]] = []
        for position, row in enumerate(rows):
            known = values[position] if position < len(values) else None
            carried.append(self._row(key, position, row, known))
        if table:
            into[table], into.places[table] = carried, list(indices)

    def _row(self, key: str, position: int, row: Mapping[str, Any], values: Mapping[str, Any] | None) -> dict[str, Any]:
        carried: dict[str, Any] = {"id": row["id"]} if "id" in row else {}
        for column, raw in row.items():
            if column == "id":
                continue
            path, place = f"{key}.{column}", f"{key}[{position}].{column}"
            known = values is not None and place not in self.coerced.bad
            title = _cell_title(self.filling, self._title(key), position, self._title(path))
            kept = self._one(path, raw, (values or {}).get(column), known, title)
            if kept is not None:
                carried[self.old.newer[path].rpartition(".")[2]] = kept
        return carried

    def _one(self, path: str, raw: Any, value: Any, known: bool, title: str) -> Any:
        """The raw value for the field that ``path`` is now, None where it gives nothing to it."""
        old, new = self.old.form.field(path).spec, self._target(path)
        same = new is not None and old.type_key() == new.type_key()
        if _blank(old, raw):
            return raw if same else None
        if new is None:
            self._leave(title, old, raw, value)
            return None
        if old == new or old.type_key() == new.type_key() == "file":
            return raw
        if not known or value is None:
            if same or new.type_key() in _WRITTEN:
                return raw
            self._leave(title, old, raw, value)
            return None
        return self._converted(old, new, raw, value, title)

    def _converted(self, old: Field, new: Field, raw: Any, value: Any, title: str) -> Any:
        in_place = raw if isinstance(raw, str) and {old.type_key(), new.type_key()} <= _WRITTEN else None
        try:
            found, gone = _offered(new, self._convert(old, new, value))
        except Invalid:
            self._leave(title, old, raw, value)
            return in_place
        if gone:
            self._leave(title, old, raw, gone if isinstance(old, Choices) else value)
        if found is None:
            return None
        verbatim = in_place is not None and (old.type_key() == new.type_key() or not self._loses(new, raw, found))
        texts: Any = raw if verbatim else new.to_raw(found, self.filling.desk)
        if self._loses(new, texts, found):
            self._leave(title, old, raw, value)
        return texts

    def _convert(self, old: Field, new: Field, value: Any) -> Any:
        desk = self.filling.desk
        for kind, ids in needs(old, [value]).items():
            people, departments = (ids if kind == each else () for each in ("person", "department"))
            desk.prime_ids(people, departments, {kind: ids} if "." in kind else {})
        desk.prime(wants(old, new, [value], desk))
        return convert(old, new, value, desk)

    def _loses(self, new: Field, texts: Any, found: Any) -> bool:
        """Whether the input would give something else than was meant; a limit that is broken is told at its place."""
        try:
            return bool(new.coerce(texts, self.filling.desk) != found)
        except Invalid:
            return False
        finally:
            self.filling.desk.take_notices()

    def _leave(self, title: str, spec: Field, raw: Any, value: Any) -> None:
        self.left.append(Left(title, _said(self.filling, spec, raw, value)))

    def _title(self, path: str) -> str:
        compiled = self.old.form.field(path)
        return words.title(compiled.spec.title, self.filling.visit.language, compiled.key)

    def _target(self, path: str) -> Field | None:
        """The field that ``path`` is now, if this person may fill it in and it stands where values of ``path`` can go."""
        now = self.old.newer.get(path)
        if now is None:
            return None
        compiled, table = self.filling.live.form.field(now), path.rpartition(".")[0]
        where = compiled.table == (self._table(table) if table else "")
        fit = where and compiled.settable and not isinstance(compiled.spec, SubTable)
        return compiled.spec if fit and (compiled.table or compiled.key) in self.filling.edit else None

    def _table(self, key: str) -> str:
        """The sub-table that ``key`` is now, "" where it is none that this person may fill in."""
        now, form = self.old.newer.get(key, ""), self.filling.live.form
        return now if now in form.rows and now in self.filling.edit and form.fields[now].settable else ""


def carry(filling: Filling, old: LiveForm, raw: RawRecord) -> Carry:
    """Begin to carry what was typed, read by the form it was typed into."""
    prime(old.form, [raw], filling.desk)
    coerced = coerce(old.form, raw, filling.desk, frozenset(old.form.fields))
    learn(filling.desk, old, [coerced.values])
    return Carry(filling, old, coerced)


def path_title(form: CompiledForm, path: str, language: str) -> str:
    """What a field is called."""
    compiled = form.field(path)
    return words.title(compiled.spec.title, language, compiled.key)


def _offered(new: Field, value: Any) -> tuple[Any, Any]:
    """A converted value less the options there are no more, and those options."""
    if isinstance(new, Choices):
        kept = tuple(key for key in value if new.option(key))
        return kept or None, tuple(key for key in value if not new.option(key))
    if isinstance(new, Choice) and new.option(value) is None:
        return None, value
    return value, None


def _blank(spec: Field, raw: Any) -> bool:
    return raw in ("", None, []) or (spec.type_key() == "yesno" and raw == "false")


def _said(filling: Filling, spec: Field, raw: Any, value: Any) -> str:
    """The text a person knows a value by: what was typed where it was typed, else what was chosen."""
    if value is None or spec.type_key() in _WRITTEN:
        return "; ".join(str(each) for each in raw) if isinstance(raw, list | tuple) else str(raw)
    return spec.display(value, reader_of(filling.visit, filling.desk))


def _cell_title(filling: Filling, table: str, position: int, title: str) -> str:
    return words.say("runtime.left_cell", filling.visit.language, table=table, row=position + 1, title=title)


def _unshown(filling: Filling, raw: RawRecord) -> Iterator[Left]:
    """What was typed where the rules now hide the input or let nobody write in it."""
    evaluated, coerced = filling.evaluated(raw)
    form, language = filling.live.form, filling.visit.language
    lost = {*evaluated.dropped, *evaluated.kept}
    for place, compiled, value in places(form, coerced.values):
        inside = compiled.table in lost
        if value in (None, [], ()) or (compiled.key in form.rows and not compiled.table) or not (place in lost or inside):
            continue
        title = path_title(form, compiled.path, language)
        if compiled.table:
            position = int(place.partition("[")[2].partition("]")[0])
            title = _cell_title(filling, path_title(form, compiled.table, language), position, title)
        yield Left(title, _said(filling, compiled.spec, _raw_at(raw, place), value))


def _raw_at(raw: RawRecord, place: str) -> Any:
    table, _, rest = place.partition("[")
    index, _, column = rest.partition("].")
    return raw.get(table) if not rest else raw[table][int(index)].get(column)
