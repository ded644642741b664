"""Judging the tests of a spec: everything they name exists."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, get_args

from dougong.fields import Node
from dougong.spec import model
from dougong.spec.compiled import CompiledForm
from dougong.spec.compiling.context import Context
from dougong.spec.nearest import clipped
from dougong.spec.positions import Path
from dougong.spec.system import SYSTEM_TYPES
from dougong.spec.walk import fields, nodes, steps

_INDEX = re.compile(r"\[[0-9]+\]")


def judge_tests(context: Context, forms: Mapping[str, CompiledForm]) -> None:
    """Every test of the app."""
    context.unique((("tests", index), test.key) for index, test in enumerate(context.app.tests))
    for index, test in enumerate(context.app.tests):
        path: Path = ("tests", index)
        _judge_people(context, test, path)
        _judge_records(context, test, path)
        if test.clock and not _is_moment(test.clock):
            context.faults.add((*path, "clock"), "spec.bad_clock", value=clipped(test.clock))
        form = forms.get(test.form)
        if form is None:
            context.faults.unknown((*path, "form"), "spec.no_such_form", test.form, forms)
            continue
        _judge_values(context, (*path, "values"), test.values, form.spec)
        _judge_expected(context, test.expect, (*path, "expect"), form.spec)


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _judge_people(context: Context, test: model.Test, path: Path) -> None:
    roles = [role.key for role in context.app.roles]
    if test.person and test.person not in test.people:
        context.faults.unknown((*path, "as"), "spec.no_such_person", test.person, test.people)
    for login, person in test.people.items():
        here = (*path, "people", login)
        if person.supervisor and person.supervisor not in test.people:
            context.faults.unknown((*here, "supervisor"), "spec.no_such_person", person.supervisor, test.people)
        _known(context, (*here, "roles"), person.roles, roles, "spec.no_such_role")


def _judge_records(context: Context, test: model.Test, path: Path) -> None:
    own = context.app.app.key
    for name, records in test.records.items():
        ref = name if "." in name else f"{own}.{name}"
        form = context.form(ref)
        if form is None:
            context.no_form((*path, "records", name), ref)
            continue
        for index, record in enumerate(records):
            _judge_values(context, (*path, "records", name, index), record, form, also=("key", *SYSTEM_TYPES))


def _judge_values(
    context: Context, path: Path, values: Mapping[str, Any], form: model.Form, also: Iterable[str] = ()
) -> None:
    known = [placed.name for placed in fields(form)]
    for key, value in values.items():
        if key not in known and key not in also:
            context.faults.unknown((*path, key), "spec.no_such_field", key, known)
        columns = [name.removeprefix(f"{key}.") for name in known if name.startswith(f"{key}.")]
        for index, row in enumerate(value if columns and isinstance(value, list) else ()):
            given = row if isinstance(row, dict) else {}
            _known(context, (*path, key, index), given, [*columns, "id"], "spec.no_such_field")


def _judge_expected(context: Context, expect: model.Expect, path: Path, form: model.Form) -> None:
    held = [*(placed.name for placed in fields(form)), *SYSTEM_TYPES]
    drawn = [*(_name(placed.node, placed.table) for placed in nodes(form)), *SYSTEM_TYPES]
    named: dict[str, tuple[Iterable[str], list[str], str]] = {
        "values": (expect.values, held, "spec.no_such_field"),
        "errors": (expect.errors or (), held, "spec.no_such_field"),
        "shown": (expect.shown, drawn, "spec.no_such_field"),
        "hidden": (expect.hidden, drawn, "spec.no_such_field"),
        "required": (expect.required, held, "spec.no_such_field"),
        "readonly": (expect.readonly, held, "spec.no_such_field"),
        "can": (expect.can, list(get_args(model.Action)), "spec.no_such_action"),
        "route": (expect.route or (), _step_keys(form), "spec.no_such_step"),
        "lists": (expect.lists, [view.key for view in context.app.lists], "spec.no_such_list"),
        "metrics": (expect.metrics, [metric.key for metric in context.app.metrics], "spec.no_such_metric"),
    }
    for name, (given, known, code) in named.items():
        _known(context, (*path, name), given, known, code)
    statuses = [*model.FIXED_STATUSES, *(status.key for status in form.statuses)]
    if expect.status and expect.status not in statuses:
        context.faults.unknown((*path, "status"), "spec.no_such_status", expect.status, statuses)


def _name(node: Node, table: str) -> str:
    return f"{table}.{node.key}" if table else node.key


def _step_keys(form: model.Form) -> list[str]:
    return [step.key for _, step in steps(form.flow) if isinstance(step, model.Deciding)] if form.flow else []


def _known(context: Context, path: Path, given: Iterable[str], known: list[str], code: str) -> None:
    """Each of a list's or an object's names is known, whatever the row it speaks of."""
    by_key = isinstance(given, Mapping)
    for index, name in enumerate(given):
        if _INDEX.sub("", name) not in known:
            context.faults.unknown((*path, name if by_key else index), code, name, known)
