"""A publish killed at any of its statements leaves an app wholly as it was or wholly as it was to be, and the next
publish goes through; on both engines, in one transaction and over tables filled beforehand."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, select

from dougong.apps import Registry, compiled_for_publish, publish_files
from dougong.apps.tables import revision
from dougong.audit.entries import audit_entry
from dougong.people.accounts import add_person, ensure_system
from dougong.plans import publish
from dougong.records import Create, Visit, write
from dougong.records.load import load
from dougong.tables.catalogue import columns_of, filling_of, table_names

KILLED = 9
STEP = 40
"""Every how many statements the quick proof kills; the soak kills at each."""
OPTIONS = [{"key": "red", "title": "红"}, {"key": "blue", "title": "蓝"}, {"key": "green"}]
ROWS = [{"n": "1", "t": "x"}, {"n": "zwei", "t": "y"}]
RECORDS: list[dict[str, Any]] = [
    {"name": "甲", "text": "12,000", "num": "1.50", "one": "red", "lines": ROWS}, {"name": "乙", "text": "about 3"},
    {"name": "丙", "text": "7", "num": "2", "one": "blue", "gone": "kept", "lines": ROWS[:1]},
]  # fmt: skip


def f(key: str, type_: str = "text", **more: Any) -> dict[str, Any]:
    return {"key": key, "type": type_, "title": key, **more}


NAME, TEXT, NUM, GONE = f("name"), f("text"), f("num", "number", decimals=2), f("gone")
ONE, LINES = f("one", "choice", options=OPTIONS), f("lines", "subtable", fields=[f("n"), f("t")])
OLD = (NAME, TEXT, NUM, ONE, GONE, LINES)


@dataclass(frozen=True)
class Change:
    """What a form becomes; ``back`` publishes it first and then restores what was before."""

    fields: tuple[Mapping[str, Any], ...]
    form: str = "f"
    choices: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)
    back: bool = False


def but(**changed: Mapping[str, Any] | None) -> tuple[Mapping[str, Any], ...]:
    """The fields with some in the place of others (None: left out)."""
    fields = [changed.get(each["key"], each) for each in OLD]
    return tuple(each for each in fields if each is not None)


CHANGES = {
    "add": Change((*OLD, f("extra"))),
    "add_and_fill": Change((*OLD, f("extra", default='"旧"')), choices={"forms.f.fields.extra": "backfill"}),
    "rename": Change(but(text=f("words", was=["text"]))),
    "text_to_number": Change(but(text=f("text", "number"))),
    "number_to_text": Change(but(num=f("num"))),
    "decimals": Change(but(num=f("num", "number", decimals=4))),
    "choice_to_choices": Change(but(one=f("one", "choices", options=OPTIONS))),
    "required": Change(but(gone=f("gone", required=True))),
    "unique": Change(but(name=f("name", unique=True))),
    "map_option": Change(
        but(one=f("one", "choice", options=OPTIONS[1:])), choices={"forms.f.fields.one.options.red": "to:blue"}
    ),
    "remove": Change(but(gone=None)),
    "remove_rows": Change(but(lines=None)),
    "rename_form": Change(OLD, form="g", more={"was": ["f"]}),
    "column_retype": Change(but(lines=f("lines", "subtable", fields=[f("n", "number"), f("t")]))),
    "several": Change(
        but(text=f("words", "number", was=["text"]), num=f("num", "number"), gone=None, name=f("name", unique=True)),
        form="g", more={"was": ["f"]},
    ),
    "restore": Change(but(text=f("words", "number", was=["text"]), one=None), back=True),
}  # fmt: skip
QUICK = ("add_and_fill", "several", "restore")


def spec(app: str, fields: tuple[Mapping[str, Any], ...], form: str = "f", **more: Any) -> bytes:
    grant = {"key": "all", "who": "everyone", "can": ["create", "read", "edit", "delete"]}
    one = {
        "key": form,
        "title": "表",
        "fields": list(fields),
        "access": [grant],
        "number": {"pattern": "N{000}"},
        **more,
    }
    types = {each["key"]: each["type"] for each in fields}
    listed = [key for key in ("text", "words", "num", "one") if key in types]
    searched = ["name", *(key for key in listed if types[key] == "text")]
    view = {"key": "l", "title": "单", "form": form, "columns": ["name", *listed], "search": searched,
            "sort": ["name"], "filters": listed}  # fmt: skip
    return json.dumps({"dougong": 1, "app": {"key": app, "title": app}, "forms": [one], "lists": [view]}).encode()


class Stage:
    """An installation with a crashing app and its twin for each change, and the process that is killed."""

    def __init__(self, site: Any, folder: Path) -> None:
        self.site, self.database = site, site.composition.database
        url = self.database.engine.url.render_as_string(hide_password=False)
        command = [sys.executable, str(Path(__file__).with_name("crashing.py")), url, str(folder)]
        env = {**os.environ, "PYTHONWARNINGS": "default"}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env)
        self.database.write(self._people)
        self.admin = site.actor("admin")

    @staticmethod
    def _people(tx: Any) -> None:
        ensure_system(tx)
        add_person(tx, "admin", "管理员", (), admin=True)

    def close(self) -> None:
        self.process.communicate(timeout=30)

    # -- what is there before -----------------------------------------------------------------------------------------
    def prepare(self, app: str, change: Change) -> None:
        """The app as it is before the change, with records."""
        self.database.write(lambda tx: publish_files(tx, {"a.json": spec(app, OLD)}, "test"))

        def fill(visit: Visit) -> None:
            write(visit, visit.forms.form(f"{app}.f"), [Create(values) for values in RECORDS])

        self.site.composition.write(self.admin, "page", fill)
        if change.back:
            self.publish(app, change)

    def publish(self, app: str, change: Change) -> None:
        text = spec(app, change.fields, change.form, **change.more)
        compiled = self.database.read(lambda tx: compiled_for_publish(tx, text, "new.json"))
        publish(self.site.composition, self.admin, compiled, change.choices)

    # -- being killed -------------------------------------------------------------------------------------------------
    def killed(self, app: str, change: Change, at: int, staged: bool) -> int:
        """Publish in the other process, which dies at statement ``at``; how that ended."""
        text = spec(app, change.fields, change.form, **change.more).decode()
        job = {"app": app, "spec": text, "choices": dict(change.choices), "at": at, "staged": staged,
               "restore": 1 if change.back else 0}  # fmt: skip
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    # -- what is there ------------------------------------------------------------------------------------------------
    def state(self, app: str, strict: bool) -> Any:
        """Everything there is of an app, names and ids apart; ``strict``: columns that nobody reads too."""
        return self.database.read(lambda tx: self._state(tx, app, strict))

    def _state(self, tx: Any, app: str, strict: bool) -> Any:
        published, looking = Registry(tx).app(app), inspect(tx.conn)
        forms: dict[str, Any] = {}
        for key, live in published.forms.items():
            table = live.physical.main.table
            ids = list(tx.conn.execute(select(table.c.id).order_by(table.c.id)).scalars())
            found = load(tx, live, ids)
            names = table_names(tx, app, key)
            forms[key] = {
                "values": [_bare(found[id]) for id in ids],
                "columns": {sub: sorted((c.field, *c.kind) for c in columns_of(tx, name)) for sub, name in names.items()},
                "search": None if live.physical.search is None else live.physical.search.fields,
            }  # fmt: skip
            if strict:
                forms[key]["physical"] = {sub: len(looking.get_columns(name)) for sub, name in names.items()}
                forms[key]["indexes"] = sorted(
                    (each["unique"], len(each["column_names"])) for each in looking.get_indexes(names[""])
                )
                forms[key]["filling"] = [filling_of(tx, name) for name in names.values()]
        revisions = tx.conn.execute(select(revision.c.number).where(revision.c.app == app)).scalars().all()
        details = tx.conn.execute(select(audit_entry.c.detail).where(audit_entry.c.action == "app.published")).scalars()
        audited = sorted(detail["revision"] for detail in details if detail["app"] == app)
        text = Registry(tx).text(app).replace(f'"{app}"', '"the app"')
        return published.number, text, forms, sorted(revisions), audited

    def left_over(self, app: str) -> list[Any]:
        """Columns that are still being filled."""

        def found(tx: Any) -> list[Any]:
            tables = [name for form in ("f", "g") for name in table_names(tx, app, form).values()]
            return [each for name in tables for each in filling_of(tx, name)]

        return self.database.read(found)  # type: ignore[no-any-return]


def _bare(values: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: each for key, each in values.items() if key not in ("id", "created_at", "updated_at")}
    return {key: [_bare(row) for row in each] if isinstance(each, list) else each for key, each in kept.items()}


def prove(stage: Stage, name: str, step: int, staged: bool) -> int:
    """Kill the publish of a change at every ``step``-th statement; gives how often it was killed."""
    change, app, twin = CHANGES[name], f"c_{name}{'_s' * staged}", f"t_{name}{'_s' * staged}"
    for each in (app, twin):
        stage.prepare(each, change)
    old = stage.state(app, strict=not staged)
    assert old == stage.state(twin, strict=not staged)
    only = int(os.environ.get("CRASH_AT", "0"))
    at, kills = only or step // 2 + 1, 0
    while (code := stage.killed(app, change, at, staged)) == KILLED:
        assert stage.state(app, strict=not staged) == old, f"{name} killed at statement {at}"
        at, kills = 0 if only else at + step, kills + 1
    assert code == 0, f"{name}, statement {at}"
    assert stage.killed(twin, change, 0, False) == 0
    new = stage.state(app, strict=False)
    assert new == stage.state(twin, strict=False)
    assert new != old
    assert new[0] == old[0] + 1
    assert stage.left_over(app) == []
    more = Change((*change.fields, f("later")), change.form, more={**change.more})
    stage.publish(app, more)
    assert stage.state(app, strict=False)[0] == new[0] + 1
    return kills


@pytest.fixture
def stage(empty_site: Any, tmp_path: Path) -> Iterator[Stage]:
    made = Stage(empty_site, tmp_path / "data")
    yield made
    made.close()


def test_a_killed_publish_leaves_the_old_or_the_new(stage: Stage) -> None:
    kills = sum(prove(stage, name, STEP, staged=False) for name in QUICK)
    kills += prove(stage, "text_to_number", STEP * 2, staged=True)
    assert kills >= 2 * len(QUICK)


@pytest.mark.soak
@pytest.mark.parametrize("staged", [False, True], ids=["at_once", "beforehand"])
@pytest.mark.parametrize("name", CHANGES)
def test_killed_at_every_statement(stage: Stage, name: str, staged: bool) -> None:
    kills = prove(stage, name, 1, staged)
    print(f"{name}: killed {kills} times")
    assert kills > 20


def test_the_proof_sees_columns_that_nobody_reads(stage: Stage) -> None:
    """The control: filling beforehand commits columns before the publish, and the strict look finds them."""
    change, app = CHANGES["text_to_number"], "control"
    stage.prepare(app, change)
    old, loose = stage.state(app, strict=True), stage.state(app, strict=False)
    seen = False
    for at in (45, 60, 75):
        assert stage.killed(app, change, at, staged=True) == KILLED
        assert stage.state(app, strict=False) == loose
        seen = seen or stage.state(app, strict=True) != old
    assert seen
    assert stage.left_over(app)
