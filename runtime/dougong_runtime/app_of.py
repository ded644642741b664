"""Published apps as the pages of a visit find them."""

from typing import cast

from dougong.apps import PublishedApp, Registry
from dougong.records import Visit


def app_of(visit: Visit, key: str) -> PublishedApp:
    """The published app; raises NotFound."""
    return cast(Registry, visit.forms).app(key)


def apps_of(visit: Visit) -> tuple[PublishedApp, ...]:
    """Every published app, by key."""
    return tuple(cast(Registry, visit.forms).apps())
