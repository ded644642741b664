"""What one person sees of one form as an older revision had it: with the rights of today, field by field."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from dougong.access.grants import RowGrant
from dougong.access.view import View
from dougong.tables import LiveForm

AsNow = Callable[[LiveForm, int], Mapping[str, Any]]
"""A record by id as the published form holds it; empty when it is gone."""


class OlderView(View):
    """Rights are those of the published form, on the record as it stands there. A field that is gone since is judged by
    what the older form said of it, on records that can be read at all; what a task of the older flow allows holds as well.
    """

    def __init__(
        self, live: LiveForm, me: int, stated: Iterable[RowGrant], tasks: Iterable[RowGrant], now: View, as_now: AsNow
    ) -> None:  # fmt: skip
        super().__init__(live, me, (*stated, *tasks))
        self._then = tuple(stated)
        self._tasks = tuple(tasks)
        self._now = now
        self._as_now = as_now

    def may(self, action: str, values: Mapping[str, Any] | None = None) -> bool:
        """Whether ``action`` is allowed on a record with these values, or, without values, on some record."""
        if values is None:
            return self._now.may(action) or any(action in grant.can for grant in self._tasks)
        if any(action in grant.can and grant.test(values) for grant in self._tasks):
            return True
        return self._now.may(action, self._today(values))

    def readable(self, values: Mapping[str, Any]) -> frozenset[str]:
        """The fields the person may read of a record with these values."""
        today = self._today(values)
        return self._through(values, "read", self._now.readable(today), self._now.may("read", today))

    def editable(self, values: Mapping[str, Any]) -> frozenset[str]:
        """The fields the person may change of a record with these values."""
        today = self._today(values)
        return self._through(values, "edit", self._now.editable(today), self._now.may("edit", today))

    def shows_title(self, values: Mapping[str, Any], readable: frozenset[str]) -> bool:
        """Whether the title of a record with these values may be shown: it is that of today."""
        today = self._today(values)
        return self._now.shows_title(today, self._now.readable(today))

    def _through(
        self, values: Mapping[str, Any], action: str, today: frozenset[str], allowed: bool
    ) -> frozenset[str]:
        then = [grant for grant in self._then if action in grant.can and grant.test(values)] if allowed else []
        tasks = [grant for grant in self._tasks if action in grant.can and grant.test(values)]
        return frozenset(
            key
            for key in self.live.form.fields
            if (self.live.newer[key] in today if key in self.live.newer else any(_covers(g, action, key) for g in then))
            or any(_covers(grant, action, key) for grant in tasks)
        )

    def _today(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        return self._as_now(self.live, int(values["id"]))


def _covers(grant: RowGrant, action: str, key: str) -> bool:
    return grant.edits(key) if action == "edit" else grant.reads(key)
