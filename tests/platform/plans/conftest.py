"""Plans over a small installation: an app is published, filled, and compared with what it would become."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from dougong.apps import compiled_for_publish
from dougong.plans import Effect, Plan, plan

EVERYTHING = {"key": "all", "who": "everyone", "can": ["create", "read", "edit", "delete", "export"]}


class Plans:
    """What publishing would do, asked of a place."""

    def __init__(self, place: Any) -> None:
        self.place = place

    def compiled(self, app: str, *forms: Mapping[str, Any], **more: Any) -> Any:
        forms = tuple({"title": form["key"], "access": [EVERYTHING], **form} for form in forms)
        text = json.dumps({"dougong": 1, "app": {"key": app, "title": app}, "forms": forms, **more}).encode()
        return self.place.composition.database.read(lambda tx: compiled_for_publish(tx, text, "new.json"))

    def of(self, app: str, *forms: Mapping[str, Any], **more: Any) -> Plan:
        compiled = self.compiled(app, *forms, **more)
        found: Plan = self.place.reading("admin", lambda visit: plan(visit, compiled))
        return found

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
