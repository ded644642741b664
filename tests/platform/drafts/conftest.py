"""Shipped apps, and somebody who changes a spec in every way there is, the same way for the same seed."""

import random
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest

from dougong.db import METADATA, Database, make_engine, upgrade
from dougong.drafts import editing, history, log, store, tables, tree
from dougong.drafts.apply import Applied, apply
from dougong.drafts.members import alternatives, is_part, kinds_of, list_of, members
from dougong.drafts.operations import UNSET, Add, AnyOperation, BulkAdd, Convert, Copy, Delete, Move, Rename, Set
from dougong.errors import Conflict, Refused
from dougong.spec.model import App
from dougong.spec.parse import parse

APPS = sorted((Path(__file__).resolve().parents[3] / "app_specs").glob("*.json"))
TITLES = ("采购原因", "Amount", "合计 2", "", "开始日期", {"zh-CN": "级别", "en": "Level"}, "状态", "😀", "a.b")
TEXTS = ("", "x", "TRUE", "ISBLANK(number)", "number", "第 3 行\n第 4 行", "total > 0")
LINES = ("手机", "金额(元)", "是否加急*", "级别：A/B/C", "合计=数量*单价", "  ", "照片")


def shipped(name: str) -> str:
    return next(path for path in APPS if path.stem == name).read_text(encoding="utf-8")


def read(text: str) -> App:
    app = parse(text).app
    assert app is not None
    return app


@pytest.fixture(scope="session", params=[path.stem for path in APPS])
def name(request: pytest.FixtureRequest) -> str:
    """Each shipped app in turn."""
    return str(request.param)


@pytest.fixture(scope="session")
def text_of() -> Callable[[str], str]:
    """The text of a shipped app."""
    return shipped


@pytest.fixture(scope="session")
def purchase() -> App:
    return read(shipped("purchase"))


def lists(app: App, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every list of parts or names."""
    part = tree.at(app, path)
    for member in members(type(part)).values():
        held = getattr(part, member.attribute)
        here = (*path, member.attribute)
        if member.holds == "part" and held is not None:
            yield from lists(app, here)
        elif member.holds in ("parts", "names") and held is not None:
            yield here
            if member.holds == "parts":
                for index in range(len(held)):
                    yield from lists(app, (*here, index))


def elements(app: App) -> list[tuple[Any, ...]]:
    """The path of everything that stands in a list."""
    return [(*path, index) for path in lists(app) for index in range(len(tree.at(app, path)))]


class Hand:
    """Makes one operation after another at random; some of them make no sense and are refused."""

    def __init__(self, seed: int, verbs: tuple[str, ...] = ()) -> None:
        self.random = random.Random(seed)
        self.verbs = verbs or ("set",) * 4 + ("add", "bulk", "copy", "move", "move", "convert", "delete", "rename")

    def operation(self, app: App) -> AnyOperation:
        try:
            made: AnyOperation = getattr(self, f"_{self.random.choice(self.verbs)}")(app)
        except (IndexError, ValueError):  # nothing left to work on
            made = self._add(app)
        return made

    def applied(self, app: App) -> Applied:
        """The next operation that can be done."""
        while True:
            try:
                return apply(app, self.operation(app))
            except (Refused, Conflict):
                continue

    def _list(self, app: App) -> tuple[Any, ...]:
        return self.random.choice(list(lists(app)))

    def _after(self, app: App, path: tuple[Any, ...]) -> str | None:
        return self.random.choice((None, "", *(tree.key_of(each) for each in tree.at(app, path))))

    def _set(self, app: App) -> Set:
        part: Any = ""
        while not isinstance(part, msgspec.Struct):
            path = self.random.choice([*elements(app), ("app",)])
            part = tree.at(app, path)
        place = tree.named(app, path)
        member = self.random.choice(list(members(type(part)).values()))
        name, kind = member.name, member.type
        inner = next((each for each in alternatives(kind) if is_part(each)), None)
        held = member.plain(part)
        if inner is not None and self.random.random() < 0.7:
            within = self.random.choice(list(members(inner).values()))
            name, kind = f"{name}.{within.name}", within.type
        elif isinstance(held, dict) and held and self.random.random() < 0.7:
            key = self.random.choice(list(held))
            return Set(place=place, property=f"{name}.{key}", value=self._other(held[key]))
        return Set(place=place, property=name, value=self._value(kind))

    def _other(self, held: Any) -> Any:
        return self.random.choice((UNSET, held, "read", "sum", "文", 3, [held]))

    def _value(self, kind: Any) -> Any:
        choice = self.random.choice
        one = choice(list(alternatives(kind)))
        if one is bool:
            return choice((True, False))
        if one is int:
            return choice((0, 1, 2, 5, 40))
        if one is str:
            return choice((*TEXTS, UNSET))
        if typing.get_origin(one) is Literal:
            return choice(typing.get_args(one))
        if typing.get_origin(one) is dict:
            return choice(({"zh-CN": "甲"}, {"en": "B", "zh-CN": "乙"}, {"total": "sum"}, {"amy": {}}, {}))
        if typing.get_origin(one) is tuple:
            return choice((["number"], ["status", "number"], [], ["read"]))
        return choice((UNSET, None, 0.5, "1.25", {"role": "cfo"}, "2026-01-31"))

    def _add(self, app: App) -> Add:
        path = self._list(app)
        member = list_of(tree.at(app, path[:-1]), path[-1])
        parent, after = tree.named(app, path), self._after(app, path)
        if member.holds == "names":
            return Add(parent=parent, after=after, content=self.random.choice(("number", "-created_at", "read", "a.b")))
        kind = self.random.choice(list(kinds_of(member)))
        return Add(parent=parent, after=after, type=kind, title=self.random.choice(TITLES))

    def _bulk(self, app: App) -> BulkAdd:
        path = self._list(app)
        if self.random.random() < 0.5:
            path = self.random.choice([each for each in lists(app) if each[-1] == "fields"])
        lines = tuple(self.random.sample(LINES, 3))
        return BulkAdd(parent=tree.named(app, path), after=self._after(app, path), lines=lines)

    def _copy(self, app: App) -> Copy:
        return Copy(nodes=self._some(app, elements(app)))

    def _some(self, app: App, paths: list[tuple[Any, ...]]) -> tuple[str, ...]:
        return tuple(tree.named(app, path) for path in self.random.sample(paths, self.random.choice((1, 1, 2))))

    def _move(self, app: App) -> Move:
        here = self.random.choice(elements(app))
        path = here[:-1] if self.random.random() < 0.6 else self._list(app)
        return Move(node=tree.named(app, here), parent=tree.named(app, path), after=self._after(app, path))

    def _convert(self, app: App) -> Convert:
        typed = [each for each in elements(app) if each[-2] in ("fields", "steps", "otherwise")]
        kinds = (
            "text",
            "paragraph",
            "number",
            "money",
            "choice",
            "choices",
            "section",
            "subtable",
            "approve",
            "handle",
        )
        return Convert(node=tree.named(app, self.random.choice(typed)), type=self.random.choice(kinds))

    def _delete(self, app: App) -> Delete:
        whole = {("forms",), ("lists",), ("reports",), ("tests",)}  # too much at once: seldom
        every = elements(app)
        small = [each for each in every if each[:-1] not in whole or self.random.random() < 0.02]
        leaves = [each for each in small if getattr(tree.at(app, each), "fields", None) in (None, ())]
        return Delete(nodes=self._some(app, leaves if self.random.random() < 0.9 else small))

    def _rename(self, app: App) -> Rename:
        return Rename(
            node=tree.named(app, self.random.choice(elements(app))),
            key=self.random.choice(("alpha", "beta", "gamma", "x9")),
        )


@pytest.fixture(scope="session")
def hand() -> Callable[..., Hand]:
    return Hand


class Drafts:
    """The drafts of an installation, each verb in a transaction of its own."""

    def __init__(self, database: Any) -> None:
        self.database = database

    def new(self, app: App, key: str) -> str:
        """A draft of ``app`` under another key."""
        head = msgspec.structs.replace(app.app, key=key)
        spec = msgspec.structs.replace(app, app=head)
        self.database.write(lambda tx: store.new_draft(tx, spec, 1))
        return key

    def find(self, key: str) -> store.Draft:
        found: store.Draft = self.database.read(lambda tx: store.find_draft(tx, key))
        return found

    def do(
        self, key: str, operation: AnyOperation, person: int = 1, base: int | None = None, **more: Any
    ) -> editing.Done:
        def work(tx: Any) -> editing.Done:
            rev = store.rev_of(tx, key) if base is None else base
            return editing.operate(tx, key, operation, person, rev, **more)

        done: editing.Done = self.database.write(work)
        return done

    def undo(self, key: str, person: int = 1, **more: Any) -> editing.Done:
        done: editing.Done = self.database.write(lambda tx: editing.undo(tx, key, person, **more))
        return done

    def redo(self, key: str, person: int = 1, **more: Any) -> editing.Done:
        done: editing.Done = self.database.write(lambda tx: editing.redo(tx, key, person, **more))
        return done

    def goto(self, key: str, step: int, person: int = 1) -> editing.Done:
        done: editing.Done = self.database.write(lambda tx: editing.goto(tx, key, person, step))
        return done

    def pass_over(self, key: str, step: int, person: int = 1) -> editing.Done:
        done: editing.Done = self.database.write(lambda tx: editing.pass_over(tx, key, person, step))
        return done

    def stack(self, key: str, person: int = 1) -> history.Stack:
        rows = self.database.read(lambda tx: log.rows(tx, store.find_draft(tx, key).id))
        return history.stack(rows, person)


@pytest.fixture
def drafts(engine_url: str) -> Iterator[Drafts]:
    """Drafts in an empty database, on each engine."""
    engine = make_engine(engine_url)
    upgrade(engine)
    METADATA.create_all(engine, tables=[tables.draft, tables.draft_operation])
    yield Drafts(Database(engine))
    engine.dispose()


@pytest.fixture(scope="session")
def own_drafts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Drafts]]:
    """Makes drafts in an SQLite file of their own."""
    made: list[Drafts] = []

    def new() -> Drafts:
        engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('own') / 'own.sqlite3'}")
        upgrade(engine)
        METADATA.create_all(engine, tables=[tables.draft, tables.draft_operation])
        made.append(Drafts(Database(engine)))
        return made[-1]

    yield new
    for each in made:
        each.database.engine.dispose()
