"""An app file beside what is there: which of its objects are new, changed, the same, gone, or changed on both sides."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from dougong import words
from dougong.apps import Registry
from dougong.db import Tx
from dougong.drafts.store import find_draft
from dougong.drafts.unfinished import open_keys
from dougong.spec.diffing import Difference, diff
from dougong.spec.diffing.parts import Part, Place, parts
from dougong.spec.model import App

State = Literal["new", "changed", "same", "gone", "both"]
MOST_SAID = 20


@dataclass(frozen=True, slots=True)
class There:
    """What this installation has under the key of a file: the spec that people work on now, and the published one."""

    now: App | None
    published: App | None
    draft: bool

    @property
    def known(self) -> bool:
        """Whether there is an app of this key at all."""
        return self.now is not None


@dataclass(frozen=True, slots=True)
class Thing:
    """An object of the file or of what is there, with what differs in sentences; ``more`` counts those left out."""

    kind: str
    title: str
    key: str
    state: State
    said: tuple[str, ...] = ()
    more: int = 0


def there(tx: Tx, key: str) -> There:
    """What stands under a key."""
    published = Registry(tx).spec(key)
    if key in open_keys(tx):
        return There(find_draft(tx, key).spec, published, True)
    return There(published, published, False)


def things(spec: App, beside: There, language: str) -> tuple[Thing, ...]:
    """Every object of the file in its order, then what only the other side has."""
    mine, now = _tops(spec), _tops(beside.now) if beside.now else {}
    told = _by_top(diff(beside.now, spec) if beside.now else ())
    ours = (
        set(_by_top(diff(beside.published, beside.now))) if beside.published and beside.now and beside.draft else set()
    )
    found = [_thing(top, part, _state(top, now, told, ours), told.get(top, []), language) for top, part in mine.items()]
    gone = [top for top in now if top not in mine and not _renamed(top, mine)]
    return (*found, *(_thing(top, now[top], "both" if top in ours else "gone", [], language) for top in gone))


def _renamed(top: Place, mine: dict[Place, Part]) -> bool:
    return any(top[-1] in part.was for place, part in mine.items() if place[:1] == top[:1])


def _state(top: Place, now: dict[Place, Part], told: dict[Place, list[Difference]], ours: set[Place]) -> State:
    if top not in now and not any(each.what != "added" or each.part != top for each in told.get(top, ())):
        return "new"
    if top not in told:
        return "same"
    return "both" if top in ours else "changed"


def _tops(spec: App) -> dict[Place, Part]:
    """The objects a spec consists of: its head, roles, forms, lists, …"""
    return {place: part for place, part in parts(spec).items() if place == ("app",) or len(place) == 2}


def _by_top(differences: Iterable[Difference]) -> dict[Place, list[Difference]]:
    found: dict[Place, list[Difference]] = {}
    for each in differences:
        top = ("app",) if each.part[:1] in ((), ("app",)) else each.part[:2]
        found.setdefault(top, []).append(each)
    return found


def _thing(top: Place, part: Part, state: State, told: list[Difference], language: str) -> Thing:
    said = tuple(words.sentence(each, language) for each in told[:MOST_SAID]) if state in ("changed", "both") else ()
    title = words.title(getattr(part.struct, "title", ""), language, part.key)
    kind = words.say(f"change.kind.{part.kind}", language)
    return Thing(kind, title, part.key, state, said, max(0, len(told) - MOST_SAID) if said else 0)
