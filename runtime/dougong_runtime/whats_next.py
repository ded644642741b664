"""What happens to a record now: who has it, or how it ended, in one sentence."""

from dougong import words
from dougong.flows.log import find_instance
from dougong.flows.state import State
from dougong.flows.tree import SUBMITTER, Tree
from dougong.pages import names_of
from dougong.records import RecordDesk, Visit, Written
from dougong.tables import LiveForm


def outcome(visit: Visit, live: LiveForm, written: Written) -> str:
    """What to say after a record was handed in: its number, and who is next."""
    number = str((written.after or {}).get("number") or "") or words.title(live.form.spec.title, visit.language)
    done = words.say("runtime.submitted", visit.language, number=number)
    instance = find_instance(visit, live, written.id)
    return done if instance is None else with_next(visit, live, done, instance.state)


def with_next(visit: Visit, live: LiveForm, done: str, state: State) -> str:
    """A sentence about what was done, followed by who is next or how it ended."""
    language = visit.language
    if state.ended:
        after = words.say(f"runtime.ended_{state.stage}", language)
    elif state.open and state.open[0].step != SUBMITTER and live.form.spec.flow is not None:
        people = list(names_of(RecordDesk(visit), [task.person for task in state.open]))
        step = Tree.of(live.form.spec.flow).title(state.open[0].step)
        after = words.say("runtime.next", language, people=people, step=step)
    else:
        return done
    return words.say("runtime.done_then", language, done=done, then=after)
