"""A small installation for the rooms below the web: real tables, a few people, apps published as a test needs them."""

import itertools
import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, make_url, text, update

from dougong.apps import publish_files
from dougong.compose import Composition, compose
from dougong.config import Settings
from dougong.db import upgrade
from dougong.people.accounts import add_person, ensure_system, find_person
from dougong.people.actor import Actor, load_actor
from dougong.people.tables import person
from dougong.records import Create, RecordDesk, Update, Visit, read, write
from dougong.tables import LiveForm

EVERYTHING = {"key": "all", "who": "everyone", "can": ["create", "read", "edit", "delete", "export"]}
_NUMBERS = itertools.count(1)


@dataclass(repr=False)
class Place:
    """An installation with the people admin, ann, bob (ann's supervisor) and cai."""

    composition: Composition
    statements: list[str] = field(default_factory=list)

    def actor(self, login: str) -> Actor:
        return self.composition.database.read(lambda tx: load_actor(tx, find_person(tx, login)))

    def publish(self, *forms: Mapping[str, Any], app: str = "", **more: Any) -> str:
        """Publish an app of these forms (access: everyone may everything, unless said); gives its key."""
        key = app or f"t{next(_NUMBERS)}"
        spec = {
            "dougong": 1, "app": {"key": key, "title": key},
            "forms": [{"title": form["key"], "access": [EVERYTHING], **form} for form in forms], **more,
        }  # fmt: skip
        texts = {f"{key}.json": json.dumps(spec).encode()}
        self.composition.database.write(lambda tx: publish_files(tx, texts, "command"))
        return key

    def writing(self, login: str, work: Callable[[Visit], Any], door: str = "page") -> Any:
        return self.composition.write(self.actor(login), door, work)

    def reading(self, login: str, work: Callable[[Visit], Any]) -> Any:
        return self.composition.read(self.actor(login), "page", work)

    def make(self, login: str, ref: str, values: Mapping[str, Any], **more: Any) -> Any:
        """Create one record; gives what was written."""
        return self.writing(login, lambda v: write(v, v.forms.form(ref), [Create(values, **more)])[0])

    def change(self, login: str, ref: str, id: int, values: Mapping[str, Any], version: int = 0, **more: Any) -> Any:
        """Change one record, at its present version unless said; gives what was written."""

        def work(visit: Visit) -> Any:
            live = visit.forms.form(ref)
            seen = version or read(visit, live, id).version
            return write(visit, live, [Update(id, seen, values, **more)])[0]

        return self.writing(login, work)

    def look(self, login: str, ref: str, id: int) -> Any:
        return self.reading(login, lambda v: read(v, v.forms.form(ref), id, RecordDesk(v)))

    def live(self, ref: str) -> LiveForm:
        return self.reading("admin", lambda v: v.forms.form(ref))

    def asked(self, work: Callable[[], Any]) -> list[str]:
        """The statements that ``work`` sends to the database."""
        self.statements.clear()
        work()
        return [each for each in self.statements if not each.startswith(("BEGIN", "COMMIT", "ROLLBACK"))]

    def rows(self, statement: str, **params: Any) -> Sequence[Any]:
        """What a statement of the test finds in the database."""
        with self.composition.database.engine.connect() as conn:
            return conn.execute(text(statement), params).all()


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The installation of a test file, one on each engine; tests keep apart by publishing apps of their own."""
    folder = tmp_path_factory.mktemp("place")
    if request.param == "sqlite":
        yield from _opened(f"sqlite:///{folder / 'place.sqlite3'}", folder)
        return
    url = make_url(request.getfixturevalue("pg_url"))
    name = f"dougong_place_{secrets.token_hex(6)}"
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    try:
        yield from _opened(url.set(database=name).render_as_string(hide_password=False), folder)
    finally:
        with server.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        server.dispose()


def _opened(url: str, folder: Path) -> Iterator[Place]:
    composition = compose(Settings(data=folder, database=url, secret="x" * 40, argon2_time_cost=1))
    engine = composition.database.engine
    upgrade(engine)

    def people(tx: Any) -> None:
        ensure_system(tx)
        add_person(tx, "admin", "管理员", (), admin=True)
        ids = {login: add_person(tx, login, name, ()) for login, name in _PEOPLE.items()}
        tx.conn.execute(update(person).where(person.c.id == ids["ann"]).values(supervisor_id=ids["bob"]))

    composition.database.write(people)
    made = Place(composition)

    @event.listens_for(engine, "before_cursor_execute")
    def hear(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        made.statements.append(statement)

    yield made
    engine.dispose()


_PEOPLE = {"ann": "安妮", "bob": "鲍勃", "cai": "蔡"}
