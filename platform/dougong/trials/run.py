"""Run the tests of an app spec: a fresh database, its people and records, its clock; every test is rolled back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from dougong import clock
from dougong.apps import Registry, publish
from dougong.apps.order import by_reference, referred
from dougong.db import Database, Tx, make_engine, upgrade
from dougong.errors import DougongError, Problem, Refused
from dougong.flows.grants import task_grants
from dougong.flows.store import follow
from dougong.people import organisation
from dougong.people.accounts import ensure_system
from dougong.people.actor import load_actor
from dougong.records import Visit
from dougong.spec.compile import compile_app
from dougong.spec.compiled import CompiledApp
from dougong.spec.model import App, Test
from dougong.trials.expect import Difference, compare
from dougong.trials.setting import Cast, set_scene


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one test; it is green when nothing differs. ``problems`` tell why its scene could not be set up."""

    app: str
    test: Test
    differences: tuple[Difference, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def green(self) -> bool:
        """Whether everything expected held."""
        return not (self.differences or self.problems)


class _Done(Exception):
    """Carries what a test found out of the transaction it rolls back."""

    def __init__(self, differences: Sequence[Difference]) -> None:
        super().__init__()
        self.differences = tuple(differences)


def run_tests(specs: Mapping[str, App], keys: Sequence[str]) -> Iterator[Outcome]:
    """Run the tests of the apps ``keys``; ``specs`` holds them and every app they refer to. Raises Refused for a spec
    with problems."""
    with TemporaryDirectory(prefix="dougong-test-") as folder:
        database = Database(make_engine(f"sqlite:///{Path(folder) / 'test.sqlite3'}"))
        try:
            upgrade(database.engine)
            database.write(lambda tx: _publish(tx, _needed(specs, keys)))
            for key in keys:
                for test in specs[key].tests:
                    yield run_one(database, specs[key], test)
        finally:
            database.engine.dispose()


def _needed(specs: Mapping[str, App], keys: Sequence[str]) -> dict[str, App]:
    """The apps ``keys`` and all that they refer to, by whatever way."""
    found: dict[str, App] = {}
    left = list(keys)
    while left:
        key = left.pop()
        if key in specs and key not in found:
            found[key] = specs[key]
            left += referred(specs[key])
    return found


def _publish(tx: Tx, specs: Mapping[str, App]) -> None:
    ensure_system(tx)
    compiled: list[CompiledApp] = [compile_app(spec, specs.get) for spec in specs.values()]
    problems: list[Problem] = [problem for app in compiled for problem in app.problems]
    if problems:
        raise Refused(problems)
    for app in by_reference(compiled):
        publish(tx, app, None)


def run_one(database: Database, spec: App, test: Test) -> Outcome:
    """What came of one test on a database that has its apps; nothing of it stays."""
    key = spec.app.key

    def work(tx: Tx) -> None:
        cast = set_scene(tx, spec, test)
        raise _Done(compare(visitor(tx, cast), spec, test, cast))

    try:
        with clock.held(_moment(test)):
            database.write(work)
    except _Done as done:
        return Outcome(key, test, done.differences)
    except Refused as refused:
        return Outcome(key, test, problems=refused.problems)
    except DougongError as error:
        return Outcome(key, test, problems=(Problem(error.code, params=error.params),))
    raise AssertionError("unreachable")


def visitor(tx: Tx, cast: Cast) -> Visit:
    """The person of the test, at a door of its own; approvals run, notices and audit are nobody's business here."""
    return Visit(
        tx=tx, actor=load_actor(tx, cast.people[cast.acting]), forms=Registry(tx), organisation=organisation.load(tx),
        now=clock.now(), door="test", grant_sources=(task_grants,), followers=(follow,),
    )  # fmt: skip


def _moment(test: Test) -> datetime:
    return datetime.fromisoformat(test.clock) if test.clock else clock.now()
