"""The operations that turn one spec into another of the same key: what differs goes out in one step and comes in in one."""

from collections.abc import Iterator

from msgspec import UNSET

from dougong.drafts.operations import AnyOperation, Delete, Planted, Restore, Set
from dougong.spec.dump import plain
from dougong.spec.model import App, Part

LISTS = ("roles", "forms", "sources", "metrics", "lists", "reports", "tests")
HEAD = ("title", "icon", "language", "help")


def replacing(now: App, new: App) -> Iterator[AnyOperation]:
    """At most a step out, a step in, and one for each property of the app itself; nothing when both are alike."""
    out: list[str] = []
    come: list[Planted] = []
    for listed in LISTS:
        before, after = getattr(now, listed), getattr(new, listed)
        head, tail = _alike(before, after)
        out += [f"{listed}.{part.key}" for part in before[head : len(before) - tail]]
        come += _planted(listed, after, head, len(after) - tail)
    if out:
        yield Delete(nodes=tuple(out))
    if come:
        yield Restore(planted=tuple(come))
    was, now_head = plain(now.app), plain(new.app)
    for name in HEAD:
        if was.get(name, UNSET) != now_head.get(name, UNSET):
            yield Set(place="app", property=name, value=now_head.get(name, UNSET))


def _alike(before: tuple[Part, ...], after: tuple[Part, ...]) -> tuple[int, int]:
    """How many parts are the same at the beginning and, of the rest, at the end."""
    most = min(len(before), len(after))
    head = next((index for index in range(most) if before[index] != after[index]), most)
    rest = most - head
    tail = next((index for index in range(rest) if before[-1 - index] != after[-1 - index]), rest)
    return head, tail


def _planted(listed: str, after: tuple[Part, ...], start: int, end: int) -> Iterator[Planted]:
    for index in range(start, end):
        key = str(getattr(after[index], "key", ""))
        before = str(getattr(after[index - 1], "key", "")) if index else ""
        yield Planted(place=f"{listed}.{key}", parent=listed, after=before, content=plain(after[index]))
