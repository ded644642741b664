"""Keys inside the tests of a spec: their people, records, values and expectations."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dougong.spec import model
from dougong.spec.diffing.mentions_text import Mention
from dougong.spec.positions import Path

_INDEX = re.compile(r"\[[0-9]+\]")


@dataclass(frozen=True, slots=True)
class Rows:
    """What is looked for: a part of ``kind`` with this ``key``; ``ref`` is its form as ``app.form``, ``field`` the
    field it is, or whose option or status it is."""

    kind: str
    ref: str
    field: str
    key: str


def in_test(app: model.App, test: model.Test, path: Path, wanted: Rows) -> Iterator[Mention]:
    """Where a test names it."""
    own = app.app.key
    here = f"{own}.{test.form}" == wanted.ref
    if wanted.kind == "role" and wanted.ref.startswith(f"{own}."):
        for login, person in test.people.items():
            yield from _equal((*path, "people", login, "roles"), person.roles, wanted.key)
    for name, records in test.records.items():
        ref = name if "." in name else f"{own}.{name}"
        if ref != wanted.ref:
            continue
        if wanted.kind == "form":
            yield Mention((*path, "records", name), len(name) - len(wanted.key), len(name), at_key=True)
        for index, record in enumerate(records):
            yield from _in_values((*path, "records", name, index), record, wanted)
    if not wanted.ref.startswith(f"{own}."):
        return
    if here:
        yield from _in_values((*path, "values"), test.values, wanted)
        yield from _in_values((*path, "expect", "values"), test.expect.values, wanted)
        yield from _expected((*path, "expect"), test.expect, wanted)
    if wanted.kind == "form":
        yield from _equal((*path, "form"), test.form, f"{wanted.ref.partition('.')[2]}")
    elif wanted.kind in ("list", "metric"):
        several = test.expect.lists if wanted.kind == "list" else test.expect.metrics
        where = (*path, "expect", f"{wanted.kind}s")
        yield from (Mention((*where, key), 0, len(key), at_key=True) for key in several if key == wanted.key)


def _equal(path: Path, given: Any, key: str) -> Iterator[Mention]:
    if isinstance(given, str):
        if given == key:
            yield Mention(path, 0, len(key))
    elif isinstance(given, Sequence):
        for index, each in enumerate(given):
            yield from _equal((*path, index), each, key)


def _expected(path: Path, expect: model.Expect, wanted: Rows) -> Iterator[Mention]:
    if wanted.kind == "status":
        yield from _equal((*path, "status"), expect.status, wanted.key)
    elif wanted.kind == "step":
        yield from _equal((*path, "route"), expect.route, wanted.key)
    elif wanted.kind in ("field", "section", "note"):
        for name in ("errors", "shown", "hidden", "required", "readonly"):
            for index, spot in enumerate(getattr(expect, name) or ()):
                yield from (Mention((*path, name, index), *span) for span in _in_spot(spot, wanted.field))


def _in_spot(spot: str, field: str) -> Iterator[tuple[int, int]]:
    """The key of ``lines.price`` within ``lines[0].price``, of ``lines`` within either."""
    bare = _INDEX.sub("", spot)
    if bare == field:
        start = spot.rfind(".") + 1
        yield start, start + len(_INDEX.sub("", spot[start:]))
    elif bare.startswith(f"{field}."):
        yield 0, len(field)


def _in_values(path: Path, values: Mapping[str, Any], wanted: Rows) -> Iterator[Mention]:
    """Within a record: the names of its members, the columns of its rows, options and statuses as values."""
    table, _, column = wanted.field.rpartition(".")
    for spot, value in values.items():
        here = (*path, spot)
        if wanted.kind == "field":
            yield from (Mention(here, *span, at_key=True) for span in _in_spot(spot, wanted.field))
        elif wanted.kind in ("option", "status") and _INDEX.sub("", spot) == wanted.field:
            yield from _equal(here, value, wanted.key)
        if table and _INDEX.sub("", spot) == table:
            inner = Rows(wanted.kind, wanted.ref, column, wanted.key)
            rows = [(here, value)] if isinstance(value, dict) else [
                ((*here, index), row) for index, row in enumerate(value if isinstance(value, list | tuple) else ())
            ]  # fmt: skip
            for where, row in rows:
                if isinstance(row, dict):
                    yield from _in_values(where, row, inner)
