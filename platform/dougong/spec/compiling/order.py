"""In which order the values of a record can be known, and where they wait for each other in a circle."""

import heapq
from collections.abc import Iterator, Mapping, Sequence

Waits = Mapping[str, set[str]]
"""Of each path the paths that must be known before it."""


def ordered(paths: Sequence[str], waits: Waits) -> tuple[tuple[str, ...], list[list[str]]]:
    """``paths`` (as drawn) in an order in which each can be known, staying near the drawn one, and the circles in the
    way: each as ``[a, b, a]``, where a waits for b."""
    order: list[str] = []
    circles: list[list[str]] = []
    left = {path: set(waits.get(path, ())) for path in paths}
    while left:
        order += _free(paths, left)
        if left:
            circle = _circle(next(path for path in paths if path in left), left)
            circles.append(_from_first(circle, paths))
            for path in circle:
                left[path] -= set(circle)  # as if the circle were cut, so that what lies behind it is judged too
    return tuple(order), circles


def _free(paths: Sequence[str], left: dict[str, set[str]]) -> Iterator[str]:
    """Take out of ``left`` what waits for nothing, again and again, always the one drawn first."""
    index = {path: place for place, path in enumerate(paths)}
    waited: dict[str, list[str]] = {}
    for path, before in left.items():
        before.intersection_update(left.keys())
        for other in before:
            waited.setdefault(other, []).append(path)
    ready = [index[path] for path, before in left.items() if not before]
    heapq.heapify(ready)
    while ready:
        path = paths[heapq.heappop(ready)]
        del left[path]
        yield path
        for behind in waited.get(path, ()):
            left[behind].discard(path)
            if not left[behind]:
                heapq.heappush(ready, index[behind])


def _circle(start: str, left: Mapping[str, set[str]]) -> list[str]:
    """The paths of a circle met when one follows what is waited for; everything in ``left`` waits for something."""
    trail: dict[str, None] = {}
    here = start
    while here not in trail:
        trail[here] = None
        here = min(left[here])
    way = list(trail)
    return way[way.index(here) :]


def _from_first(circle: list[str], paths: Sequence[str]) -> list[str]:
    first = circle.index(min(circle, key=paths.index))
    turned = circle[first:] + circle[:first]
    return [*turned, turned[0]]
