"""Plans over a small installation: an app is published, filled, and compared with what it would become."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import func, select

from dougong.apps import compiled_for_publish
from dougong.plans import Effect, Plan, plan, publish, restore, undo
from dougong.records import Visit
from dougong.records.load import load
from dougong.records.search import matching
from dougong.spec.check import check

EVERYTHING = {"key": "all", "who": "everyone", "can": ["create", "read", "edit", "delete", "export"]}


class Plans:
    """What publishing would do, asked of a place."""

    def __init__(self, place: Any) -> None:
        self.place = place

    def compiled(self, app: str, *forms: Mapping[str, Any], sound: bool = True, **more: Any) -> Any:
        forms = tuple({"title": form["key"], "access": [EVERYTHING], **form} for form in forms)
        text = json.dumps({"dougong": 1, "app": {"key": app, "title": app}, "forms": forms, **more}).encode()
        if not sound:
            return check(text)[0]
        return self.place.composition.database.read(lambda tx: compiled_for_publish(tx, text, "new.json"))

    def of(self, app: str, *forms: Mapping[str, Any], **more: Any) -> Plan:
        compiled = self.compiled(app, *forms, **more)
        found: Plan = self.place.reading("admin", lambda visit: plan(visit, compiled))
        return found

    def publish(
        self, app: str, *forms: Mapping[str, Any], choices: Any = None, login: str = "admin", **more: Any
    ) -> Any:
        """Publish as a builder would; ``more`` may hold ``base`` and ``note`` beside what the spec says."""
        said = {name: more.pop(name) for name in ("base", "note") if name in more}
        compiled = self.compiled(app, *forms, **more)
        return publish(self.place.composition, self.place.actor(login), compiled, choices or {}, **said)

    def restore(self, app: str, number: int, **more: Any) -> Any:
        return restore(self.place.composition, self.place.actor("admin"), app, number, **more)

    def undo(self, app: str, number: int) -> Any:
        return undo(self.place.composition, self.place.actor("admin"), app, number)

    def found(self, app: str, view: str, asked: str) -> int:
        """How many records a list's search finds."""

        def work(visit: Visit) -> int:
            live = visit.forms.form(f"{app}.f")
            fields = visit.forms.app(app).compiled.lists[view].spec.search
            table = live.physical.main.table
            query = select(func.count()).select_from(table).where(matching(visit, live, fields, asked))
            return int(visit.tx.conn.execute(query).scalar_one())

        found: int = self.place.reading("admin", work)
        return found

    def values(self, app: str, path: str, key: str = "f") -> list[Any]:
        """What living records hold in a field (or column), oldest first, in canonical form."""
        live = self.place.live(f"{app}.{key}")
        found = self.place.reading("admin", lambda visit: load(visit.tx, live, self.ids(visit, live)))
        table, _, column = path.rpartition(".")
        records = [found[id] for id in sorted(found)]
        if not table:
            return [record[path] for record in records]
        return [row[column] for record in records for row in record[table] or ()]

    def ids(self, visit: Any, live: Any) -> list[int]:
        table = live.physical.main.table
        return list(visit.tx.conn.execute(select(table.c.id).order_by(table.c.id)).scalars())

    def effect(self, app: str, at: str, *forms: Mapping[str, Any], kind: str = "", **more: Any) -> Effect:
        found = self.of(app, *forms, **more)
        effect = found.effect(at, kind)
        assert effect is not None, [(each.place, each.kind) for each in found.effects]
        return effect

    def filled(self, app: str, *values: Mapping[str, Any], key: str = "f", login: str = "ann") -> list[int]:
        return [self.place.make(login, f"{app}.{key}", each).id for each in values]


@pytest.fixture
def plans(place: Any) -> Plans:
    """Publishing, planned."""
    return Plans(place)
