"""The lines of an approval as the record page tells them: who did what, who has it, who would be next."""

from dataclasses import dataclass
from datetime import datetime

from dougong import words
from dougong.flows import Entry, Future, predicted, timeline
from dougong.flows.log import Instance
from dougong.flows.store import context
from dougong.pages import names_of
from dougong.records import RecordDesk, Visit
from dougong.words import formats
from dougong_runtime.filling import Values

_BAD = frozenset({"flows.did.rejected", "flows.did.flow_rejected"})
_ASKED = frozenset({"flows.now.approve", "flows.now.handle", "flows.next.asked"})


@dataclass(frozen=True, slots=True)
class Line:
    """One line. ``state`` is done, bad, now or next; ``who`` is "" for what nobody did; ``more`` says how several share it."""

    state: str
    who: str
    what: str
    step: str
    note: str
    at: datetime | None
    elapsed: str
    why: str
    more: str = ""
    void: bool = False


def lines(visit: Visit, desk: RecordDesk, instance: Instance, values: Values) -> tuple[Line, ...]:
    """The whole way, past and predicted; conditions are evaluated with the app's rights on ``values``."""
    ahead = predicted(instance.flow, instance.events, context(visit, instance, values))
    entries = timeline(instance.flow, instance.events, visit.now, ahead)
    return tuple(_line(visit, desk, entry, instance, ahead) for entry in entries)


def _line(
    visit: Visit, desk: RecordDesk, entry: Entry, instance: Instance, ahead: tuple[Future, ...]
) -> Line:
    language = visit.language
    return Line(
        state="bad" if entry.code in _BAD else entry.place,
        who=_who(visit, desk, entry.people, entry.place),
        what=words.say(entry.code, language),
        step=words.title(entry.branch or entry.title, language),
        note=entry.comment,
        at=entry.at,
        elapsed=formats.duration(entry.elapsed, language) if entry.elapsed else "",
        why=words.say(entry.reason, language) if entry.reason and entry.reason != "flows.why.named" else "",
        more=_together(entry, instance, ahead, language),
        void=entry.void and entry.code != "flows.did.returned",
    )


def _who(visit: Visit, desk: RecordDesk, people: tuple[int, ...], place: str) -> str:
    """Names; the reader is "you" where something is still to be done."""
    you = words.say("runtime.you", visit.language)
    names = names_of(desk, people)
    said = [you if id == visit.actor.id and place != "done" else name for id, name in zip(people, names, strict=True)]
    return words.say("runtime.names", visit.language, names=said) if said else ""


def _together(entry: Entry, instance: Instance, ahead: tuple[Future, ...], language: str) -> str:
    """How several people share a step: one is enough, all are needed, one after another."""
    if entry.code not in _ASKED:
        return ""
    current = instance.state.current
    mode = next((each.mode for each in ahead if each.step == entry.step), current.mode if current else "any")
    if entry.place == "now" and current is not None:
        mode = current.mode
    several = len(entry.people) > 1 or (entry.place == "now" and mode == "order" and bool(instance.state.waiting))
    return words.say(f"runtime.mode_{mode}", language, n=len(entry.people)) if several else ""
