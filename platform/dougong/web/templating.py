"""Templates: where they are found, and the few words and formats every one of them may use."""

from collections.abc import Callable
from datetime import datetime
from importlib import resources
from typing import Any

from flask import Flask, has_request_context
from jinja2 import BaseLoader, ChoiceLoader, PackageLoader

from dougong import clock, words
from dougong.fields.base import LocalText
from dougong.web import choices, current
from dougong.web.assets import asset_url
from dougong.words import LANGUAGES, formats

ROOMS = ("web", "fields", "forms")


def loader() -> BaseLoader:
    """The rooms that have templates; each house brings its own with its blueprint."""
    found = [room for room in ROOMS if (resources.files("dougong") / room / "templates").is_dir()]
    return ChoiceLoader([PackageLoader("dougong", f"{room}/templates") for room in found])


def _language() -> str:
    return choices.language() if has_request_context() else LANGUAGES[0]


def _say(key: str, **params: Any) -> str:
    return words.say(key, _language(), **params)


def _title(text: LocalText, fallback: str = "") -> str:
    return words.title(text, _language(), fallback)


def _moment(value: datetime) -> str:
    return formats.moment(value, current.composition().zone)


def _ago(value: datetime) -> str:
    return formats.ago(value, clock.now(), _language(), current.composition().zone)


def _duration(span: Any) -> str:
    return formats.duration(span, _language())


FILTERS: dict[str, Callable[..., str]] = {
    "number": formats.number,
    "money": formats.money,
    "percent": formats.percent,
    "day": formats.day,
    "moment": _moment,
    "ago": _ago,
    "duration": _duration,
    "size": formats.size,
    "title_of": _title,
}


def register(app: Flask) -> None:
    """Teach an app's templates our words and formats."""
    app.jinja_env.globals.update(say=_say, asset_url=asset_url)
    app.jinja_env.filters.update(FILTERS)
