"""The versions of an app as they are read: the list of them, and one compared with another."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from dougong.apps import Registry
from dougong.apps.revisions import Revision, revision, revisions
from dougong.drafts.store import Draft
from dougong.pages import names_of
from dougong.records import RecordDesk, Visit
from dougong.spec.diffing import Difference, diff
from dougong.spec.model import App
from dougong_builder.frame import Frame, frame_of
from dougong_builder.publishing_impact import Group, groups
from dougong_builder.versions_sides import SideForm, sides

SHOWN = 20
_KEPT = 200
_known: OrderedDict[tuple[str, int, datetime], tuple[int, int]] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Line:
    """One version in the list: ``who`` is "" for one that a file brought; ``changes`` counts what differs from the one
    before, ``same`` is an earlier one that says the same (0: none), ``forms`` and ``fields`` count what it holds."""

    number: int
    note: str
    who: str
    when: datetime
    changes: int
    same: int
    forms: int
    fields: int
    current: bool


@dataclass(frozen=True, slots=True)
class VersionsPage:
    """``older`` is the number below which there are more, 0 when there are none."""

    frame: Frame
    lines: tuple[Line, ...]
    older: int


@dataclass(frozen=True, slots=True)
class Against:
    """A version that this one can be compared with; ``kind`` is previous or current."""

    kind: str
    number: int
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionPage:
    """Version ``line`` beside ``other`` (0: nothing to compare with), the older one on the left."""

    frame: Frame
    line: Line
    other: int
    left: int
    right: int
    against: tuple[Against, ...]
    groups: tuple[Group, ...]
    count: int
    forms: tuple[SideForm, ...]
    spec: str


def versions_page(visit: Visit, draft: Draft, before: int) -> VersionsPage:
    """The newest versions, or those before a number."""
    found = revisions(visit.tx, draft.app, SHOWN + 1, before)
    return VersionsPage(
        frame_of(visit, draft, "versions", here=f"/apps/{draft.app}/versions"), lines(visit, draft.app, found[:SHOWN]),
        found[SHOWN - 1].number if len(found) > SHOWN else 0,
    )  # fmt: skip


def version_page(visit: Visit, draft: Draft, number: int, other: int) -> VersionPage:
    """One version against another: by default the one before it."""
    app, registry = draft.app, Registry(visit.tx)
    line = lines(visit, app, [revision(visit.tx, app, number)])[0]
    current = registry.numbers[app]
    other = other or number - 1
    left, right = sorted((other, number))
    old, new = (registry.compiled(app, each).spec if each else None for each in (left, right))
    found: tuple[Difference, ...] = diff(old, new) if old and new else ()
    return VersionPage(
        frame=frame_of(visit, draft, "versions", here=f"/apps/{app}/versions/{number}"), line=line, other=other,
        left=left, right=right, against=_against(number, other, current), groups=groups(found, visit.language),
        count=len(found), forms=sides(old or _bare(new), new, found, visit.language) if new else (),
        spec=registry.text(app, number),
    )  # fmt: skip


def _bare(new: App | None) -> App:
    """What the first version came after: an app of that name with nothing in it."""
    assert new is not None
    return App(dougong=new.dougong, app=new.app)


def _against(number: int, other: int, current: int) -> tuple[Against, ...]:
    ways = [("previous", number - 1)] if number > 1 else []
    ways += [("current", current)] if current != number and current != number - 1 else []
    return tuple(Against(kind, each, each == other) for kind, each in ways)


def lines(visit: Visit, app: str, found: list[Revision]) -> tuple[Line, ...]:
    """Versions with who published them and how much they changed."""
    registry = Registry(visit.tx)
    people = list(dict.fromkeys(each.by for each in found if each.by))
    names = dict(zip(people, names_of(RecordDesk(visit), people), strict=True))
    return tuple(_line(registry, app, each, names.get(each.by or 0, "")) for each in found)


def _line(registry: Registry, app: str, one: Revision, who: str) -> Line:
    compiled = registry.compiled(app, one.number)
    fields = sum(len(form.fields) for form in compiled.forms.values())
    changes, same = _compared(registry, app, one)
    return Line(
        one.number, one.note, who, one.at, changes, same, len(compiled.forms), fields,
        one.number == registry.numbers[app],
    )  # fmt: skip


def _compared(registry: Registry, app: str, one: Revision) -> tuple[int, int]:
    """How many things differ from the version before, and the one before that if it says the same (a publish was taken
    back), else 0. Versions never change, so it is found out once."""
    if one.number < 2:
        return 0, 0
    place = (app, one.number, one.at)
    with _lock:
        if place in _known:
            _known.move_to_end(place)
            return _known[place]
    new = registry.compiled(app, one.number).spec
    count = len(diff(registry.compiled(app, one.number - 1).spec, new))
    earlier = one.number - 2
    found = count, earlier if earlier and not diff(registry.compiled(app, earlier).spec, new) else 0
    with _lock:
        _known[place] = found
        while len(_known) > _KEPT:
            _known.popitem(last=False)
    return found
