"""Lists: the keys they name, and their row rules."""

from collections.abc import Iterable, Sequence

from dougong.fields import Field
from dougong.formulas.kinds import BOOLEAN, Kind
from dougong.spec import model
from dougong.spec.compiled import CompiledForm, CompiledList
from dougong.spec.compiling.context import Context
from dougong.spec.compiling.tree import searchable
from dougong.spec.positions import Path
from dougong.spec.system import SYSTEM_TYPES, system_field

_ORDERED = frozenset({Kind.NUMBER, Kind.DATE, Kind.DATETIME, Kind.TIME})
_ADDED = frozenset({Kind.NUMBER})
_TOTALS = {"sum": _ADDED, "average": _ADDED, "min": _ORDERED, "max": _ORDERED}


def compile_lists(context: Context, forms: dict[str, CompiledForm]) -> dict[str, CompiledList]:
    """Every list of a form that exists; one whose row rule has faults shows nothing and is left out."""
    context.unique((("lists", index), view.key) for index, view in enumerate(context.app.lists))
    made: dict[str, CompiledList] = {}
    for index, view in enumerate(context.app.lists):
        path: Path = ("lists", index)
        context.titled(path, view.title)
        form = forms.get(view.form)
        if form is None:
            context.faults.unknown((*path, "form"), "spec.no_such_form", view.form, forms)
            continue
        _judge_keys(context, view, path, form)
        rows = context.formula((*path, "rows"), view.rows, form.scope, BOOLEAN, sql=True) if view.rows else None
        if rows is not None or not view.rows:
            made.setdefault(view.key, CompiledList(view, form, rows))
    return made


def _judge_keys(context: Context, view: model.ListView, path: Path, form: CompiledForm) -> None:
    every = [*form.fields, *SYSTEM_TYPES]
    _known(context, (*path, "columns"), view.columns, every, "spec.no_such_field")
    _known(context, (*path, "sort"), [key.removeprefix("-") for key in view.sort], sortable(form), "spec.not_sortable")
    _known(context, (*path, "filters"), view.filters, filterable(form), "spec.not_filterable")
    _known(context, (*path, "search"), view.search, searchable(form.spec), "spec.not_searchable")
    _judge_totals(context, view, (*path, "totals"), form)
    if view.card is not None:
        _judge_card(context, view.card, (*path, "card"), form)


def _known(context: Context, path: Path, keys: Sequence[str], known: Iterable[str], code: str) -> None:
    """Every key one of ``known``, and once."""
    allowed = list(known)
    for index, key in enumerate(keys):
        if key not in allowed:
            context.faults.unknown((*path, index), code, key, allowed)
        elif key in keys[:index]:
            context.faults.add((*path, index), "spec.twice", name=key)


def _fields(form: CompiledForm) -> Iterable[Field]:
    """The fields of its records, the system's after its own."""
    yield from (compiled.spec for compiled in form.fields.values())
    yield from (field for key in SYSTEM_TYPES if (field := system_field(key, form)) is not None)


def sortable(form: CompiledForm) -> list[str]:
    """The keys that records can be sorted by."""
    return [*(field.key for field in _fields(form) if field.sortable and field.columns()), "id"]


def filterable(form: CompiledForm) -> list[str]:
    """The keys that a list may offer filters for."""
    return [field.key for field in _fields(form) if field.operators and field.columns()]


def _judge_totals(context: Context, view: model.ListView, path: Path, form: CompiledForm) -> None:
    for key, how in view.totals.items():
        kind = form.scope.names.get(key)
        fitting = _TOTALS.get(how)
        known = [name for name, each in form.scope.names.items() if fitting is None or each.kind in fitting]
        if kind is None:
            context.faults.unknown((*path, key), "spec.no_such_field", key, known)
        elif fitting is not None and kind.kind not in fitting:
            context.faults.add((*path, key), "spec.no_total", name=key, how=how, nearest="", choices=known[:12])


def _judge_card(context: Context, card: model.Card, path: Path, form: CompiledForm) -> None:
    every = [*form.fields, *SYSTEM_TYPES]
    for name in ("title", "badge", "amount"):
        key = getattr(card, name)
        if key and key not in every:
            context.faults.unknown((*path, name), "spec.no_such_field", key, every)
    _known(context, (*path, "lines"), card.lines, every, "spec.no_such_field")
    if card.amount in every and form.scope.names[card.amount].kind is not Kind.NUMBER:
        numbers = [key for key in every if form.scope.names[key].kind is Kind.NUMBER]
        context.faults.unknown((*path, "amount"), "spec.not_a_number_field", card.amount, numbers)
