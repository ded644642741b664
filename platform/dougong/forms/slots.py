"""A form and a record's state → the page to draw."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from dougong import words
from dougong.errors import Problem
from dougong.fields import Field, Node, Section, SubTable, children
from dougong.fields.base import Reader, Stored
from dougong.forms import drawing
from dougong.forms.bind import PICKED
from dougong.forms.page import ErrorLink, FormPage, Mode, Part, RowSlots, SectionSlots, TableSlots
from dougong.forms.parts import Foot, Head, Slot, Total
from dougong.forms.state import Addresses, FormState
from dougong.spec.compiled import CompiledField, CompiledForm

_IN_ROW = re.compile(r"^([a-z0-9_]+)\[(\d+)\](?:\.(.+))?$")


@dataclass
class _Draw:
    """Everything one page is drawn from."""

    form: CompiledForm
    state: FormState
    reader: Reader
    mode: Mode
    addresses: Addresses
    said: dict[str, list[str]] = field(default_factory=dict)

    def title(self, node: Node) -> str:
        return words.title(node.title, self.reader.language, node.key)

    def help(self, node: Node) -> str:
        return words.title(node.help, self.reader.language)

    def errors(self, place: str) -> tuple[str, ...]:
        return tuple(self.said.get(place, ()))


def slots(
    form: CompiledForm, state: FormState, reader: Reader, mode: Mode = "fill", addresses: Addresses | None = None
) -> FormPage:
    """The page of a form. What the reader may not see is left out; what a rule hides is there with ``shown`` False."""
    draw = _Draw(form, state, reader, mode, addresses or Addresses())
    for problem in state.problems:
        draw.said.setdefault(problem.at, []).append(sentence(problem, reader.language))
    page = FormPage(
        title=words.title(form.spec.title, reader.language, form.key),
        help=words.title(form.spec.help, reader.language),
        mode=mode,
        language=reader.language,
        sections=tuple(_sections(draw, form.tree())),
        errors=(),
    )
    return replace(page, errors=tuple(_summary(draw, page)))


def sentence(problem: Problem, language: str) -> str:
    """A problem in words; one inside a row says which."""
    text = words.sentence(problem, language)
    match = _IN_ROW.match(problem.at)
    return words.say("forms.in_row", language, row=str(int(match[2]) + 1), sentence=text) if match else text


def _summary(draw: _Draw, page: FormPage) -> Iterator[ErrorLink]:
    """The problems in drawing order, those without a place on the page last."""
    placed = {slot.path: slot for slot in page.slots() if slot.shown and slot.path}
    for path, slot in placed.items():
        for text in draw.errors(path):
            yield ErrorLink(href=f"#{slot.id}", sentence=text)
    for place, texts in draw.said.items():
        if place not in placed:
            yield from (ErrorLink(href="", sentence=text) for text in texts)


def _sections(draw: _Draw, nodes: Sequence[Node]) -> Iterator[SectionSlots]:
    """The top of the tree: fields that stand before or between sections make sections without a heading."""
    loose: list[Node] = []
    for node in nodes:
        if isinstance(node, Section):
            if parts := _parts(draw, loose, 0):
                yield SectionSlots(head=None, parts=parts)
            loose = []
            if parts := _parts(draw, node.fields, 0):
                yield SectionSlots(head=_head(draw, node, "section"), parts=parts)
        else:
            loose.append(node)
    if parts := _parts(draw, loose, 0):
        yield SectionSlots(head=None, parts=parts)


def _head(draw: _Draw, node: Node, kind: str, depth: int = 0) -> Head:
    return Head(
        kind=kind, depth=depth, name=node.key, title=words.title(node.title, draw.reader.language), help=draw.help(node),
        shown=node.key in draw.state.shown,
    )  # fmt: skip


def _parts(draw: _Draw, nodes: Iterable[Node], depth: int) -> tuple[Part | SectionSlots, ...]:
    found: list[Part | SectionSlots] = []
    for node in nodes:
        if isinstance(node, Section):
            if parts := _parts(draw, children(node), depth + 1):
                found.append(SectionSlots(head=_head(draw, node, "section", depth + 1), parts=parts))
        elif not isinstance(node, Field):
            found.append(_head(draw, node, "note"))
        elif not draw.state.rights.may_read(node.key):
            continue
        elif isinstance(node, SubTable):
            found.append(_table(draw, node))
        else:
            state = draw.state
            found.append(_slot(draw, draw.form.fields[node.key], state.raw, state.values, node.key, node.key))
    return tuple(found)


def _slot(
    draw: _Draw, compiled: CompiledField, raws: Mapping[str, Any], values: Mapping[str, Any], name: str, place: str
) -> Slot:
    spec, state, reader = compiled.spec, draw.state, draw.reader
    editable = draw.mode == "fill" and compiled.settable and state.rights.may_edit(compiled.path)
    in_row = bool(compiled.table)
    raw, value = raws.get(spec.key), values.get(spec.key)
    label = ""
    if editable and spec.type_key() in PICKED:
        value, label = drawing.picked(spec, raw, value, reader)
    texts = drawing.raw_texts(spec, raw, editable and spec.key in raws, value, reader)
    return Slot(
        name=name,
        path=place,
        type=spec.type_key(),
        spec=spec,
        title=draw.title(spec),
        help=draw.help(spec),
        raws=texts,
        text="" if value is None else spec.display(value, reader),
        label=label,
        editable=editable,
        required=place in state.required,
        readonly=place in state.readonly,
        shown=place in state.shown,
        in_row=in_row,
        errors=draw.errors(place),
        layout=drawing.layout(spec, in_row) if editable else "",
        options=drawing.options(spec, texts, reader.language) if editable else (),
        files=drawing.files(spec, texts, reader, draw.addresses),
        unit=drawing.unit(spec, reader.language),
        placeholder=drawing.placeholder(spec, reader.language),
        suggest_url=draw.addresses.suggest(compiled.path) if editable and spec.type_key() in PICKED else "",
        upload_url=draw.addresses.upload(compiled.path) if editable and spec.type_key() == "file" else "",
    )


def _table(draw: _Draw, node: SubTable) -> TableSlots:
    state, key = draw.state, node.key
    compiled = draw.form.fields[key]
    editable = (
        draw.mode == "fill" and compiled.settable and state.rights.may_edit(key) and key not in state.readonly
    )  # fmt: skip
    stored = list(state.values.get(key) or ())
    raws = state.raw.get(key) if editable else None
    typed = raws if isinstance(raws, list) and all(isinstance(row, Mapping) for row in raws) else [{}] * len(stored)
    places = state.raw.places.get(key, ())
    indices = places if len(places) == len(typed) else range(len(typed))
    columns = tuple(column for column in node.value_fields() if key in draw.form.rows)
    rows = tuple(
        _row(draw, node, position, index, row, stored[position] if position < len(stored) else {})
        for position, (index, row) in enumerate(zip(indices, typed, strict=True))
    )
    head = Head(
        kind="table", name=key, path=key, title=draw.title(node), help=draw.help(node), shown=key in state.shown,
        errors=draw.errors(key), optional=editable and key not in state.required and not node.min_rows,
    )  # fmt: skip
    totals = tuple(_totals(draw, columns, stored)) if rows else ()
    summed = any(total.text for total in totals)
    return TableSlots(
        name=key,
        head=head,
        columns=tuple(draw.title(column) for column in columns),
        rows=rows,
        foot=Foot(name=f"{key}-totals", totals=totals) if summed else None,
        editable=editable,
        may_add=editable and len(rows) < node.max_rows,
    )


def _row(
    draw: _Draw, node: SubTable, position: int, index: int, raw: Mapping[str, Any], values: Mapping[str, Any]
) -> RowSlots:
    name, place = f"{node.key}-{index}", f"{node.key}[{position}]"
    cells = tuple(
        _slot(draw, compiled, raw, values, f"{name}-{key}", f"{place}.{key}")
        for key, compiled in draw.form.rows[node.key].items()
    )
    card = next((cell.text for cell in cells if cell.spec.key == node.card_title), "")
    title = words.say("forms.row", draw.reader.language, row=str(position + 1))
    head = Head(kind="row", name=name, path=place, title=title, text=card, errors=draw.errors(place))
    row_id = raw.get("id") or values.get("id") or ""
    return RowSlots(index=index, position=position, row_id=str(row_id), head=head, cells=cells)


def _totals(draw: _Draw, columns: Sequence[Field], rows: Sequence[Mapping[str, Any]]) -> Iterator[Total]:
    """Sums of the computed columns that are numbers; of the money columns where nothing is computed."""
    numeric = [column for column in columns if any(c.stored is Stored.EXACT for c in column.columns())]
    money = [column for column in numeric if column.type_key() == "money"]
    summed = {column.key for column in numeric if column.value} or {column.key for column in money}
    for column in columns:
        amounts = [row[column.key] for row in rows if isinstance(row.get(column.key), Decimal)]
        known = column.key in summed and amounts
        yield Total(draw.title(column), column.display(sum(amounts, Decimal(0)), draw.reader) if known else "")
