"""One person at one door in one transaction: what every verb of records is given."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dougong.access import OlderView, RowGrant, View, grants_for
from dougong.db import Tx
from dougong.formulas import Env
from dougong.people.actor import Actor
from dougong.people.organisation import Organisation
from dougong.records.change import Written
from dougong.records.load import load
from dougong.spec.compiled import CompiledForm
from dougong.tables import Forms, LiveForm

GrantSource = Callable[["Visit", LiveForm], Iterable[RowGrant]]
"""Gives grants that no spec states: those of a flow's task holders."""

Pinning = Callable[["Visit", LiveForm, Sequence[int]], Mapping[int, LiveForm]]
"""Record id → the older form that a running approval holds on to, for those of the ids that have one."""

Follower = Callable[["Visit", LiveForm, Sequence[Written]], None]
"""Runs in the same transaction after a batch was stored: flow start, audit, outbox."""


@dataclass
class Visit:
    """``door`` names where it came from: page, api, load, command, flow, test."""

    tx: Tx
    actor: Actor
    forms: Forms
    organisation: Organisation
    now: datetime
    door: str
    language: str = "zh-CN"
    grant_sources: tuple[GrantSource, ...] = ()
    followers: tuple[Follower, ...] = ()
    pinning: Pinning | None = None
    memo: dict[Any, Any] = field(default_factory=dict)
    """What was looked up for rights in this visit; forgotten together with the views."""
    expected: dict[str, set[int]] = field(default_factory=dict)
    """Form → ids of records whose rights are about to be asked for: a grant source may look all of them up at once."""
    _views: dict[CompiledForm, View] = field(default_factory=dict)
    _env: Env | None = None

    @property
    def env(self) -> Env:
        """What the formulas of this visit know of the world."""
        if self._env is None or self._env.now is not self.now:
            self._env = Env(now=self.now, zone=self.organisation.zone, me=self.actor.id)
        return self._env

    def view(self, live: LiveForm) -> View:
        """The form through this person's grants; made once per visit."""
        found = self._views.get(live.form)
        if found is None or found.live is not live:
            found = self._views[live.form] = self._view(live)
        return found

    def _view(self, live: LiveForm) -> View:
        extra = [grant for source in self.grant_sources for grant in source(self, live)]
        stated = grants_for(self.tx, live, self.actor, self.env)
        if live.now is None:
            return View(live, self.actor.id, (*stated, *extra))
        return OlderView(live, self.actor.id, stated, extra, self.view(live.now), self._as_now)

    def _as_now(self, live: LiveForm, id: int) -> Mapping[str, Any]:
        """A record as the published form holds it."""
        known = self.memo.setdefault(("records.as_now", live.ref), {})
        if id not in known:
            known[id] = load(self.tx, live.published, [id]).get(id) or {}
        found: Mapping[str, Any] = known[id]
        return found

    def expect(self, live: LiveForm, ids: Iterable[int]) -> None:
        """Say that rights on these records will be asked for."""
        self.expected.setdefault(live.ref, set()).update(ids)

    def forget_views(self) -> None:
        """Compile the grants again: a task was opened or closed in this transaction."""
        self._views.clear()
        self.memo.clear()
