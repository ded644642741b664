"""Keys of apps: which are free, what a title gives, and a spec under another key."""

from typing import Any

from dougong.apps import Registry
from dougong.db import Tx
from dougong.drafts import keys
from dougong.drafts.unfinished import open_keys
from dougong.errors import Problem
from dougong.fields.base import LocalText
from dougong.spec.dump import plain
from dougong.spec.model import RESERVED_APPS, App
from dougong.spec.parse import parse_value


def taken(tx: Tx) -> frozenset[str]:
    """Keys that no new app may have: those of published apps and of drafts, and the reserved ones."""
    return frozenset(Registry(tx).numbers) | open_keys(tx) | RESERVED_APPS


def derived(tx: Tx, title: LocalText) -> str:
    """A free key for an app of this title."""
    return keys.derived(title, taken(tx), "app")


def plain_key(title: LocalText) -> str:
    """The key a title gives where nothing is taken."""
    return keys.derived(title, RESERVED_APPS, "app")


def free(tx: Tx, key: str) -> str:
    """``key``, or one like it that is free."""
    return keys.free(key, taken(tx))


def fault(tx: Tx, key: str) -> Problem | None:
    """Why no new app can have this key, None when it can."""
    if not keys.KEY.fullmatch(key):
        return Problem("new.bad_key", "key", {"key": key[: keys.LONGEST]})
    return Problem("new.key_taken", "key", {"key": key}) if key in taken(tx) else None


def rekeyed(spec: App, key: str, title: LocalText = "") -> App:
    """The app under another key, with every reference to its own forms and roles; under another title too when given."""
    old, value = spec.app.key, plain(spec)
    value["app"]["key"] = key
    if title:
        value["app"]["title"] = title
    for form in value.get("forms", ()):
        _refer(form.get("fields", ()), old, key)
    for test in value.get("tests", ()):
        if "records" in test:
            test["records"] = {_moved(ref, old, key): rows for ref, rows in test["records"].items()}
        for person in test.get("people", {}).values():
            if "roles" in person:
                person["roles"] = [_moved(role, old, key) for role in person["roles"]]
    app = parse_value(value).app
    assert app is not None
    return app


def _refer(nodes: Any, old: str, key: str) -> None:
    for node in nodes:
        if node.get("type") == "reference":
            node["to"] = _moved(node["to"], old, key)
        _refer(node.get("fields", ()), old, key)


def _moved(ref: str, old: str, key: str) -> str:
    app, dot, rest = ref.partition(".")
    return f"{key}.{rest}" if dot and app == old else ref
