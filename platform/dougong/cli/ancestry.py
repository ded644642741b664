"""What a spec file was made from: said, or found by which revisions of this installation its content has in it.

A file carries no mark of where it was made. A revision most of whose changes stand in the file was known where the file was
made; one whose changes are missing there was not, and what it changed must not be taken back by the file. The ancestor is
the first revision with the changes of all those that are in the file.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from dougong.apps import Registry
from dougong.errors import NotFound, Refused
from dougong.spec.diffing import Difference, diff
from dougong.spec.dump import dump
from dougong.spec.merge import merge
from dougong.spec.model import App
from dougong.spec.parse import parse

LOOKED_AT = 50
"""How many revisions, the newest, are looked for in a file; it is taken to have those before."""


@dataclass(frozen=True, slots=True)
class Ancestor:
    """What a file was made from. ``how`` is ``new`` (nothing is installed), ``file`` (said by a file), ``said`` (revision
    ``number`` was named), ``same`` (the file is that revision) or ``found``. ``unseen`` are later revisions that are not in
    the file."""

    how: str
    spec: App | None = None
    number: int = 0
    unseen: tuple[int, ...] = ()


def spec_of(path: Path) -> App:
    """The app of a spec file; raises Refused with everything that is wrong with its structure."""
    parsed = parse(path.read_bytes(), str(path))
    if parsed.app is None:
        raise Refused(parsed.problems)
    return parsed.app


def ancestor(registry: Registry, spec: App, base: str) -> Ancestor:
    """The ancestor of a file's ``spec`` here; ``base`` is a spec file or the number of a revision, "" to find it. Raises
    Refused, NotFound."""
    key = spec.app.key
    number = registry.numbers.get(key, 0)
    if not number:
        return Ancestor("new")
    if base.isdecimal() and not Path(base).exists():
        if not 0 < int(base) <= number:
            raise NotFound("apps.no_revision", app=key, number=int(base))
        return Ancestor(
            "said", registry.compiled(key, int(base)).spec, int(base), tuple(range(int(base) + 1, number + 1))
        )
    if base:
        return Ancestor("file", spec_of(Path(base)))
    return found(registry, spec, number)


def found(registry: Registry, spec: App, number: int) -> Ancestor:
    """The ancestor by content."""
    key, text = spec.app.key, dump(spec)
    first = max(1, number - LOOKED_AT)
    for each in range(number, first - 1, -1):
        if registry.text(key, each) == text:
            return Ancestor("same", registry.compiled(key, each).spec, each, tuple(range(each + 1, number + 1)))
    base = old = registry.compiled(key, first).spec
    unseen: list[int] = []
    for each in range(first + 1, number + 1):
        new = registry.compiled(key, each).spec
        if not has(spec, old, new):
            unseen.append(each)
        else:
            base = merge(old, base, new).app if unseen else new
        old = new
    return Ancestor("found", base, unseen=tuple(unseen))


def has(spec: App, old: App, new: App) -> bool:
    """Whether more of what changed from ``old`` to ``new`` stands in ``spec`` than stands there as before. A third value is
    no sign of either: then it is a conflict, which somebody decides."""
    changes, here = diff(old, new), diff(old, spec)
    if not changes:
        return True
    touched, told = {_what(each) for each in here}, {_told(each) for each in here}
    present = sum(_told(each) in told for each in changes)
    as_before = sum(_what(each) not in touched for each in changes)
    return present > as_before


def _what(one: Difference) -> tuple[str, ...]:
    """What a difference is about."""
    return (one.what if one.what in ("renamed", "moved") else "", *one.part, "", one.member)


def _told(one: Difference) -> tuple[str, ...]:
    """A difference with its outcome; where something moved to depends on its neighbours and is left out, and so is what a
    new part holds."""
    outcome = json.dumps(one.after, default=str, sort_keys=True) if one.what in ("changed", "renamed") else ""
    return (one.what, *one.part, "", one.member, outcome)
