"""How a list of the draft will look: its heads, and the latest records the builder may read, where they are published."""

from dataclasses import dataclass
from typing import Any

from dougong.apps import Registry
from dougong.errors import Forbidden, NotFound
from dougong.fields.base import Reader
from dougong.formulas import NotInSql
from dougong.formulas.kinds import Kind
from dougong.pages import reader_of
from dougong.records import RecordDesk, learn
from dougong.records.listing import Listed, Query, rows
from dougong.spec.compiled import CompiledForm, CompiledList
from dougong.spec.model import SYSTEM_FIELDS, ListView
from dougong.spec.system import status_tone, system_field
from dougong.tables import LiveForm
from dougong_builder.bench import Bench

MOST_ROWS = 5
_NO_COLUMN = frozenset({"id"})


@dataclass(frozen=True, slots=True)
class Cell:
    """A value in words. ``kind`` is num, tag or ""; ``tone`` colours a tag."""

    text: str
    kind: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A record as a phone shows it."""

    title: str
    lines: tuple[str, ...]
    badge: Cell | None
    amount: str


@dataclass(frozen=True, slots=True)
class Preview:
    """``heads`` pairs title and kind; ``rows`` are the latest records, () where there are none to be seen."""

    heads: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Cell, ...], ...]
    card: Card | None


def preview(bench: Bench, form: CompiledForm, spec: ListView) -> Preview:
    """The preview of a list; where its row rule has faults the heads only."""
    return _preview(bench, form, bench.compiled.lists.get(spec.key), spec.columns)


def heads_only(bench: Bench, form: CompiledForm, columns: tuple[str, ...]) -> Preview:
    """The heads of columns."""
    return Preview(_heads(bench, form, columns), (), None)


def _heads(bench: Bench, form: CompiledForm, columns: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((bench.field_title(form, key), _kind(form, key)) for key in columns)


def _kind(form: CompiledForm, key: str) -> str:
    kind = form.scope.names.get(key)
    return "num" if kind is not None and kind.kind is Kind.NUMBER else ""


def _preview(bench: Bench, form: CompiledForm, view: CompiledList | None, columns: tuple[str, ...]) -> Preview:
    found, live = _latest(bench, form, view)
    if live is None or not found or view is None:
        return heads_only(bench, form, columns)
    desk = RecordDesk(bench.visit)
    learn(desk, live, ({k: v for k, v in row.values.items() if k not in live.form.rows} for row in found))
    reader: Any = reader_of(bench.visit, desk)
    made = tuple(tuple(_cell(live.form, key, row.values.get(key), reader) for key in columns) for row in found)
    return Preview(_heads(bench, form, columns), made, _card(bench, live, view, found[0], reader))


def _latest(bench: Bench, form: CompiledForm, view: CompiledList | None) -> tuple[tuple[Listed, ...], LiveForm | None]:
    """The latest rows under the draft's row rule, as the builder's own rights show them."""
    if view is None:
        return (), None
    try:
        live = Registry(bench.visit.tx).form(form.ref)
        seen = bench.visit.view(live)
        rule = view if view.rows is None or view.rows.refs <= {*live.form.fields, *SYSTEM_FIELDS} else None
        card = view.spec.card
        more = (card.title, *card.lines, card.badge, card.amount) if card else ()
        keys = dict.fromkeys(key for key in (*view.spec.columns, *more) if key and _same(live, form, key))
        wanted = tuple(key for key in keys if seen.reads_somewhere(key))
        if not wanted or not seen.may("read"):
            return (), live
        return rows(bench.visit, Query(live, wanted, view=rule, limit=MOST_ROWS)).rows, live
    except (NotFound, Forbidden, NotInSql):
        return (), None


def _same(live: LiveForm, form: CompiledForm, key: str) -> bool:
    """Whether what is published knows the column, and as the same kind of value."""
    if key in SYSTEM_FIELDS:
        return key not in _NO_COLUMN
    if key not in live.form.fields or key not in form.fields:
        return False
    return type(live.form.fields[key].spec) is type(form.fields[key].spec)


def _cell(form: CompiledForm, key: str, value: Any, reader: Reader) -> Cell:
    kind = _kind(form, key)
    if value is None:
        return Cell("", kind)
    if key in form.rows:
        return Cell(str(value), "num")
    own = form.fields.get(key)
    field = own.spec if own is not None else system_field(key, form)
    text = str(value) if field is None else field.display(value, reader)
    return Cell(text, "tag", status_tone(form, value)) if key == "status" else Cell(text, kind)


def _card(bench: Bench, live: LiveForm, view: CompiledList, row: Listed, reader: Reader) -> Card | None:
    card = view.spec.card
    if card is None:
        return None

    def cell(key: str) -> Cell:
        return _cell(live.form, key, row.values.get(key), reader)

    badge = cell(card.badge) if card.badge else None
    name = row.title or row.number or bench.say("lists.unnamed")
    return Card(
        (cell(card.title).text if card.title else "") or name,
        tuple(text for key in card.lines if (text := cell(key).text)),
        badge if badge and badge.text else None,
        cell(card.amount).text if card.amount else "",
    )
