"""A draft behind what somebody else published: what they changed, where both changed the same, and which side to take."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from dougong import words
from dougong.apps.revisions import revision
from dougong.drafts.rebasing import joined
from dougong.drafts.settling import MINE, SIDES
from dougong.drafts.store import Draft
from dougong.pages import names_of
from dougong.records import RecordDesk, Visit
from dougong.spec.diffing import diff
from dougong.spec.merge import Conflict
from dougong.words.sentences import shown
from dougong_builder.frame import Frame, frame_of
from dougong_builder.publishing_impact import Group, Pick, groups

PREFIX = "side."
_GONE = ("change.conflict_removed", "change.conflict_used")


@dataclass(frozen=True, slots=True)
class Clash:
    """One place that both changed: ``name`` is the inputs' name, ``id`` that of the group of the two choices."""

    id: str
    name: str
    text: str
    picks: tuple[Pick, ...]
    missing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePage:
    """Revision ``number`` was published by ``who`` ("": by a file) since the draft was opened on ``base``; ``theirs`` is what
    it changed, ``mine`` what the draft changes. ``said`` pairs the id of a clash with what is wrong there."""

    frame: Frame
    number: int
    base: int
    who: str
    when: datetime
    theirs: tuple[Group, ...]
    mine: tuple[Group, ...]
    clashes: tuple[Clash, ...]
    said: tuple[tuple[str, str], ...] = ()


def merge_page(
    visit: Visit, draft: Draft, sides: Mapping[str, str], asked: bool = False, said: tuple[tuple[str, str], ...] = ()
) -> MergePage:
    """The page of a draft that is behind; with ``asked`` a clash without a side is one to correct."""
    one, language = joined(visit.tx, draft, sides), visit.language
    newest = revision(visit.tx, draft.app, one.number)
    listed = clashes(one.clashes, sides, language, asked)
    missing = tuple(
        (each.id, words.say("publish.side_of", language, what=each.text)) for each in listed if each.missing
    )
    return MergePage(
        frame=frame_of(visit, draft, "publish", here=f"/apps/{draft.app}/publish"), number=one.number,
        base=draft.base_revision, who=names_of(RecordDesk(visit), [newest.by])[0] if newest.by else "", when=newest.at,
        theirs=groups(diff(one.base, one.published), language), mine=groups(diff(one.base, draft.spec), language),
        clashes=listed, said=(*said, *missing),
    )  # fmt: skip


def clashes(several: tuple[Conflict, ...], sides: Mapping[str, str], language: str, asked: bool) -> tuple[Clash, ...]:
    """The clashes by place: where two are about one place (a title in both languages), they share the choice."""
    by_place: dict[str, list[Conflict]] = {}
    for each in several:
        by_place.setdefault(each.at, []).append(each)
    return tuple(
        Clash(
            f"clash-{index}", PREFIX + at, _said(conflicts, language),
            tuple(Pick(side, _side(side, conflicts, language), sides.get(at) == side) for side in SIDES),
            asked and sides.get(at) not in SIDES,
        )
        for index, (at, conflicts) in enumerate(by_place.items(), 1)
    )  # fmt: skip


def _said(conflicts: list[Conflict], language: str) -> str:
    """What they are about; the values stand at the choices."""
    first = conflicts[0]
    valued = "mine" in first.params and first.code not in _GONE
    return shown(first.params["place"], language) if valued else words.sentence(first, language)


def _side(side: str, conflicts: list[Conflict], language: str) -> str:
    """What taking a side means."""
    first = conflicts[0]
    if first.code in _GONE:
        gone = (first.mine if side == MINE else first.theirs) is None
        value = words.say("publish.side_removes" if gone else "publish.side_keeps", language)
    else:
        value = " / ".join(said for each in conflicts if (said := shown(each.params.get(side, ""), language)))
    code = f"publish.side_{side}"
    return words.say(f"{code}_value", language, value=value) if value else words.say(code, language)


def sides_of(given: Mapping[str, str]) -> dict[str, str]:
    """The sides in a posted form: place → ``mine`` or ``theirs``."""
    return {
        name.removeprefix(PREFIX): side for name, side in given.items() if name.startswith(PREFIX) and side in SIDES
    }
