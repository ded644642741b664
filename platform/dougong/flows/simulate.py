"""Where a record would go if everyone agreed: for tests in a spec, and for what the page shows as yet to come."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from dougong.errors import Refused
from dougong.fields.base import LocalText
from dougong.flows.events import Event
from dougong.flows.folding import fold
from dougong.flows.state import State
from dougong.flows.tree import Tree
from dougong.flows.walking import Context, Stop, shortages, walk, way_back
from dougong.spec.model import AnyStep, Flow


@dataclass(frozen=True, slots=True)
class Future:
    """A step yet to come: whom it would ask now, and how they come to it.

    ``source`` is ``named``, ``next_supervisor`` or ``admin``; with nobody to ask ``people`` is empty and it is ``pass``
    (the step would be passed over) or ``none`` (nobody can be found as things are).
    """

    step: str
    title: LocalText
    people: tuple[int, ...]
    mode: Literal["any", "all", "order"]
    source: Literal["named", "next_supervisor", "admin", "pass", "none"]


def route(flow: Flow, context: Context, submitter: int) -> tuple[str, ...]:
    """The keys of the steps that would open tasks if ``submitter`` submitted these values and everyone agreed.

    Raises Refused as a submission would, with every step for which nobody can be found.
    """
    tree = Tree.of(flow)
    if problems := shortages(tree, tree.first, submitter, context):
        raise Refused(problems)
    return tuple(each.step for each in ahead(tree, tree.first, submitter, context) if each.people)


def predicted(flow: Flow, events: Iterable[Event], context: Context) -> tuple[Future, ...]:
    """The steps yet to come after the present one, as far as can be known now; never raises for want of people."""
    tree = Tree.of(flow)
    state = fold(flow, events)
    if state.stage not in ("running", "returned") or state.submitter is None:
        return ()
    return ahead(tree, _next(tree, state, context), state.submitter, context)


def ahead(tree: Tree, start: AnyStep | None, submitter: int, context: Context) -> tuple[Future, ...]:
    """The steps from ``start`` to the end, branches taken as the values stand."""
    stops = walk(tree, start, submitter, context, late=True)
    return tuple(_future(tree, each) for each in stops if isinstance(each, Stop))


def _next(tree: Tree, state: State, context: Context) -> AnyStep | None:
    if state.stage == "returned":
        return way_back(tree, state, context).start
    return tree.following[state.current.step] if state.current else None


def _future(tree: Tree, stop: Stop) -> Future:
    staffing = stop.staffing
    source = "none" if staffing.source == "refuse" else staffing.source
    return Future(stop.step.key, tree.title(stop.step.key), staffing.people, staffing.mode, source)
