"""What a compiled form says about its fields that every record would ask again: worked out once per form."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary, ref

from dougong.fields.base import Field
from dougong.spec.compiled import CompiledField, CompiledForm

Writers = tuple[tuple[str, Callable[[Any, Any], Any] | None], ...]
"""Key → how its value becomes JSON, None where it is JSON already."""


@dataclass(frozen=True, slots=True)
class Plan:
    """``blank`` is a record without values; ``takes`` the ``coerce`` of each field a person may set, sub-tables left out.
    ``quiet`` fields take what they are given: no condition, default or formula is theirs. ``active`` are the others,
    and sub-tables, in the order their values can be known; ``judged`` are top-level fields a rule may refuse, with the
    columns of theirs that one may, and whether they can only be missing."""

    blank: Mapping[str, Any]
    takes: Mapping[str, Callable[[Any, Any], Any]]
    system: tuple[str, ...]
    quiet: tuple[str, ...]
    active: tuple[CompiledField, ...]
    quiet_columns: Mapping[str, tuple[str, ...]]
    required: frozenset[str]
    required_columns: Mapping[str, tuple[str, ...]]
    judged: tuple[tuple[CompiledField, tuple[CompiledField, ...], bool], ...]
    looking: tuple[CompiledField, ...]
    looking_columns: Mapping[str, tuple[CompiledField, ...]]
    files: tuple[CompiledField, ...]
    to_json: Writers
    columns_to_json: tuple[tuple[str, Writers], ...]

    @property
    def all_quiet(self) -> bool:
        """Whether a new record is what it was given."""
        return not self.active


_KEPT: WeakKeyDictionary[CompiledForm, Plan] = WeakKeyDictionary()
_last: list[tuple[Callable[[], CompiledForm | None], Plan | None]] = [(lambda: None, None)]
# The one asked for last: while a batch is judged it is asked for again and again.


def plan_of(form: CompiledForm) -> Plan:
    """The plan of a form, made on first asking."""
    known, plan = _last[0]
    if known() is form and plan is not None:
        return plan
    found = _KEPT.get(form)
    if found is None:
        found = _KEPT[form] = _plan(form)
    _last[0] = (ref(form), found)
    return found


def _plan(form: CompiledForm) -> Plan:
    tops, rows = form.fields, form.rows
    every = [*tops.values(), *(field for fields in rows.values() for field in fields.values())]
    system = tuple(key for key in form.scope.names if key not in tops)
    return Plan(
        blank=dict.fromkeys((*system, *tops)),
        takes={key: field.spec.coerce for key, field in tops.items() if key not in rows and field.settable},
        system=system,
        quiet=tuple(key for key, field in tops.items() if key not in rows and is_quiet(field)),
        active=tuple(
            field for path in form.order if (field := form.field(path)).path in rows or not is_quiet(field)
        ),
        quiet_columns={key: tuple(k for k, field in fields.items() if is_quiet(field)) for key, fields in rows.items()},
        required=frozenset(key for key, field in tops.items() if is_quiet(field) and field.spec.required),
        required_columns={
            key: tuple(k for k, field in fields.items() if is_quiet(field) and field.spec.required)
            for key, fields in rows.items()
        },
        judged=tuple(_judged(form)),
        looking=tuple(field for field in tops.values() if looks_up(field)),
        looking_columns={
            key: found for key, fields in rows.items() if (found := tuple(f for f in fields.values() if looks_up(f)))
        },
        to_json=_writers(field for key, field in tops.items() if key not in rows),
        columns_to_json=tuple((key, _writers(fields.values())) for key, fields in rows.items()),
        files=tuple(field for field in every if field.spec.type_key() == "file"),
    )  # fmt: skip


def is_quiet(field: CompiledField) -> bool:
    """Whether a field's value is what it was given, whatever the rest of the record says."""
    return not (field.shown or field.require or field.readonly or field.default or field.value)


def _writers(fields: Iterable[CompiledField]) -> Writers:
    return tuple((field.key, overrides(field.spec, "to_json")) for field in fields)


def _judged(form: CompiledForm) -> Iterable[tuple[CompiledField, tuple[CompiledField, ...], bool]]:
    for key, field in form.fields.items():
        columns = tuple(inner for inner in form.rows.get(key, {}).values() if _is_judged(inner))
        if key in form.rows or _is_judged(field):
            yield field, columns, key not in form.rows and not field.value


def _is_judged(field: CompiledField) -> bool:
    return bool(field.spec.required or field.require or field.value)


def looks_up(field: CompiledField) -> bool:
    """Whether a value of the field names something that has to be found."""
    return any(c.references for c in field.spec.columns()) or field.spec.type_key() == "file"


def overrides(spec: Field, verb: str) -> Any:
    """The field's own ``verb``, None when its type leaves it as every field has it."""
    return None if getattr(type(spec), verb) is getattr(Field, verb) else getattr(spec, verb)
