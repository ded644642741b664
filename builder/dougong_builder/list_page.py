"""One list of an app: its columns with their order and totals, sort, filters, search, rows, and the card of a phone."""

from collections.abc import Iterable
from dataclasses import dataclass

from dougong.drafts.operations import AnyOperation, Rename
from dougong.formulas.kinds import Kind
from dougong.spec.compiled import CompiledForm
from dougong.spec.compiling.lists import filterable, sortable
from dougong.spec.compiling.tree import searchable
from dougong.spec.model import SYSTEM_FIELDS, ListView
from dougong_builder.bench import Bench
from dougong_builder.entries import Choice, Entry, Sheet, value_title
from dougong_builder.faults import Said
from dougong_builder.frame import Frame
from dougong_builder.list_preview import Preview, preview
from dougong_builder.operating import Asked
from dougong_builder.start import list_of

_ADDED, _ORDERED = (Kind.NUMBER,), (Kind.NUMBER, Kind.DATE, Kind.DATETIME, Kind.TIME)
_TOTALS = {"sum": _ADDED, "average": _ADDED, "min": _ORDERED, "max": _ORDERED, "count": tuple(Kind)}
_SELDOM = frozenset({"id", "version", "revision"})
"""What no list should offer people; one that has it keeps it."""
Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column or a sort key. ``total`` is its input, ``flip`` the operation that turns a sort round."""

    key: str
    place: str
    title: str
    first: bool
    last: bool
    faults: tuple[Said, ...]
    total: Entry | None = None
    flip: dict[str, object] | None = None
    falling: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """``form_title`` is "" when the list is of a form that is not there."""

    frame: Frame
    place: str
    here: str
    title: str
    form_title: str
    head: tuple[Entry, ...]
    columns: tuple[Column, ...]
    more_columns: tuple[Choice, ...]
    sorts: tuple[Column, ...]
    more_sorts: tuple[Choice, ...]
    finding: tuple[Entry, ...]
    card: tuple[Entry, ...]
    has_card: bool
    preview: Preview | None
    faults: tuple[Said, ...]
    uses: str


def list_page(bench: Bench, key: str) -> ListPage:
    """The page; raises NotFound."""
    view, place = list_of(bench.spec, key), f"lists.{key}"
    here, form = f"/apps/{bench.draft.app}/lists/{key}", bench.compiled.forms.get(view.form)
    sheet = bench.sheet(place)
    return ListPage(
        frame=bench.frame("lists", here, argument=key), place=place, here=here, title=bench.title(view.title, key),
        form_title=bench.title(form.spec.title, form.key) if form else "", head=_head(bench, sheet),
        columns=_columns(bench, sheet, view, form) if form else (),
        more_columns=_more(_every(bench, form), view.columns) if form else (),
        sorts=_sorts(bench, view, form) if form else (),
        more_sorts=_more(_titled(bench, form, sortable(form)), _bare(view.sort)) if form else (),
        finding=_finding(bench, sheet, view, form) if form else (), card=_card(bench, sheet, view, form) if form else (),
        has_card=view.card is not None, preview=preview(bench, form, view) if form else None,
        faults=bench.faults.exactly(f"{place}.form"), uses=f"/apps/{bench.draft.app}/problems?uses={place}",
    )  # fmt: skip


def renamed(asked: Asked, done: AnyOperation) -> str:
    """After another key: the list's new address."""
    return f"/apps/{asked.app}/{done.now.replace('.', '/')}" if isinstance(done, Rename) and asked.argument else ""


def _head(bench: Bench, sheet: Sheet) -> tuple[Entry, ...]:
    return (
        sheet.words("title"),
        sheet.line("rows", "formula", hint=bench.say("parts.list_rows_hint"), example='status = "running"'),
        sheet.key(),
    )  # fmt: skip


def _titled(bench: Bench, form: CompiledForm, keys: Iterable[str]) -> Pairs:
    return [(key, bench.field_title(form, key)) for key in keys]


def _every(bench: Bench, form: CompiledForm) -> Pairs:
    """Every field that can be a column: the form's, then the system's."""
    return _titled(bench, form, (*form.fields, *(key for key in SYSTEM_FIELDS if key not in _SELDOM)))


def _more(every: Pairs, taken: Iterable[str]) -> tuple[Choice, ...]:
    there = set(taken)
    return tuple(Choice(key, title) for key, title in every if key not in there)


def _bare(sort: Iterable[str]) -> list[str]:
    return [key.removeprefix("-") for key in sort]


def _columns(bench: Bench, sheet: Sheet, view: ListView, form: CompiledForm) -> tuple[Column, ...]:
    found, count = [], len(view.columns)
    for index, key in enumerate(view.columns):
        found.append(
            Column(
                key=key,
                place=f"{sheet.place}.columns.{key}",
                title=bench.field_title(form, key),
                first=index == 0,
                last=index == count - 1,
                faults=_at(bench, sheet.place, "columns", index),
                total=_total(bench, sheet, view, form, key),
            )
        )
    return tuple(found)


def _at(bench: Bench, place: str, listed: str, index: int) -> tuple[Said, ...]:
    """What is wrong with one name of a list: those are told by their number."""
    return bench.numbered(f"{place}.{listed}[{index}]")


def _total(bench: Bench, sheet: Sheet, view: ListView, form: CompiledForm, key: str) -> Entry | None:
    """What can be added up of a column; None for what could only be counted and is not."""
    kind = form.scope.names.get(key)
    if kind is None or (kind.kind not in _ORDERED and key not in view.totals):
        return None
    ways = [("", bench.say("parts.no_total"))]
    ways += [(how, value_title("totals", how, bench.language)) for how, kinds in _TOTALS.items() if kind.kind in kinds]
    label = bench.say("parts.total_of", title=bench.field_title(form, key))
    return sheet.pick(f"totals.{key}", ways, label=label)


def _sorts(bench: Bench, view: ListView, form: CompiledForm) -> tuple[Column, ...]:
    found, place, count = [], f"lists.{view.key}", len(view.sort)
    for index, written in enumerate(view.sort):
        key, falling = written.removeprefix("-"), written.startswith("-")
        turned = [*view.sort[:index], key if falling else f"-{key}", *view.sort[index + 1 :]]
        found.append(
            Column(
                key=key,
                place=f"{place}.sort.{key}",
                title=bench.field_title(form, key),
                first=index == 0,
                last=index == count - 1,
                faults=_at(bench, place, "sort", index),
                falling=falling,
                flip={"op": "set", "place": place, "property": "sort", "value": turned},
            )
        )
    return tuple(found)


def _finding(bench: Bench, sheet: Sheet, view: ListView, form: CompiledForm) -> tuple[Entry, ...]:
    """Filters and search: what is on comes first, in its order."""
    found = []
    for name, keys in (("filters", filterable(form)), ("search", searchable(form.spec))):
        on = getattr(view, name)
        offered = _titled(bench, form, (key for key in keys if key not in _SELDOM or key in on))
        found.append(sheet.many(name, _on_first(on, offered)))
    return tuple(found)


def _on_first(on: Iterable[str], every: Pairs) -> Pairs:
    known = dict(every)
    chosen = [key for key in on if key in known]
    return [(key, known[key]) for key in dict.fromkeys([*chosen, *known])]


def _card(bench: Bench, sheet: Sheet, view: ListView, form: CompiledForm) -> tuple[Entry, ...]:
    every, none = _every(bench, form), ("", bench.say("change.nothing"))
    numbers = [(key, title) for key, title in every if form.scope.names[key].kind is Kind.NUMBER]
    own = ("", bench.say("parts.card_own_title"))
    lines = view.card.lines if view.card else ()
    return (
        sheet.pick("card.title", [own, *every]),
        sheet.many("card.lines", _on_first(lines, every)),
        sheet.pick("card.badge", [none, *every]),
        sheet.pick("card.amount", [none, *numbers]),
    )
