"""What was chosen for a plan's effects, made part of what is published: options mapped, new fields filled in."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace
from sqlalchemy import select, update

from dougong.drafts.tree import put
from dougong.errors import Problem, Refused
from dougong.fields.choice import Optional
from dougong.formulas import Env, ErrorValue
from dougong.plans.options import MAP
from dougong.plans.pairs import path_of
from dougong.plans.values import is_constant
from dougong.records.evaluate import fitted
from dougong.records.load import load
from dougong.records.search import index_records
from dougong.records.visit import Visit
from dougong.spec.compiled import CompiledApp, CompiledField, CompiledForm
from dougong.spec.diffing.parts import Part, parts
from dougong.spec.model import App
from dougong.tables import LiveForm

CANCEL, BACKFILL = "cancel", "backfill"
_BATCH = 500
_KNOWN = ("", "keep", "keep_original", "leave_blank", CANCEL, BACKFILL)


def mapped(spec: App, choices: Mapping[str, str]) -> App:
    """The spec with options that take the place of dropped ones: each remembers what it is now too (``was``), so that
    the values follow as they do when an option is renamed. Raises Refused for a choice that cannot be made."""
    refused = list(_unfit(spec, choices))
    if refused:
        raise Refused(refused)
    for place, choice in choices.items():
        if choice.startswith(MAP):
            field, dropped = _dropped(spec, place)
            assert field is not None  # judged above
            index, option = _option(field, choice.removeprefix(MAP))
            changed = replace(option, was=(*option.was, dropped))
            spec = put(spec, (*field.path, "options", index), changed)
    return spec


def _unfit(spec: App, choices: Mapping[str, str]) -> Iterator[Problem]:
    for place, choice in choices.items():
        if choice == CANCEL:
            yield Problem("plan.cancelled", place)
        elif choice.startswith(MAP):
            field, dropped = _dropped(spec, place)
            keys = field.struct.keys() if field is not None and isinstance(field.struct, Optional) else []
            if choice.removeprefix(MAP) not in keys or dropped in keys:
                yield Problem("plan.no_such_choice", place, {"choice": choice[:100]})
        elif choice not in _KNOWN:
            yield Problem("plan.no_such_choice", place, {"choice": choice[:100]})


def _dropped(spec: App, place: str) -> tuple[Part | None, str]:
    """The field (or column) that lost an option, and the option's key."""
    steps = tuple(place.split("."))
    return parts(spec).get(steps[:-2]), steps[-1]


def _option(field: Part, key: str) -> tuple[int, Any]:
    assert isinstance(field.struct, Optional)
    return next((index, option) for index, option in enumerate(field.struct.options) if option.key == key)


def constants(visit: Visit, compiled: CompiledApp, choices: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """What new fields get where their default is to be filled in: ``form.path`` → by suffix of its columns."""
    found: dict[str, dict[str, Any]] = {}
    for place, choice in choices.items():
        steps = tuple(place.split("."))
        form = compiled.forms.get(steps[1]) if choice == BACKFILL and len(steps) > 3 else None
        field = _field(form, path_of(steps)) if form else None
        if form and field is not None and field.default is not None and is_constant(field.default):
            value = _default(field, visit.env)
            if value is not None:
                found[f"{form.key}.{field.path}"] = _stored(field, value, visit)
    return found


def _stored(field: CompiledField, value: Any, visit: Visit) -> dict[str, Any]:
    kept = field.spec.to_columns(value, visit.organisation.zone)
    return {column.suffix: part for column, part in zip(field.spec.columns(), kept, strict=True)}


def backfill(visit: Visit, forms: Mapping[str, LiveForm], choices: Mapping[str, str]) -> dict[str, int]:
    """Fill the default of new fields into the records that are there, where that was chosen; place → how many.
    Raises Refused where the default is not the same for every record."""
    found: dict[str, int] = {}
    for place, choice in choices.items():
        if choice == BACKFILL:
            steps = tuple(place.split("."))
            live = forms.get(steps[1]) if len(steps) > 3 else None
            field = _field(live.form, path_of(steps)) if live else None
            if live is None or field is None or field.default is None or not is_constant(field.default):
                raise Refused([Problem("plan.no_such_choice", place, {"choice": choice})])
            found[place] = _fill(visit, live, field)
    return found


def _field(form: CompiledForm, path: str) -> CompiledField | None:
    try:
        return form.field(path)
    except KeyError:
        return None


def _fill(visit: Visit, live: LiveForm, field: CompiledField) -> int:
    value = _default(field, visit.env)
    physical = live.physical.rows[field.table] if field.table else live.physical.main
    column = physical.column(field.key)
    if value is None or column is None:
        return 0
    places = {suffix: physical.column(field.key, suffix) for suffix in (each.suffix for each in field.spec.columns())}
    kept = _stored(field, value, visit)
    stored = {each.name: kept[suffix] for suffix, each in places.items() if each is not None}
    count = visit.tx.conn.execute(update(physical.table).where(column.is_(None)).values(stored)).rowcount
    search = live.physical.search
    if count and not field.table and search is not None and field.key in search.fields:
        _find_again(visit, live)
    return count


def _find_again(visit: Visit, live: LiveForm) -> None:
    """Put what was filled in where it is searched."""
    table, last = live.physical.main.table, -1
    while True:
        query = select(table.c.id).where(table.c.id > last, table.c["_deleted_at"].is_(None))
        ids = list(visit.tx.conn.execute(query.order_by(table.c.id).limit(_BATCH)).scalars())
        if not ids:
            return
        index_records(visit.tx, live, load(visit.tx, live, ids).values(), fresh=False)
        last = ids[-1]


def _default(field: CompiledField, env: Env) -> Any:
    assert field.default is not None
    value = field.default.evaluate({}, env)
    return None if value is None or value == "" or isinstance(value, ErrorValue) else fitted(field, value)
