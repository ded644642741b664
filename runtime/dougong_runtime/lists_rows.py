"""The rows of a list in words: each value as its field shows it, once for the table and once for the card of a phone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from dougong import words
from dougong.fields.base import Reader
from dougong.formulas.kinds import Kind
from dougong.pages import reader_of
from dougong.records import RecordDesk, Visit, learn
from dougong.records.listing import Listed
from dougong.spec.compiled import CompiledForm
from dougong.spec.model import Card
from dougong.spec.system import status_tone
from dougong.tables import LiveForm
from dougong_runtime.lists_target import Target, field_of, heading_of


@dataclass(frozen=True, slots=True)
class Cell:
    """A value in words. ``kind`` is num, id, tag or "" (text); ``tone`` colours a tag."""

    text: str
    kind: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class CardLine:
    """A small line of a card: what it is, and its value."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A record: its address, what it is called, its cells by column, and its card."""

    id: int
    url: str
    name: str
    cells: tuple[Cell, ...]
    card_title: str
    card_lines: tuple[CardLine, ...]
    card_badge: Cell | None
    card_amount: str


def wanted_columns(target: Target, visit: Visit) -> tuple[str, ...]:
    """The columns to ask for: those shown, and those of the card that may be read."""
    card = target.spec.card
    keys = [card.title, *card.lines, card.badge, card.amount] if card else []
    view = visit.view(target.live)
    return tuple(dict.fromkeys((*target.columns, *(key for key in keys if key and view.reads_somewhere(key)))))


def shown_rows(visit: Visit, target: Target, found: Sequence[Listed], back: str) -> tuple[Row, ...]:
    """The rows in the reader's words; ``back`` is the address the record pages lead back to."""
    desk = RecordDesk(visit)
    learn_rows(desk, target.live, (row.values for row in found))
    reader: Any = reader_of(visit, desk)
    return tuple(_row(target, row, reader, back) for row in found)


def learn_rows(desk: RecordDesk, live: LiveForm, batch: Iterable[Mapping[str, Any]]) -> None:
    """Let the desk look up every name in rows of a list, in which a sub-table is its number of rows."""
    learn(desk, live, ({k: v for k, v in values.items() if k not in live.form.rows} for values in batch))


def cell_of(form: CompiledForm, key: str, value: Any, reader: Reader) -> Cell:
    """One value as a cell."""
    kind = form.scope.names[key].kind if key in form.scope.names else None
    style = {Kind.NUMBER: "num"}.get(kind, "") if kind else ""
    style = "id" if key == "number" else style
    if value is None:
        return Cell("", style)
    if key in form.rows:
        return Cell(words.say("lists.rows", reader.language, n=value), "num")
    field = field_of(form, key)
    text = str(value) if field is None else field.display(value, reader)
    return Cell(text, "tag", status_tone(form, value)) if key == "status" else Cell(text, style)


def card_keys(card: Card | None) -> tuple[str, ...]:
    """The fields on the small lines of a card."""
    return card.lines if card else ()


def _brief(text: str, form: CompiledForm, key: str) -> str:
    """On a card a moment is its day."""
    return text[:10] if form.scope.names[key].kind is Kind.DATETIME else text


def _row(target: Target, row: Listed, reader: Reader, back: str) -> Row:
    form, card = target.form, target.spec.card

    def cell(key: str) -> Cell:
        return cell_of(form, key, row.values.get(key), reader)

    name = row.title or row.number or words.say("lists.unnamed", reader.language)
    lines = [CardLine(heading_of(form, key, reader.language), _brief(cell(key).text, form, key)) for key in card_keys(card)]
    badge = cell(card.badge) if card and card.badge else None
    return Row(
        id=row.id, url=f"{target.record_path}{row.id}?back={quote(back, safe='')}", name=name,
        cells=tuple(cell(key) for key in target.columns),
        card_title=(cell(card.title).text if card and card.title else "") or name,
        card_lines=tuple(line for line in lines if line.text),
        card_badge=badge if badge and badge.text else None,
        card_amount=cell(card.amount).text if card and card.amount else "",
    )  # fmt: skip
