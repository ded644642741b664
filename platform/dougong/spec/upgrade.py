"""Older specs brought to today's format: a chain of pure functions, one per version."""

from collections.abc import Callable
from typing import Any

from dougong.spec.model import FORMAT

STEPS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""From a version to the next: takes a document of that version, returns one of version + 1, its ``dougong`` raised."""


def upgrade(document: dict[str, Any]) -> dict[str, Any]:
    """``document`` in today's format; one whose version is none that was ever written comes back as it is."""
    version = document.get("dougong")
    while type(version) is int and version < FORMAT and version in STEPS:
        document = STEPS[version](document)
        version = document["dougong"]
    return document


def is_newer(document: dict[str, Any]) -> bool:
    """Whether it was written for a platform later than this one."""
    version = document.get("dougong")
    return type(version) is int and version > FORMAT
