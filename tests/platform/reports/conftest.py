"""One small app of every kind of field on either engine, and a world to fill it and ask it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update

from dougong.apps import publish_files
from dougong.compose import Composition, compose
from dougong.config import Settings
from dougong.db import upgrade
from dougong.people.accounts import add_person
from dougong.people.actor import Actor, load_actor
from dougong.records import Create, RecordDesk, Visit, judge_batch, store_batch

OPTIONS = ("red", "green", "blue")
FIELDS = [
    {"key": "name", "type": "text", "title": "Name"},
    {"key": "amount", "type": "money", "title": "Amount"},
    {"key": "pieces", "type": "number", "title": "Pieces"},
    {"key": "colour", "type": "choice", "title": "Colour", "options": [{"key": k, "title": k.title()} for k in OPTIONS]},
    {"key": "urgent", "type": "yesno", "title": "Urgent"},
    {"key": "day", "type": "date", "title": "Day"},
    {"key": "moment", "type": "datetime", "title": "Moment"},
    {"key": "owner", "type": "person", "title": "Owner"},
    {"key": "secret", "type": "number", "title": "Secret"},
    {"key": "parent", "type": "reference", "title": "Parent", "to": "shop.item"},
]
OPEN = [each["key"] for each in FIELDS if each["key"] != "secret"]
METRICS = {
    "count": ("every", "COUNT_RECORDS()", None),
    "total": ("every", "SUM(amount)", None),
    "mean": ("every", "AVERAGE(amount)", 3),
    "most": ("every", "MAX(pieces)", None),
    "urgent_count": ("urgent", "COUNT_RECORDS()", None),
    "urgent_total": ("urgent", "SUM(amount)", None),
    "secrets": ("every", "SUM(secret)", None),
}


def spec(reports: list[dict[str, Any]]) -> bytes:
    """The app with these reports."""
    access = [
        {"key": "clerk", "who": {"role": "clerk"}, "can": ["create", "read", "export"]},
        {"key": "own", "who": "everyone", "rows": "owner = ME()", "can": ["read"], "read": OPEN},
        {"key": "green", "who": "everyone", "rows": 'colour = "green"', "can": ["read"], "read": ["name", "colour"]},
    ]
    metrics = []
    for key, (source, value, decimals) in METRICS.items():
        extra = {} if decimals is None else {"decimals": decimals}
        metrics.append({"key": key, "title": key, "source": source, "value": value, **extra})
    form = {"key": "item", "title": "Item", "record_title": "name", "fields": FIELDS, "access": access}
    lists = [{
        "key": "all", "title": "All items", "form": "item", "columns": OPEN, "sort": ["-amount"], "filters": OPEN,
        "search": ["name"], "totals": {"amount": "sum", "pieces": "average"},
    }]  # fmt: skip
    app = {
        "dougong": 1, "app": {"key": "shop", "title": "Shop", "language": "en"},
        "roles": [{"key": "clerk", "title": "Clerk"}], "forms": [form],
        "sources": [{"key": "every", "form": "item"}, {"key": "urgent", "form": "item", "rows": "urgent"}],
        "metrics": metrics, "lists": lists, "reports": reports,
    }  # fmt: skip
    return json.dumps(app).encode()


@dataclass
class Shop:
    """The published app and its people: ``amy`` (nothing special), ``bo`` (a clerk)."""

    composition: Composition
    people: dict[str, int]

    def publish(self, reports: list[dict[str, Any]]) -> None:
        self.composition.database.write(lambda tx: publish_files(tx, {"shop.json": spec(reports)}, "command"))

    def actor(self, login: str) -> Actor:
        found = self.composition.database.read(lambda tx: load_actor(tx, self.people[login]))
        return found if login != "bo" else self._clerk(found)

    @staticmethod
    def _clerk(found: Actor) -> Actor:
        return Actor(found.id, found.login, found.name, roles=frozenset({"shop.clerk"}))

    def ask(self, login: str, work: Any) -> Any:
        """What ``work`` gives on a visit of this person."""
        return self.composition.read(self.actor(login), "page", work, "en")

    def fill(self, records: list[dict[str, Any]]) -> list[int]:
        """Store just these records, all others gone."""
        admin = Actor(0, "system", "system", admin=True)

        def work(visit: Visit) -> list[int]:
            live = visit.forms.form("shop.item")
            table = live.physical.main.table
            visit.tx.conn.execute(update(table).values({live.physical.main.column("parent").name: None}))
            visit.tx.conn.execute(delete(table))
            if not records:
                return []
            prepared = judge_batch(visit, live, [Create(dict(each)) for each in records], RecordDesk(visit))
            assert not [problem for each in prepared for problem in each.problems]
            return [each.id for each in store_batch(visit, live, prepared)]

        return self.composition.write(admin, "load", work)


@pytest.fixture
def shop(engine_url: str, tmp_path: Path) -> Iterator[Shop]:
    secret = "a secret of tests only, forty letters long"
    composition = compose(Settings(data=tmp_path / "data", database=engine_url, secret=secret, argon2_time_cost=1))
    upgrade(composition.database.engine)
    people = composition.database.write(
        lambda tx: {login: add_person(tx, login, login.title(), ()) for login in ("amy", "bo", "cy")}
    )
    made = Shop(composition, people)
    made.publish([])
    yield made
    composition.database.engine.dispose()
