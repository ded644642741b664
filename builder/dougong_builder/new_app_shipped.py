"""The ready-made apps that come with the product: what each holds, and a copy of one as a new app."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from dougong import words
from dougong.apps import Registry
from dougong.apps.order import referred
from dougong.db import Tx
from dougong.demo.install import specs_folder
from dougong.errors import NotFound
from dougong.spec import model, walk
from dougong.spec.model import App
from dougong.spec.parse import parse
from dougong.web.assets import icons


@dataclass(frozen=True, slots=True)
class Counts:
    """How much an app holds."""

    forms: int
    fields: int
    steps: int
    lists: int
    reports: int
    tests: int

    def pairs(self) -> tuple[tuple[str, int], ...]:
        """The name of each kind and its number, those without any left out; ``new.count.<name>`` says it."""
        return tuple((name, number) for name in self.__slots__ if (number := getattr(self, name)))


@dataclass(frozen=True, slots=True)
class Ready:
    """A ready-made app as the page shows it."""

    key: str
    title: str
    help: str
    icon: str
    counts: Counts


def counts(spec: App) -> Counts:
    """How much a spec holds; fields inside sub-tables count too."""
    steps = [step for form in spec.forms if form.flow for _, step in walk.steps(form.flow)]
    return Counts(
        forms=len(spec.forms), fields=sum(1 for form in spec.forms for _ in walk.fields(form)),
        steps=sum(isinstance(step, model.Deciding) for step in steps), lists=len(spec.lists),
        reports=len(spec.reports), tests=len(spec.tests),
    )  # fmt: skip


@cache
def shipped() -> Mapping[str, App]:
    """Every shipped app by its key."""
    parsed = (parse(path.read_bytes(), path.name).app for path in sorted(specs_folder().glob("*.json")))
    return {app.app.key: app for app in parsed if app}


def shipped_app(key: str) -> App:
    """One of them; raises NotFound."""
    found = shipped().get(key)
    if found is None:
        raise NotFound("new.no_such_ready", app=key)
    return found


def ready(language: str) -> tuple[Ready, ...]:
    """All of them, for the page."""
    return tuple(ready_of(spec, language) for spec in shipped().values())


def ready_of(spec: App, language: str) -> Ready:
    """One of them, for the page."""
    head = spec.app
    icon = head.icon if head.icon in icons() else "app-window"
    title = words.title(head.title, language, head.key)
    return Ready(head.key, title, words.title(head.help, language), icon, counts(spec))


def needed(tx: Tx, spec: App, language: str) -> tuple[str, ...]:
    """The titles of the apps it refers to that are not published here."""
    missing = sorted(referred(spec) - {spec.app.key} - set(Registry(tx).numbers))
    titles = {key: app.app.title for key, app in shipped().items()}
    return tuple(words.title(titles.get(key, key), language, key) for key in missing)
