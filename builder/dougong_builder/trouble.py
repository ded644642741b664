"""A change that was not taken: its problems at their places, or a clash with what somebody else did, and what was typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msgspec import UNSET

from dougong import words
from dougong.drafts import tree
from dougong.drafts.labels import property_title
from dougong.drafts.store import Draft
from dougong.errors import Conflict, DougongError, Problem, Refused
from dougong.fields.base import LocalText
from dougong.pages import names_of
from dougong.records import RecordDesk, Visit
from dougong.spec.write import written
from dougong.words.sentences import shown as listed
from dougong_builder.asked import Asked


@dataclass(frozen=True, slots=True)
class Clash:
    """Somebody else was first. ``mine`` and ``theirs`` are the values as they are read, "" where there are none to compare;
    ``again`` are the fields that ask the same over theirs, () where that cannot be; ``passing`` those that leave a step to
    undo as it is."""

    sentence: str
    remedy: str
    title: str
    who: str
    when: datetime | None
    mine: str
    theirs: str
    again: tuple[tuple[str, str], ...] = ()
    passing: tuple[tuple[str, str], ...] = ()
    undoing: bool = False


@dataclass(frozen=True, slots=True)
class Trouble:
    """``status`` is 409 with a clash, else 422; ``sentences`` pairs each problem's place with its sentence."""

    status: int
    asked: Asked
    place: str
    problems: tuple[Problem, ...] = ()
    sentences: tuple[tuple[str, str], ...] = ()
    clash: Clash | None = None

    def problems_at(self, place: str, property: str = "") -> tuple[str, ...]:
        """What is wrong with a property of the part at ``place``."""
        whole = f"{place}.{property}" if property else place
        return tuple(text for at, text in self.sentences if at == whole or at.startswith((f"{whole}.", f"{whole}[")))

    def typed(self, place: str, property: str) -> tuple[str, ...] | None:
        """What was typed for it; None when nothing came."""
        if place != self.place:
            return None
        if self.asked.op == "set" and self.asked.one("property") == property:
            return self.asked.given.get("value")
        return self.asked.given.get(f"p.{property}")


def trouble_of(visit: Visit, draft: Draft, asked: Asked, error: DougongError) -> Trouble:
    """What to show of a Refused or a Conflict."""
    place = asked.one("place") or asked.one("node") or asked.one("parent")
    if isinstance(error, Refused):
        told = tuple((problem.at, words.sentence(problem, visit.language)) for problem in error.problems)
        return Trouble(422, asked, place, error.problems, told)
    assert isinstance(error, Conflict)
    return Trouble(409, asked, place, clash=_clash(visit, draft, asked, error))


def _clash(visit: Visit, draft: Draft, asked: Asked, conflict: Conflict) -> Clash:
    language, params = visit.language, conflict.params
    problem = Problem(conflict.code, str(params.get("at", "")), params)
    values = "mine" in params and conflict.code == "drafts.changed"
    undoing = "undoes" in params
    passing = (("op", "pass_over"), ("step", str(params["undoes"]))) if undoing else ()
    person = params.get("person")
    return Clash(
        sentence=words.sentence(problem, language), remedy=words.remedy(problem, language) or "",
        title=_title(draft, str(params.get("at", "")), language),
        who=names_of(RecordDesk(visit), [person])[0] if person else "", when=params.get("when"),
        mine=shown(params.get("mine"), language) if values else "",
        theirs=shown(params.get("theirs"), language) if values else "",
        again=_again(asked, conflict, draft), passing=passing, undoing=undoing,
    )  # fmt: skip


def _again(asked: Asked, conflict: Conflict, draft: Draft) -> tuple[tuple[str, str], ...]:
    """The same request against the draft as it is now."""
    if conflict.code not in ("drafts.changed", "drafts.moved_meanwhile", "drafts.neighbour_gone"):
        return ()
    more = (("force", "1"),) if asked.op in ("undo", "redo") else ()
    if asked.op == "goto":
        return ()
    return (*asked.again, ("base_rev", str(draft.rev)), *more)


def _title(draft: Draft, at: str, language: str) -> str:
    """``采购类别 · 标题`` for the place of a clash; what of it can still be found."""
    owner, _, last = at.rpartition(".")
    for place, property in ((at, ""), (owner, last)):
        try:
            part: Any = tree.at(draft.spec, tree.find(draft.spec, place))
        except (Conflict, Refused):
            continue
        title: LocalText = getattr(part, "title", "") or getattr(part, "key", "")
        said = words.title(title, language)
        name = words.title(property_title(part, property), language) if property else ""
        return " · ".join(each for each in (said, name) if each)
    return last


def shown(value: Any, language: str) -> str:
    """A plain value as a person compares it."""
    if isinstance(value, bool):
        return words.say("field.yes" if value else "field.no", language)
    if value is None or value is UNSET or value in ("", [], {}):
        return words.say("change.nothing", language)
    if isinstance(value, dict) and value.keys() <= set(words.LANGUAGES):
        return words.title(value, language)
    if isinstance(value, Sequence) and all(isinstance(each, str) for each in value):
        return listed(value, language)
    return written(value).strip()
