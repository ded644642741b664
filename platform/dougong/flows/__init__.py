"""The approval engine: pure decisions over an event log, and what is read from it (tasks, timeline, the way ahead)."""

from dougong.flows.decide import decide
from dougong.flows.events import Event, from_json, kind, to_json
from dougong.flows.folding import fold
from dougong.flows.guards import COMMENT_LIMIT, Action, ActionKind
from dougong.flows.people import People, resolve
from dougong.flows.simulate import Future, predicted, route
from dougong.flows.state import BrokenLog, State, Task, Visit
from dougong.flows.tasks import Rights, Row, actions, field_rights, inbox, open_task, rows
from dougong.flows.timeline import Entry, timeline
from dougong.flows.tree import SUBMITTER, Tree
from dougong.flows.walking import Context

__all__ = [
    "COMMENT_LIMIT", "SUBMITTER", "Action", "ActionKind", "BrokenLog", "Context", "Entry", "Event", "Future", "People",
    "Rights", "Row", "State", "Task", "Tree", "Visit", "actions", "decide", "field_rights", "fold", "from_json",
    "inbox", "kind", "open_task", "predicted", "resolve", "route", "rows", "timeline", "to_json",
]  # fmt: skip
